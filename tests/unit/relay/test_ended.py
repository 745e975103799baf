"""A task that takes a cancellation for nothing ends all the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

from bot.relay.ended import ended


async def deaf(times: int) -> None:
    """Take so many cancellations for nothing."""
    for _ in range(times):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


async def test_a_task_that_hears_only_the_third_cancellation_ends():
    """It is cancelled again and again."""
    task = asyncio.create_task(deaf(2))
    await asyncio.sleep(0)
    await ended(task, timedelta(milliseconds=1))
    assert task.cancelled()


async def test_whoever_waits_for_the_end_is_not_interrupted():
    """Cancelled meanwhile, the end is waited for all the same: else nobody would see it."""
    task = asyncio.create_task(deaf(2))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(ended(task, timedelta(milliseconds=1)))
    await asyncio.sleep(0)
    waiting.cancel()
    await waiting
    assert task.cancelled()


async def test_a_task_that_has_ended_is_left_alone():
    """What it raised is not raised again."""

    async def fail() -> None:
        raise ValueError

    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    await ended(task)
    assert isinstance(task.exception(), ValueError)
