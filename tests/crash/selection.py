"""Which deaths are died: all of them, or one for every distinct name and phase, chosen alike on every machine."""

from __future__ import annotations

import os
import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Final

from tests.crash.wires import Phase, Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.crash.scenarios import Scenario

    Death = tuple[Scenario, Point | None]
    Census = Mapping[Scenario, Sequence[str]]
    """The calls of each scenario when nobody dies, by name, in order."""

IS_SOAK: Final = bool(os.environ.get("SOAK"))
"""Whether all deaths are died, however long that takes."""

_NUMBERS: Final = re.compile(r"(?::\d+)+")
"""Of a slot: cards and rounds are posted and noted alike, whichever they are."""


def every(census: Census) -> list[Death]:
    """Return every call of every scenario, in each phase."""
    return [
        (scenario, Point(name, nth, phase))
        for scenario, calls in census.items()
        for name, nth in _numbered(calls)
        for phase in Phase
    ]


def one_of_each(census: Census) -> list[Death]:
    """Return one death for each kind of call and phase; where several scenarios make it, they share its phases out.

    A write whose answer is lost and one whose answer is unrecorded leave the same world behind, but for an ack that
    the latter lets out, so that only the latter is died here.
    """
    found: dict[str, list[tuple[Scenario, str]]] = {}
    for scenario, calls in census.items():
        for name in dict.fromkeys(calls):
            found.setdefault(_NUMBERS.sub("", name), []).append((scenario, name))
    return [
        (scenario, Point(name, 1, phase))
        for kind, places in sorted(found.items())
        for turn, phase in enumerate(_phases(kind))
        for scenario, name in [places[turn % len(places)]]
    ]


def share(deaths: Iterable[Death], number: int, count: int) -> list[Death]:
    """Return one of so many shares; what is in it depends on each death alone, not on the others."""
    return [death for death in deaths if zlib.crc32(str(death[1]).encode()) % count == number]


def _phases(kind: str) -> tuple[Phase, ...]:
    return (Phase.BEFORE, Phase.UNRECORDED) if kind.startswith("store ") else tuple(Phase)


def _numbered(calls: Sequence[str]) -> Iterator[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for name in calls:
        counts[name] += 1
        yield name, counts[name]
