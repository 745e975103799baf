"""How often the app may call: a tier for each method, and one message a second in each channel.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from typing import TYPE_CHECKING

from bot.sandbox.slack.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S = 60


class Rates:
    """The limits and what was used of them. Nothing is limited until `is_strict` is set."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.is_strict = False
        """Whether calls over a limit are refused."""
        self.per_minute: dict[str, int] = {}
        """Calls a minute for single methods, where they shall differ from their tier."""
        self.refused_share = 0.0
        """The share of all calls, evenly spread, that are refused whatever the limits say: 0.7 is 7 of 10."""
        self.channel_burst = 5
        """How many messages a channel takes at once before the pace below rules. Slack publishes no number."""
        self.channel_pace_s = 1.0
        """Seconds between messages in one channel in the long run."""
        self._clock = clock
        self._owed = 0.0
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._channel_free_at: dict[str, float] = {}

    def spend(self, method: str, tier: int, channel: str | None) -> None:
        """Count a call.

        Args:
            method: Its name.
            tier: Calls a minute unless `per_minute` says otherwise.
            channel: Where it posts a message, if it does.

        Raises:
            RateLimitedError: It was one too many, and does not count.
        """
        self._refuse_some()
        if not self.is_strict:
            return
        self._check_tier(method, self.per_minute.get(method, tier))
        if channel:
            self._spend_message(channel)
        self._calls[method].append(self._clock())

    def _refuse_some(self) -> None:
        self._owed += self.refused_share
        if self._owed >= 1:
            self._owed -= 1
            raise RateLimitedError(1)

    def _check_tier(self, method: str, most: int) -> None:
        now, calls = self._clock(), self._calls[method]
        while calls and calls[0] <= now - WINDOW_S:
            calls.popleft()
        if len(calls) >= most:
            raise RateLimitedError(math.ceil(calls[0] + WINDOW_S - now))

    def _spend_message(self, channel: str) -> None:
        """Take one message's time out of the channel's store of `channel_burst` messages."""
        now = self._clock()
        free_at = max(self._channel_free_at.get(channel, now), now)
        wait_s = free_at - now - (self.channel_burst - 1) * self.channel_pace_s
        if wait_s > 0:
            raise RateLimitedError(math.ceil(wait_s))
        self._channel_free_at[channel] = free_at + self.channel_pace_s
