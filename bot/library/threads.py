"""What blocks runs in threads of its own: a store that hangs keeps neither the relay's work waiting nor its end.

They are daemons, unlike those of an executor, which Python waits for when the process ends.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Final, TypeVar

from bot.core.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST: Final = 8
"""Threads at work; more calls wait, for as long as their own limit says."""

T = TypeVar("T")


class Threads:
    """Runs what blocks, some of it at a time."""

    def __init__(self, most: int = _MOST) -> None:
        self._free = asyncio.Semaphore(most)

    async def run(self, work: Callable[[], T], limit_s: float) -> T:
        """Do something in a thread, and return or raise what it does.

        Args:
            work: What blocks. It goes on when its time is over, and nobody hears of it.
            limit_s: Seconds, waiting for a thread included.

        Raises:
            TransientError: Its time is over.
        """
        try:
            async with asyncio.timeout(limit_s):
                await self._free.acquire()
                return await self._begun(work)
        except TimeoutError as error:
            raise TransientError("The document library does not answer in time.") from error

    def _begun(self, work: Callable[[], T]) -> asyncio.Future[T]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def settle(put: Callable[[], None]) -> None:
            self._free.release()
            if not future.done():
                put()

        def settle_soon(put: Callable[[], None]) -> None:
            # A loop that is closed waits for nobody.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, put)

        def run() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 -- it is raised where the result is waited for
                broken = error
                settle_soon(lambda: future.set_exception(broken))
            else:
                settle_soon(lambda: future.set_result(result))

        Thread(target=run, name="library", daemon=True).start()
        return future
