"""Where a piece stands in its document, in words that a reader knows: *4.1 Data processing (b)*, *Fees, row Buyer*.

The piece is found by the attribute that marks it; where none does, by the words of its own first paragraph. Its place
is the nearest heading before it, and its number in a list or its row in a table.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

import turbohtml
from turbohtml import TokenType

from bot.redline.model import ELLIPSIS, Kind
from bot.redline.reading import elements
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read
from bot.redline.reading.record import Block
from bot.redline.words import Sort

Attribute = tuple[str, str]
"""A name and a value."""

_WRITTEN_NUMBER = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){1,4}|\((?:[a-z]{1,4}|\d{1,3})\)|[a-z]\)|§\s?\d{1,4}[a-z]?)(?=[.\s])", re.I
)
"""A clause's number that is part of its text: `4.1.2`, `(b)`, `§ 12`."""

_NAME = 24
"""Characters of a row's or a column's name."""

_HOLDERS = elements.LISTS | frozenset(
    {"article", "blockquote", "body", "div", "html", "main", "section", "table", "tbody", "tfoot", "thead"}
)
"""They may hold several paragraphs, rows or items: the number of the first is not theirs."""


class _Spot(NamedTuple):
    """Where a piece begins."""

    block: int
    """Index of the block that it is, begins or is a part of."""
    cell: int
    """In which cell of a row it begins, from 0; 0 also for the whole row, and where there is none."""
    has_number: bool
    """Whether the block's own number is the piece's: not only a neighbour's, nor that of the first of several."""


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
        The heading that it stands under, with its number or row there; without either its own first words, else "".
    """
    own = _blocks(own_html or "")
    blocks = _document(html or "")
    spot = _by_mark(html, mark, blocks, is_own=bool(own)) if html and mark else None
    if spot is None and own:
        spot = _by_text(blocks, own[0].text)
    heading, within = _described(blocks, spot) if spot else ("", "")
    if not heading and not within:
        return _cut(own[0].text if own else "", limit)
    return _cut(_joined(_cut(heading, max(limit - len(within) - 2, 1)), within), limit)


def _by_mark(html: str, mark: Attribute, blocks: Sequence[Block], *, is_own: bool) -> _Spot | None:
    """Find the marked element among the document's blocks."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    found = _offset(html, mark)
    if found is None:
        return None
    start, tag = found
    before = _blocks(html[:start])
    index = len(before)
    # What stands before it in its own row or paragraph is a block too, as long as the rest is cut off.
    is_begun = 0 < index <= len(blocks) and before[-1].text != blocks[index - 1].text
    cell = _borders(before[-1]) + (tag in elements.CELLS) if is_begun else 0
    return _Spot(index - is_begun, cell, has_number=is_own and tag not in _HOLDERS)


def _offset(html: str, mark: Attribute) -> tuple[int, str] | None:
    """Find where the marked start tag begins, and which it is."""
    for token in turbohtml.tokenize(html):
        if token.type is TokenType.START_TAG and mark in (token.attrs or ()):
            lines = html.split("\n")[: token.line - 1]
            return sum(len(line) + 1 for line in lines) + token.col, token.tag or ""
    return None


def _by_text(blocks: Sequence[Block], first: str) -> _Spot | None:
    """Find the first paragraph with this very text."""
    found = next((index for index, block in enumerate(blocks) if block.text == first), None)
    return None if found is None else _Spot(found, 0, has_number=True)


def _described(blocks: Sequence[Block], spot: _Spot) -> tuple[str, str]:
    """Return the heading over a spot, and what tells it from its neighbours there; each may be ""."""
    until = blocks[: spot.block + 1]
    heading = next((block.text for block in reversed(until) if block.kind is Kind.HEADING), "")
    if not spot.has_number or spot.block >= len(blocks):
        return heading, ""
    block = blocks[spot.block]
    if block.kind is Kind.TABLE_ROW:
        return heading, _in_table(until, spot.cell)
    if block.kind is Kind.HEADING:
        return heading, ""
    return heading, _in_list(until) if block.kind is Kind.LIST_ITEM else _written_number(block.text)


def _in_list(until: Sequence[Block]) -> str:
    """Number the last block as its list does, within the items that hold it: `item 2 (b)`."""
    numbers = []
    depth = until[-1].level + 1
    for block in takewhile(lambda one: one.kind is Kind.LIST_ITEM, reversed(until)):
        if block.level < depth:
            depth = block.level
            numbers.append(_number(block))
    return " ".join(filter(None, reversed(numbers)))


def _number(item: Block) -> str:
    """Name an item of a list, and not one that only has a bullet."""
    label = item.label.rstrip(".")
    if label.isdecimal():
        return f"item {label}"
    return f"({label})" if label.isalpha() else _written_number(item.text)


def _written_number(text: str) -> str:
    found = _WRITTEN_NUMBER.match(text)
    return found[0] if found else ""


def _in_table(until: Sequence[Block], cell: int) -> str:
    """Name the row by its first cell, and the column by the first row's."""
    rows = [*takewhile(lambda one: one.kind is Kind.TABLE_ROW, reversed(until))][::-1]
    if len(rows) == 1:
        return "first row"
    name = _cut(next(_texts_of_cells(rows[-1]), ""), _NAME)
    column = next(islice(_texts_of_cells(rows[0]), cell, None), "") if cell else ""
    return _joined(f"row {name or len(rows)}", _cut(column, _NAME))


def _borders(row: Block) -> int:
    return sum(token.sort is Sort.CELL for token in row.tokens)


def _texts_of_cells(row: Block) -> Iterator[str]:
    text = ""
    for token in row.tokens:
        if token.sort in {Sort.CELL, Sort.END}:
            yield text
            text = ""
        else:
            text += token.written


def _joined(first: str, second: str) -> str:
    """Set a number or a row after what it belongs to: `4.1 (b)`, `Fees, row Buyer`."""
    if not first or not second:
        return first or second
    return f"{first} {second}" if second.startswith("(") else f"{first}, {second}"


@lru_cache(maxsize=1)
def _document(html: str) -> tuple[Block, ...]:
    """Read a document once for all changes of a round."""
    return tuple(_blocks(html))


def _blocks(html: str) -> list[Block]:
    return read(html, Looks()).blocks


def _cut(text: str, limit: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + ELLIPSIS
