"""What a store tells about itself is judged: each fault with its cure, and no word where there is nothing to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.doctor.finding import State
from bot.doctor.traits import agreement, durable, exposure, program, version

if TYPE_CHECKING:
    from bot.doctor.finding import Findings

SAFE: dict[str, Any] = {"aof_enabled": 1, "maxmemory_policy": "noeviction", "role": "master"}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def states(findings: Findings) -> list[tuple[str, State]]:
    return [(finding.name, finding.state) for finding in findings]


@pytest.mark.parametrize("told", ["6.2.0", "7.2.4", "10.0.1", "6.10"])
def test_a_server_that_is_young_enough_is_well(told: str):
    """The numbers count, not their digits."""
    assert version({"redis_version": told}).state is State.OK


@pytest.mark.parametrize(
    ("info", "state"),
    [
        ({"redis_version": "6.0.16"}, State.FAULT),
        ({"redis_version": "5.0"}, State.FAULT),
        ({}, State.WARNING),
        ({"redis_version": "unstable"}, State.WARNING),
    ],
)
def test_a_server_that_is_too_old_or_does_not_say_is_named(info: dict[str, Any], state: State):
    """The cure says which to run."""
    finding = version(info)
    assert finding.state is state
    assert "6.2 or newer" in finding.cure


def test_a_server_has_its_own_name():
    """Valkey tells a version of Redis, too, which nobody has installed."""
    assert program({"redis_version": "7.2.4", "valkey_version": "9.1.2"}) == "Valkey 9.1.2"
    assert program({"redis_version": "7.2.4"}) == "Redis 7.2.4"
    assert program({}) == "Redis"


def test_a_store_that_keeps_what_it_takes_is_well():
    """One line, with nothing to do."""
    (finding,) = durable(SAFE, may_forget=False)
    assert (finding.state, finding.cure) == (State.OK, "")


@pytest.mark.parametrize(
    ("trait", "found", "cure"),
    [
        ({"aof_enabled": 0}, "appendonly is off", "Set `appendonly yes`"),
        ({"maxmemory_policy": "allkeys-lru"}, "maxmemory-policy is allkeys-lru", "Set `maxmemory-policy noeviction`"),
        ({"role": "slave"}, "it is a replica", "REDIS_URL must name the primary"),
    ],
)  # fmt: skip
def test_each_way_to_lose_a_decision_is_a_fault(trait: dict[str, Any], found: str, cure: str):
    """What is, and what to put into the server's configuration."""
    (finding,) = durable({**SAFE, **trait}, may_forget=False)
    assert (finding.state, finding.found) == (State.FAULT, found)
    assert finding.cure.startswith(cure)


def test_a_waived_promise_makes_them_warnings():
    """All but the replica: it takes no writes, whatever is waived."""
    found = durable({"aof_enabled": 0, "maxmemory_policy": "volatile-ttl", "role": "slave"}, may_forget=True)
    assert [finding.state for finding in found] == [State.WARNING, State.WARNING, State.FAULT]


@pytest.mark.parametrize("seconds", [-60, 0, 60])
def test_clocks_that_agree_to_the_minute_are_well(seconds: int):
    """Cards show minutes."""
    assert agreement(NOON + timedelta(seconds=seconds), NOON).state is State.OK


@pytest.mark.parametrize(("seconds", "words"), [(61, "61 seconds ahead of"), (-7200, "7,200 seconds behind")])
def test_clocks_that_disagree_are_told_by_how_much(seconds: int, words: str):
    """And which of the two is ahead."""
    finding = agreement(NOON + timedelta(seconds=seconds), NOON)
    assert finding.state is State.WARNING
    assert words in finding.found
    assert "NTP" in finding.cure


@pytest.mark.parametrize(
    "url",
    [
        "redis://localhost:6379",
        "unix:///run/redis.sock",
        "redis://:secret@redis:6379",
        "rediss://:secret@redis.example.com",
        "redis+sentinel://:secret@10.0.0.1,10.0.0.2/main",
    ],
)
def test_an_address_that_keeps_to_itself_is_not_mentioned(url: str):
    """This machine needs no password, this network no TLS."""
    assert exposure(url) == ()


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("redis://redis.example.com", ["store encryption", "store password"]),
        ("redis://:secret@redis.example.com", ["store encryption"]),
        ("rediss://redis.example.com", ["store password"]),
        ("redis://redis:6379", ["store password"]),
        ("redis+sentinel://:secret@10.0.0.1,redis.example.com/main", ["store encryption"]),
    ],
)
def test_an_open_door_is_a_warning(url: str, names: list[str]):
    """Who could listen in, and who could walk in."""
    found = exposure(url)
    assert states(found) == [(name, State.WARNING) for name in names]
    assert all(finding.cure and "secret" not in finding.found for finding in found)
