"""What changes among the words, and how a sentence quotes it.

A sentence quotes a document's words as they are, but never draws what cannot be seen: that is named, ``[U+200B]``.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.model import ELLIPSIS, Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.model import Paragraph, Span

LONGEST: Final = 200
"""Characters of a flag's sentence."""

IGNORABLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What is drawn as nothing, as a class of an expression: Unicode's default-ignorable characters, and blank letters.

Source: https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt (Default_Ignorable_Code_Point);
U+2800 is the Braille pattern without dots, U+FFF9 to U+FFFB frame an annotation.
"""

_IGNORABLE: Final = re.compile(f"[{IGNORABLE}]")
_UNDRAWN: Final = re.compile(rf"[{IGNORABLE}]|[^\S \n]")
_UNDRAWN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class Replaced(NamedTuple):
    """A run of change: what stood there, and what would."""

    old: str
    new: str
    before: str = ""
    """The kept text right before it, in the same paragraph."""
    is_alone: bool = False
    """Whether its paragraph holds nothing else."""


def replaced(paragraphs: Iterable[Paragraph]) -> list[Replaced]:
    """List every run of change of a redline, in document order; line breaks are line feeds."""
    found = []
    for paragraph in paragraphs:
        before = ""
        for is_changed, group in groupby(paragraph.spans, key=lambda span: span.changed):
            spans = list(group)
            if is_changed:
                is_alone = len(spans) == len(paragraph.spans)
                found.append(Replaced(_side(spans, Mark.DELETE), _side(spans, Mark.INSERT), before, is_alone))
            else:
                before = _side(spans, Mark.KEEP)
    return found


def code_point(character: str) -> str:
    """Name a character by its number: ``U+200B``."""
    return f"U+{ord(character):04X}"


def spelled(text: str) -> str:
    """Return a text on one line, with everything named that would not be seen."""
    return "".join(map(_spelled, text)) if _needs_spelling(text) else text


def quoted(text: str, longest: int = 60, *, from_end: bool = False) -> str:
    """Return a text in quotation marks, cut to its beginning, or to its end, with a `…` where it goes on.

    Args:
        text: Of the document.
        longest: Characters between the quotation marks; what is named is never cut in two.
        from_end: Keep the end of it.
    """
    text = text.strip(" \n")
    if len(text) <= longest and not _needs_spelling(text):
        return f"“{text}”"
    near = text[-longest:][::-1] if from_end else text[:longest]
    pieces = list(map(_spelled, near))
    room = longest - (len(text) > len(near) or sum(map(len, pieces)) > longest)
    kept = list(_fitting(pieces, room))
    gap = ELLIPSIS if room < longest else ""
    return f"“{gap}{''.join(reversed(kept))}”" if from_end else f"“{''.join(kept)}{gap}”"


def visible(text: str) -> str:
    """Return a text without what is drawn as nothing."""
    return text if text.isascii() else _IGNORABLE.sub("", text)


def ended(sentence: str) -> str:
    """End a sentence with a full stop, unless what it quotes last ends with one."""
    return sentence if sentence.endswith((".”", "!”", "?”", "…”")) else f"{sentence}."


def counted(sentence: str, others: int) -> str:
    """Add to a sentence how many more of the kind there are."""
    return f"{sentence} And {others:,} more." if others else sentence


def _fitting(pieces: Iterable[str], room: int) -> Iterator[str]:
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            return
        yield piece


def _side(spans: Iterable[Span], mark: Mark) -> str:
    return "".join(span.plain for span in spans if span.mark is mark)


def _needs_spelling(text: str) -> bool:
    return not text.isprintable() or _UNDRAWN.search(text) is not None


def _spelled(character: str) -> str:
    if character == "\n":
        return "↵"
    is_undrawn = unicodedata.category(character) in _UNDRAWN_CATEGORIES or _UNDRAWN.match(character)
    return f"[{code_point(character)}]" if is_undrawn else character
