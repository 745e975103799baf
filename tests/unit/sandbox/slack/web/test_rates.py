"""How often the app may call, on a clock of the test's own."""

from __future__ import annotations

import pytest

from bot.sandbox.slack.errors import RateLimitedError
from bot.sandbox.slack.web.rates import Rates
from tests.fakes.seconds import Seconds


@pytest.fixture
def clock() -> Seconds:
    """Give a clock that the test moves."""
    return Seconds()


@pytest.fixture
def rates(clock: Seconds) -> Rates:
    """Give limits that are in force."""
    rates = Rates(clock)
    rates.is_strict = True
    return rates


def test_generous_by_default(clock: Seconds) -> None:
    """Until it is strict, nothing is limited."""
    rates = Rates(clock)
    for _ in range(1000):
        rates.spend("chat.update", 50, None)


def test_tier(rates: Rates, clock: Seconds) -> None:
    """A method takes as many calls in a minute as its tier says, and says when the next may come."""
    for _ in range(50):
        rates.spend("chat.update", 50, None)
    clock.now += 15.5
    with pytest.raises(RateLimitedError) as refusal:
        rates.spend("chat.update", 50, None)
    assert refusal.value.retry_after_s == 45
    clock.now += 45
    rates.spend("chat.update", 50, None)


def test_methods_do_not_share(rates: Rates) -> None:
    """One method's calls leave the others alone."""
    rates.per_minute["users.info"] = 1
    rates.spend("users.info", 100, None)
    rates.spend("users.list", 20, None)
    with pytest.raises(RateLimitedError):
        rates.spend("users.info", 100, None)


def test_burst_then_pace(rates: Rates, clock: Seconds) -> None:
    """A channel takes a burst, then one message a second; rest refills the burst."""
    rates.channel_burst = 3
    for _ in range(3):
        rates.spend("chat.postMessage", 600, "C1")
    with pytest.raises(RateLimitedError) as refusal:
        rates.spend("chat.postMessage", 600, "C1")
    assert refusal.value.retry_after_s == 1
    clock.now += 1
    rates.spend("chat.postMessage", 600, "C1")
    with pytest.raises(RateLimitedError):
        rates.spend("chat.postMessage", 600, "C1")
    clock.now += 60
    for _ in range(3):
        rates.spend("chat.postMessage", 600, "C1")


def test_refused_calls_do_not_count(rates: Rates, clock: Seconds) -> None:
    """Who is refused and obeys Retry-After gets through, however often they knocked meanwhile."""
    rates.channel_burst = 1
    rates.spend("chat.postMessage", 600, "C1")
    for _ in range(10):
        with pytest.raises(RateLimitedError):
            rates.spend("chat.postMessage", 600, "C1")
    clock.now += 1
    rates.spend("chat.postMessage", 600, "C1")


def test_a_storm_refuses_its_share(clock: Seconds) -> None:
    """So many of all calls, evenly spread, whatever the limits say; each may be tried again in a second."""
    rates = Rates(clock)
    rates.refused_share = 0.7
    refusals = []
    for _ in range(100):
        try:
            rates.spend("chat.update", 50, None)
        except RateLimitedError as refusal:
            refusals.append(refusal.retry_after_s)
    assert refusals == [1] * len(refusals)
    assert 69 <= len(refusals) <= 70
