"""What a program is told of a job: ids, states, people and times, and never a word of the document."""

from __future__ import annotations

from dataclasses import replace

from bot.core.model import ChangeState, JobState, MessageRef, Origin, Outcome, RoundState, Verdict
from bot.core.report import report
from tests.make import (
    NOON,
    OTHER,
    REQUESTER,
    REVIEWER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
    sent,
)


def only(change):
    """Report one change."""
    (held,) = report(make_job(make_round(change))).rounds
    (told,) = held.changes
    return told


def test_a_job_is_told_by_its_ids_and_where_it_stands():
    """With who asked, where it is reviewed, and how it ended."""
    job = make_job(
        state=JobState.STOPPED,
        origin=Origin.HANDED_OVER,
        ended_at=later(60),
        result="Done.",
        reason=f"Stopped by <@{OTHER}>.",
    )
    told = report(job)
    assert (told.ref, told.job_id, told.session_id) == (job.ref, "job_1", "slack-1")
    assert (told.state, told.origin) == (JobState.STOPPED, Origin.HANDED_OVER)
    assert (told.channel, told.requester, told.document) == ("C0LEGAL", REQUESTER, "supply.html")
    assert (told.created_at, told.ended_at) == (NOON, later(60))
    assert (told.result, told.reason) == ("Done.", f"Stopped by {OTHER}.")
    assert (told.rounds, told.messages) == ((), {})


def test_only_messages_with_an_address_are_told():
    """One that is being posted has none yet."""
    job = make_job().with_message("job", MessageRef("C0LEGAL", "1.0", permalink="https://slack.example/1"))
    told = report(job.with_message("round:1", MessageRef("C0LEGAL", attempt=1)))
    assert told.messages == {"job": "https://slack.example/1"}


def test_a_round_is_told_with_its_times():
    """Until when a decision counts, and when it was sent, once it was."""
    held = make_round(decided(make_change(1)), make_change(2), number=1)
    (told,) = report(make_job(held)).rounds
    assert (told.number, told.state, told.sent_at) == (1, RoundState.OPEN, None)
    assert (told.opened_at, told.submit_at, told.deadline_at) == (NOON, later(3480), later(3600))
    assert [c.number for c in told.changes] == [1, 2]
    (told,) = report(make_job(sent(held))).rounds
    assert (told.state, told.sent_at) == (RoundState.SUBMITTING, NOON)


def test_an_open_change_has_no_verdict():
    """Nor has one with fewer approvals than it needs."""
    halfway = replace(make_change(), decisions=(make_decision(),))
    for change in (make_change(), halfway):
        told = only(change)
        assert (told.state, told.verdict) == (ChangeState.AWAITING, None)
        assert (told.decided_by, told.decided_at) == ((), None)


def test_an_approved_change_names_everybody_who_approved():
    """The last of them decided it; and what came of it."""
    approvals = (make_decision(), make_decision(reviewer_id=OTHER, at=later(5)))
    change = replace(make_change(), state=ChangeState.DECIDED, decisions=approvals, outcome=Outcome.NOT_FOUND)
    told = only(change)
    assert (told.verdict, told.outcome) == (Verdict.APPROVE, Outcome.NOT_FOUND)
    assert (told.decided_by, told.decided_at) == ((REVIEWER, OTHER), later(5))


def test_a_denied_change_names_who_denied_it():
    """One denial denies, whoever approved before."""
    both = (make_decision(), make_decision(Verdict.DENY, OTHER, at=later(5)))
    told = only(replace(make_change(), state=ChangeState.DECIDED, decisions=both))
    assert (told.verdict, told.decided_by) == (Verdict.DENY, (OTHER,))


def test_no_text_of_the_document_is_told():
    """Neither where a change is, nor what it says, nor what people said of it."""
    change = decided(make_change(), Verdict.DENY, feedback="SECRET")
    secret = replace(change, place="SECRET", headline="SECRET", warnings=("SECRET",), uninspectable="SECRET")
    job = make_job(make_round(secret), instruction="SECRET", appendix="SECRET", progress="SECRET")
    assert "SECRET" not in repr(report(job))
