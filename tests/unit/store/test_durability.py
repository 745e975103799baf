"""Would an acked decision survive? Every way in which it would not is named with its cure."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from bot.core.errors import TransientError
from bot.store.durability import faults, judge

SAFE = {"aof_enabled": 1, "maxmemory_policy": "noeviction", "role": "master"}


def test_a_safe_server_has_no_faults():
    """Append-only, nothing evicted, a primary."""
    assert judge(SAFE) == ()


@pytest.mark.parametrize(
    ("trait", "cure"),
    [
        ({"aof_enabled": 0}, "set `appendonly yes`"),
        ({"maxmemory_policy": "allkeys-lru"}, "set `maxmemory-policy noeviction`"),
        ({"role": "slave"}, "must name the primary"),
    ],
)
def test_each_fault_is_named_with_its_cure(trait, cure):
    """One sentence each."""
    (fault,) = judge({**SAFE, **trait})
    assert cure in fault


def test_all_faults_are_named_at_once():
    """Nobody mends one and finds the next."""
    assert len(judge({"aof_enabled": "0", "maxmemory_policy": "volatile-ttl", "role": "slave"})) == 3


def test_what_is_not_told_is_judged_as_unsafe_where_it_matters():
    """Without a word on the append-only file there is none."""
    assert len(judge({})) == 1


async def test_the_server_that_comes_with_the_relay_is_safe(redis):
    """As it is started."""
    assert await faults(redis) == ()


async def test_a_server_that_was_made_unsafe_is_found_out(redis):
    """While it runs."""
    await redis.config_set("maxmemory-policy", "allkeys-lru")
    try:
        assert len(await faults(redis)) == 1
    finally:
        await redis.config_set("maxmemory-policy", "noeviction")


async def test_a_server_that_does_not_answer_is_no_safe_one(tmp_path):
    """It raises what can be tried again."""
    async with Redis(unix_socket_path=str(tmp_path / "none.sock"), retry=Retry(NoBackoff(), 0)) as nobody:
        with pytest.raises(TransientError, match="does not answer"):
            await faults(nobody)
