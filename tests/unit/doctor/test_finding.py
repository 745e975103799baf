"""A check comes to an end, whatever it meets, and is then heard of."""

from __future__ import annotations

import asyncio

from bot.doctor.finding import Findings, State, checked, ok


async def test_what_a_check_finds_is_handed_on():
    """Unchanged."""

    async def check() -> Findings:
        return (ok("PORT", "free"),)

    assert await checked("PORT", check(), 1) == (ok("PORT", "free"),)


async def test_a_check_that_lasts_is_given_up():
    """And says how long it was waited for."""

    async def check() -> Findings:
        await asyncio.Event().wait()
        raise AssertionError

    (finding,) = await checked("PORT", check(), 0.01)
    assert (finding.name, finding.state) == ("PORT", State.FAULT)
    assert finding.found == "no answer within 0.01 seconds"


async def test_a_check_that_breaks_says_so_without_the_text_of_the_error():
    """It may quote a secret, and must not hide what the other checks found."""

    async def check() -> Findings:
        raise KeyError("xoxb-secret")

    (finding,) = await checked("PORT", check(), 1)
    assert finding.state is State.FAULT
    assert "KeyError" in finding.found
    assert "secret" not in finding.found + finding.cure
