"""How often programs may ask: all workers together, by the server's clock."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from bot.store.keys import Keys
from bot.store.limit import EDITS, Bucket, RedisLimit

KEYS = Keys("t")
SLOW = Bucket(3, 3600)


@pytest.fixture
async def clients(redis, server):
    """Give two workers' clients of one server."""
    assert await redis.ping()
    async with AsyncExitStack() as stack:
        made = [Redis(unix_socket_path=str(server.socket)) for _worker in range(2)]
        yield [await stack.enter_async_context(client) for client in made]


async def test_what_all_take_at_once_is_what_a_full_bucket_holds(clients):
    """Twenty ask on two workers: three are let in, the others hear when the next turn comes back."""
    limits = [RedisLimit(client, KEYS, "edits", (SLOW,)) for client in clients]
    waits = await asyncio.gather(*(limits[n % 2].take() for n in range(20)))
    assert waits.count(0) == SLOW.most
    assert all(0 <= wait <= 1200 for wait in waits)
    assert max(waits) > 1190


async def test_a_turn_comes_back_in_its_time(redis):
    """Not before; the wait that is told is what is left of it."""
    limit, key = RedisLimit(redis, KEYS, "edits", (Bucket(1, 60),)), KEYS.limit("edits 1/60")
    assert await limit.take() == 0
    assert 59 < await limit.take() <= 60
    # A minute passes: what was taken has come back at the moment that it began.
    await redis.set(key, int(await redis.get(key)) - 60_000)
    assert await limit.take() == 0


async def test_every_bucket_must_have_one(redis):
    """Whoever is refused by one has taken nothing from the other."""
    both = RedisLimit(redis, KEYS, "edits", (Bucket(2, 3600), Bucket(5, 7200)))
    assert [await both.take() for _time in range(2)] == [0, 0]
    taken = await redis.get(KEYS.limit("edits 5/7200"))
    assert [await both.take() > 0 for _time in range(9)] == [True] * 9
    assert await redis.get(KEYS.limit("edits 5/7200")) == taken


async def test_other_things_have_buckets_of_their_own(redis):
    """As have other sizes of the same: a release that changes them starts with full ones."""
    assert await RedisLimit(redis, KEYS, "edits", (Bucket(1, 60),)).take() == 0
    assert await RedisLimit(redis, KEYS, "others", (Bucket(1, 60),)).take() == 0
    assert await RedisLimit(redis, KEYS, "edits", (Bucket(2, 60),)).take() == 0


def test_a_program_may_start_so_many():
    """As the guide for programs says."""
    assert [(bucket.most, bucket.fills_s) for bucket in EDITS] == [(30, 60), (300, 3600)]
