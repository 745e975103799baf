"""Rows and columns are found again on the other side, wherever they stand now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.redline.flags.tables.grid import tables
from bot.redline.flags.tables.matching import matched_columns, matched_rows, paired_tables
from bot.redline.flags.tree import parse

if TYPE_CHECKING:
    from bot.redline.flags.tables.grid import Table


def table(*rows: str) -> Table:
    cells = ("".join(f"<td>{cell}" for cell in row.split("|")) for row in rows)
    return tables(parse(f"<table>{''.join(f'<tr>{row}' for row in cells)}</table>"))[0]


def test_columns_are_matched_by_what_stands_above_them():
    """A column that changed its place is the same; what is left over is matched in order."""
    assert matched_columns(table("A|B", "1|2"), table("B|A", "2|1")) == {0: 1, 1: 0}
    assert matched_columns(table("A|B", "1|2"), table("A|C", "1|2")) == {0: 0, 1: 1}


def test_rows_are_matched_by_what_they_hold_then_by_name():
    """One that is put between others is new, and no other row has changed."""
    old, new = table("a|1", "b|2"), table("x|9", "a|1", "b|3")
    pairs, gone, come = matched_rows(old, new, {0: 0, 1: 1})
    assert [(before.name, after.name) for before, after in pairs] == [("a", "a"), ("b", "b")]
    assert [row.name for row in come] == ["x"]
    assert not gone


def test_tables_are_paired_in_order_or_by_their_first_rows():
    """A table that came does not shift the others."""
    one, two, three = table("a|1"), table("b|2"), table("c|3")
    assert paired_tables([one, two], [two, three]) == [(one, two), (two, three)]
    assert paired_tables([one, two], [three, one, two]) == [(one, one), (two, two)]
