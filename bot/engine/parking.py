"""Work that breaks again and again rests between its tries: a bug costs neither a worker's time nor its log."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_S: Final = 15.0
"""Seconds that work rests at most: what breaks no more may be about a deadline."""

_MOST: Final = 1_000
"""Pieces of work that are remembered; of more, the oldest is tried at once."""


class Parking:
    """Remembers, in one process, what broke how often.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._broken: dict[tuple[str, str], tuple[int, float]] = {}

    def is_resting(self, step: str, ref: str) -> bool:
        """Say whether a step of a record is not to be tried yet."""
        _, until = self._broken.get((step, ref), (0, 0.0))
        return self._clock() < until

    def note(self, step: str, ref: str, *, is_broken: bool) -> None:
        """Note how a try went: each one that breaks in a row doubles the rest, from a second on."""
        times, _ = self._broken.pop((step, ref), (0, 0.0))
        if not is_broken:
            return
        rest_s = min(2.0**times, LONGEST_S)
        self._broken[step, ref] = (times + 1, self._clock() + rest_s)
        if len(self._broken) > _MOST:
            del self._broken[next(iter(self._broken))]
