"""What is due, and what was lost, is queued once a second."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import TransientError
from bot.engine.due import sweep
from tests.fakes.world import FakeWorld
from tests.make import NOON, decided, later, make_change, make_job, make_round

REF = make_job().ref


@pytest.fixture
def world() -> FakeWorld:
    """Give a world in which nothing is due."""
    return FakeWorld()


async def test_what_time_has_made_due_is_queued(world):
    """Nobody did anything: the reminder's moment has come, and later the deadline's."""
    await world.keep(make_job(make_round()))
    await sweep(world.given)
    assert world.queue.steps == []
    world.pass_time(1800)
    await sweep(world.given)
    assert world.queue.steps == ["remind"]
    world.pass_time(1680)
    await sweep(world.given)
    assert world.queue.steps[1:] == ["submit", "remind"]


async def test_what_a_crash_swallowed_is_queued_again(world):
    """It was stored as due and never done: the same work under the same key."""
    held = make_round(decided(make_change()), send_at=NOON)
    await world.keep(make_job(held, refresh_at=NOON))
    await sweep(world.given)
    await sweep(world.given)
    assert world.queue.called("add")[:2] == [
        ("refresh", REF, f"refresh:{REF}:"),
        ("submit", REF, f"submit:{REF}:1"),
    ]
    assert world.queue.called("add")[2:] == world.queue.called("add")[:2]


async def test_every_job_has_its_turn(world):
    """The most urgent first."""
    for name, seconds in {"b": -2, "a": -1, "c": 1}.items():
        await world.keep(make_job(ref=name, next_at=later(seconds)))
    await sweep(world.given)
    assert [ref for _step, ref, _key in world.queue.called("add")] == ["b", "a"]


async def test_a_record_that_is_gone_is_taken_out_of_the_index(world, monkeypatch):
    """It was retained no longer; the next job has its turn all the same."""
    forgotten = []

    async def due():
        return ("gone", REF)

    async def forget(ref):
        forgotten.append(ref)

    monkeypatch.setattr(world.store, "due", due)
    monkeypatch.setattr(world.store, "forget", forget)
    await world.keep(make_job(next_at=NOON))
    await sweep(world.given)
    assert forgotten == ["gone"]
    assert world.queue.steps == ["watch"]


async def test_a_queue_that_does_not_answer_is_asked_again_next_time(world):
    """Nothing is lost by it: the index still names the job."""
    await world.keep(replace(make_job(), next_at=NOON))
    world.queue.fails["add"] = [TransientError("The queue does not answer.")]
    await sweep(world.given)
    await sweep(world.given)
    assert len(world.queue.called("add")) == 2
