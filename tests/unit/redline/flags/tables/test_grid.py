"""Cells stand in the rows and columns where a browser draws them."""

from __future__ import annotations

import pytest

from bot.redline.flags.tables.grid import tables
from bot.redline.flags.tree import parse


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<table><tr><td>a<td>b<tr><td>c</table>", [{0: "a", 1: "b"}, {0: "c"}]),
        ("<table><tr><td colspan=2>a<td>b</table>", [{0: "a", 2: "b"}]),
        ("<table><tr><td rowspan=2>a<td>b<tr><td>c</table>", [{0: "a", 1: "b"}, {1: "c"}]),
        ("<table><tr><td colspan=x rowspan=0>a<td>b</table>", [{0: "a", 1: "b"}]),
        ("<table><tr><td colspan=999>a<td>b</table>", [{0: "a", 50: "b"}]),
        ("<tr><td>a</tr>", [{0: "a"}]),
        ("<td>a</td>", [{0: "a"}]),
    ],
)
def test_cells_stand_where_spans_push_them(html: str, expected: list[dict[int, str]]):
    """Also in a part of a table, and however much a cell claims to span."""
    (table,) = tables(parse(html))
    assert [{column: cell.text for column, cell in row.cells.items()} for row in table.rows] == expected


def test_a_table_in_a_cell_is_a_table_of_its_own():
    """A table without cells is none."""
    found = tables(
        parse("<table><caption>C</caption><tr><td>a<table><tr><td>b</table></table><table></table>")
    )
    assert [(table.has_caption, len(table.rows)) for table in found] == [(True, 1), (False, 1)]


@pytest.mark.parametrize(
    ("html", "headings"),
    [
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", {0: "A", 1: "B"}),
        ("<table><thead><tr><td>A</thead><tr><td>1</table>", {0: "A"}),
        ("<table><tr><th>A<td>1</table>", {}),
    ],
)
def test_headings_are_the_first_row_if_it_is_made_of_them(html: str, headings: dict[int, str]):
    """A row that only begins with one is a row."""
    assert tables(parse(html))[0].headings == headings
