"""The smallest difference of two lists of numbers. The law: stretches cover both sides in order, kept ones are equal.

An exact difference costs as many steps as a table of both lists has cells, so it is only asked for where that table
is small: equal ends are trimmed, and what is still large is split at the rows of numbers, and then at the numbers, that
stand exactly once on each side, as far as these come in the same order. What they do not split is solved with ever less
care.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel, Levenshtein

SPLIT_ABOVE = 4_000_000
"""Cells. A larger table is split at unique numbers first."""

EXACT_UP_TO = 16_000_000
"""Cells. The exact difference keeps a bit for each."""

CLOSE_UP_TO = 4_000_000_000
"""Cells. The edit distance needs little memory and at most a second; beyond it all counts as replaced."""

ROW = 8
"""Numbers. In a long text nearly every word stands more than once, but few rows of so many words do."""

STEP = 64
"""Where both sides go on alike, they are split about so many numbers apart, so that long stretches count for more."""

MAX_ROUNDS = 8
"""How often a part is split again, so that no list is read more often than this."""


_STRIDES = (1024, 32, 1)
"""How many numbers are compared at once while all are equal."""


class Stretch(NamedTuple):
    """A part of both lists: numbers that stay, or numbers that were replaced. One side may be empty."""

    kept: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int

    @property
    def is_empty(self) -> bool:
        """Whether it covers nothing on either side."""
        return self.old_start == self.old_end and self.new_start == self.new_end

    @property
    def cells(self) -> int:
        """The size of the table that an exact difference of it would fill."""
        return (self.old_end - self.old_start) * (self.new_end - self.new_start)

    @property
    def flipped(self) -> "Stretch":
        """The same with the sides exchanged."""
        return Stretch(self.kept, self.new_start, self.new_end, self.old_start, self.old_end)


class Script(list[Stretch]):
    """Stretches in order, kept and changed in turn."""

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        super().__init__()
        for stretch in stretches:
            self.add(stretch)

    def add(self, stretch: Stretch) -> None:
        """Go on with a stretch; it joins the last one if both are kept or both are changed."""
        if stretch.is_empty:
            return
        if self and self[-1].kept == stretch.kept:
            stretch = self.pop()._replace(old_end=stretch.old_end, new_end=stretch.new_end)
        self.append(stretch)


def compare(old: Sequence[int], new: Sequence[int]) -> Script:
    """Compare two lists."""
    whole = Stretch(kept=False, old_start=0, old_end=len(old), new_start=0, new_end=len(new))
    return Script(_compare_part(old, new, whole, 0))


def _compare_part(old: Sequence[int], new: Sequence[int], part: Stretch, rounds: int) -> Iterator[Stretch]:
    """Settle one part after `rounds` splits: equal ends, and between them whatever its size allows."""
    head = _equal_from(old, new, part)
    inner = part._replace(old_start=part.old_start + head, new_start=part.new_start + head)
    tail = _equal_to(old, new, inner)
    inner = inner._replace(old_end=part.old_end - tail, new_end=part.new_end - tail)
    yield part._replace(kept=True, old_end=inner.old_start, new_end=inner.new_start)
    yield from _settle(old, new, inner, rounds)
    yield part._replace(kept=True, old_start=inner.old_end, new_start=inner.new_end)


def _settle(old: Sequence[int], new: Sequence[int], part: Stretch, rounds: int) -> Iterator[Stretch]:
    may_split = part.cells > SPLIT_ABOVE and rounds < MAX_ROUNDS
    if anchors := _anchors(old, new, part) if may_split else []:
        # An anchor is kept by the part that begins with it: its equal head.
        for (old_start, new_start), (old_end, new_end) in pairwise(
            chain([(part.old_start, part.new_start)], anchors, [(part.old_end, part.new_end)])
        ):
            between = Stretch(
                kept=False, old_start=old_start, old_end=old_end, new_start=new_start, new_end=new_end
            )
            yield from _compare_part(old, new, between, rounds + 1)
    elif 0 < part.cells <= CLOSE_UP_TO:
        yield from _solve(old, new, part)
    else:
        yield part


def _solve(old: Sequence[int], new: Sequence[int], part: Stretch) -> Iterator[Stretch]:
    solver = Indel if part.cells <= EXACT_UP_TO else Levenshtein
    steps = solver.opcodes(old[part.old_start : part.old_end], new[part.new_start : part.new_end])
    for step in steps:
        yield Stretch(
            kept=step.tag == "equal",
            old_start=part.old_start + step.src_start,
            old_end=part.old_start + step.src_end,
            new_start=part.new_start + step.dest_start,
            new_end=part.new_start + step.dest_end,
        )


def _equal_from(old: Sequence[int], new: Sequence[int], part: Stretch) -> int:
    """Count the numbers that are equal from the start of the part."""
    longest = min(part.old_end - part.old_start, part.new_end - part.new_start)
    alike = 0
    for way in _STRIDES:
        while alike + way <= longest and _are_equal(
            old, part.old_start + alike, new, part.new_start + alike, way
        ):
            alike += way
    return alike


def _equal_to(old: Sequence[int], new: Sequence[int], part: Stretch) -> int:
    """Count the numbers that are equal up to the end of the part."""
    longest = min(part.old_end - part.old_start, part.new_end - part.new_start)
    alike = 0
    for way in _STRIDES:
        while alike + way <= longest and _are_equal(
            old, part.old_end - alike - way, new, part.new_end - alike - way, way
        ):
            alike += way
    return alike


def _are_equal(old: Sequence[int], old_start: int, new: Sequence[int], new_start: int, length: int) -> bool:
    return old[old_start : old_start + length] == new[new_start : new_start + length]


def _anchors(old: Sequence[int], new: Sequence[int], part: Stretch) -> list[tuple[int, int]]:
    """Find where to split: at rows or numbers unique on each side of the part, as many as come in the same order."""
    for length in (ROW, 1):
        old_places = _unique_places(old[part.old_start : part.old_end], length)
        new_places = _unique_places(new[part.new_start : part.new_end], length)
        pairs = [
            (part.old_start + place, part.new_start + new_places[row])
            for row, place in old_places.items()
            if not place % length and row in new_places
        ]
        if pairs:
            return _longest_chain(_thinned(pairs, length))
    return []


def _unique_places(numbers: Sequence[int], length: int) -> dict[tuple[int, ...], int]:
    """Tell where each row of this length begins that stands there exactly once, in order."""
    rows = list(zip(*(numbers[way:] for way in range(length)), strict=False))
    last = dict(zip(rows, count(), strict=False))
    if len(last) == len(rows):
        return last
    first = dict(zip(reversed(rows), count(len(rows) - 1, -1), strict=False))
    return {row: place for row, place in last.items() if first[row] == place}


def _thinned(pairs: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Leave out pairs that the one before them leads to, but for one in a while: they are kept with it anyhow."""
    followed = chain([(-1, -1)], ((one + length, other + length) for one, other in pairs))
    return [
        pair
        for pair, expected in zip(pairs, followed, strict=False)
        if pair != expected or not pair[0] % STEP
    ]


def _longest_chain(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of pairs in rising order of their first place, keep the most whose second places rise as well."""
    ends: list[int] = []  # The smallest second place on which a chain of each length ends,
    holders: list[int] = []  # and which pair that is.
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(holders[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        holders[length : length + 1] = [index]
    chained = []
    index = holders[-1] if holders else -1
    while index >= 0:
        chained.append(pairs[index])
        index = before[index]
    return chained[::-1]
