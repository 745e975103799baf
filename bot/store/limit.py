"""How often programs may ask: buckets of turns in Redis, shared by all workers, by its clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.store.errors import translated
from bot.store.jobs import SCRIPTS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.store.keys import Keys


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket that is full at first, and fills again steadily.

    Attributes:
        most: How many turns a full one holds.
        fills_s: Seconds in which an empty one is full again.
    """

    most: int
    fills_s: int


EDITS: Final = (Bucket(30, 60), Bucket(300, 3600))
"""Edits that programs start: enough for a queue that was down for a while, and too few for a loop that runs wild."""


class RedisLimit:
    """Turns of one thing, out of several buckets at once.

    Args:
        client: Bytes in, bytes out.
        keys: Where everything stands.
        what: Names the thing.
        buckets: Each must have a turn left.
    """

    def __init__(self, client: Redis, keys: Keys, what: str, buckets: tuple[Bucket, ...]) -> None:
        self._keys = [keys.limit(f"{what} {bucket.most}/{bucket.fills_s}") for bucket in buckets]
        self._given = [number for b in buckets for number in (b.fills_s * 1000 / b.most, b.most)]
        self._limit = client.register_script((SCRIPTS / "limit.lua").read_text())

    async def take(self) -> float:
        """Take a turn and return 0; or take none, and return in how many seconds one will be there.

        Raises:
            TransientError: The store does not answer.
        """
        with translated():
            return int(await self._limit(keys=self._keys, args=self._given)) / 1000
