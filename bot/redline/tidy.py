"""From the smallest difference to a readable one. The law: what differs is never marked as kept.

The smallest difference of a rewritten sentence is confetti, and where a word stands twice it may cut between the
wrong two. Four steps, each of which only moves the borders between kept and changed:

1. `slide`: a pure insertion or deletion moves to where it ends with a paragraph or a sentence;
2. `expose`: a change that nobody could see, of white space alone, takes in the words around it;
3. `join`: islands of kept words too short to read between two changes become part of the change;
4. `pair_ends`: within a change, paragraph ends of both sides are matched, so that paragraphs answer to each other.

To be readable, a change never reaches over the end of a paragraph or the border of a cell.
"""

from collections.abc import Iterator, Sequence, Set
from itertools import accumulate, groupby, islice
from typing import NamedTuple

from bot.redline.difference import Script, Stretch
from bot.redline.words import BORDERS, Sort, Token

MIN_ISLAND = 3
"""Words. Fewer kept words between two changes are joined to them."""

_SENTENCE_ENDS = frozenset(".;!?\u3002\uff01\uff1f")


class Sides(NamedTuple):
    """The tokens of both sides."""

    old: Sequence[Token]
    new: Sequence[Token]


def tidy(script: Script, sides: Sides) -> Script:
    """Make the smallest difference readable."""
    return pair_ends(join(expose(slide(script, sides), sides), sides), sides)


def slide(script: Script, sides: Sides) -> Script:
    """Move each pure insertion or deletion to the best of the places where it says the same."""
    result = Script()
    rest = script[::-1]
    while rest:
        stretch = rest.pop()
        if stretch.kept or stretch.cells:
            result.add(stretch)
            continue
        before = result.pop() if result else _nothing(stretch.old_start, stretch.new_start)
        after = rest.pop() if rest else _nothing(stretch.old_end, stretch.new_end)
        shift = _best_shift(before, stretch, after, sides)
        result.add(before._replace(old_end=before.old_end + shift, new_end=before.new_end + shift))
        result.add(_moved(stretch, shift))
        rest.append(after._replace(old_start=after.old_start + shift, new_start=after.new_start + shift))
    return result


def _moved(stretch: Stretch, shift: int) -> Stretch:
    return Stretch(stretch.kept, *(place + shift for place in stretch[1:]))


def _nothing(old: int, new: int) -> Stretch:
    return Stretch(kept=True, old_start=old, old_end=old, new_start=new, new_end=new)


def _best_shift(before: Stretch, stretch: Stretch, after: Stretch, sides: Sides) -> int:
    inserted = stretch.old_start == stretch.old_end
    tokens = sides.new if inserted else sides.old
    start, end = (stretch.new_start, stretch.new_end) if inserted else (stretch.old_start, stretch.old_end)
    left = _way_left(tokens, start, end, before.old_end - before.old_start)
    right = _way_right(tokens, start, end, after.old_end - after.old_start)
    # Of equally good places the leftmost: "the dog" rather than "dog the".
    return max(range(-left, right + 1), key=lambda shift: _rank(tokens[end - 1 + shift]))


def _way_left(tokens: Sequence[Token], start: int, end: int, longest: int) -> int:
    for way in range(longest):
        gone, come = tokens[start - 1 - way], tokens[end - 1 - way]
        if gone.key != come.key:
            return way
        if gone.spaced != come.spaced:  # Harmless next to the change, but no further in.
            return way + 1
    return longest


def _way_right(tokens: Sequence[Token], start: int, end: int, longest: int) -> int:
    for way in range(longest):
        gone, come = tokens[start + way], tokens[end + way]
        if gone.key != come.key or gone.spaced != come.spaced:
            return way
    return longest


def _rank(last: Token) -> int:
    """Rank a place by the last token of what was inserted or deleted there."""
    if last.sort is Sort.END:
        return 2
    return int(last.sort is Sort.POINT and last.text in _SENTENCE_ENDS)


def expose(script: Script, sides: Sides) -> Script:
    """Widen changes of white space alone to the words around them, so that they can be seen."""
    loud = {place for stretch in script for place in _words_to_show(stretch, sides)}
    return Script(piece for stretch in script for piece in _divided(stretch, loud)) if loud else script


def _words_to_show(stretch: Stretch, sides: Sides) -> Iterator[int]:
    """Tell the places on the old side whose kept words must count as changed for this stretch to be seen."""
    if stretch.kept:
        if sides.old[stretch.old_start : stretch.old_end] == sides.new[stretch.new_start : stretch.new_end]:
            return
        # The space before the first word belongs to the change before it, which is seen.
        ahead = stretch.new_start - stretch.old_start
        for place in range(stretch.old_start + 1, stretch.old_end):
            if sides.old[place].spaced != sides.new[place + ahead].spaced:
                yield from (place - 1, place)
    elif not any(token.is_visible for token in _tokens(stretch, sides)):
        for place in (stretch.old_start - 1, stretch.old_end):
            if 0 <= place < len(sides.old) and sides.old[place].sort not in BORDERS:
                yield place


def _divided(stretch: Stretch, loud: Set[int]) -> Iterator[Stretch]:
    """Divide a kept stretch into what stays kept and what counts as changed."""
    if not stretch.kept:
        yield stretch
        return
    ahead = stretch.new_start - stretch.old_start
    for is_loud, group in groupby(range(stretch.old_start, stretch.old_end), key=loud.__contains__):
        places = list(group)
        start, end = places[0], places[-1] + 1
        yield Stretch(not is_loud, start, end, start + ahead, end + ahead)


def join(script: Script, sides: Sides) -> Script:
    """Make short islands part of the changes around them, until none is left."""
    words = _Words(sides)
    result = Script()
    for stretch in script:
        result.add(stretch)
        while not result[-1].kept and len(result) > 2 and words.is_short(*result[-3:]):  # noqa: PLR2004 - two and an island.
            before, _, after = result[-3:]
            del result[-3:]
            result.add(before._replace(old_end=after.old_end, new_end=after.new_end))
    return result


class _Words:
    """How many words and borders stand before each place of both sides."""

    def __init__(self, sides: Sides) -> None:
        word = Sort.WORD
        self._old = [0, *accumulate([token.sort is word for token in sides.old])]
        self._new = [0, *accumulate([token.sort is word for token in sides.new])]
        self._borders = [0, *accumulate([token.sort in BORDERS for token in sides.old])]

    def is_short(self, before: Stretch, island: Stretch, after: Stretch) -> bool:
        """Say whether an island is too short to read: fewer than 3 words, or half the smaller rewrite beside it."""
        if self._borders[island.old_end] > self._borders[island.old_start]:
            return False
        kept = self._old[island.old_end] - self._old[island.old_start]
        return kept < MIN_ISLAND or 2 * kept < min(self._rewritten(before), self._rewritten(after))

    def _rewritten(self, change: Stretch) -> int:
        """Count the words that have others in their place: a sentence merely put before another is no rewrite."""
        deleted = self._old[change.old_end] - self._old[change.old_start]
        inserted = self._new[change.new_end] - self._new[change.new_start]
        return min(deleted, inserted)


def pair_ends(script: Script, sides: Sides) -> Script:
    """Match the paragraph ends in each change, the first with the first, and so on."""
    result = Script()
    rest = script[::-1]
    while rest:
        stretch = rest.pop()
        if stretch.kept:
            result.add(stretch)
            continue
        *paired, change = _paired(stretch, sides)
        for piece in [*paired, *(_turned(change, rest.pop(), sides) if rest else [change])]:
            result.add(piece)
    return result


def _paired(change: Stretch, sides: Sides) -> Iterator[Stretch]:
    """Match the ends that both sides of a change have; the last piece has ends on one side only."""
    rest = change
    old_ends = _ends(sides.old, change.old_start, change.old_end)
    new_ends = _ends(sides.new, change.new_start, change.new_end)
    for old, new in zip(old_ends, new_ends, strict=False):
        yield rest._replace(old_end=old, new_end=new)
        yield Stretch(kept=True, old_start=old, old_end=old + 1, new_start=new, new_end=new + 1)
        rest = rest._replace(old_start=old + 1, new_start=new + 1)
    yield rest


def _turned(change: Stretch, after: Stretch, sides: Sides) -> list[Stretch]:
    """Match the end of the kept paragraph after a change with the first end in the change, if what ends is the same.

    `A {+sum. ¶ B c+}. ¶` becomes `A {+sum+}. ¶ {+B c. ¶+}`: a whole paragraph is inserted, and none is split.
    """
    if next(_ends(sides.old, change.old_start, change.old_end), None) is not None:
        turned = _turned(change.flipped, after.flipped, Sides(sides.new, sides.old))
        return [stretch.flipped for stretch in turned]
    ends = _ends(sides.new, change.new_start, change.new_end)
    kept_ends = _ends(sides.new, after.new_start, after.new_end)
    for end, kept_end in islice(zip(ends, kept_ends, strict=False), 1):
        way = kept_end + 1 - after.new_start
        start = end + 1 - way
        if start >= change.new_start and _say_the_same(sides.new, start, after.new_start, way):
            return [
                change._replace(new_end=start),
                Stretch(
                    kept=True,
                    old_start=after.old_start,
                    old_end=after.old_start + way,
                    new_start=start,
                    new_end=end + 1,
                ),
                _moved(_nothing(after.old_start, after.new_start), way)._replace(
                    kept=False, new_start=end + 1
                ),
                after._replace(old_start=after.old_start + way, new_start=after.new_start + way),
            ]
    return [change, after]


def _ends(tokens: Sequence[Token], start: int, end: int) -> Iterator[int]:
    return (place for place in range(start, end) if tokens[place].sort is Sort.END)


def _say_the_same(tokens: Sequence[Token], one: int, other: int, length: int) -> bool:
    return all(
        tokens[one + way].key == tokens[other + way].key
        and tokens[one + way].spaced == tokens[other + way].spaced
        for way in range(length)
    )


def _tokens(stretch: Stretch, sides: Sides) -> Iterator[Token]:
    yield from sides.old[stretch.old_start : stretch.old_end]
    yield from sides.new[stretch.new_start : stretch.new_end]
