"""Where a piece stands in its document, in words that a reader knows: the nearest heading before it.

The piece is found by the attribute that marks it; where none does, by the words of its own first paragraph.
"""

import turbohtml
from turbohtml import TokenType

from bot.redline.model import ELLIPSIS, Kind
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read
from bot.redline.reading.record import Block

Attribute = tuple[str, str]
"""A name and a value."""


def visible_text(html: str) -> str:
    """Return everything that a reader of the page would read, paragraphs joined by line feeds."""
    return read(html, Looks()).text


def place(html: str | None, mark: Attribute | None, own_html: str | None, limit: int) -> str:
    """Say where a piece stands.

    Args:
        html: The document; None when it is not known.
        mark: The attribute that marks the piece (or its neighbour) in the document; None when nothing does.
        own_html: The piece itself, as the document has it; None for a new one.
        limit: Characters of the answer.

    Returns:
        The heading that it stands under, else its own first words, else "".
    """
    own = _blocks(own_html or "")
    found = ""
    if html:
        found = _by_mark(html, mark) if mark else ""
        found = found or (_by_text(html, own[0].text) if own else "")
    return _cut(found or (own[0].text if own else ""), limit)


def _by_mark(html: str, mark: Attribute) -> str:
    """Return the heading that is or precedes the marked element; "" when there is none."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    start = _offset(html, mark)
    if start is None:
        return ""
    before, own = _blocks(html[:start]), _blocks(html[start:])[:1]
    headings = [block.text for block in before + own if block.kind is Kind.HEADING]
    return headings[-1] if headings else ""


def _offset(html: str, mark: Attribute) -> int | None:
    """Find where the marked start tag begins, or None."""
    for token in turbohtml.tokenize(html):
        if token.type is TokenType.START_TAG and mark in (token.attrs or ()):
            lines = html.split("\n")[: token.line - 1]
            return sum(len(line) + 1 for line in lines) + token.col
    return None


def _by_text(html: str, first: str) -> str:
    """Return the heading over the first paragraph with this very text."""
    heading = ""
    for block in _blocks(html):
        if block.kind is Kind.HEADING:
            heading = block.text
        if block.text == first:
            return heading
    return ""


def _blocks(html: str) -> list[Block]:
    return read(html, Looks()).blocks


def _cut(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + ELLIPSIS
