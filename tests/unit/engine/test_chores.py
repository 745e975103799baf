"""What is done by itself: in turns, each by itself, whatever becomes of the others."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.core.errors import TransientError
from bot.engine import chores as chores_module
from bot.engine.chores import Chores

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.engine.chores import Do

OURS = timedelta(0)
SOON = timedelta(milliseconds=1)
NEVER = timedelta(days=1)
EVERY = timedelta(seconds=7)
WITHIN_S = 5


class FakeTurns:
    """The `Turns` port: says what it is told to, then that it is nobody's turn for a long time.

    Attributes:
        says: What each next question about a chore is answered with.
        asked: (chore, how long a turn lasts), in order.
        silent: Rings when a chore has heard all that there is.
        silences: How often somebody was told that it said nothing.
    """

    def __init__(self, **says: list[timedelta | Exception]) -> None:
        self.says = says
        self.asked: list[tuple[str, timedelta]] = []
        self.silent = {name: asyncio.Event() for name in says}
        self.silences = 0

    def fall_silent(self) -> None:
        self.silences += 1

    async def take(self, chore: str, lasts: timedelta) -> timedelta:
        self.asked.append((chore, lasts))
        if not self.says[chore]:
            self.silent[chore].set()
            return NEVER
        answer = self.says[chore].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def until_silent(self, *names: str) -> None:
        async with asyncio.timeout(WITHIN_S):
            for name in names:
                await self.silent[name].wait()


@asynccontextmanager
async def ticking(turns: FakeTurns, **chores: Do) -> AsyncIterator[Chores]:
    """Run one worker's chores."""
    running = Chores(turns, turns.fall_silent)
    for name, do in chores.items():
        running.register(name, do, EVERY)
    task = asyncio.create_task(running.run())
    try:
        yield running
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Try again at once."""
    monkeypatch.setattr(chores_module, "_AGAIN", timedelta(0))


class Counter:
    """A chore that counts how often it is done.

    Attributes:
        raises: What it raises instead, once each.
    """

    def __init__(self, *raises: Exception) -> None:
        self.done = 0
        self.raises = list(raises)

    async def __call__(self) -> None:
        self.done += 1
        if self.raises:
            raise self.raises.pop(0)


async def hang() -> None:
    """Never end."""
    await asyncio.Event().wait()


async def test_it_is_done_when_it_is_this_worker_s_turn_and_only_then():
    """A turn lasts as long as the chore's period; whoever has none waits for the next."""
    sweep, turns = Counter(), FakeTurns(sweep=[OURS, SOON, SOON, OURS])
    async with ticking(turns, sweep=sweep):
        await turns.until_silent("sweep")
    assert sweep.done == 2
    assert turns.asked == [("sweep", EVERY)] * 5


@pytest.mark.parametrize("error", [TransientError("Down."), ValueError("Oops.")])
async def test_a_chore_that_fails_has_its_next_turn(error):
    """What it raises is logged, and no other chore notices."""
    sweep, survey = Counter(error), Counter()
    turns = FakeTurns(sweep=[OURS, OURS], survey=[OURS, SOON, OURS])
    with capture_logs() as logs:
        async with ticking(turns, sweep=sweep, survey=survey):
            await turns.until_silent("sweep", "survey")
    assert (sweep.done, survey.done, turns.silences) == (2, 2, 0)
    assert [entry["step"] for entry in logs] == ["sweep"]


async def test_a_store_that_does_not_answer_is_asked_again():
    """Nobody knows whose turn it is, so nothing is done, and the worker hears of it; when it answers, it goes on."""
    sweep = Counter()
    turns = FakeTurns(sweep=[TransientError("Down."), TransientError("Down."), OURS])
    with capture_logs() as logs:
        async with ticking(turns, sweep=sweep):
            await turns.until_silent("sweep")
    assert (sweep.done, turns.silences) == (1, 2)
    assert [entry["event"] for entry in logs] == ["task.failed", "task.failed"]


async def test_a_chore_that_hangs_stops_no_other():
    """Nor is it begun a second time by this worker, however many turns go by."""
    sweep, hangs = Counter(), 0

    async def survey() -> None:
        nonlocal hangs
        hangs += 1
        await hang()

    turns = FakeTurns(sweep=[OURS, SOON, OURS], survey=[OURS, OURS, OURS])
    async with ticking(turns, sweep=sweep, survey=survey):
        await turns.until_silent("sweep")
    assert (sweep.done, hangs) == (2, 1)


async def test_a_chore_that_hangs_too_long_is_ended(monkeypatch):
    """Said in the log, and it has its next turn."""
    monkeypatch.setattr(chores_module, "LIMIT", SOON)
    turns = FakeTurns(survey=[OURS, OURS])
    with capture_logs() as logs:
        async with ticking(turns, survey=hang):
            await turns.until_silent("survey")
    assert [(entry["event"], entry["chore"]) for entry in logs] == [("chore.hung", "survey")] * 2


async def test_a_chore_that_hears_nothing_of_its_end_is_told_again(monkeypatch):
    """What it asks the store may take a cancellation for nothing; it would never have another turn."""
    monkeypatch.setattr(chores_module, "LIMIT", SOON)

    async def survey() -> None:
        with suppress(asyncio.CancelledError):
            await hang()
        await hang()

    turns = FakeTurns(survey=[OURS])
    with capture_logs() as logs:
        async with ticking(turns, survey=survey):
            await turns.until_silent("survey")
    assert [entry["event"] for entry in logs] == ["chore.hung"]


async def test_what_a_chore_raises_when_it_is_ended_is_logged(monkeypatch):
    """After that it hung."""
    monkeypatch.setattr(chores_module, "LIMIT", SOON)

    async def survey() -> None:
        try:
            await hang()
        finally:
            raise ValueError

    turns = FakeTurns(survey=[OURS])
    with capture_logs() as logs:
        async with ticking(turns, survey=survey):
            await turns.until_silent("survey")
    assert [entry["event"] for entry in logs] == ["chore.hung", "task.broken"]


async def test_a_chore_s_own_timeout_is_not_taken_for_the_limit():
    """Somebody's call took too long: that is its failure, not a hang."""
    turns = FakeTurns(survey=[OURS])
    with capture_logs() as logs:
        async with ticking(turns, survey=Counter(TimeoutError())):
            await turns.until_silent("survey")
    assert [entry["event"] for entry in logs] == ["task.broken"]


async def test_who_stops_interrupts_what_is_being_done():
    """At once: what is left is found by the next worker's turn."""
    began = asyncio.Event()

    async def survey() -> None:
        began.set()
        await hang()

    async with asyncio.timeout(WITHIN_S), ticking(FakeTurns(survey=[OURS]), survey=survey):
        await began.wait()


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """Give the worker's clock, to be set."""
    clock = [0.0]
    monkeypatch.setattr(chores_module, "_clock", lambda: clock[0])
    return clock


async def test_chores_that_ask_for_their_turns_are_ticking(clock):
    """Before the first and after a silence they are not; whoever balances load is told so."""
    turns = FakeTurns(sweep=[OURS])
    assert not Chores(turns, turns.fall_silent).are_ticking
    async with ticking(turns, sweep=Counter()) as running:
        await turns.until_silent("sweep")
        clock[0] = 21
        assert running.are_ticking
        clock[0] = 23
        assert running.are_ticking is False


async def test_one_chore_that_stands_still_says_that_something_is_wrong(clock):
    """Although all others tick."""
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def sweep() -> None:
        began.set()
        await goes_on.wait()

    turns = FakeTurns(sweep=[OURS, SOON], survey=[OURS])
    async with ticking(turns, sweep=sweep, survey=hang) as running:
        await began.wait()
        assert running.are_ticking
        clock[0] = 23
        goes_on.set()
        await turns.until_silent("sweep")
        assert not running.are_ticking
