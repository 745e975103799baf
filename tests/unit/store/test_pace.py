"""Turns that all workers take together, by the server's clock, the most urgent first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest

from bot.core.errors import TransientError
from bot.relay.ports import Urgency
from bot.store.keys import Keys
from bot.store.pace import AHEAD, RedisPace
from tests.make import later

KEYS = Keys("t")
PATIENCE_S = 5.0
_numbers = count()


@pytest.fixture
def pace(redis):
    """Give the pace of an empty server."""
    return RedisPace(redis, KEYS)


async def turn(pace, key, interval_s, patience_s=PATIENCE_S, *, who="", urgency=None):
    """Take a turn as somebody, whoever it is."""
    await pace.turn(key, interval_s, patience_s, who or f"job {next(_numbers)}", urgency or Urgency())


def clock() -> float:
    return asyncio.get_running_loop().time()


async def refused(pace, key, interval_s, patience_s=PATIENCE_S, **rest):
    """Return after how many seconds somebody is told to ask again."""
    with pytest.raises(TransientError) as error:
        await turn(pace, key, interval_s, patience_s, **rest)
    return error.value.retry_after_s


async def test_a_few_turns_may_be_taken_at_once_after_a_rest(pace):
    """And then no more: whoever would have to wait too long is told how long, and takes no turn."""
    for _turn in range(1 + AHEAD):
        await turn(pace, "channel", 10)
    for _again in range(2):
        assert PATIENCE_S < await refused(pace, "channel", 10, who="one") <= 10


async def test_whoever_has_less_patience_is_refused_earlier(pace):
    """A turn a second off is worth waiting for, or not."""
    for _turn in range(1 + AHEAD):
        await turn(pace, "channel", 1)
    assert 0.2 < await refused(pace, "channel", 1, 0.2) <= 1


async def test_what_is_not_due_yet_waits_for_its_turn(pace):
    """No longer than one interval each."""
    began_at = clock()
    for _turn in range(1 + AHEAD + 2):
        await turn(pace, "channel", 0.02)
    assert 0.02 <= clock() - began_at < 1


async def test_two_workers_share_one_pace(pace, redis):
    """Turns that one took are gone for the other."""
    other = RedisPace(redis, KEYS)
    for worker in [pace, other, pace, other][: 1 + AHEAD]:
        await turn(worker, "channel", 10)
    assert await refused(other, "channel", 10)


async def test_different_things_have_turns_of_their_own(pace):
    """One channel does not hold up the next."""
    for _turn in range(1 + AHEAD):
        await turn(pace, "post C1", 10)
    await turn(pace, "post C2", 10)


async def test_what_is_held_has_no_turn_and_no_call(pace):
    """The other side asked to wait, whatever it is counted for; a shorter wish never ends a longer one."""
    await pace.hold("post", 60)
    await pace.hold("post", 7)
    assert 50 < await refused(pace, "post C1", 0.01) <= 61
    with pytest.raises(TransientError) as held:
        await pace.free("post")
    assert 50 < (held.value.retry_after_s or 0) <= 60
    await pace.free("update")


async def test_a_hold_ends_by_itself(pace):
    """However short it was asked for."""
    await pace.hold("post", 0)
    await turn(pace, "post C1", 0.01)
    await pace.hold("post", 0.02)
    await asyncio.gather(*(turn(pace, "post C1", 0.01) for _ in range(3)))
    await pace.free("post")


async def test_whoever_is_sent_away_comes_back_behind_those_before_them(pace):
    """Each is told a moment of their own, by how urgent they are: nobody comes in vain."""
    for _turn in range(1 + AHEAD):
        await turn(pace, "channel", 10)
    waits = [
        await refused(pace, "channel", 10, who=who, urgency=Urgency(later(by), turns))
        for who, by, turns in [("first", 60, 2), ("later", 90, 1), ("sooner", 30, 1), ("again", 60, 1)]
    ]
    assert [round(wait / 10) for wait in waits] == [1, 3, 1, 4]


async def test_those_who_are_not_expected_yet_hold_up_nobody(pace):
    """Somebody urgent was sent away; whoever is there when a turn is free has it."""
    for _turn in range(1 + AHEAD):
        await turn(pace, "channel", 0.2)
    await refused(pace, "channel", 0.2, 0, who="urgent", urgency=Urgency(later(1), turns=50))
    await refused(pace, "channel", 0.2, 0, who="second", urgency=Urgency(later(2), turns=50))
    assert await refused(pace, "channel", 0.2, 0, who="last") > 5


async def test_what_waits_is_known_in_advance(pace):
    """All turns that those who wait need, for whoever wants to add to them."""
    assert await pace.backlog("channel", 10) == timedelta(0)
    for _turn in range(1 + AHEAD):
        await turn(pace, "channel", 10)
    for who, turns in [("one", 3), ("two", 4), ("one", 2)]:
        await refused(pace, "channel", 10, who=who, urgency=Urgency(turns=turns))
    assert await pace.backlog("channel", 10) == timedelta(seconds=60)
    assert await pace.backlog("other", 10) == timedelta(0)


async def test_nobody_is_sent_away_for_longer_than_a_minute(pace):
    """However many are before them: they may have gone. They come back spread out, and not all at once."""
    for _turn in range(1 + AHEAD):
        await turn(pace, "channel", 1)
    for _ahead in range(200):
        await refused(pace, "channel", 1, 0)
    waits = [await refused(pace, "channel", 1, 0) for _more in range(30)]
    assert all(29 < wait <= 61 for wait in waits)
    assert len({round(wait) for wait in waits}) > 15
