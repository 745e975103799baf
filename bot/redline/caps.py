"""What is too large or too strange to inspect. The law: one pass forward, before anything parses the HTML.

The scan counts tags, nesting, attributes and words with expressions that never look back, so that no input
takes longer than its length. It need not agree with a browser to the last tag: it only guards what follows.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.redline.reading import elements
from bot.redline.words import count_words

MAX_BYTES = 512 * 1024
"""UTF-8 bytes of one side."""
MAX_DEPTH = 200
MAX_TAGS = 20_000
MAX_ATTRIBUTES = 200
"""Of one tag."""
MAX_WORDS = 60_000
"""Of one side."""

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


class _Piece(NamedTuple):
    """A tag and the text before it."""

    text: str
    name: str
    """In lower case; empty after the last tag."""
    is_end: bool
    attributes: int
    is_closed: bool
    """By its own slash."""


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
    return "holds a NUL character" if "\0" in html else ""


def _fault_of_markup(html: str) -> str:
    depth = tags = words = 0
    for piece in _pieces(html):
        # A word takes a character at least: most texts are too short to need counting.
        words += _words(piece.text) if len(html) > MAX_WORDS else 0
        tags += bool(piece.name)
        depth = _depth_after(piece, depth)
        if fault := _fault_of_counts(depth, tags, piece.attributes, words):
            return fault
    return ""


def _words(text: str) -> int:
    return max(len(text.split()), count_words(text))


def _depth_after(piece: _Piece, depth: int) -> int:
    if not piece.name or piece.is_closed or piece.name in elements.NEVER_DEEPER:
        return depth
    return max(0, depth - 1) if piece.is_end else depth + 1


def _fault_of_counts(depth: int, tags: int, attributes: int, words: int) -> str:
    if depth > MAX_DEPTH:
        return f"nests deeper than {MAX_DEPTH} elements"
    if tags > MAX_TAGS:
        return f"has more than {MAX_TAGS:,} tags"
    if attributes > MAX_ATTRIBUTES:
        return f"has a tag with more than {MAX_ATTRIBUTES} attributes"
    return f"has more than {MAX_WORDS:,} words" if words > MAX_WORDS else ""


def _pieces(html: str) -> Iterator[_Piece]:
    text_start = position = 0
    while markup := _MARKUP.search(html, position):
        position = markup.end()
        if not markup["name"]:
            continue
        name = markup["name"].lower()
        attributes, position = _attributes(html, position)
        is_closed = html.endswith("/>", 0, position)
        yield _Piece(html[text_start : markup.start()], name, bool(markup["end"]), attributes, is_closed)
        text_start = position
        if name in _RAW_ENDS and not markup["end"]:
            end = _RAW_ENDS[name].search(html, position)
            position = end.start() if end else len(html)
    yield _Piece(html[text_start:], "", is_end=False, attributes=0, is_closed=False)


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
