"""What is done by itself, again and again, by one worker of the fleet at a time.

Each worker ticks by its own monotonic clock, and the turn is taken in the store and lasts by the store's clock: so
neither a wrong clock nor a worker that dies in the middle puts off what is due.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, Protocol

import structlog

from bot.core.errors import TransientError
from bot.engine.contained import contained
from bot.relay.ended import ended

_log: Final = structlog.get_logger(__name__)

Do = Callable[[], Awaitable[object]]

LIMIT: Final = timedelta(seconds=60)
"""A chore that takes longer hangs: it is ended, and has its next turn."""

_AGAIN: Final = timedelta(seconds=1)
"""How soon a turn is asked for again when it, or the chore, failed."""

_LATE: Final = timedelta(seconds=15)
"""How long after its time a chore that does not tick says that something is wrong."""


class Turns(Protocol):
    """Whose turn it is, among all workers."""

    async def take(self, chore: str, lasts: timedelta) -> timedelta:
        """Return zero when the turn is this worker's, else how long until the next one can be had.

        Raises:
            TransientError: Nobody knows.
        """


class Chores:
    """One worker's part in what is done by itself. None of them waits for another.

    Args:
        turns: Asked before each.
        on_silence: Called whenever the turns were asked in vain.
    """

    def __init__(self, turns: Turns, on_silence: Callable[[], None]) -> None:
        self._turns = turns
        self._on_silence = on_silence
        self._chores: dict[str, tuple[Do, timedelta]] = {}
        self._late_at: dict[str, float] = {}

    @property
    def are_ticking(self) -> bool:
        """Say whether every chore has lately asked for its turn, and was told whose it is."""
        return bool(self._late_at) and min(self._late_at.values()) > _clock()

    def register(self, name: str, do: Do, every: timedelta) -> None:
        """Have something done again and again, once in the fleet; its name is permanent."""
        self._chores[name] = (do, every)

    async def run(self) -> None:
        """Take turns until cancelled; what is being done then is interrupted."""
        tasks = []
        for name in self._chores:
            self._ticks(name)
            tasks.append(asyncio.create_task(self._repeat(name), name=name))
        try:
            await asyncio.gather(*tasks)
        finally:
            await asyncio.gather(*map(ended, tasks))

    async def _repeat(self, name: str) -> None:
        while True:
            waits = _AGAIN
            with contained(name):
                waits = await self._tick(name)
            await asyncio.sleep(waits.total_seconds())

    async def _tick(self, name: str) -> timedelta:
        """Do it if it is this worker's turn, and return how long until the next turn, as far as is known."""
        do, every = self._chores[name]
        try:
            waits = await self._turns.take(name, every)
        except TransientError:
            self._on_silence()
            raise
        self._ticks(name)
        if waits:
            return waits
        await _limited(name, do)
        return timedelta(0)

    def _ticks(self, name: str) -> None:
        _do, every = self._chores[name]
        self._late_at[name] = _clock() + (every + _LATE).total_seconds()


async def _limited(name: str, do: Do) -> None:
    """Do something, and end it when it hangs, for certain: one cancellation may be taken for nothing."""
    doing = asyncio.ensure_future(do())
    try:
        await asyncio.wait({doing}, timeout=LIMIT.total_seconds())
        if not doing.done():
            _log.error("chore.hung", chore=name, limit_s=LIMIT.total_seconds())
    finally:
        await ended(doing)
    if not doing.cancelled():
        doing.result()


def _clock() -> float:
    return asyncio.get_running_loop().time()
