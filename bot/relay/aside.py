"""Long thinking, done aside: a press must be acked within three seconds, whatever else is being compared."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.core.proposal import Content

Found = TypeVar("Found")

SHORT: Final = 20_000
"""Characters that are compared in a few milliseconds: not worth a thread."""


async def aside(contents: Iterable[Content], think: Callable[[], Found]) -> Found:
    """Do pure work on some texts, in a thread of its own when they are long.

    The caps of the redline bound how long it takes; a thread only keeps the others from waiting.
    """
    if sum(len(text.old_html or "") + len(text.new_html or "") for text in contents) <= SHORT:
        return think()
    return await asyncio.to_thread(think)
