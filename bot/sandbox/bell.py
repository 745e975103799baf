"""Waiting for something to become true, without polling.

Whoever changes anything rings the bell; whoever waits looks again at each ring.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """Wakes everybody who waits for a change of state. Belongs to one event loop."""

    def __init__(self) -> None:
        self._sleepers: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Say that something changed. Never blocks; may be called from a plain function."""
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def heard(self, *, within_s: float | None = None) -> bool:
        """Wait for the next ring.

        Args:
            within_s: Seconds to wait at most. None waits for ever.

        Returns:
            Whether the bell rang in that time.
        """
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            rung, _ = await asyncio.wait([sleeper], timeout=within_s)
            return bool(rung)
        finally:
            self._sleepers.discard(sleeper)

    async def until(self, look: Callable[[], Found | None], *, within_s: float = 10) -> Found:
        """Wait until `look` gives something true, and return it.

        Args:
            look: Called at once and after every ring; must not change anything.
            within_s: Seconds to wait at most.

        Raises:
            TimeoutError: It did not become true in that time.
        """
        async with asyncio.timeout(within_s):
            while not (found := look()):
                await self.heard()
            return found
