"""Which table, column and row of the old side is which of the new one.

Columns are matched by their headings and rows by what they hold, so that one row put in the middle is one new row and
not a changed cell in every row after it.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING

from bot.redline.difference import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from bot.redline.flags.tables.grid import Row, Table

Columns = dict[int, int]
"""New column by old column."""


def paired_tables(old: list[Table], new: list[Table]) -> list[tuple[Table, Table]]:
    """Pair the tables of both sides: in order if none came or went, else by their first rows."""
    if len(old) == len(new):
        return list(zip(old, new, strict=True))
    waiting: dict[Hashable, deque[Table]] = defaultdict(deque)
    for table in old:
        waiting[_first(table)].append(table)
    return [(waiting[_first(table)].popleft(), table) for table in new if waiting[_first(table)]]


def _first(table: Table) -> Hashable:
    return tuple(cell.text for cell in table.rows[0].cells.values())


def matched_columns(old: Table, new: Table) -> Columns:
    """Match columns by heading or by place, whichever makes more rows equal."""
    by_place = {column: column for column in set(old.columns) & set(new.columns)}
    by_heading = _by_heading(old, new)
    if by_place == by_heading:
        return by_heading
    return max(by_place, by_heading, key=lambda columns: _equal_rows(old, new, columns))


def _by_heading(old: Table, new: Table) -> Columns:
    """Match columns whose first cells are equal, then those left over in order if they are as many."""
    firsts = {cell.text: column for column, cell in new.rows[0].cells.items()}
    matched = {
        column: firsts.pop(cell.text) for column, cell in old.rows[0].cells.items() if cell.text in firsts
    }
    old_left = [column for column in old.columns if column not in matched]
    new_left = sorted(set(new.columns) - set(matched.values()))
    if len(old_left) == len(new_left):
        matched.update(zip(old_left, new_left, strict=True))
    return dict(sorted(matched.items()))


def _equal_rows(old: Table, new: Table, columns: Columns) -> tuple[int, int]:
    """Count the rows, then the cells, that a match of columns makes equal; the rows' order does not matter."""
    rows = Counter(row.key(columns) for row in old.rows) & Counter(
        row.key(columns.values()) for row in new.rows
    )
    return rows.total(), len(columns)


def matched_rows(
    old: Table, new: Table, columns: Columns
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Return the rows that stayed, more or less, and those that are gone or new."""
    old_keys = [row.key(columns) for row in old.rows]
    new_keys = [row.key(columns.values()) for row in new.rows]
    pairs: list[tuple[Row, Row]] = []
    gone: list[Row] = []
    come: list[Row] = []
    for stretch in compare(old_keys, new_keys):
        before = old.rows[stretch.old_start : stretch.old_end]
        after = new.rows[stretch.new_start : stretch.new_end]
        if stretch.kept:
            pairs += zip(before, after, strict=True)
            continue
        for same in (_name, _key_after_name):
            before, after = _take_pairs(before, after, same, pairs)
        if len(before) == len(after):
            pairs += zip(before, after, strict=True)
        else:
            gone += before
            come += after
    return pairs, gone, come


def _take_pairs(
    before: list[Row], after: list[Row], same: Callable[[Row], Hashable], pairs: list[tuple[Row, Row]]
) -> tuple[list[Row], list[Row]]:
    """Move rows that are the same in some way to the pairs; return the others."""
    waiting: dict[Hashable, deque[Row]] = defaultdict(deque)
    for row in before:
        waiting[same(row)].append(row)
    left = []
    for row in after:
        if any(cell.text for cell in row.cells.values()) and waiting[same(row)]:
            pairs.append((waiting[same(row)].popleft(), row))
        else:
            left.append(row)
    unpaired = {id(row) for rows in waiting.values() for row in rows}
    return [row for row in before if id(row) in unpaired], left


def _name(row: Row) -> Hashable:
    return row.name


def _key_after_name(row: Row) -> Hashable:
    return tuple(cell.text for cell in row.cells.values())[1:]
