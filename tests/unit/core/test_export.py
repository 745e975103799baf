"""The audit as it is printed: for people, for spreadsheets, for programs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from bot.core.chain import Link
from bot.core.export import Row, Writer, row
from bot.core.pending import Style

SEAL = "0123456789abcdef" * 4
LINK = Link(
    "1790000000123-4",
    (("change", "2"), ("detail", "guest"), ("event", "decision.refused"), ("ref", "r1"), ("round", "1"), ("user_id", "U1")),
    SEAL,
)  # fmt: skip
ROW = Row(
    "2026-09-21T14:13:20.123Z", LINK.id, "decision.refused", "r1", "supply.html", "U1", 1, 2, "guest", SEAL
)


def written(style: Style, *pages: list[Row]) -> str:
    """Write pages as one text."""
    writer = Writer(style)
    return writer.begin() + "".join(map(writer.page, pages)) + writer.end()


def test_an_entry_becomes_a_row():
    """With the name of its document where that is known, and nothing where it says nothing."""
    assert row(LINK, {"r1": "supply.html", "r2": "other.html"}) == ROW
    bare = row(Link("1790000000123-0", (("event", "again.refused"),)), {})
    assert bare == Row(
        "2026-09-21T14:13:20.123Z", "1790000000123-0", "again.refused", "", "", "", 0, 0, "", ""
    )


def test_what_this_version_does_not_know_stands_in_the_detail():
    """An entry of a newer version, or one that somebody wrote by hand, hides nothing."""
    odd = Link("1-0", (("detail", "guest"), ("new", "words"), ("raw entry", "{"), ("round", "two")))
    assert (row(odd, {}).detail, row(odd, {}).round) == ("guest; new=words; raw entry={", 0)


@pytest.mark.parametrize("style", Style)
def test_pages_make_no_difference(style: Style):
    """One text, however it was cut; an empty page is none."""
    rows = [row(Link(f"{1790000000000 + i}-0", LINK.fields), {}) for i in range(5)]
    whole = written(style, rows)
    assert written(style, rows[:2], [], rows[2:]) == written(style, [], *([one] for one in rows)) == whole


def test_json_says_everything():
    """As a list of objects, numbers as numbers."""
    (one,) = json.loads(written(Style.JSON, [ROW]))
    assert Row(**one) == ROW
    assert json.loads(written(Style.JSON)) == json.loads(written(Style.JSON, [])) == []


def test_csv_says_everything():
    """By the names of its first line; what an entry is not about is empty."""
    text = written(Style.CSV, [ROW, row(Link("1-0", (("event", "x.refused"),)), {})])
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert first == {**{name: str(getattr(ROW, name)) for name in first}}
    assert (second["round"], second["change"], second["seal"]) == ("", "", "")


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", '="a,b"']
)
def test_no_spreadsheet_runs_what_somebody_wrote(name: str):
    """Whatever names a document, or stands in an entry that somebody put there: an apostrophe leads it."""
    bad = Link("1-0", (("detail", name), ("event", name), ("ref", "r1"), ("user_id", name)), name)
    text = written(Style.CSV, [row(bad, {"r1": name})])
    (one,) = csv.DictReader(io.StringIO(text, newline=""))
    for column in ("document", "event", "detail", "user", "seal"):
        assert one[column] == f"'{name}"
    assert text.endswith("\r\n")


def test_quotes_and_lines_stay_in_their_cell():
    """As RFC 4180 has it: quoted, and quotes doubled."""
    text = written(Style.CSV, [row(LINK, {"r1": 'a "b", c\r\nd'})])
    assert '"a ""b"", c\r\nd"' in text
    (one,) = csv.DictReader(io.StringIO(text, newline=""))
    assert one["document"] == 'a "b", c\r\nd'


def test_a_terminal_prints_a_line_each_and_obeys_nothing():
    """Long texts are cut, the seal is short, control characters are shown as such."""
    heading, line = written(Style.TABLE, [row(LINK, {"r1": "\x1b[2Jevil\n" + "x" * 60})]).splitlines()
    assert heading.split() == [
        "TIME",
        "EVENT",
        "USER",
        "REF",
        "DOCUMENT",
        "ROUND",
        "CHANGE",
        "DETAIL",
        "SEAL",
    ]
    assert line.startswith("2026-09-21T14:13:20.123Z  decision.refused")
    assert line.endswith("guest" + " " * 37 + SEAL[:16])
    assert "\x1b" not in line
