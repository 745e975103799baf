"""White space that is not the ordinary space, where it was one before or where nobody sets it.

A typesetter's spaces are ordinary in new words, around the points that French and Russian set apart, and within
numbers. In the place of an ordinary space between words that stay, they are a difference that nobody sees.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.redline.flags.characters.findings import Finding
from bot.redline.flags.texts import code_point, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.texts import Replaced

_ORDINARY: Final = re.compile(r"[ \t\n\r\f]+")
_ODD: Final = re.compile(r"([^\S\x00-\x20\x7f-\x9f])\1*+")
"""One space or a row of the same."""
_REACH: Final = 40
"""Characters on either side of a space within which the words beside it are looked for."""
_TYPESET: Final = frozenset("\u00a0\u2009\u202f")
_IN_NUMBERS: Final = _TYPESET | {"\u2007"}
_IDEOGRAPHIC: Final = "\u3000"
_BREAKS: Final = frozenset("\u2028\u2029")
_EAST: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_HANGS_ON: Final = frozenset(";:!?%‰»›”’–—€$£°℃")
"""What a space is set before in some languages."""
_HOLDS_ON: Final = frozenset("«‹“‘§¶№€$£–—")
"""What a space is set after."""


def find(piece: Replaced) -> Iterator[Finding]:
    """Give the odd spaces of a run of change that did not stand there before."""
    if not _ODD.search(piece.new):
        return
    known = Counter(found.context for found in _odd(piece.old))
    neighbours = set(pairwise(_ORDINARY.split(piece.old)))
    for found in _odd(piece.new):
        if known[found.context]:
            known[found.context] -= 1
        elif found.character not in _TYPESET or _ends(found.context) in neighbours:
            yield found


def _odd(text: str) -> Iterator[Finding]:
    """Give the odd spaces of a text, but those in places where they are ordinary."""
    for match in _ODD.finditer(text):
        space = match[1]
        before = text[max(0, match.start() - _REACH) : match.start()].split()[-1:]
        after = text[match.end() : match.end() + _REACH].split()[:1]
        words = "".join(before), "".join(after)
        if not _is_ordinary(space, words[0][-1:], words[1][:1], text):
            context = " ".join(words) if space in _TYPESET else space
            yield Finding("whitespace-change", space, context, partial(_about, space, *words))


def _is_ordinary(space: str, before: str, after: str, text: str) -> bool:
    if space in _IN_NUMBERS and before.isdigit() and after.isdigit():
        return True
    if space == _IDEOGRAPHIC:
        return _EAST.search(text) is not None
    return space in _TYPESET and (after in _HANGS_ON or before in _HOLDS_ON)


def _ends(context: str) -> tuple[str, ...]:
    return tuple(context.split(" "))


def _about(space: str, before: str, after: str) -> str:
    name = f"{code_point(space)} ({unicodedata.name(space, 'space').lower()})"
    if before and after:
        effect = "breaks the line" if space in _BREAKS else "looks like a space"
        return f"Between {quoted(before, 40)} and {quoted(after, 40)} stands {name}, which {effect}."
    return f"{name} stands {'after ' + quoted(before, 40) if before else 'before ' + quoted(after, 40)}."
