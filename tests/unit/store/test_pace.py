"""Turns that all workers take together, by the server's clock."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.errors import TransientError
from bot.store.keys import Keys
from bot.store.pace import AHEAD, LONGEST_WAIT_S, RedisPace

KEYS = Keys("t")


@pytest.fixture
def pace(redis):
    """Give the pace of an empty server."""
    return RedisPace(redis, KEYS)


def clock() -> float:
    return asyncio.get_running_loop().time()


async def test_a_few_turns_may_be_taken_at_once_after_a_rest(pace):
    """And then no more: whoever would have to wait too long is told how long, and takes no turn."""
    for _turn in range(1 + AHEAD):
        await pace.turn("channel", 10)
    for _again in range(2):
        with pytest.raises(TransientError) as refused:
            await pace.turn("channel", 10)
        assert LONGEST_WAIT_S < (refused.value.retry_after_s or 0) <= 10


async def test_whoever_has_less_patience_is_refused_earlier(pace):
    """A turn a second off is worth waiting for, or not."""
    for _turn in range(1 + AHEAD):
        await pace.turn("channel", 1)
    with pytest.raises(TransientError) as refused:
        await pace.turn("channel", 1, patience_s=0.2)
    assert 0.2 < (refused.value.retry_after_s or 0) <= 1


async def test_what_is_not_due_yet_waits_for_its_turn(pace):
    """No longer than one interval each."""
    began_at = clock()
    for _turn in range(1 + AHEAD + 2):
        await pace.turn("channel", 0.02)
    assert 0.02 <= clock() - began_at < 1


async def test_two_workers_share_one_pace(pace, redis):
    """Turns that one took are gone for the other."""
    other = RedisPace(redis, KEYS)
    for worker in [pace, other, pace, other][: 1 + AHEAD]:
        await worker.turn("channel", 10)
    with pytest.raises(TransientError):
        await other.turn("channel", 10)


async def test_different_things_have_turns_of_their_own(pace):
    """One channel does not hold up the next."""
    for _turn in range(1 + AHEAD):
        await pace.turn("C1", 10)
    await pace.turn("C2", 10)


async def test_what_is_held_has_no_turn(pace):
    """The other side asked to wait; a shorter wish never ends a longer one."""
    await pace.hold("channel", 60)
    await pace.hold("channel", 7)
    with pytest.raises(TransientError) as refused:
        await pace.turn("channel", 0.01)
    assert 50 < (refused.value.retry_after_s or 0) <= 60


async def test_a_hold_ends_by_itself(pace):
    """However short it was asked for."""
    await pace.hold("channel", 0)
    await pace.turn("channel", 0.01)
