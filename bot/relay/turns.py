"""Whose turn it is, where there is no time for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import TypeVar

    Item = TypeVar("Item")


def in_turn(items: Sequence[Item], now: datetime, step: int = 1) -> Sequence[Item]:
    """Begin so much further on each minute, so that those which are not reached now come first some day."""
    first = int(now.timestamp() // 60) * step % max(1, len(items))
    return (*items[first:], *items[:first])
