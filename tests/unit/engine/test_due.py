"""What is due, and what was lost, is queued once a second."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.core.errors import BugError, TransientError
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


async def test_a_record_that_cannot_be_read_holds_up_no_other(world, monkeypatch):
    """Deadlines of every other job are kept; the log says which one it is."""
    load = world.store.load

    async def fails_for_one(ref):
        if ref == "broken":
            raise BugError("A stored job cannot be read: state (enum).")
        return await load(ref)

    await world.keep(make_job(ref="broken", next_at=later(-1)))
    await world.keep(make_job(next_at=NOON))
    monkeypatch.setattr(world.store, "load", fails_for_one)
    with capture_logs() as logs:
        await sweep(world.given)
    assert world.queue.steps == ["watch"]
    assert [(line["event"], line["ref"]) for line in logs] == [("record.unreadable", "broken")]
