"""Waiting without polling."""

import asyncio

import pytest

from bot.sandbox.bell import Bell


async def test_what_already_holds_is_returned_at_once() -> None:
    """Nobody has to ring for what is already true."""
    assert await Bell().until(lambda: "here", within_s=0.01) == "here"


async def test_everybody_looks_again_at_each_ring() -> None:
    """One ring wakes all sleepers, and those who see nothing new go on waiting."""
    bell, seen = Bell(), set[str]()
    first = asyncio.create_task(bell.until(lambda: "one" in seen))
    second = asyncio.create_task(bell.until(lambda: "two" in seen))
    for word in ("one", "two"):
        await asyncio.sleep(0)
        seen.add(word)
        bell.ring()
        await asyncio.sleep(0)
    assert await first
    assert await second


async def test_what_never_holds_times_out() -> None:
    """A wait has an end even when nobody rings."""
    with pytest.raises(TimeoutError):
        await Bell().until(lambda: False, within_s=0.01)


async def test_a_ring_is_heard_or_not() -> None:
    """A single wait says whether the bell rang in time."""
    bell = Bell()
    assert not await bell.heard(within_s=0.01)
    listening = asyncio.create_task(bell.heard(within_s=5))
    await asyncio.sleep(0)
    bell.ring()
    assert await listening
