"""What markup says about words.

The words of each side are counted under the markup that has a meaning of its own (superscripts, struck or inserted
text, headings, quotations, code). Words that stay and change sides are a finding; new words are not. Bold, italic
and underlined are formatting.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import counted, quoted
from bot.redline.reading import elements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Run, Tree
    from bot.redline.model import Flag

_MEANINGS: Final = {
    **dict.fromkeys(("sup", "sub", "del", "ins", "q", "blockquote", "pre", "code", *elements.HEADINGS)),
    "s": None, "strike": "s", "samp": "code", "kbd": "code", "tt": "code", "listing": "pre", "xmp": "pre",
}  # fmt: skip
"""Tags that say something about their words, and as which other tag they count."""
_SPEAKS_FOR_ITSELF: Final = frozenset({"del", "ins", "s"})
"""New words in it are a finding too: they look like a decision somebody took."""
_PARTS: Final = re.compile(r"\d+(?:[.,]\d+)+|\w+|\W+")
_WORD: Final = re.compile(r"\d+(?:[.,]\d+)+|\w+")

Under = tuple[str, ...]
"""Meaningful tags around a word, outermost first; or, if they are around parts of it, the word with its tags."""
Counted = dict[Under, Counter[str]]


def find(change: Compared) -> Iterator[Flag]:
    """Find words whose markup says something else now."""
    if any(element.tag in _MEANINGS for tree in (change.old, change.new) for element in tree.elements):
        yield from _markup(_by_meaning(change.old), _by_meaning(change.new))


def _by_meaning(tree: Tree) -> Counted:
    """Count a side's words by the meaningful markup around them."""
    around: dict[Element | None, Under] = {None: ()}
    block: dict[Element | None, Element | None] = {None: None}
    for element in tree.elements:
        outer = around[element.parent]
        around[element] = (
            (*outer, _MEANINGS[element.tag] or element.tag) if element.tag in _MEANINGS else outer
        )
        block[element] = element if element.tag in elements.BLOCKS else block[element.parent]
    counted: Counted = defaultdict(Counter)
    paragraph: list[Run] = []
    for run in tree.runs:
        if paragraph and block[paragraph[-1].holder] is not block[run.holder]:
            _count(paragraph, around, counted)
            paragraph = []
        paragraph.append(run)
    _count(paragraph, around, counted)
    return counted


def _count(paragraph: list[Run], around: Mapping[Element | None, Under], counted: Counted) -> None:
    kinds = {around[run.holder] for run in paragraph}
    if len(kinds) == 1:
        counted[kinds.pop()].update(_WORD.findall("".join(run.text for run in paragraph)))
        return
    pieces: list[tuple[str, Under]] = []
    for run in paragraph:
        for part in _PARTS.findall(run.text):
            if not part[0].isalnum() and part[0] != "_":
                _count_word(pieces, counted)
                pieces = []
            else:
                pieces.append((part, around[run.holder]))
    _count_word(pieces, counted)


def _count_word(pieces: list[tuple[str, Under]], counted: Counted) -> None:
    word = "".join(part for part, _ in pieces)
    kinds = {under for _, under in pieces}
    if len(kinds) == 1:
        counted[kinds.pop()][word] += 1
    elif word:
        counted[("", "".join(_tagged(part, under) for part, under in pieces))][word] += 1


def _tagged(text: str, under: Under) -> str:
    return f"<{under[-1]}>{text}</{under[-1]}>" if under else text


def _markup(old: Counted, new: Counted) -> Iterator[Flag]:
    gone = _differences(old, new)
    come = _differences(new, old)
    lost_under: dict[str, Under] = {word: under for under, words in gone.items() for word in words}
    moves: dict[tuple[Under, Under], list[str]] = defaultdict(list)
    for under, words in come.items():
        for word in words:
            if word in lost_under and lost_under[word] != under:
                moves[lost_under[word], under].append(word)
    named = [
        _moved(was, becomes, words)
        for (was, becomes), words in moves.items()
        if 2 * len(words) >= min(len(gone[was]), len(come[becomes]))
    ]
    named += [
        f"{quoted(' '.join(words), 80)} is new in <{under[-1]}>"
        for under, words in come.items()
        if under and under[-1] in _SPEAKS_FOR_ITSELF and not any(becomes == under for _, becomes in moves)
    ]
    if named:
        sentence = f"The markup of words changes their meaning: {named[0]}."
        yield raised("markup-changed", counted(sentence, len(named) - 1))


def _differences(one: Counted, other: Counted) -> dict[Under, Counter[str]]:
    found = {under: words - other.get(under, Counter()) for under, words in one.items()}
    return {under: words for under, words in found.items() if words}


def _moved(was: Under, becomes: Under, words: Iterable[str]) -> str:
    text = " ".join(words)
    if "" in {*was[:1], *becomes[:1]}:
        return f"{quoted(_drawn(was, text), 60)} becomes {quoted(_drawn(becomes, text), 60)}"
    return f"{quoted(text, 80)} was {_place(was)}, is {_place(becomes)} now"


def _drawn(under: Under, text: str) -> str:
    return under[1] if under[:1] == ("",) else _tagged(text, under)


def _place(under: Under) -> str:
    return f"in <{under[-1]}>" if under else "plain"
