"""Characters that are drawn as nothing, that turn the order of what is drawn, that nobody agreed on, or that strike.

Each of them has an honest use, and there it is ordinary: joiners in Arabic and Indic words and in emoji, selectors
after what they select, Korean fillers among Korean letters, marks of direction that stay where they were.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.redline.flags.characters.findings import Finding
from bot.redline.flags.texts import IGNORABLE, code_point, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.characters.sources import Sources
    from bot.redline.flags.texts import Replaced

_TAGS: Final = "\U000e0000-\U000e007f"
_SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_NO_CHARACTERS: Final = "\ufdd0-\ufdef\ufffe\uffff"
_PRIVATE: Final = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_FIRST_TAG: Final = 0xE0000
_SELECTORS_OF_BYTES: Final = "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_ACCENTS: Final = "\u0300-\u0331\u0339-\u036f"
_OVERLAYS: Final = "\u0332\u0333\u0334-\u0338\u0488\u0489\u1abe\u20d0-\u20ff\ua670-\ua672"
_OVERLAY: Final = re.compile(f"[{_OVERLAYS}]")
_LINES: Final = frozenset("\u0332\u0333")
"""Lines below. Over three letters and more they draw the sign of an insertion; under one they belong to spellings."""
_SHORTEST_LINE: Final = 3
_DIRECTIONS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_MARKS: Final = frozenset("\u200e\u200f\u061c")

_JOINING: Final = (
    "\u0600-\u06ff\u0700-\u077f\u07c0-\u07ff\u0840-\u085f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"  # Arabic and its kin
    "\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ua8e0-\ua8ff"  # of India and beside it
)
_PICTURES: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff"
)
_IDEOGRAPHS: Final = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED: Final = (
    "\u0e00-\u0eff\u0f00-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
)

_ORDINARY: Final = rf"""
    (?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])               # a Persian word, a Hindi word
    | (?<=[{_JOINING}])\u200d                                     # a letter that shall look as if it went on
    | (?<=[{_PICTURES}\ufe0f])\u200d(?=[{_PICTURES}])             # a family
    | (?<=[{_PICTURES}\u2200-\u22ff])[\ufe00-\ufe0f]              # a picture that shall look like one
    | (?<=[\#*0-9])\ufe0f?\u20e3                                  # a key
    | (?<=[{_IDEOGRAPHS}])[{_SELECTORS}]                          # a variant of a Chinese character
    | (?<=[\u1820-\u18aa])[\u180b-\u180f]                         # or of a Mongolian one
    | (?<=[\u1000-\u109f])\ufe00
    | (?<=\U0001f3f4)\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074
        |\U000e0077\U000e006c\U000e0073)\U000e007f                # the flags of England, Scotland and Wales
    | (?<=[\u1100-\u11ff\ua960-\ua97f])[\u115f\u1160] | [\u115f\u1160](?=[\u1100-\u11ff\ua960-\ua97f])
    | (?<=[\u2801-\u28ff])\u2800 | \u2800(?=[\u2801-\u28ff])
    | (?<=[{_UNSPACED}])\u200b(?=[{_UNSPACED}])                   # where a line of Thai or Khmer may break
"""
_STRUCK: Final = rf"[{_ACCENTS}]*+[{_OVERLAYS}]++[{_ACCENTS}]*+"
_ODD: Final = re.compile(
    rf"""
    (?P<ordinary>{_ORDINARY})
    | (?P<hidden>[{_TAGS}]{{2,}}+ | [{_SELECTORS}]{{4,}}+)
    | (?P<private>[{_PRIVATE}])
    | (?P<struck>(?![0-9]\u20e3)[^\W_]{_STRUCK}(?:.{_STRUCK})*+)
    | (?P<piled>[^\W_][{_ACCENTS}]{{4,}}+)
    | (?P<single>[{IGNORABLE}{_CONTROLS}{_NO_CHARACTERS}])
    """,
    re.VERBOSE,
)

_MARKED: Final = f"{_ACCENTS}{_OVERLAYS}"
_START: Final = re.compile(
    rf"[{IGNORABLE}{_CONTROLS}{_NO_CHARACTERS}{_PRIVATE}{_MARKED}]|[^\W_](?=[{_MARKED}])"
)

_REACH: Final = 16
"""Characters on either side of a finding within which its word is quoted."""


def find(piece: Replaced, sources: Sources) -> Iterator[Finding]:
    """Give what is odd in a run of change and did not stand there before.

    In a document written from right to left marks of direction count, and not where they stand.
    """
    if piece.new.isascii() and piece.new.isprintable():
        return
    # What stands before is read along: a selector belongs to what it follows.
    before = piece.before[-_REACH:]
    known: Counter[str] | None = None
    for match in _matches(before, piece.new):
        if known is None:
            known = Counter(_context(old, sources) for old in _matches(before, piece.old))
        context = _context(match, sources)
        if known[context]:
            known[context] -= 1
        else:
            yield from _findings(match, context)


def _matches(before: str, text: str) -> Iterator[re.Match[str]]:
    """Match what is odd, trying only where something may be: most places are letters with nothing on them."""
    text, end = before + text, 0
    for start in _START.finditer(text):
        match = _ODD.match(text, start.start()) if start.start() >= end else None
        if match:
            end = match.end()
            if end > len(before) and match.lastgroup != "ordinary":
                yield match


def _context(match: re.Match[str], sources: Sources) -> str:
    """Return a match with the letters around it: what is in the same surroundings is the same."""
    is_loose = match[0] in _MARKS and sources.is_right_to_left
    start, end = match.span()
    return match[0] if is_loose or end - start > 1 else match.string[max(0, start - 1) : end + 1]


def _findings(match: re.Match[str], context: str) -> Iterator[Finding]:
    kind, run = match.lastgroup, match[0]
    if kind == "hidden":
        yield Finding("invisible-char", run[0], run, partial(_about_hidden, run))
    elif kind in {"struck", "piled"}:
        yield from _overlay(run, is_piled=kind == "piled")
    else:
        yield _single(match, context)


def _about_hidden(run: str) -> str:
    if said := _decoded(run):
        return f"Hidden text that no page draws, but programs read: {quoted(said, 130)}."
    return f"A row of {len(run):,} characters that no page draws may carry a hidden message."


def _decoded(run: str) -> str:
    """Return what a run of tag characters spells, or of selectors, which stand for bytes; "" if it is no text."""
    if run[0] in _SELECTORS_OF_BYTES:
        said = bytes(map(_SELECTORS_OF_BYTES.index, run)).decode(errors="replace")
    else:
        said = "".join(chr(ord(tag) - _FIRST_TAG) for tag in run)
    return said if any(map(str.isalnum, said)) else ""


def _overlay(run: str, *, is_piled: bool) -> Iterator[Finding]:
    marks = [mark for mark in run if _is_mark(mark)]
    stroke = next((mark for mark in marks if is_piled or _OVERLAY.match(mark)), "")
    plain = "".join(letter for letter in run if not _is_mark(letter))
    if stroke in _LINES and len(plain) < _SHORTEST_LINE:
        return
    yield Finding(
        "combining-overlay", stroke, plain, partial(_about_overlay, stroke, plain, is_piled=is_piled)
    )


def _about_overlay(stroke: str, plain: str, *, is_piled: bool) -> str:
    if is_piled:
        return f"Marks piled on {quoted(plain)} ({code_point(stroke)}) may cover what stands around."
    seems = "look inserted or struck out" if stroke in _LINES else "look struck out, though they stay"
    return f"Strokes ({code_point(stroke)}) make letters {seems}: {quoted(plain, 90)}."


_TURNS: Final = dict.fromkeys("\u202c\u2069", ": here the turned order ends")
"""What characters do that only end what others began."""


def _single(match: re.Match[str], context: str) -> Finding:
    if match.lastgroup == "private":
        name, effect = "private-use-char", ": it shows whatever a font likes"
    elif match[0] in _DIRECTIONS:
        name, effect = "bidi-control", _TURNS.get(match[0], ": it turns the order of what is drawn")
    else:
        name, effect = "invisible-char", ", which is not seen"
    return Finding(name, match[0], context, partial(_about_single, match, effect))


def _about_single(match: re.Match[str], effect: str) -> str:
    return f"{quoted(_around(match), 70)} holds {code_point(match[0])}{_title(match[0])}{effect}."


def _title(character: str) -> str:
    name = unicodedata.name(character, "").lower()
    return f" ({name})" if name else ""


def _around(match: re.Match[str]) -> str:
    """Return the words that a finding stands in or between."""
    start, end = match.span()
    before = match.string[max(0, start - _REACH) : start]
    after = match.string[end : end + _REACH]
    return before[before.find(" ") + 1 :] + match[0] + (after[: after.rfind(" ")] if " " in after else after)


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}
