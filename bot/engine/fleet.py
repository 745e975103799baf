"""What the workers share besides the queue: whose turn it is, and who is there. Both go by the store's clock."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from redis.exceptions import RedisError

from bot.core.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from docket import Docket
    from redis.asyncio import Redis

_TURN: Final = (Path(__file__).parent / "scripts" / "turn.lua").read_text()

_MISSED: Final = timedelta(seconds=10)
"""How long after its last sign of life a worker counts as there."""


class Fleet:
    """All workers of one queue, as one of them sees them.

    Args:
        docket: Connected, whenever something is asked.
    """

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        self._name = secrets.token_hex(8)

    async def take(self, chore: str, lasts: timedelta) -> timedelta:
        """Take the next turn at a chore, for as long as a turn lasts; and be there.

        Returns:
            Zero when the turn is this worker's, else how long until the next one can be had.

        Raises:
            TransientError: The store does not answer, or takes no writes.
        """
        keys = [self._docket.key(f"turn:{chore}"), self._there]
        arguments = (self._name, _milliseconds(lasts), _milliseconds(_MISSED))
        async with _asked(self._docket) as redis:
            waits_ms = await redis.register_script(_TURN)(keys=keys, args=arguments)
        return timedelta(milliseconds=int(waits_ms))

    async def leave(self) -> None:
        """Be there no more.

        Raises:
            TransientError: The store does not answer; it forgets this worker by itself.
        """
        async with _asked(self._docket) as redis:
            await redis.zrem(self._there, self._name)

    async def count(self) -> int:
        """Return how many workers are there, of whichever process.

        Raises:
            TransientError: The store does not answer.
        """
        async with _asked(self._docket) as redis:
            seconds, micros = await redis.time()
            return int(await redis.zcount(self._there, seconds * 1000 + micros // 1000, "+inf"))

    @property
    def _there(self) -> str:
        return self._docket.key("there")


@asynccontextmanager
async def _asked(docket: Docket) -> AsyncIterator[Redis]:
    """Give the queue's connection; what it raises can be tried again."""
    try:
        async with docket.redis() as redis:
            # Docket types its client by what Docket uses of it; it is redis-py's.
            yield cast("Redis", redis)
    except (RedisError, OSError) as error:
        sentence = f"The queue does not answer ({type(error).__name__})."
        raise TransientError(sentence) from error


def _milliseconds(duration: timedelta) -> int:
    return round(duration.total_seconds() * 1000)
