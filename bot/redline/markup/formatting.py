"""What became bold, or no longer is, where the words stay the same.

Both sides' letters are laid along each other; where their dress differs, the words in it are named. A dress is what
tags and inline styles say of looks, slot by slot; style sheets and classes are no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.styles import number
from bot.redline.flags.texts import counted, ended, quoted
from bot.redline.markup.texts import ink, read_runs
from bot.redline.reading import elements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.redline.flags.tree import Element, Tree

Dress = dict[str, str]
"""By slot (``weight``, ``slant``…) how words are dressed (``bold``); a slot that says nothing is not there."""

_FIRST: Final = 3
"""Findings that are named; the others are counted."""
_WORDS: Final = 50
"""Characters of the words of each."""

_TAGS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(("b", "strong"), ("weight", "bold")),
    **dict.fromkeys(("cite", "dfn", "em", "i", "var"), ("slant", "italic")),
    **dict.fromkeys(("ins", "u"), ("below", "underlined")),
    **dict.fromkeys(("del", "s", "strike"), ("through", "struck")),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), ("type", "set as code")),
    "mark": ("marker", "highlighted"),
    "small": ("size", "small"),
    "big": ("size", "large"),
    "sub": ("height", "subscript"),
    "sup": ("height", "superscript"),
    "blockquote": ("kind", "in a quotation"),
    "li": ("kind", "in a list"),
    "th": ("kind", "in a header cell"),
    **{tag: ("kind", f"a heading of level {level}") for tag, level in elements.HEADINGS.items()},
}
_MEANING: Final = frozenset({"del", "s", "strike", "sub", "sup"})
"""They do more than dress: what is struck does not count any more."""
_ALIKE: Final = frozenset({"p", *elements.HEADINGS})
"""One becomes the other, and that is told of their words."""
_BARE: Final = (frozenset(_TAGS) | {"font", "span"}) - {"blockquote", "li", "th"} - _ALIKE
"""All that they do is told of their words, unless attributes say more."""

_ALIGNED: Final = {
    "center": "centred",
    "end": "right-aligned",
    "justify": "justified",
    "right": "right-aligned",
}
_VARIED: Final = {
    "background": ("marker", "highlighted"),
    "background-color": ("marker", "highlighted"),
    "color": ("colour", "in another colour"),
    "font-family": ("face", "in another typeface"),
    "font-size": ("size", "in another size"),
}
_LOOKS: Final = frozenset({
    "background-color", "color", "font-family", "font-size", "font-style", "font-weight", "text-align",
    "text-decoration", "text-decoration-line",
})  # fmt: skip
"""Declarations of which all is told."""
_BOLD: Final = 600


@dataclass(frozen=True, slots=True)
class Formatting:
    """How the looks of unchanged words differ.

    Attributes:
        told: Which words, and how: ``“30 days” is now bold``; empty if none do, or if that is not sure.
        others: How many more findings there are.
        is_all: Whether no tag and no attribute differs otherwise.
        is_plain: Whether it is a matter of looks only, and not of sense.
    """

    told: str = ""
    others: int = 0
    is_all: bool = False
    is_plain: bool = False

    def sentence(self, start: str, rest: str = "") -> str:
        """Return a sentence of it."""
        return counted(ended(f"{start}{self.told}{rest}"), self.others)


_Found = tuple[int, int, str]
"""The numbers of the first letter and of the one after the last, and how they look now."""


class _Piece(NamedTuple):
    """A text of one dress."""

    text: str
    letters: int
    dress: Dress
    block: Element | None


def formatting(old: Tree, new: Tree) -> Formatting:
    """Compare the looks of two sides of which the redline says that their words are the same."""
    before, after = _pieces(old), _pieces(new)
    if ink(piece.text for piece in before) != ink(piece.text for piece in after):
        return Formatting()
    found = list(_found(before, after))
    if not found:
        return Formatting()
    is_plain = not any(more in what for _, _, what in found for more in _MORE)
    is_all = _undressed(old) == _undressed(new)
    return Formatting(_told(found[:_FIRST], _Words(after)), max(0, len(found) - _FIRST), is_all, is_plain)


_MORE: Final = ("in another ", *sorted({_TAGS[tag][1] for tag in _MEANING}))
"""What is more than looks, or may be: in another colour nothing may be left to see."""


def _told(found: Sequence[_Found], words: _Words) -> str:
    """Name words together that look alike now."""
    alike: dict[str, list[str]] = {}
    for start, end, what in found:
        alike.setdefault(what, []).append(words.quoted(start, end))
    return ", ".join(
        f"{_listed(quotes)} {_of_several(what) if len(quotes) > 1 else what}"
        for what, quotes in alike.items()
    )


def _listed(quotes: Sequence[str]) -> str:
    *others, last = quotes
    return f"{', '.join(others)} and {last}" if others else last


def _of_several(what: str) -> str:
    return what.replace("is no", "are no").replace(" a heading", " headings")


def _pieces(tree: Tree) -> list[_Piece]:
    dress: dict[Element | None, Dress] = {None: {}}
    block: dict[Element | None, Element | None] = {None: None}
    for element in tree.elements:
        own = _own(element)
        dress[element] = _worn(dress[element.parent], own) if own else dress[element.parent]
        block[element] = element if element.tag in elements.BLOCKS else block[element.parent]
    return [
        _Piece(run.text, len(ink([run.text])), dress[run.holder], block[run.holder])
        for run in read_runs(tree)
    ]


def _worn(outer: Dress, own: Dress) -> Dress:
    return {slot: how for slot, how in {**outer, **own}.items() if how}


def _own(element: Element) -> Dress:
    """Return what an element says of looks itself; an empty word takes back what it stands in."""
    found = dict([_TAGS[element.tag]]) if element.tag in _TAGS else {}
    if "style" in element.attributes:
        found.update(_styled(element.styles))
    return found


def _styled(styles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if weight := styles.get("font-weight"):
        known = number(weight)
        yield "weight", "bold" * (weight in {"bold", "bolder"} or bool(known and known[0] >= _BOLD))
    if slant := styles.get("font-style"):
        yield "slant", "italic" * slant.startswith(("italic", "oblique"))
    lines = styles.get("text-decoration-line") or styles.get("text-decoration", "")
    if "underline" in lines:
        yield "below", "underlined"
    if "line-through" in lines:
        yield "through", "struck"
    if align := styles.get("text-align"):
        yield "align", _ALIGNED.get(align, "")
    yield from (
        (_VARIED[name][0], f"{_VARIED[name][1]}\0{value}")
        for name, value in styles.items()
        if name in _VARIED
    )


def _found(before: Sequence[_Piece], after: Sequence[_Piece]) -> Iterator[_Found]:
    """Give where the letters begin and end whose dress differs, and how; those of one paragraph together."""
    overlaps = _overlaps(before, after)
    for (what, _), group in groupby(
        overlaps, key=lambda one: (_contrast(one[2].dress, one[3].dress), one[3].block)
    ):
        if what:
            same = list(group)
            yield same[0][0], same[-1][1], what


def _overlaps(before: Sequence[_Piece], after: Sequence[_Piece]) -> Iterator[tuple[int, int, _Piece, _Piece]]:
    """Give the stretches of letters that have one dress on either side."""
    place, ends = 0, [0, 0]
    rows = (iter(before), iter(after))
    total = sum(piece.letters for piece in before)
    now = [_Piece("", 0, {}, None)] * 2
    while place < total:
        for side in (0, 1):
            while ends[side] <= place:
                now[side] = next(rows[side])
                ends[side] += now[side].letters
        end = min(ends)
        yield place, end, now[0], now[1]
        place = end


def _contrast(was: Dress, becomes: Dress) -> str:
    """Say how one dress differs from another: ``is now bold and italic``."""
    if was == becomes:
        return ""
    come = [_named(how) for slot, how in becomes.items() if was.get(slot) != how]
    gone = [_named(how) for slot, how in was.items() if slot not in becomes]
    parts = [f"is now {' and '.join(come)}"] if come else []
    parts += [f"is no longer {' or '.join(gone)}"] if gone else []
    return " and ".join(parts)


def _named(how: str) -> str:
    return how.partition("\0")[0]


class _Words:
    """Finds words again by the numbers of their letters."""

    def __init__(self, pieces: Sequence[_Piece]) -> None:
        paragraphs = groupby(pieces, key=lambda piece: piece.block)
        self._text = " ".join("".join(piece.text for piece in group) for _, group in paragraphs)
        self._places = [place for place, letter in enumerate(self._text) if not letter.isspace()]

    def quoted(self, start: int, end: int) -> str:
        """Quote from one letter to another."""
        words = self._text[self._places[start] : self._places[end - 1] + 1]
        return quoted(" ".join(words.split()), _WORDS)


def _undressed(tree: Tree) -> list[tuple[str, dict[str, str]]]:
    """List what is left of a side's elements without what only dresses, and without where links and images lead."""
    left = []
    for element in tree.elements:
        apart = {"style", _TOLD_APART.get(element.tag, "")}
        attributes = {name: value for name, value in element.attributes.items() if name not in apart}
        attributes |= {f"style {name}": value for name, value in element.styles.items() if name not in _LOOKS}
        if attributes or element.tag not in _BARE:
            left.append(("" if element.tag in _ALIKE else element.tag, attributes))
    return left


_TOLD_APART: Final = {"a": "href", "image": "src", "img": "src"}
