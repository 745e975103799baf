"""What every keeper of digests promises: the same tests for the one in memory, and the one in Redis."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.core.backlog import Digest
from bot.core.errors import GoneError, RefusedError
from bot.core.model import MessageRef
from bot.store.digests import RedisDigests
from bot.store.keys import Keys
from tests.fakes.clock import Clock
from tests.fakes.digests import MemoryDigests
from tests.make import NOON, later

if TYPE_CHECKING:
    from bot.relay.ports import Digests

NAME = "0123456789abcdef"
DIGEST = Digest(NAME, "C0LEGAL", NOON, later(-86400), open=("ref2", "ref1"), lapsed=("ref3",))


@pytest.fixture(params=["memory", "redis"])
def digests(request) -> Digests:
    """Give an empty keeper."""
    if request.param == "memory":
        return MemoryDigests(Clock())
    return RedisDigests(request.getfixturevalue("redis"), Keys("t"), retain_s=60)


def closed(digest, now):
    """Have it be posted in full."""
    return replace(digest, posted_at=now)


async def test_a_digest_comes_back_as_it_went_in(digests):
    """Its moments, its lists in their order, its messages and all."""
    posted = DIGEST.with_message(1, MessageRef("C0LEGAL", "1.5", "abc", 2, "https://slack.example/1"))
    given = replace(posted, is_asked_for=True, posted_at=later(1.5))
    assert await digests.begin(given)
    assert await digests.load(NAME) == given


async def test_a_digest_begins_once(digests):
    """Of several at once, one; what it lists is what the first one said."""
    begun = await asyncio.gather(*(digests.begin(replace(DIGEST, open=(f"ref{n}",))) for n in range(5)))
    assert sorted(begun) == [False] * 4 + [True]
    first = begun.index(True)
    assert (await digests.load(NAME)).open == (f"ref{first}",)


async def test_what_was_never_begun_is_gone(digests):
    """Whether it is to be read or changed."""
    with pytest.raises(GoneError):
        await digests.load(NAME)
    with pytest.raises(GoneError):
        await digests.change(NAME, closed)


async def test_a_change_is_kept_and_made_at_the_store_s_time(digests):
    """An aware moment, and the one after a change is not before it."""
    await digests.begin(DIGEST)
    first = await digests.change(NAME, closed)
    again = await digests.change(NAME, closed)
    assert await digests.load(NAME) == again
    assert first.posted_at.tzinfo is not None
    assert first.posted_at <= again.posted_at


async def test_a_change_that_changes_nothing_is_one(digests):
    """What it returns is what stands there."""
    await digests.begin(DIGEST)
    assert await digests.change(NAME, lambda digest, _now: digest) == DIGEST


async def test_what_a_modifier_raises_is_raised_and_nothing_is_stored(digests):
    """The record is as it was."""
    await digests.begin(DIGEST)

    def refuse(_digest, _now):
        raise RefusedError("No.")

    with pytest.raises(RefusedError, match="No"):
        await digests.change(NAME, refuse)
    assert await digests.load(NAME) == DIGEST


async def test_changes_of_several_workers_are_all_kept(digests):
    """Each notes another part."""
    await digests.begin(DIGEST)
    await asyncio.gather(
        *(
            digests.change(NAME, lambda digest, _now, part=part: digest.with_message(part, MessageRef("C0")))
            for part in range(4)
        )
    )
    assert set((await digests.load(NAME)).messages) == {"0", "1", "2", "3"}


async def test_what_is_not_posted_in_full_is_listed_until_it_is(digests):
    """A silent one never is; a part that is up does not end it."""
    for name in ("b" * 16, "a" * 16):
        await digests.begin(replace(DIGEST, name=name))
    await digests.begin(replace(DIGEST, name="c" * 16, posted_at=NOON))
    assert await digests.unposted() == ("a" * 16, "b" * 16)
    await digests.change("a" * 16, lambda digest, _now: digest.with_message(1, MessageRef("C0", "1.0")))
    assert await digests.unposted() == ("a" * 16, "b" * 16)
    await digests.change("a" * 16, closed)
    assert await digests.unposted() == ("b" * 16,)


async def test_a_channel_s_last_is_the_moment_of_the_daily_one(digests):
    """Of each channel its own, silent or not; None before the first."""
    assert await digests.last("C0LEGAL") is None
    await digests.begin(DIGEST)
    assert await digests.last("C0LEGAL") == NOON
    tomorrow = NOON + timedelta(days=1)
    await digests.begin(replace(DIGEST, name="b" * 16, moment=tomorrow, posted_at=NOON))
    assert await digests.last("C0LEGAL") == tomorrow
    assert await digests.last("C0HR") is None


async def test_one_that_somebody_asked_for_is_nobody_s_last(digests):
    """The daily one comes all the same."""
    await digests.begin(replace(DIGEST, is_asked_for=True))
    assert await digests.last("C0LEGAL") is None
    assert await digests.unposted() == (NAME,)


async def test_posting_an_older_one_does_not_turn_the_clock_back(digests):
    """It began before the newer one did."""
    await digests.begin(DIGEST)
    await digests.begin(replace(DIGEST, name="b" * 16, moment=NOON + timedelta(days=1)))
    await digests.change(NAME, closed)
    assert await digests.last("C0LEGAL") == NOON + timedelta(days=1)


async def test_a_moment_in_any_zone_is_the_same_moment(digests):
    """It is told in UTC."""
    berlin = datetime.fromisoformat("2026-11-23T09:00+01:00")
    await digests.begin(replace(DIGEST, moment=berlin))
    last = await digests.last("C0LEGAL")
    assert last == berlin
    assert last.utcoffset() == timedelta(0)
    assert (await digests.load(NAME)).moment == berlin.astimezone(UTC)
