"""What people ask at the end of a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.backlog import tally
from bot.core.model import ChangeState, JobState, RoundState, Submission, Verdict
from bot.core.routing import Match, Route, Routes
from bot.core.stats import Figures, Pace, count
from tests.make import (
    OTHER,
    REVIEWER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
)

END = later(9999)
LAPSED = make_change(9, state=ChangeState.LAPSED)


def ended(*changes, **rest):
    """Return a job that completed after one round."""
    held = make_round(*changes, state=RoundState.CONFIRMED, submission=Submission(1, later(3480)))
    return make_job(held, **{"state": JobState.COMPLETED, "ended_at": later(3500), **rest})


def after(seconds, number=1, **rest):
    """Return a change that was approved so long after its round was seen."""
    return decided(make_change(number), at=later(seconds), **rest)


MONTH = [
    ended(after(60, 1), decided(make_change(2), Verdict.DENY, at=later(180), reviewer_id=OTHER), LAPSED),
    ended(after(120, 1, reviewer_id=OTHER), ref="two", channel="C0SALES"),
    make_job(make_round(make_change(1), make_change(2)), ref="three"),
    make_job(state=JobState.PROMPTED, prompts=1, ref="four"),
]


class TestCounting:
    """The rules are the digest's; what is counted here is told by channel and by reviewer."""

    def test_changes_are_counted_by_what_became_of_them(self):
        """What is open is open now; a question of SuperDocs' waits, too, but is no change."""
        told = count(MONTH, None, END)
        assert (told.edits, told.waiting) == (4, 2)
        overall = told.overall
        assert (overall.open, overall.approved, overall.denied, overall.lapsed) == (2, 2, 1, 1)
        assert (overall.approval_rate, overall.lapse_rate) == (2 / 3, 1 / 4)

    def test_the_digest_counts_the_same(self):
        """No rule stands twice."""
        told, digest = count(MONTH, None, END).overall, tally(MONTH, later(-1), END)
        assert (told.approved, told.denied, told.lapsed) == (digest.approved, digest.denied, digest.lapsed)
        assert told.pace.median == digest.median

    def test_each_channel_has_its_own(self):
        """One in which nothing was proposed is left out."""
        quiet = make_job(channel="C0QUIET", ref="quiet")
        told = dict(count([*MONTH, quiet], None, END).channels)
        assert list(told) == ["C0LEGAL", "C0SALES"]
        assert told["C0SALES"] == Figures(
            approved=1, pace=Pace(timedelta(seconds=120), timedelta(seconds=120))
        )
        assert (told["C0LEGAL"].open, told["C0LEGAL"].lapsed) == (2, 1)

    def test_each_route_has_its_own(self):
        """The one whose edits they are as things are now; what no route is for is told, too."""
        routes = Routes((Route(Match(session="none-*")), Route(Match(channel="C0SALES"))))
        told = dict(count(MONTH, None, END, routes).routes)
        assert list(told) == [0, 2]
        assert (told[0].approved, told[0].open, told[2].approved) == (1, 2, 1)

    def test_without_routes_none_are_told_apart(self):
        """There is one rule for everything then, and its figures are those of all."""
        assert count(MONTH, None, END).routes == ()

    def test_a_reviewers_figures_are_of_their_own_decisions(self):
        """A change that took two approvals counts for both, each with the time that they took."""
        both = replace(
            after(60),
            decisions=(make_decision(at=later(60)), make_decision(at=later(300), reviewer_id=OTHER)),
        )
        told = dict(count([ended(both, after(20, 2))], None, END).reviewers)
        assert (told[REVIEWER].approved, told[REVIEWER].pace.median) == (2, timedelta(seconds=40))
        assert (told[OTHER].approved, told[OTHER].pace.median) == (1, timedelta(seconds=300))

    def test_who_decided_most_comes_first(self):
        """And of equals, always in the same order."""
        jobs = [
            ended(
                after(1, 1, reviewer_id="U0B"), after(1, 2, reviewer_id="U0A"), after(1, 3, reviewer_id="U0C")
            )
        ]
        jobs.append(ended(after(1, 1, reviewer_id="U0C"), ref="two"))
        assert [who for who, _figures in count(jobs, None, END).reviewers] == ["U0C", "U0A", "U0B"]

    @pytest.mark.parametrize(("decisions", "rank"), [(1, 1), (2, 2), (9, 9), (10, 9), (11, 10), (100, 90)])
    def test_nine_of_ten_took_as_long_as_the_p90_or_less(self, decisions, rank):
        """The nearest rank: a time that somebody really took."""
        jobs = [ended(*(after(10 * n, n) for n in range(decisions, 0, -1)))]
        assert count(jobs, None, END).overall.pace.p90 == timedelta(seconds=10 * rank)

    def test_a_day_begins_with_its_first_moment(self):
        """What was settled before is left out; what waits is told in any case."""
        told = count(MONTH, later(120), END)
        assert (told.overall.approved, told.overall.denied, told.overall.open) == (1, 1, 2)
        assert count(MONTH, None, later(120)).overall.denied == 0

    def test_nothing_has_no_rate(self):
        """Rather than one of nought, or a division by it."""
        told = count([], None, END).overall
        assert (told.approval_rate, told.lapse_rate, told.pace) == (None, None, Pace())
        assert count([ended(LAPSED)], None, END).overall.approval_rate is None
