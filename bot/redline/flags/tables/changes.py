"""What became of a table, in a few words: of its cells, and of its rows and columns."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.redline.flags.tables.matching import matched_columns, matched_rows
from bot.redline.flags.texts import quoted, spelled

if TYPE_CHECKING:
    from collections.abc import Hashable

    from bot.redline.flags.tables.grid import Cell, Row, Table

_SHOWN: Final = 3
"""Columns that a sentence names."""


class Changes:
    """What became of a table: changed cells and changed structure, each in a few words."""

    def __init__(self, old: Table, new: Table) -> None:
        self.cells: list[str] = []
        self.shapes: list[str] = []
        self._new = new
        self._columns = matched_columns(old, new)
        self._compare_columns(old, new)
        pairs, gone, come = matched_rows(old, new, self._columns)
        self._compare_rows(gone, come)
        for before, after in pairs:
            self._compare_row(before, after)
        if old.has_caption != new.has_caption:
            self.shapes.append(f"its caption is {'new' if new.has_caption else 'gone'}")

    def _compare_columns(self, old: Table, new: Table) -> None:
        gone = [column for column in old.columns if column not in self._columns]
        come = sorted(set(new.columns) - set(self._columns.values()))
        self.shapes += [f"{_heading(old, column)} is gone" for column in gone]
        self.shapes += [f"{_heading(new, column)} is new" for column in come]
        order = [self._columns[column] for column in sorted(self._columns)]
        moved = [column for column, place in zip(order, sorted(order), strict=True) if column != place]
        if moved:
            names = ", ".join(_heading(new, column) for column in moved[:_SHOWN])
            self.shapes.append(f"{names} change places")

    def _compare_rows(self, gone: list[Row], come: list[Row]) -> None:
        moved = Counter(_key(row) for row in gone) & Counter(_key(row) for row in come)
        for rows, fate in ((gone, "gone"), (come, "new")):
            left = [row for row in rows if not moved[_key(row)]]
            if left:
                count = f"{len(left)} rows are {fate}, the first" if len(left) > 1 else f"a row is {fate},"
                self.shapes.append(f"{count} {quoted(left[0].name, 40)}")
        for row in [row for row in come if moved[_key(row)]][:1]:
            self.shapes.append(f"rows change places ({quoted(row.name, 40)})")

    def _compare_row(self, before: Row, after: Row) -> None:
        if before.section != after.section and "table" not in {before.section, after.section}:
            self.shapes.append(
                f"the row {quoted(after.name, 40)} is in <{after.section}>, was in <{before.section}>"
            )
        for old_column, column in self._columns.items():
            was, becomes = before.cells.get(old_column), after.cells.get(column)
            if was and becomes:
                self._compare_cell(was, becomes, after)
            elif was or becomes:
                self.shapes.append(
                    f"a cell of the row {quoted(after.name, 40)} is {'gone' if was else 'new'}"
                )

    def _compare_cell(self, was: Cell, becomes: Cell, row: Row) -> None:
        if was.text != becomes.text:
            fate = f"{quoted(was.text, 40)} → {quoted(becomes.text, 40)}"
            self.cells.append(f"{self._place(becomes, row)}: {fate}")
        if was.tag != becomes.tag:
            kinds = "a heading now" if becomes.tag == "th" else "no heading any more"
            self.shapes.append(f"{quoted(becomes.text, 40)} is {kinds}")
        if was.spans != becomes.spans:
            self.shapes.append(f"{quoted(becomes.text, 40)} spans other cells than before")

    def _place(self, cell: Cell, row: Row) -> str:
        name = spelled(row.name[:30]) or "without a name"
        if row is self._new.rows[0] and self._new.headings:
            return f"heading of column {cell.column + 1}"
        column = spelled(self._new.headings.get(cell.column, "")[:30]) or f"column {cell.column + 1}"
        return f"{column}, row {name}" if cell.text != row.name else f"{column}, a row's name"


def _key(row: Row) -> Hashable:
    return row.key(row.cells)


def _heading(table: Table, column: int) -> str:
    text = table.headings.get(column, "")
    return f"column {quoted(text, 30) if text else column + 1}"
