"""The one way to change a record: what that made due is done at once, and the record is what counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import RefusedError, TransientError
from tests.make import NOON, later, make_job


async def test_what_a_change_made_due_is_queued_at_once(world):
    """Each step with the key that names this very piece of work."""
    ref = await world.keep(make_job())
    await world.given.change(ref, lambda job, now: replace(job, next_at=now).touched(now))
    assert world.queue.called("add") == [
        ("refresh", ref, f"refresh:{ref}:"),
        ("watch", ref, f"watch:{ref}:0"),
    ]


async def test_what_is_due_later_is_left_to_the_sweep(world):
    """It is in the index, and nothing is queued for it."""
    ref = await world.keep(make_job())
    await world.given.change(ref, lambda job, _now: replace(job, next_at=later(1)))
    assert world.queue.calls == []


async def test_a_queue_that_does_not_answer_does_not_undo_the_change(world):
    """It is stored; whoever pressed is told so, and the sweep finds the work."""
    world.queue.fails["add"] = [TransientError("The queue does not answer.")]
    ref = await world.keep(make_job())
    await world.given.change(ref, lambda job, now: replace(job, next_at=now))
    assert world.job().next_at == NOON


async def test_a_clock_that_does_not_answer_does_not_undo_the_change(world, monkeypatch):
    """It is stored: nobody is told that it was not."""

    async def fails():
        raise TransientError("The store does not answer.")

    ref = await world.keep(make_job())
    monkeypatch.setattr(world.store, "now", fails)
    await world.given.change(ref, lambda job, now: replace(job, next_at=now))
    assert world.job().next_at == NOON
    assert world.queue.calls == []


async def test_a_refusal_queues_nothing(world):
    """The record is as it was, and no work follows from it."""
    ref = await world.keep(make_job(next_at=NOON))

    def refuse(_job, _now):
        raise RefusedError("No.")

    with pytest.raises(RefusedError):
        await world.given.change(ref, refuse)
    assert world.queue.calls == []
