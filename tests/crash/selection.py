"""Which deaths are died: all of them, or one for every distinct name and phase, chosen alike on every machine."""

from __future__ import annotations

import zlib
from collections import Counter
from typing import TYPE_CHECKING

from tests.crash.wires import Phase, Point

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tests.crash.scenarios import Scenario

    Death = tuple[Scenario, Point]
    Census = Mapping[Scenario, Sequence[str]]
    """The calls of each scenario when nobody dies, by name, in order."""


def every(census: Census) -> list[Death]:
    """Return every call of every scenario, in each phase."""
    return [
        (scenario, Point(name, nth, phase))
        for scenario, calls in census.items()
        for name, nth in _numbered(calls)
        for phase in Phase
    ]


def one_of_each(census: Census) -> list[Death]:
    """Return one death for each name and phase; where several scenarios make the call, they share its phases out."""
    found: dict[str, list[tuple[Scenario, int]]] = {}
    for scenario, calls in census.items():
        for name, nth in _numbered(calls):
            found.setdefault(name, []).append((scenario, nth))
    return [
        (scenario, Point(name, nth, phase))
        for name, places in sorted(found.items())
        for turn, phase in enumerate(Phase)
        for scenario, nth in [_first_of(places, turn)]
    ]


def share(deaths: Iterable[Death], number: int, count: int) -> list[Death]:
    """Return one of so many shares; what is in it depends on each death alone, not on the others."""
    return [
        death
        for death in deaths
        if zlib.crc32(f"{death[1].name} {death[1].phase}".encode()) % count == number
    ]


def _first_of(places: Sequence[tuple[Scenario, int]], turn: int) -> tuple[Scenario, int]:
    """Choose a scenario in turn, and there the first call, which every run reaches."""
    firsts = [place for place in places if place[1] == 1]
    return firsts[turn % len(firsts)]


def _numbered(calls: Sequence[str]) -> Iterator[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for name in calls:
        counts[name] += 1
        yield name, counts[name]
