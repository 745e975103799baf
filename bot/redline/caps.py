"""What is too large or too strange to inspect. The law: one pass forward, before anything parses the HTML.

The caps are the time box: whatever they let through is answered in bounded time, and the same change is answered alike
on every machine, as none of them is a clock.

The scan counts tags, attributes, words and what stays open, with expressions that never look back, so that no input
takes longer than its length. It need not agree with a browser to the last tag, but it errs on one side: an element
counts as open until a browser has closed it for certain, so that no parser nests deeper than was counted (but for the
few elements that the next of their kind ends, such as paragraphs, which stand once between each two of the others).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.redline.model import UNDRAWN
from bot.redline.reading import elements
from bot.redline.reading.opened import Opened
from bot.redline.words import count_words, most_words

MAX_BYTES = 512 * 1024
"""UTF-8 bytes of one side."""
MAX_DEPTH = 500
"""A browser flattens what is nested deeper than 512; a flag names what is nested far less deep."""
MAX_TAGS = 4_000
"""Of one side, its comments and end tags included."""
MAX_ATTRIBUTES = 200
"""Of one tag."""
MAX_WORDS = 30_000
"""Of one side."""
MAX_MARKS = 40_000
"""Punctuation of one side, character by character: what parts words, or stands beside them as words do."""
MAX_UNDRAWN = 40_000
"""Characters of one side that are named instead of drawn, and joiners: languages that need these need fewer."""
MAX_OPEN = 600_000
"""Open elements, added up over all tags and, where text is long, over each stretch of it.

As many steps as parsers take that look for what a tag ends, and as whoever asks each element for the text in it.
"""
STRETCH = 50
"""Characters."""
MAX_REOPENED = 60_000
"""Open elements of formatting, added up over all blocks: as many elements as a browser opens again in the next ones."""

_WHITE = r" \t\n\r\f"
_MARKUP = re.compile(
    rf"<(?:(?P<comment>!--(?:-?>|(?s:.*?)(?:--!?>|\Z)))|(?P<bogus>(?:[!?]|/(?=[^a-zA-Z]))[^>]*+>?)"
    rf"|(?P<end>/?)(?P<name>[a-zA-Z][^{_WHITE}/>]*+))"
)
_ATTRIBUTE = re.compile(
    rf"[{_WHITE}/]*+(?:(?P<close>>)|[^{_WHITE}/>][^{_WHITE}/>=]*+"
    rf"(?:[{_WHITE}]*+=[{_WHITE}]*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^{_WHITE}\"'>][^{_WHITE}>]*+)?+)?+)"
)
_RAW_ENDS = {name: re.compile(rf"</{name}(?=[{_WHITE}/>])", re.IGNORECASE) for name in elements.RAW}
_BENDING = elements.DRAWINGS | {"frameset", "select", "template"}
"""In them raw text may be none: a browser then reads the tags in it."""

_MARK = re.compile(
    r"[!-/:-@\[-`{-~\xa1\xab\xb7\xbb\xbf\u2010-\u2027\u2039\u203a\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f]"
)
_JOINER = re.compile(r"[\u200c\u200d\ufe00-\ufe0f]")
_ATTRIBUTES_END = re.compile(rf"[{_WHITE}/'\"]")
_ANY_START = re.compile(r"<[a-zA-Z]")

_COMMENT = "!"
"""The name of a comment, of a declaration and of an end tag without a name: it parts a text as a tag does."""

_SHARE_IN_DOUBT = 20
"""Of so many marks that may end an attribute, where text may be markup, one is counted."""


class _Piece(NamedTuple):
    """A tag and the text before it."""

    text: str
    name: str
    """In lower case; empty after the last tag."""
    is_end: bool
    attributes: int
    has_slash: bool
    """At its end."""


def uninspectable(old_html: str, new_html: str) -> str:
    """Say why this change cannot be inspected, in one sentence, or nothing if it can."""
    if not old_html.strip() and not new_html.strip():
        return "There is neither old nor new text."
    return _reason("old", old_html) or _reason("new", new_html)


def _reason(side: str, html: str) -> str:
    fault = _fault_of_characters(html) or _fault_of_markup(html)
    return f"The {side} HTML {fault}." if fault else ""


def _fault_of_characters(html: str) -> str:
    try:
        size = len(html.encode())
    except UnicodeEncodeError:
        return "holds half of a character (a lone surrogate)"
    if size > MAX_BYTES:
        return f"is larger than {MAX_BYTES // 1024} KiB"
    if "\0" in html:
        return "holds a NUL character"
    if not html.isascii() and len(UNDRAWN.findall(html)) + len(_JOINER.findall(html)) > MAX_UNDRAWN:
        return f"has more than {MAX_UNDRAWN:,} characters that are not drawn"
    return ""


def _fault_of_markup(html: str) -> str:
    opened = Opened()
    tags = steps = reopened = 0
    texts: list[str] = []
    for piece in _pieces(html):
        texts.append(piece.text)
        tags += bool(piece.name)
        steps += len(opened) * (len(piece.text) // STRETCH)
        _follow(opened, piece)
        steps += len(opened)
        reopened += opened.formatting if piece.name in elements.BLOCKS else 0
        fault = _fault_of_nesting(opened, steps, reopened) or _fault_of_counts(tags, piece.attributes)
        if fault:
            return fault
    return _fault_of_length(texts)


def _follow(opened: Opened, piece: _Piece) -> None:
    if piece.is_end:
        opened.end(piece.name)
    elif piece.name and piece.name != _COMMENT:
        opened.start(piece.name, has_slash=piece.has_slash)


def _fault_of_nesting(opened: Opened, steps: int, reopened: int) -> str:
    if len(opened) > MAX_DEPTH and opened.depth > MAX_DEPTH:
        return f"nests deeper than {MAX_DEPTH} elements"
    if steps > MAX_OPEN or reopened > MAX_REOPENED:
        return "leaves too many elements open for too long"
    return ""


def _fault_of_counts(tags: int, attributes: int) -> str:
    if tags > MAX_TAGS:
        return f"has more than {MAX_TAGS:,} tags and comments"
    if attributes > MAX_ATTRIBUTES:
        return f"has a tag with more than {MAX_ATTRIBUTES} attributes"
    return ""


def _fault_of_length(texts: Sequence[str]) -> str:
    joined = "\n".join(texts)
    if len(joined) > MAX_WORDS < most_words(joined) and sum(map(_words, texts)) > MAX_WORDS:
        return f"has more than {MAX_WORDS:,} words"
    if len(joined) > MAX_MARKS < len(_MARK.findall(joined)):
        return f"has more than {MAX_MARKS:,} punctuation marks"
    return ""


def _words(text: str) -> int:
    return max(len(text.split()), count_words(text))


def _pieces(html: str) -> Iterator[_Piece]:
    text_start = position = 0
    is_bent = False
    while markup := _MARKUP.search(html, position):
        position = markup.end()
        if is_bent and _is_open_section(markup):
            break
        if not markup["name"]:
            yield _Piece(
                html[text_start : markup.start()], _COMMENT, is_end=False, attributes=0, has_slash=False
            )
            text_start = position
            continue
        name = markup["name"].lower()
        attributes, position = _attributes(html, position)
        has_slash = html.endswith("/>", 0, position)
        yield _Piece(html[text_start : markup.start()], name, bool(markup["end"]), attributes, has_slash)
        text_start = position
        is_bent = is_bent or name in _BENDING
        if name in _RAW_ENDS and not markup["end"]:
            end = _RAW_ENDS[name].search(html, position)
            raw_end = end.start() if end else len(html)
            if _may_be_markup(name, html[position:raw_end], is_bent=is_bent):
                break
            position = raw_end
    else:
        yield _Piece(html[text_start:], "", is_end=False, attributes=0, has_slash=False)
        return
    yield from _in_doubt(html[text_start:])


def _is_open_section(markup: re.Match[str]) -> bool:
    """Say whether this is a CDATA section that goes on after the first `>`: in drawings it does."""
    return markup[0].startswith("<![CDATA[") and not markup[0].endswith("]]>")


def _may_be_markup(name: str, raw: str, *, is_bent: bool) -> bool:
    """Say whether it depends on what only a tree tells if the tags in raw text are tags."""
    if "<" not in raw:
        return False
    return is_bent or name == "noscript" or (name == "script" and "<!--" in raw)


def _in_doubt(html: str) -> Iterator[_Piece]:
    """Count whatever may be a start tag as one that nothing ends."""
    for part in _ANY_START.split(html)[1:]:
        marks = len(_ATTRIBUTES_END.findall(part))
        yield _Piece(part, "in-doubt", is_end=False, attributes=marks // _SHARE_IN_DOUBT, has_slash=False)


def _attributes(html: str, position: int) -> tuple[int, int]:
    """Count the attributes of the tag whose name ends at `position`, up to one too many; say where it ends."""
    for count in range(MAX_ATTRIBUTES + 1):
        attribute = _ATTRIBUTE.match(html, position)
        if attribute is None:
            return count, len(html)
        position = attribute.end()
        if attribute["close"]:
            return count, position
    return MAX_ATTRIBUTES + 1, position
