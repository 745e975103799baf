"""What changes in a table: cells, named by their row and column, and the rows and columns themselves.

Columns are matched by their headings and rows by what they hold, so that one row put in the middle is one new row and
not a changed cell in every row after it.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.difference import compare
from bot.redline.flags.compared import raised
from bot.redline.flags.texts import quoted, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Tree
    from bot.redline.model import Flag

_WIDEST: Final = 50
"""Columns that one cell may span, and within which cells push those below; more of them are a trick."""
_SHOWN: Final = 3
"""Changed cells that a sentence names."""
_CELLS: Final = ("td", "th")
_SECTIONS: Final = ("thead", "tbody", "tfoot", "table")

Columns = dict[int, int]
"""New column by old column."""


def find(change: Compared) -> Iterator[Flag]:
    """Find changed cells and changed tables, one flag for each of the two."""
    old, new = _tables(change.old), _tables(change.new)
    cells: list[str] = []
    shapes: list[str] = []
    pairs = _paired_tables(old, new)
    for before, after in pairs:
        changes = _Changes(before, after)
        cells += changes.cells
        shapes += changes.shapes
    if len(old) > len(pairs) and any(run.text.strip() for run in change.new.runs):
        shapes.append("a table is taken out")
    if len(new) > len(pairs) and _is_old_text(change, new, pairs):
        shapes.append("text is set in a table")
    if shapes:
        yield raised("table-structure-changed", f"A table is built differently: {_listed(shapes)}.")
    if cells:
        yield raised("table-cell-changed", f"In a table: {_listed(cells)}.")


def _is_old_text(change: Compared, new: list[_Table], pairs: list[tuple[_Table, _Table]]) -> bool:
    """Say whether a table that came holds only what stood there before without it."""
    known = Counter(word for run in change.old.runs for word in run.text.split())
    paired = {id(after) for _, after in pairs}
    return any(
        {word for row in table.rows for cell in row.cells.values() for word in cell.text.split()}
        <= known.keys()
        for table in new
        if id(table) not in paired
    )


def _listed(found: Sequence[str]) -> str:
    """Name the first ones, as many as a sentence holds, and count the others."""
    named = list(found[:1])
    for each in found[1:_SHOWN]:
        if len("; ".join(named)) + len(each) < _ROOM:
            named.append(each)
    more = f"; and {len(found) - len(named)} more" if len(found) > len(named) else ""
    return "; ".join(named) + more


_ROOM: Final = 150


# --- tables as they stand --------------------------------------------------------------------------------------------


class _Cell(NamedTuple):
    """A cell: where it begins, what it holds, whether it is a heading, and what it spans."""

    column: int
    text: str
    tag: str
    spans: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: the part of the table it is in, and its cells by column."""

    section: str
    cells: dict[int, _Cell]

    @property
    def name(self) -> str:
        """What its first cell says."""
        return next((cell.text for cell in self.cells.values()), "")

    def key(self, columns: Iterable[int]) -> Hashable:
        """Return what it holds in these columns."""
        return tuple(self.cells[column].text if column in self.cells else None for column in columns)


@dataclass(frozen=True, slots=True)
class _Table:
    rows: list[_Row]
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


def _tables(tree: Tree) -> list[_Table]:
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
        _Table(list(_rows([(row, cells[row]) for row in found])), each in captions)
        for each, found in rows.items()
    ]


def _rows(rows: Iterable[tuple[Element | None, list[Element]]]) -> Iterator[_Row]:
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
            cells[column] = _Cell(column, element.text, element.tag, (wide, high))
            if high > 1:
                hanging.update(dict.fromkeys(range(column, min(column + wide, _WIDEST)), high - 1))
            column += wide
        section = row.within(*_SECTIONS) if row else None
        yield _Row(section.tag if section else "", cells)


def _span(element: Element, name: str) -> int:
    value = element.attributes.get(name, "1").strip()
    return (
        min(max(int(value), 1), _WIDEST)
        if value.isascii() and value.isdigit() and len(value) < _WIDEST
        else 1
    )


def _paired_tables(old: list[_Table], new: list[_Table]) -> list[tuple[_Table, _Table]]:
    """Pair the tables of both sides: in order if none came or went, else by their first rows."""
    if len(old) == len(new):
        return list(zip(old, new, strict=True))
    waiting: dict[Hashable, deque[_Table]] = defaultdict(deque)
    for table in old:
        waiting[_first(table)].append(table)
    return [(waiting[_first(table)].popleft(), table) for table in new if waiting[_first(table)]]


def _first(table: _Table) -> Hashable:
    return tuple(cell.text for cell in table.rows[0].cells.values())


# --- two tables ------------------------------------------------------------------------------------------------------


class _Changes:
    """What became of a table: changed cells and changed structure, each in a few words."""

    def __init__(self, old: _Table, new: _Table) -> None:
        self.cells: list[str] = []
        self.shapes: list[str] = []
        self._new = new
        self._columns = _matched_columns(old, new)
        self._compare_columns(old, new)
        pairs, gone, come = _matched_rows(old, new, self._columns)
        self._compare_rows(gone, come)
        for before, after in pairs:
            self._compare_row(before, after)
        if old.has_caption != new.has_caption:
            self.shapes.append(f"its caption is {'new' if new.has_caption else 'gone'}")

    def _compare_columns(self, old: _Table, new: _Table) -> None:
        gone = [column for column in old.columns if column not in self._columns]
        come = sorted(set(new.columns) - set(self._columns.values()))
        self.shapes += [f"{_heading(old, column)} is gone" for column in gone]
        self.shapes += [f"{_heading(new, column)} is new" for column in come]
        order = [self._columns[column] for column in sorted(self._columns)]
        moved = [column for column, place in zip(order, sorted(order), strict=True) if column != place]
        if moved:
            names = ", ".join(_heading(new, column) for column in moved[:_SHOWN])
            self.shapes.append(f"{names} change places")

    def _compare_rows(self, gone: list[_Row], come: list[_Row]) -> None:
        moved = Counter(_key(row) for row in gone) & Counter(_key(row) for row in come)
        for rows, fate in ((gone, "gone"), (come, "new")):
            left = [row for row in rows if not moved[_key(row)]]
            if left:
                count = f"{len(left)} rows are {fate}, the first" if len(left) > 1 else f"a row is {fate},"
                self.shapes.append(f"{count} {quoted(left[0].name, 40)}")
        for row in [row for row in come if moved[_key(row)]][:1]:
            self.shapes.append(f"rows change places ({quoted(row.name, 40)})")

    def _compare_row(self, before: _Row, after: _Row) -> None:
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

    def _compare_cell(self, was: _Cell, becomes: _Cell, row: _Row) -> None:
        if was.text != becomes.text:
            fate = f"{quoted(was.text, 40)} → {quoted(becomes.text, 40)}"
            self.cells.append(f"{self._place(becomes, row)}: {fate}")
        if was.tag != becomes.tag:
            kinds = "a heading now" if becomes.tag == "th" else "no heading any more"
            self.shapes.append(f"{quoted(becomes.text, 40)} is {kinds}")
        if was.spans != becomes.spans:
            self.shapes.append(f"{quoted(becomes.text, 40)} spans other cells than before")

    def _place(self, cell: _Cell, row: _Row) -> str:
        name = spelled(row.name[:30]) or "without a name"
        if row is self._new.rows[0] and self._new.headings:
            return f"heading of column {cell.column + 1}"
        column = spelled(self._new.headings.get(cell.column, "")[:30]) or f"column {cell.column + 1}"
        return f"{column}, row {name}" if cell.text != row.name else f"{column}, a row's name"


def _key(row: _Row) -> Hashable:
    return row.key(row.cells)


def _heading(table: _Table, column: int) -> str:
    text = table.headings.get(column, "")
    return f"column {quoted(text, 30) if text else column + 1}"


def _matched_columns(old: _Table, new: _Table) -> Columns:
    """Match columns by heading or by place, whichever makes more rows equal."""
    by_place = {column: column for column in set(old.columns) & set(new.columns)}
    by_heading = _by_heading(old, new)
    if by_place == by_heading:
        return by_heading
    return max(by_place, by_heading, key=lambda columns: _equal_rows(old, new, columns))


def _by_heading(old: _Table, new: _Table) -> Columns:
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


def _equal_rows(old: _Table, new: _Table, columns: Columns) -> tuple[int, int]:
    """Count the rows, then the cells, that a match of columns makes equal; the rows' order does not matter."""
    rows = Counter(row.key(columns) for row in old.rows) & Counter(
        row.key(columns.values()) for row in new.rows
    )
    return rows.total(), len(columns)


def _matched_rows(
    old: _Table, new: _Table, columns: Columns
) -> tuple[list[tuple[_Row, _Row]], list[_Row], list[_Row]]:
    """Return the rows that stayed, more or less, and those that are gone or new."""
    numbers: dict[Hashable, int] = {}
    old_keys = [numbers.setdefault(row.key(columns), len(numbers)) for row in old.rows]
    new_keys = [numbers.setdefault(row.key(columns.values()), len(numbers)) for row in new.rows]
    pairs: list[tuple[_Row, _Row]] = []
    gone: list[_Row] = []
    come: list[_Row] = []
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
    before: list[_Row], after: list[_Row], same: Callable[[_Row], Hashable], pairs: list[tuple[_Row, _Row]]
) -> tuple[list[_Row], list[_Row]]:
    """Move rows that are the same in some way to the pairs; return the others."""
    waiting: dict[Hashable, deque[_Row]] = defaultdict(deque)
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


def _name(row: _Row) -> Hashable:
    return row.name


def _key_after_name(row: _Row) -> Hashable:
    return tuple(cell.text for cell in row.cells.values())[1:]
