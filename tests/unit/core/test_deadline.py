"""What is due, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.deadline import (
    CALL_LIMIT,
    GLANCE,
    SLICE,
    STALE,
    Timing,
    backoff,
    due,
    next_due,
    pause,
    reminders_past,
    sent_from,
    window,
)
from bot.core.model import Job, JobState, RoundState
from tests.make import NOON, TIMING, decided, later, make_change, make_job, make_round, sent


def steps(job: Job) -> dict[str, datetime]:
    return {item.step: item.at for item in due(job, TIMING)}


def test_an_open_round_is_due_at_its_deadline_and_its_next_reminder():
    """Nobody has decided: the submission comes two minutes before the end, the first reminder half an hour."""
    assert steps(make_job(make_round())) == {"submit": later(3480), "remind": later(1800)}


def test_a_decided_round_is_due_when_the_time_to_undo_is_over():
    """A complete round goes out when it may, and reminds nobody."""
    held = make_round(decided(make_change()), send_at=later(10))
    assert steps(make_job(held)) == {"submit": later(10)}


def test_a_round_never_waits_beyond_its_deadline():
    """Time to undo that would end after the deadline's submission is cut short by it."""
    assert sent_from(make_round(send_at=later(3590))) == later(3480)


def test_a_round_that_could_not_be_read_again_waits_for_the_next_try():
    """SuperDocs did not answer before the submission: the next try is due at the time set for it."""
    assert sent_from(make_round(send_at=later(5), recheck_at=later(9))) == later(9)


@pytest.mark.parametrize("state", [RoundState.SUBMITTING, RoundState.UNKNOWN])
def test_a_sent_round_is_due_for_a_question(state):
    """Whatever became of the call, somebody asks once its time limit is over."""
    held = replace(sent(make_round(decided(make_change()))), state=state)
    assert steps(make_job(held)) == {"submit": NOON + CALL_LIMIT}


@pytest.mark.parametrize(
    ("traits", "step"),
    [
        ({"state": JobState.STARTING}, "start"),
        ({"state": JobState.WORKING}, "watch"),
        ({"state": JobState.PROMPTED, "continues": False}, "resume"),
        ({"state": JobState.PROMPTED}, "watch"),
    ],
)
def test_a_job_s_own_step_follows_its_state(traits, step):
    """What `next_at` is for depends on where the job stands, and a prompt needs an answer to be resumed with."""
    assert steps(make_job(next_at=NOON, **traits)) == {step: NOON}


def test_an_ended_job_only_owes_its_messages():
    """After the end nothing is watched or sent; messages and the document still come."""
    job = make_job(
        make_round(), state=JobState.COMPLETED, next_at=NOON, refresh_at=later(1), publish_at=later(2)
    )
    assert steps(job) == {"refresh": later(1), "publish": later(2)}
    assert next_due(replace(job, refresh_at=None, publish_at=None), TIMING) is None


def test_the_sweep_looks_at_the_earliest():
    """One moment in the index stands for everything that a job needs."""
    assert next_due(make_job(make_round(), refresh_at=later(3), stop_at=later(2)), TIMING) == later(2)


def test_each_slice_of_watching_is_a_task_of_its_own():
    """The key of the next slice differs, so that it is not dropped while the last one still runs."""
    first, second = (due(make_job(next_at=NOON, steps=n), TIMING)[0].key for n in (1, 2))
    assert first != second


def test_reminders_come_one_after_the_other():
    """The second reminder is due once the first is behind us, and after the last there is none."""
    assert steps(make_job(make_round(reminded=1)))["remind"] == later(3000)
    assert "remind" not in steps(make_job(make_round(reminded=2)))


@pytest.mark.parametrize(
    ("hour", "expected"), [(3600, 0), (1801, 0), (1800, 1), (1200, 1), (600, 2), (300, 2)]
)
def test_reminders_that_lie_before_the_opening_are_never_sent(hour, expected):
    """A short window, or a job handed over late, does not start with a burst of reminders."""
    assert reminders_past(NOON, later(hour), TIMING) == expected


def test_a_short_window_still_leaves_time_to_decide():
    """The margin takes half of the window at most."""
    assert window(NOON, Timing(window=timedelta(seconds=60))) == (later(60), later(30))
    assert window(NOON, TIMING) == (later(3600), later(3480))


def test_the_fixed_durations_fit_together():
    """A slice with its read stays below 20 s, as a call does; a read counts later than it can be stale."""
    assert timedelta(seconds=3) < STALE < CALL_LIMIT < timedelta(seconds=20)
    assert SLICE + timedelta(seconds=5) < timedelta(seconds=20)
    assert GLANCE < STALE


def test_the_backoff_grows_and_stays():
    """Half a second first, half a minute at most, for ever."""
    waits = [backoff(n).total_seconds() for n in range(1, 12)]
    assert waits[0] == 0.5
    assert waits == sorted(waits)
    assert waits[-1] == waits[-2] == 30.0


def test_those_who_failed_together_do_not_come_back_together():
    """Each job's pauses are its own, the same every time, and within a quarter of the backoff."""
    waits = {ref: pause(5, ref) for ref in map(str, range(100))}
    assert waits == {ref: pause(5, ref) for ref in waits}
    assert len(set(waits.values())) > 90
    assert all(0.75 <= wait / backoff(5) <= 1.25 for wait in waits.values())
    assert min(waits.values()) / backoff(5) < 0.8
    assert max(waits.values()) / backoff(5) > 1.2


def test_what_somebody_asks_for_is_obeyed():
    """If it is longer; and no longer than an hour."""
    assert pause(1, "ref", 40) == timedelta(seconds=40)
    assert pause(9, "ref", 1) == pause(9, "ref") == pause(9, "ref", 0)
    assert pause(1, "ref", 86400) == timedelta(hours=1)


@pytest.mark.parametrize("state", [RoundState.CONFIRMED, RoundState.LAPSED, RoundState.WITHDRAWN])
def test_a_settled_round_owes_nothing(state):
    """Neither a submission nor a question nor a reminder."""
    held = make_round(state=state, recheck_at=NOON, send_at=NOON)
    assert steps(make_job(held, state=JobState.WORKING)) == {}


def test_a_question_without_a_moment_is_not_due():
    """A round that was sent is asked about at the moment that the record names, and at no other."""
    held = replace(sent(make_round(decided(make_change()))), recheck_at=None)
    assert steps(make_job(held)) == {}
