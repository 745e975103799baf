"""Which element of one side is which of the other.

An element is the same one if the words in it stay the same; one without words, if it is the only one of its kind where
it stands. So neither words nor links that come or go make the others look changed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.difference import compare
from bot.redline.reading import elements

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from bot.redline.flags.tree import Element, Tree

Pair = tuple["Element", "Element"]
Holders = tuple["Element | None", "Element | None"]
"""Of a word, before and after."""

_WORD: Final = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Matched:
    """Both sides' elements, matched.

    Attributes:
        pairs: The same element before and after, in the new side's order.
        gone: Old elements that have no match.
        fresh: New elements that have none.
        held: For each kept word, the elements that directly hold it before and after; how many words each.
    """

    pairs: Sequence[Pair]
    gone: Sequence[Element]
    fresh: Sequence[Element]
    held: Mapping[Holders, int]


def match(old: Tree, new: Tree) -> Matched:
    """Match the elements of both sides."""
    held = _held(old, new)
    partner = _by_words(held)
    partner.update(_by_place(old, new, partner))
    taken = set(partner.values())
    pairs = [(partner[element], element) for element in new.elements if element in partner]
    return Matched(
        pairs,
        [element for element in old.elements if element not in taken],
        [element for element in new.elements if element not in partner],
        held,
    )


def _held(old: Tree, new: Tree) -> Counter[Holders]:
    """Count for which holders words stay.

    If as many words stay when only those count as the same that stand in the same markup, these are the ones.
    """
    sides = _Words.of(old), _Words.of(new)
    plain = _kept(sides, [side.words for side in sides])
    if plain.total() == len(sides[0].words) == len(sides[1].words):
        return plain
    looks: dict[Hashable, int] = {}
    marked = [
        list(zip(side.words, map(_looks(tree, looks).__getitem__, side.holders), strict=True))
        for side, tree in zip(sides, (old, new), strict=True)
    ]
    strict = _kept(sides, marked)
    return strict if strict.total() >= plain.total() else plain


class _Words(NamedTuple):
    """The words of a side, and the element that directly holds each."""

    words: list[str]
    holders: list[Element | None]

    @classmethod
    def of(cls, tree: Tree) -> _Words:
        """List them."""
        words, holders = list[str](), list["Element | None"]()
        for run in tree.runs:
            if run.holder is None or run.holder.tag not in elements.SCRIPTS:
                found = _WORD.findall(run.text)
                words += found
                holders += [run.holder] * len(found)
        return cls(words, holders)


def _looks(tree: Tree, looks: dict[Hashable, int]) -> Mapping[Element | None, int]:
    """Number the markup around each element of a side, equal for equal markup on both."""
    numbers: dict[Element | None, int] = {None: 0}
    for each in tree.elements:
        look = (numbers[each.parent], each.tag, tuple(sorted(each.attributes.items())))
        numbers[each] = looks.setdefault(look, len(looks) + 1)
    return numbers


def _kept(sides: tuple[_Words, _Words], keys: Sequence[Sequence[Hashable]]) -> Counter[Holders]:
    """Count the holders, before and after, of the words that stay."""
    old, new = (side.holders for side in sides)
    return Counter(
        chain.from_iterable(
            zip(
                old[stretch.old_start : stretch.old_end],
                new[stretch.new_start : stretch.new_end],
                strict=True,
            )
            for stretch in compare(*keys)
            if stretch.kept
        )
    )


def _by_words(held: Mapping[Holders, int]) -> dict[Element, Element]:
    """Match elements of one tag by how many words they share; return the old ones by the new ones."""
    shared = _shared(held)
    partner: dict[Element, Element] = {}
    taken: set[Element] = set()
    for (old, new), _ in sorted(shared.items(), key=lambda item: -item[1]):
        if new not in partner and old not in taken:
            partner[new] = old
            taken.add(old)
    return partner


def _shared(held: Mapping[Holders, int]) -> Mapping[Pair, int]:
    """Count the words that two elements share, from the innermost outwards, so that no pair is climbed twice."""
    depths: dict[Element, int] = {}
    waiting: defaultdict[int, Counter[Pair]] = defaultdict(Counter)
    shared: Counter[Pair] = Counter()
    for (old, new), count in held.items():
        if old and new:
            waiting[_depth(old, depths) + _depth(new, depths)][old, new] += count
    for level in range(max(waiting, default=0), 0, -1):
        for (old, new), count in waiting.pop(level, Counter[Pair]()).items():
            outer_old, outer_new, is_same = _climbed(old, new, depths)
            if is_same:
                shared[old, new] += count
            if outer_old and outer_new:
                waiting[_depth(outer_old, depths) + _depth(outer_new, depths)][outer_old, outer_new] += count
    return shared


def _climbed(
    old: Element, new: Element, depths: dict[Element, int]
) -> tuple[Element | None, Element | None, bool]:
    """Go outwards by one step on the deeper side, or on both; say whether the two may be one element."""
    ahead = _depth(new, depths) - _depth(old, depths)
    if ahead > 0 and (old.tag != new.tag or _is_like(new.parent, old)):
        return old, new.parent, False
    if ahead < 0 and (old.tag != new.tag or _is_like(old.parent, new)):
        return old.parent, new, False
    return old.parent, new.parent, old.tag == new.tag


def _is_like(one: Element | None, other: Element) -> bool:
    return one is not None and one.tag == other.tag and one.attributes == other.attributes


def _depth(element: Element, depths: dict[Element, int]) -> int:
    if element not in depths:
        climbed = []
        outer: Element | None = element
        while outer is not None and outer not in depths:
            climbed.append(outer)
            outer = outer.parent
        depth = depths[outer] if outer is not None else 0
        for inner in reversed(climbed):
            depth += 1
            depths[inner] = depth
    return depths[element]


def _by_place(old: Tree, new: Tree, partner: Mapping[Element, Element]) -> dict[Element, Element]:
    """Match what shares no words: by its tag and what it stands in, and what then is left by its tag alone."""
    found = dict(partner)
    new_by_old = {before: after for after, before in partner.items()}
    groups: defaultdict[Hashable, tuple[list[Element], list[Element]]] = defaultdict(lambda: ([], []))
    for is_narrow in (True, False):
        groups.clear()
        for each in old.elements:
            if each not in new_by_old:
                place = (
                    (new_by_old.get(each.parent, each.parent) if each.parent else None) if is_narrow else None
                )
                groups[each.tag, place][0].append(each)
        for each in new.elements:
            if each not in found:
                groups[each.tag, each.parent if is_narrow else None][1].append(each)
        for before, after in chain.from_iterable(_in_order(*group) for group in groups.values()):
            found[after] = before
            new_by_old[before] = after
    return found


def _in_order(old: list[Element], new: list[Element]) -> Iterator[Pair]:
    """Match those that carry the same; the rest in order, if there are as many on both sides."""
    equal: defaultdict[Hashable, list[Element]] = defaultdict(list)
    for each in reversed(old):
        equal[tuple(sorted(each.attributes.items()))].append(each)
    taken, rest = set(), []
    for each in new:
        if same := equal[tuple(sorted(each.attributes.items()))]:
            taken.add(before := same.pop())
            yield before, each
        else:
            rest.append(each)
    left = [each for each in old if each not in taken]
    if len(left) == len(rest):
        yield from zip(left, rest, strict=True)
