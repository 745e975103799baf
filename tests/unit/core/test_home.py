"""What somebody's Home says, and when it would say something else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.home import ASKED, DECIDED, home, sign, sign_of_all
from bot.core.model import ChangeState, JobState, MessageRef, Mode, Outcome, RoundState, Verdict
from bot.core.summary import Does
from bot.core.words.listing import waiting
from tests.make import NOON, OTHER, REQUESTER, REVIEWER, decided, later, make_change, make_job, make_round

NOTHING = waiting([], 0)
LAPSED = make_change(2, state=ChangeState.LAPSED)


def of(user_id, *jobs):
    """Return the Home of somebody for whom nothing waits."""
    return home(NOTHING, jobs, user_id, Mode.REVIEW)


def named(jobs, user_id, mode=Mode.REVIEW):
    """Name what somebody's Home says of jobs."""
    return sign(sign_of_all(jobs), jobs, user_id, mode)


def ended(*changes, **rest):
    """Return a job that completed after one round."""
    held = make_round(*changes, state=RoundState.CONFIRMED)
    return make_job(held, **{"state": JobState.COMPLETED, "ended_at": later(60), **rest})


class TestAsked:
    """What somebody asked for."""

    def test_what_goes_on_comes_first_then_what_ended_last(self):
        """Nothing that others asked for."""
        jobs = [
            ended(decided(make_change()), ref="long ago", ended_at=later(1)),
            ended(decided(make_change()), ref="just now", ended_at=later(99)),
            make_job(ref="older", created_at=later(-9)),
            make_job(ref="newer"),
            make_job(ref="another's", requester_id=OTHER),
        ]
        titled = [replace(job, document=job.ref) for job in jobs]
        lines = of(REQUESTER, *titled).asked
        assert [line.document for line in lines] == ["newer", "older", "just now", "long ago"]

    def test_each_says_where_it_stands_and_leads_there(self):
        """To the round while there is one to decide, to its own message else."""
        messages = {"job": MessageRef("C0LEGAL", "1.0", permalink="https://slack/job")}
        messages["round:1"] = MessageRef("C0LEGAL", "2.0", permalink="https://slack/round")
        (open_one,) = of(REQUESTER, make_job(make_round(), messages=messages)).asked
        assert (open_one.status.sentence, open_one.link) == ("1 change to review", "https://slack/round")
        failed = make_job(state=JobState.FAILED, reason="No quota.", ended_at=NOON, messages=messages)
        (failed_one,) = of(REQUESTER, failed).asked
        assert (failed_one.status.sentence, failed_one.status.quote) == ("Failed", "No quota.")
        assert failed_one.link == "https://slack/job"

    def test_what_lapsed_can_be_asked_again(self):
        """As in the digest."""
        (line,) = of(REQUESTER, ended(LAPSED)).asked
        assert line.action.does is Does.ASK_AGAIN

    def test_only_the_latest_are_shown(self):
        """A Home has an end."""
        assert len(of(REQUESTER, *[make_job(ref=str(n)) for n in range(ASKED + 2)]).asked) == ASKED


class TestDecided:
    """What somebody decided."""

    def test_the_newest_comes_first_with_what_became_of_it(self):
        """Each with the change's words, and when they said it."""
        applied = replace(decided(make_change(1), at=later(1)), outcome=Outcome.FOUND)
        denied = decided(make_change(2), Verdict.DENY, at=later(2))
        lines = of(REVIEWER, ended(applied, denied)).decided
        assert [(line.status.sentence, line.at) for line in lines] == [
            (f"Change 2 · Denied by <@{REVIEWER}> · sent", later(2)),
            (f"Change 1 · Approved by <@{REVIEWER}> · applied, found in the document", later(1)),
        ]
        assert lines[0].status.quote == "“20” → “25”"

    def test_decisions_of_others_are_theirs(self):
        """Nobody's Home shows them."""
        assert of(OTHER, ended(decided(make_change()))).decided == ()

    def test_an_approval_that_waits_for_another_counts(self):
        """It was said, and may be taken back."""
        mine = replace(decided(make_change()), state=ChangeState.AWAITING)
        (line,) = of(REVIEWER, make_job(make_round(mine, approvals=2))).decided
        assert line.status.sentence == f"Change 1 · 1 of 2 approvals (<@{REVIEWER}>)"

    def test_only_the_latest_are_shown(self):
        """Ten of them."""
        changes = [decided(make_change(n), at=later(n)) for n in range(1, DECIDED + 3)]
        lines = of(REVIEWER, ended(*changes)).decided
        assert (len(lines), lines[0].at) == (DECIDED, later(DECIDED + 2))


class TestSign:
    """A Home is drawn anew only when it may say something else."""

    @pytest.mark.parametrize(
        "other",
        [
            make_job(make_round(decided(make_change()))),
            make_job(make_round(make_change(1), make_change(2))),
            make_job(make_round(), stop_requested_by=OTHER),
            ended(LAPSED),
        ],
        ids=["decided", "one more change", "stopping", "ended"],
    )
    def test_what_happens_to_an_edit_shows(self, other):
        """To those who might decide it, and to whoever asked for it."""
        for user_id in (REVIEWER, REQUESTER):
            before, after = ([make_job(make_round())], [other])
            assert named(before, user_id) != named(after, user_id)

    def test_what_nobody_sees_there_does_not(self):
        """SuperDocs' progress, and edits of others that wait for nobody."""
        quiet, busy = make_job(), replace(make_job(), progress="Reading", revision=7)
        for user_id in (REVIEWER, REQUESTER):
            assert named([quiet], user_id) == named([busy], user_id)
        assert named([], OTHER) == named([quiet], OTHER)

    def test_the_setting_shows(self):
        """It may be chosen in the edit dialog, too."""
        assert named([], OTHER) != named([], OTHER, Mode.AUTOMATIC)
