"""What is counted, as people and programs read it."""

from __future__ import annotations

import json

from bot.core.model import ChangeState, JobState, RoundState, Submission, Verdict
from bot.core.routing import Match, Route, Routes
from bot.core.stats import count
from bot.core.words.figures import as_json, as_table, in_short
from tests.make import NOON, OTHER, REVIEWER, decided, later, make_change, make_job, make_round

END = later(9999)
LAPSED = make_change(9, state=ChangeState.LAPSED)
ROUTES = Routes((Route(Match(session="none-*")), Route(Match(channel="C0SALES", document="*.html")), Route()))


def ended(*changes, **rest):
    """Return a job that completed after one round."""
    held = make_round(*changes, state=RoundState.CONFIRMED, submission=Submission(1, later(3480)))
    return make_job(held, **{"state": JobState.COMPLETED, "ended_at": later(3500), **rest})


def after(seconds, number=1, **rest):
    """Return a change that was approved so long after its round was seen."""
    return decided(make_change(number), at=later(seconds), **rest)


LEGAL = ended(after(60, 1), decided(make_change(2), Verdict.DENY, at=later(180), reviewer_id=OTHER), LAPSED)
SALES = ended(after(120, 1, reviewer_id=OTHER), ref="two", channel="C0SALES", document="Offer.html")
MONTH = [
    LEGAL,
    SALES,
    make_job(make_round(make_change(1), make_change(2)), ref="three"),
    make_job(state=JobState.PROMPTED, prompts=1, ref="four"),
]


class TestTable:
    """For people."""

    def test_an_empty_store_says_so(self):
        """Not a heading without rows."""
        assert as_table(count([], None, END), None).startswith("Nothing is kept")

    def test_what_waits_then_channels_then_people(self):
        """Rates in per cent, times in words."""
        waits, _, heading, everything, legal, sales, _, people, first, second = as_table(
            count(MONTH, None, END), None
        ).splitlines()
        assert waits == "Over all that is kept. 2 edits wait now, with 2 changes open."
        assert (
            " ".join(heading.split())
            == "CHANNEL OPEN APPROVED DENIED LAPSED APPROVAL RATE LAPSE RATE MEDIAN P90"
        )
        assert everything.split() == ["all", "2", "2", "1", "1", "67%", "25%", "2", "min", "3", "min"]
        assert legal.split()[:7] == ["C0LEGAL", "2", "1", "1", "1", "50%", "33%"]
        assert sales.split()[:7] == ["C0SALES", "0", "1", "0", "0", "100%", "0%"]
        assert people.split()[0] == "REVIEWER"
        assert first.split()[:4] == [OTHER, "1", "1", "50%"]
        assert second.split()[:4] == [REVIEWER, "1", "0", "100%"]

    def test_routes_have_a_table_where_there_are_any(self):
        """Each with its place in the file, and what it is for."""
        written = as_table(count(MONTH, None, END, ROUTES), None, ROUTES)
        heading, sales, rest = written.split("\n\n")[2].splitlines()
        assert heading.startswith("ROUTE ")
        assert sales.startswith("2: document *.html, channel C0SALES  0 ")
        assert rest.startswith("3: everything else ")

    def test_what_no_route_is_for_says_so(self):
        """Nobody can decide it: somebody should see that."""
        none = Routes((Route(Match(session="none-*")),))
        assert "\nnone: no route is for these  2 " in as_table(count(MONTH, None, END, none), None, none)

    def test_what_is_not_known_is_a_dash(self):
        """Nobody has decided anything yet."""
        written = as_table(count([MONTH[2]], None, END), None)
        assert written.startswith("Over all that is kept. 1 edit waits now, with 2 changes open.")
        assert written.splitlines()[3].split() == ["all", "2", "0", "0", "0", "–", "–", "–", "–"]
        assert "REVIEWER" not in written

    def test_a_span_without_a_decision_says_so(self):
        """With the day that it began."""
        written = as_table(count([make_job()], NOON, END), NOON)
        assert written == "Since 2026-11-23. Nothing waits now.\nNothing was decided, and nothing lapsed.\n"


class TestJson:
    """For another program."""

    def test_every_figure_has_a_name(self):
        """Rates from 0 to 1, times in seconds."""
        told = json.loads(as_json(count(MONTH, NOON, END), NOON, END))
        assert (told["since"], told["until"]) == ("2026-11-23T12:00:00Z", "2026-11-23T14:46:39Z")
        assert (told["edits"], told["waiting"]) == (4, 2)
        assert told["overall"] == {
            "open": 2, "approved": 2, "denied": 1, "lapsed": 1,
            "approval_rate": 0.6667, "lapse_rate": 0.25, "median_s": 120.0, "p90_s": 180.0,
        }  # fmt: skip
        assert [one["channel"] for one in told["channels"]] == ["C0LEGAL", "C0SALES"]
        assert told["reviewers"][1] == {
            "reviewer": REVIEWER, "approved": 1, "denied": 0, "approval_rate": 1.0, "median_s": 60.0, "p90_s": 60.0,
        }  # fmt: skip

    def test_nothing_is_null_and_still_json(self):
        """A program tells nothing from nought."""
        told = json.loads(as_json(count([], None, END), None, END))
        assert (told["since"], told["edits"], told["channels"], told["reviewers"]) == (None, 0, [], [])
        assert (told["overall"]["lapse_rate"], told["overall"]["median_s"]) == (None, None)

    def test_each_route_is_named_by_its_number_and_its_match(self):
        """The number is its place in the file."""
        told = json.loads(as_json(count(MONTH, None, END, ROUTES), None, END, ROUTES))
        assert [(one["route"], one["match"], one["approved"], one["open"]) for one in told["routes"]] == [
            (2, {"session": "*", "document": "*.html", "channel": "C0SALES"}, 1, 0),
            (3, {"session": "*", "document": "*", "channel": "*"}, 1, 2),
        ]


class TestInShort:
    """For whoever looks at their Home."""

    def test_what_became_of_the_last_edits_and_ones_own_part_in_it(self):
        """Two lines, and every figure with its name."""
        assert in_short(count([LEGAL, SALES], None, END), OTHER) == (
            "The last 2 edits: 3 changes decided, 67% approved, median time to decide 2 min, 1 lapsed.",
            "By you: 2 changes decided, 50% approved, median time to decide 2 min.",
        )

    def test_who_decided_nothing_or_everything_reads_one_line(self):
        """It would say nothing, or the same again."""
        assert len(in_short(count([LEGAL, SALES], None, END), "U0NEW")) == 1
        assert in_short(count([SALES], None, END), OTHER) == (
            "The last edit: 1 change decided, 100% approved, median time to decide 2 min.",
        )

    def test_what_only_lapsed_has_no_rate(self):
        """Nobody decided anything."""
        assert in_short(count([ended(LAPSED)], None, END), OTHER) == ("The last edit: 1 change lapsed.",)

    def test_nothing_is_not_told(self):
        """Neither before the first edit, nor of edits that proposed nothing."""
        assert in_short(count([], None, END), OTHER) == ()
        assert in_short(count([make_job(state=JobState.COMPLETED)], None, END), OTHER) == ()
