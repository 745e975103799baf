"""What changes in a table: cells, named by their row and column, and the rows and columns themselves.

`grid` sets a side's cells into rows and columns, `matching` pairs them with the other side's, `changes` says what
became of each pair of tables.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.tables.changes import Changes
from bot.redline.flags.tables.grid import tables
from bot.redline.flags.tables.matching import paired_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tables.grid import Table
    from bot.redline.model import Flag

_SHOWN: Final = 3
"""Changed cells that a sentence names."""
_ROOM: Final = 150


def find(change: Compared) -> Iterator[Flag]:
    """Find changed cells and changed tables, one flag for each of the two."""
    old, new = tables(change.old), tables(change.new)
    cells: list[str] = []
    shapes: list[str] = []
    pairs = paired_tables(old, new)
    for before, after in pairs:
        changes = Changes(before, after)
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


def _is_old_text(change: Compared, new: list[Table], pairs: list[tuple[Table, Table]]) -> bool:
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
