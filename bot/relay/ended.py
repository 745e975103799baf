"""How a task is ended for certain."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asyncio import Task

_PATIENCE: Final = timedelta(milliseconds=200)


async def ended(task: Task[Any], patience: timedelta = _PATIENCE) -> None:
    """Cancel a task until it has ended, and let nothing interrupt that.

    Once is not enough: redis-py sends with `asyncio.wait_for`, which until Python 3.12 takes a cancellation that
    comes with the end of a write for nothing at all.

    Args:
        task: Whatever it raises is not raised here.
        patience: How long it may take to end in order before it is cancelled again.

    Source: https://github.com/python/cpython/issues/86296
    """
    while not task.done():
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task}, timeout=patience.total_seconds())
