"""The list that the command line prints."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import ChangeState, JobState, MessageRef, RoundState
from bot.core.pending import Kind, Style, render, rows
from tests.make import NOON, REQUESTER, decided, later, make_change, make_job, make_round

LINK = "https://slack.example/2"


def opened(**rest):
    """Return an open job with one change of two undecided."""
    job = make_job(make_round(decided(make_change(1)), make_change(2)), **rest)
    return job.with_message("round:1", MessageRef("C0LEGAL", "2.0", permalink=LINK))


def lapsed(**rest):
    """Return a job that left one change."""
    held = make_round(make_change(3, state=ChangeState.LAPSED), state=RoundState.CONFIRMED)
    return make_job(
        held, **{"ref": "lapsed0000000001", "state": JobState.COMPLETED, "ended_at": NOON, **rest}
    )


class TestRows:
    """Every edit that waits, and nothing else."""

    def test_an_open_edit_is_a_row(self):
        """With everything that another program needs to find it."""
        (row,) = rows([opened()])
        assert (row.kind, row.ref, row.job_id, row.session_id) == (
            Kind.OPEN,
            make_job().ref,
            "job_1",
            "slack-1",
        )
        assert (row.channel, row.document, row.requester) == ("C0LEGAL", "supply.html", REQUESTER)
        assert (row.round, row.changes, row.deadline, row.link) == (1, (2,), "2026-11-23T12:58:00Z", LINK)

    def test_a_lapsed_edit_is_a_row_without_a_deadline(self):
        """With the changes that it left."""
        (row,) = rows([lapsed()])
        assert (row.kind, row.changes, row.deadline, row.link) == (Kind.LAPSED, (3,), "", "")
        whole = make_job(state=JobState.LAPSED).with_message("job", MessageRef("C0", "1.0", permalink=LINK))
        assert [(row.changes, row.round, row.link) for row in rows([whole])] == [((), 0, LINK)]

    def test_a_question_is_a_row_without_changes(self):
        """Answered where it stands."""
        asks = make_job(make_round(state=RoundState.CONFIRMED), state=JobState.PROMPTED, prompts=1)
        (row,) = rows([asks.with_message("prompt:1", MessageRef("C0", "1.0", permalink=LINK))])
        assert (row.kind, row.changes, row.deadline, row.link) == (Kind.OPEN, (), "", LINK)

    def test_open_ones_come_first_by_urgency_then_lapsed_ones_newest_first(self):
        """What is neither is left out."""
        jobs = [
            lapsed(ref="old"), opened(ref="late"), make_job(ref="working"),
            replace(make_job(make_round(submit_at=later(1))), ref="soon"), lapsed(ref="new", ended_at=later(5)),
        ]  # fmt: skip
        assert [row.ref for row in rows(jobs)] == ["soon", "late", "new", "old"]


class TestCsv:
    """For a spreadsheet, which must not run it."""

    def read(self, *jobs):
        """Write the jobs and read them back."""
        return list(csv.DictReader(io.StringIO(render(rows(jobs), Style.CSV, NOON), newline="")))

    def test_each_row_comes_back(self):
        """Under a heading."""
        first, second = self.read(opened(), lapsed())
        assert (first["kind"], first["changes"], first["deadline"]) == ("open", "2", "2026-11-23T12:58:00Z")
        assert (second["kind"], second["document"], second["link"]) == ("lapsed", "supply.html", "")

    @pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
    def test_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(self, name):
        """Anybody may have named the document."""
        (row,) = self.read(opened(document=name))
        assert row["document"] == f"'{name}"

    @given(st.text(st.characters(codec="utf-8")))
    def test_any_name_comes_back(self, name):
        """Quotes, commas and line breaks too; and never as a formula."""
        (row,) = self.read(opened(document=name))
        assert row["document"].removeprefix("'") == name.removeprefix("'")
        assert not row["document"].startswith(("=", "+", "-", "@", "\t", "\r"))

    def test_nothing_is_a_heading_alone(self):
        """So that a script sees no row."""
        assert self.read() == []
        assert render((), Style.CSV, NOON).startswith("kind,ref,job_id,")


class TestJson:
    """For another program."""

    def test_each_row_is_an_object(self):
        """Its changes are numbers."""
        (row,) = json.loads(render(rows([opened(document="Ünïcode “1”")]), Style.JSON, NOON))
        assert (row["kind"], row["changes"], row["document"]) == ("open", [2], "Ünïcode “1”")

    def test_nothing_is_an_empty_list(self):
        """And still JSON."""
        assert json.loads(render((), Style.JSON, NOON)) == []


class TestTable:
    """For somebody at a terminal."""

    def test_columns_stand_below_their_headings(self):
        """With the time that is left."""
        written = render(rows([opened(), lapsed()]), Style.TABLE, later(60))
        heading, first, second = written.splitlines()
        assert heading.split() == [
            "WAITS",
            "TIME",
            "LEFT",
            "DOCUMENT",
            "CHANGES",
            "REQUESTER",
            "CHANNEL",
            "REF",
            "TROUBLE",
        ]
        assert first.split() == [
            "open",
            "57",
            "min",
            "supply.html",
            "2",
            "U0REQ",
            "C0LEGAL",
            make_job().ref,
            "–",
        ]
        assert second.split()[:3] == ["lapsed", "–", "supply.html"]
        assert {line.index("C", 20) for line in (first, second)} == {heading.index("CHANNEL")}

    def test_a_deadline_that_has_passed_is_over(self):
        """The round is being sent."""
        assert " over " in render(rows([opened()]), Style.TABLE, later(3480))

    def test_a_name_does_not_drive_the_terminal(self):
        """Nor does a long one push the rest away; none is a dash."""
        written = render(
            rows([opened(document="\x1b[2J" + "x" * 99), opened(document="")]), Style.TABLE, NOON
        )
        assert "\x1b" not in written
        assert f"\N{REPLACEMENT CHARACTER}[2J{'x' * 35}…  2" in written
        assert written.splitlines()[2].split()[3] == "–"

    def test_what_keeps_decisions_from_superdocs_stands_at_the_end(self):
        """In the table, and for programs."""
        held = make_round(decided(make_change(1)), make_change(2), trouble="SuperDocs is in trouble.")
        written = render(rows([make_job(held)]), Style.TABLE, NOON)
        assert written.splitlines()[1].endswith("  SuperDocs is in trouble.")
        assert rows([make_job(held)])[0].trouble == "SuperDocs is in trouble."

    def test_what_waits_for_superdocs_is_listed_too(self):
        """Decided here, and held up: whoever runs the relay sees it between what is open and what lapsed."""
        held = make_round(decided(make_change(1)), send_at=NOON, trouble="SuperDocs is in trouble.")
        moving = make_job(make_round(decided(make_change(1)), send_at=NOON))
        jobs = [lapsed(), make_job(held), opened(), moving]
        assert [row.kind for row in rows(jobs)] == [Kind.OPEN, Kind.HELD_UP, Kind.LAPSED]
        row = rows([make_job(held)])[0]
        assert (row.changes, row.deadline) == ((1,), "2026-11-23T13:00:00Z")

    def test_nothing_is_said_as_nothing(self):
        """Not as a heading without rows."""
        assert render((), Style.TABLE, NOON) == "Nothing waits.\n"
