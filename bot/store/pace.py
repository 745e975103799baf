"""Slack's pace, shared by all workers: turns taken in Redis, by its clock."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from bot.core.errors import TransientError
from bot.store.errors import translated
from bot.store.jobs import SCRIPTS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.store.keys import Keys

LONGEST_WAIT_S: Final = 5.0
"""Seconds that a task waits for its turn; beyond that it ends and comes again, since tasks are short."""


AHEAD: Final = 3
"""Turns that may be taken ahead after a rest: Slack tolerates short bursts, and a round of three stands at once."""


class RedisPace:
    """Turns for everything that Slack counts."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._keys = keys
        self._turn = client.register_script((SCRIPTS / "turn.lua").read_text())
        self._hold = client.register_script((SCRIPTS / "hold.lua").read_text())

    async def turn(self, key: str, interval_s: float, patience_s: float = LONGEST_WAIT_S) -> None:
        """Wait for the next turn of something that happens once in `interval_s` seconds, in the long run.

        Raises:
            TransientError: The turn is more than `patience_s` seconds off; `retry_after_s` says how far.
        """
        with translated():
            arguments = (round(interval_s * 1000), AHEAD, round(patience_s * 1000))
            wait_ms = int(await self._turn(keys=[self._keys.pace(key), self._keys.held(key)], args=arguments))
        if wait_ms < 0:
            sentence = "Slack's pace does not allow this yet."
            raise TransientError(sentence, retry_after_s=-wait_ms / 1000)
        await asyncio.sleep(wait_ms / 1000)

    async def hold(self, key: str, seconds: float) -> None:
        """Let nobody have a turn for so many seconds."""
        with translated():
            await self._hold(keys=[self._keys.held(key)], args=(max(1, round(seconds * 1000)),))
