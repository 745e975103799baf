"""The smallest difference of two texts. The law: stretches cover both sides in order, kept ones are equal.

An exact difference costs as many steps as a table of both lists has cells, so it is only asked for where that table
is small: equal ends are trimmed, and what is still large is split at the rows of letters, and then at the letters, that
stand exactly once on each side, as far as these come in the same order. What they do not split is solved with ever less
care. A letter stands for whatever is compared: a word, a row of a table.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Hashable, Iterable, Iterator, Sequence
from itertools import chain, count, pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel, Levenshtein

SPLIT_ABOVE = 4_000_000
"""Cells. A larger table is split at unique letters first."""

EXACT_UP_TO = 16_000_000
"""Cells. The exact difference keeps a bit for each."""

CLOSE_UP_TO = 1_000_000_000
"""Cells. The edit distance needs little memory and a tenth of a second; beyond it all counts as replaced."""

ROW = 8
"""Letters. In a long text nearly every word stands more than once, but few rows of so many words do."""

STEP = 64
"""Where both sides go on alike, they are split about so many letters apart, so that long stretches count for more."""

MAX_ROUNDS = 8
"""How often a part is split again, so that no text is read more often than this."""


_STRIDES = (1024, 32, 1)
"""How many letters are compared at once while all are equal."""


class Stretch(NamedTuple):
    """A part of both texts: letters that stay, or letters that were replaced. One side may be empty."""

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


def compare(old: Iterable[Hashable], new: Iterable[Hashable]) -> Script:
    """Compare two lists of at most a million different things; what is equal is the same letter on both sides."""
    letters: defaultdict[Hashable, str] = defaultdict(map(chr, count()).__next__)
    old_text, new_text = ("".join(map(letters.__getitem__, side)) for side in (old, new))
    whole = Stretch(kept=False, old_start=0, old_end=len(old_text), new_start=0, new_end=len(new_text))
    return Script(_compare_part(old_text, new_text, whole, 0))


def _compare_part(old: str, new: str, part: Stretch, rounds: int) -> Iterator[Stretch]:
    """Settle one part after `rounds` splits: equal ends, and between them whatever its size allows."""
    head = _equal_from(old, new, part)
    inner = part._replace(old_start=part.old_start + head, new_start=part.new_start + head)
    tail = _equal_to(old, new, inner)
    inner = inner._replace(old_end=part.old_end - tail, new_end=part.new_end - tail)
    yield part._replace(kept=True, old_end=inner.old_start, new_end=inner.new_start)
    yield from _settle(old, new, inner, rounds)
    yield part._replace(kept=True, old_start=inner.old_end, new_start=inner.new_end)


def _settle(old: str, new: str, part: Stretch, rounds: int) -> Iterator[Stretch]:
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


def _solve(old: str, new: str, part: Stretch) -> Iterator[Stretch]:
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


def _equal_from(old: str, new: str, part: Stretch) -> int:
    """Count the letters that are equal from the start of the part."""
    longest = min(part.old_end - part.old_start, part.new_end - part.new_start)
    alike = 0
    for way in _STRIDES:
        while alike + way <= longest and _are_equal(
            old, part.old_start + alike, new, part.new_start + alike, way
        ):
            alike += way
    return alike


def _equal_to(old: str, new: str, part: Stretch) -> int:
    """Count the letters that are equal up to the end of the part."""
    longest = min(part.old_end - part.old_start, part.new_end - part.new_start)
    alike = 0
    for way in _STRIDES:
        while alike + way <= longest and _are_equal(
            old, part.old_end - alike - way, new, part.new_end - alike - way, way
        ):
            alike += way
    return alike


def _are_equal(old: str, old_start: int, new: str, new_start: int, length: int) -> bool:
    return old[old_start : old_start + length] == new[new_start : new_start + length]


def _anchors(old: str, new: str, part: Stretch) -> list[tuple[int, int]]:
    """Find where to split: at rows or letters unique on each side of the part, as many as come in the same order."""
    old, new = old[part.old_start : part.old_end], new[part.new_start : part.new_end]
    for length in (ROW, 1):
        every = {old[place : place + length] for place in range(0, len(old), length)}
        old_places = _unique_places(old, length, every)
        new_places = _unique_places(new, length, old_places)
        pairs = [
            (part.old_start + place, part.new_start + new_places[row])
            for row, place in old_places.items()
            if row in new_places
        ]
        if pairs:
            return _longest_chain(_thinned(pairs, length))
    return []


def _unique_places(letters: str, length: int, wanted: Container[str]) -> dict[str, int]:
    """Tell where each of the wanted rows of this length begins that stands there exactly once, in order."""
    found = [
        (row, place)
        for place in range(len(letters) - length + 1)
        if (row := letters[place : place + length]) in wanted
    ]
    last = dict(found)
    if len(last) == len(found):
        return last
    first = dict(reversed(found))
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
