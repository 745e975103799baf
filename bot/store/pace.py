"""Slack's pace, shared by all workers: turns taken in Redis, by its clock, the most urgent first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.core.errors import TransientError
from bot.store.codec import milliseconds, moment, text
from bot.store.errors import translated
from bot.store.jobs import SCRIPTS

if TYPE_CHECKING:
    from datetime import datetime

    from redis.asyncio import Redis

    from bot.relay.ports import Urgency
    from bot.store.keys import Keys

AHEAD: Final = 3
"""Turns that may be taken ahead after a rest: Slack tolerates short bursts, and a round of three stands at once."""

LINGER: Final = timedelta(seconds=3)
"""For how long those behind wait for somebody who should have come back: a task may be that late, and a dead one too."""

LONGEST: Final = timedelta(seconds=30)
"""For how long somebody is sent away at most (twice that, to spread them): those before them may have gone."""

_NEVER: Final = 10**15
"""In ms: behind everybody who has a moment."""


class RedisPace:
    """Turns for everything that Slack counts.

    A key names a method, and behind a blank what it is counted for by itself, such as a channel.
    """

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys
        self._turn = client.register_script((SCRIPTS / "turn.lua").read_text())
        self._hold = client.register_script((SCRIPTS / "hold.lua").read_text())

    async def turn(self, key: str, interval_s: float, patience_s: float, who: str, urgency: Urgency) -> None:
        """Wait for the next turn of something that happens once in `interval_s` seconds, in the long run.

        Whoever is refused keeps their place for when they come back at the time that they were told.

        Args:
            key: What there are turns for.
            interval_s: Seconds for each.
            patience_s: Seconds to wait at most.
            who: Names whoever waits, now and when they come back.
            urgency: Who goes first.

        Raises:
            TransientError: The turn is further off than that; `retry_after_s` says how far.
        """
        ends_at = _clock() + patience_s
        while wait_s := await self._ask(key, interval_s, who, urgency):
            if _clock() + wait_s > ends_at:
                sentence = "Slack's pace does not allow this yet."
                raise TransientError(sentence, retry_after_s=wait_s)
            await asyncio.sleep(wait_s)

    async def backlog(self, key: str, interval_s: float) -> timedelta:
        """Return how long it takes until everybody who waits under a key has had all turns that they need."""
        with translated():
            now, waiting = await asyncio.gather(self._now(), self._client.hvals(self._keys.waiting(key)))
        overdue = milliseconds(now - LINGER)
        entries = [text(entry).split() for entry in waiting]
        return timedelta(
            seconds=interval_s * sum(int(entry[3]) for entry in entries if int(entry[2]) >= overdue)
        )

    async def free(self, method: str) -> None:
        """Let a call be made, unless its method is held.

        Raises:
            TransientError: It is; `retry_after_s` says for how long.
        """
        with translated():
            # It ends by itself: what is there counts, whatever time it is.
            wait_ms = int(await self._client.pttl(self._keys.held(method)))
        if wait_ms > 0:
            sentence = "Slack wants fewer calls at the moment."
            raise TransientError(sentence, retry_after_s=wait_ms / 1000)

    async def hold(self, method: str, seconds: float) -> None:
        """Let nobody call a method for so many seconds."""
        with translated():
            await self._hold(keys=[self._keys.held(method)], args=(max(1, round(seconds * 1000)),))

    async def _ask(self, key: str, interval_s: float, who: str, urgency: Urgency) -> float:
        """Take the turn, and return 0; or return in how many seconds to ask again."""
        keys = (self._keys.pace(key), self._keys.held(key.partition(" ")[0]), self._keys.waiting(key))
        arguments = (
            round(interval_s * 1000),
            AHEAD,
            who,
            milliseconds(urgency.by) if urgency.by else _NEVER,
            urgency.turns,
            round(LINGER.total_seconds() * 1000),
            round(LONGEST.total_seconds() * 1000),
        )
        with translated():
            return int(await self._turn(keys=keys, args=arguments)) / 1000

    async def _now(self) -> datetime:
        return moment(await self._client.time())


def _clock() -> float:
    return asyncio.get_running_loop().time()
