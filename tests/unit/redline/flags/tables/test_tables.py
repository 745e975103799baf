"""A changed cell is named by row and column, a changed table once; nothing else in a table is a finding."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.tables import find
from tests.unit.redline.flags.comparing import sentences

CELL, SHAPE = "table-cell-changed", "table-structure-changed"


def flags(old: str, new: str) -> dict[str, str]:
    """Return this family's sentences by the names of its flags."""
    return sentences(find, old, new)


def table(*rows: str, head: str = "th") -> str:
    """Build a table of rows such as ``a|b``; the first one is made of headings."""
    tags = [head, *["td"] * (len(rows) - 1)]
    cells = [
        "".join(f"<{tag}>{cell}</{tag}>" for cell in row.split("|"))
        for tag, row in zip(tags, rows, strict=True)
    ]
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


HEAD, BUYER, SELLER = "Party|Pays|Due", "Buyer|10|May", "Seller|90|June"
OLD = table(HEAD, BUYER, SELLER)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (
            table(HEAD, "Buyer|90|May", "Seller|10|June"),
            "Pays, row Buyer: “10” → “90”; Pays, row Seller: “90” → “10”",
        ),
        (table(HEAD, "Buyer|10|July", SELLER), "Due, row Buyer: “May” → “July”"),
        (table(HEAD, "The Buyer|10|May", SELLER), "Party, a row's name: “Buyer” → “The Buyer”"),
        (table("Party|Costs|Due", BUYER, SELLER), "heading of column 2: “Pays” → “Costs”"),
        (table("Party|Due|Pays", BUYER, SELLER), "“Pays” → “Due”"),
        (table(HEAD, "Seller|95|June", "Buyer|12|May"), "Pays, row Seller: “90” → “95”"),
        (table(HEAD, "Buyer|1|1", "Seller|2|2"), "and 1 more"),
    ],
)
def test_a_changed_cell_is_named_by_row_and_column(new: str, words: str):
    """With both its texts; the table is built as before."""
    found = flags(OLD, new)
    assert words in found[CELL]
    assert set(found) == {CELL}


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (table(HEAD, BUYER, "Agent|5|July", SELLER), "a row is new, “Agent”"),
        (table(HEAD, BUYER), "a row is gone, “Seller”"),
        (table(HEAD, SELLER, BUYER), "rows change places (“Seller”)"),
        (table("Party|Due|Pays", "Buyer|May|10", "Seller|June|90"), "change places"),
        (table("Party|Pays|VAT|Due", "Buyer|10|1|May", "Seller|90|9|June"), "column “VAT” is new"),
        (table("Party|Pays", "Buyer|10", "Seller|90"), "column “Due” is gone"),
        (OLD.replace("<th>Pays</th>", "<td>Pays</td>"), "“Pays” is no heading any more"),
        (OLD.replace("<td>Buyer</td>", "<th>Buyer</th>"), "“Buyer” is a heading now"),
        (OLD.replace("<td>June", "<td colspan=2>June"), "“June” spans other cells"),
        (OLD.replace("<td>May</td>", ""), "a cell of the row “Buyer” is gone"),
        (OLD.replace("<tr><td>Seller", "<tfoot><tr><td>Seller"), "“Seller” is in <tfoot>"),
        (OLD.replace("<table>", "<table><caption>C</caption>"), "its caption is new"),
        ("<p>Party Pays Due Buyer 10 May</p>", "taken out"),
    ],
)
def test_a_table_that_is_built_differently_is_flagged_once(new: str, words: str):
    """And no cell is called changed that is where it was."""
    found = flags(OLD, new)
    assert words in found[SHAPE]
    assert CELL not in found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OLD, OLD.replace("<td>10</td>", "<td style='color:red'><b>10</b></td>")),
        (OLD, OLD.replace("<table>", "<table><tbody>")),
        (OLD, f"<p>y</p>{OLD}{table('X|Y', '1|2')}"),
        ("", OLD),
        (OLD, ""),
        ("<p>x</p>", f"<p>x</p>{OLD}"),
    ],
)
def test_ordinary_edits_are_quiet(old: str, new: str):
    """Formatting, what a parser adds, new tables, and a deletion, which says what it is."""
    assert flags(old, new) == {}


def test_text_that_is_set_in_a_table_is_flagged():
    """Its words are the same, so that no other difference would tell."""
    assert SHAPE in flags("<p>Party Pays</p><p>Buyer 10</p>", table("Party|Pays", "Buyer|10"))


def test_a_row_or_a_cell_alone_is_a_table_too():
    """A fragment may be part of a table."""
    assert "column 2, row a: “b” → “c”" in flags("<tr><td>a<td>b</tr>", "<tr><td>a<td>c</tr>")[CELL]
    assert "“a” → “b”" in flags("<td>a</td>", "<td>b</td>")[CELL]


def test_a_row_under_a_spanning_cell_keeps_its_columns():
    """What hangs down from above takes its place, and pushes the cells of the next row under other headings."""
    old = "<table><tr><th>A<th>B<tr><td rowspan=2>x<td>1<tr><td>2</table>"
    assert "B, a row's name: “2” → “3”" in flags(old, old.replace("<td>2", "<td>3"))[CELL]
    pushed = flags(OLD, OLD.replace("<td>10", "<td rowspan=2>10"))
    assert "“10” spans other cells" in pushed[SHAPE]
    assert "Due, row Seller: “June” → “90”" in pushed[CELL]


def test_a_row_in_the_middle_of_a_long_table_is_one_row():
    """And found soon, whatever cells claim to span."""
    rows = [f"r{number}|{number % 7}|{number % 5}" for number in range(1_000)]
    new = [*rows[:500], "new|1|1", *rows[500:]]
    assert flags(table(HEAD, *rows), table(HEAD, *new)) == {
        SHAPE: "A table is built differently: a row is new, “new”."
    }
    wide = "<tr>" + "<td colspan=1000 rowspan=1000>x" * 3_000 + "<tr><td>y" * 1_000
    start = time.perf_counter()
    flags(OLD, f"<table>{wide}</table>")
    assert time.perf_counter() - start < 5


CELLS = st.lists(
    st.lists(st.sampled_from(["a", "b", "1", ""]), min_size=1, max_size=4), min_size=1, max_size=5
)


@given(CELLS, CELLS)
def test_any_two_tables_that_differ_in_a_text_have_a_finding(old: list[list[str]], new: list[list[str]]):
    """And the same table has none."""
    before, after = (table(*map("|".join, rows)) for rows in (old, new))
    assert bool(flags(before, after)) is (old != new)
