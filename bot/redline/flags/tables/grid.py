"""Tables as they stand: cells in rows and columns, as their spans push them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from bot.redline.flags.tree import Element, Tree

_WIDEST: Final = 50
"""Columns that one cell may span, and within which cells push those below; more of them are a trick."""
_CELLS: Final = ("td", "th")
_SECTIONS: Final = ("thead", "tbody", "tfoot", "table")


class Cell(NamedTuple):
    """A cell: where it begins, what it holds, whether it is a heading, and what it spans."""

    column: int
    text: str
    tag: str
    spans: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the part of the table it is in, and its cells by column."""

    section: str
    cells: dict[int, Cell]

    @property
    def name(self) -> str:
        """What its first cell says."""
        return next((cell.text for cell in self.cells.values()), "")

    def key(self, columns: Iterable[int]) -> Hashable:
        """Return what it holds in these columns."""
        return tuple(self.cells[column].text if column in self.cells else None for column in columns)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with at least one row."""

    rows: list[Row]
    has_caption: bool

    @property
    def headings(self) -> dict[int, str]:
        """What stands above each column; nothing when the first row is not made of headings."""
        first = self.rows[0]
        is_heading = first.section == "thead" or all(cell.tag == "th" for cell in first.cells.values())
        return {column: cell.text for column, cell in first.cells.items()} if is_heading else {}

    @property
    def columns(self) -> list[int]:
        """All columns in which a cell begins."""
        return sorted({column for row in self.rows for column in row.cells})


def tables(tree: Tree) -> list[Table]:
    """Return the tables with rows; rows without a table, as a fragment may have, are one."""
    cells: dict[Element | None, list[Element]] = defaultdict(list)
    rows: dict[Element | None, list[Element | None]] = defaultdict(list)
    table: dict[Element | None, Element | None] = {None: None}
    captions = {element.parent for element in tree.of("caption")}
    for element in tree.elements:
        table[element] = element if element.tag == "table" else table[element.parent]
        if element.tag in _CELLS:
            row = element.parent if element.parent and element.parent.tag == "tr" else None
            if not cells[row]:
                rows[table[element]].append(row)
            cells[row].append(element)
    return [
        Table(list(_rows([(row, cells[row]) for row in found])), each in captions)
        for each, found in rows.items()
    ]


def _rows(rows: Iterable[tuple[Element | None, list[Element]]]) -> Iterator[Row]:
    """Set the cells into columns, as their spans push them."""
    hanging: dict[int, int] = {}
    for row, elements in rows:
        column = 0
        cells = {}
        taken = {at for at, left in hanging.items() if left}
        hanging = {at: left - 1 for at, left in hanging.items() if left > 1}
        for element in elements:
            while column in taken:
                column += 1
            wide, high = _span(element, "colspan"), _span(element, "rowspan")
            cells[column] = Cell(column, element.text, element.tag, (wide, high))
            if high > 1:
                hanging.update(dict.fromkeys(range(column, min(column + wide, _WIDEST)), high - 1))
            column += wide
        section = row.within(*_SECTIONS) if row else None
        yield Row(section.tag if section else "", cells)


def _span(element: Element, name: str) -> int:
    value = element.attributes.get(name, "1").strip()
    return (
        min(max(int(value), 1), _WIDEST)
        if value.isascii() and value.isdigit() and len(value) < _WIDEST
        else 1
    )
