"""Names in the queue are permanent, and every step that can be due has one."""

from __future__ import annotations

from datetime import timedelta

from bot.core.deadline import due
from bot.core.model import JobState
from bot.core.request import Callback
from bot.engine.tasks import CHORES, STEPS
from tests.make import NOON, TIMING, make_job, make_round


def test_the_names_are_permanent():
    """An older worker drops a name that it does not know, so none is ever given to something else."""
    of_jobs = ["start", "watch", "submit", "remind", "resume", "stop", "refresh", "publish", "deliver"]
    assert list(STEPS) == [*of_jobs, "digest"]
    assert {name: step.__name__ for name, step in STEPS.items()} == {name: name for name in STEPS}
    assert list(CHORES) == ["sweep", "digests", "seal", "survey", "homes", "catch_up"]


def test_every_step_that_can_be_due_has_a_task():
    """Whatever a job owes, there is somebody to do it; a digest's step is no job's."""
    owing = {"next_at": NOON, "refresh_at": NOON, "publish_at": NOON, "stop_at": NOON, "continues": True}
    jobs = [make_job(make_round(), state=state, **owing) for state in JobState]
    jobs.append(make_job(state=JobState.COMPLETED, callback=Callback("https://hooks.example.com/")))
    assert {item.step for job in jobs for item in due(job, TIMING)} == set(STEPS) - {"digest"}


def test_chores_come_often_enough():
    """What is due starts within a second, and what was decided elsewhere shows within a minute."""
    every = {name: period for name, (_chore, period) in CHORES.items()}
    assert every["sweep"] == timedelta(seconds=1)
    assert every["survey"] < timedelta(minutes=1)
