"""The same proposals are the same round; different ones supersede, withdraw, or join."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.deadline import Timing
from bot.core.model import ChangeState, JobState, Passing, Verdict
from bot.core.opening import is_same, open_round, renew_round
from bot.core.routing import Route
from tests.make import (
    NOON,
    OTHER,
    REVIEWER,
    TIMING,
    decided,
    facts_of,
    later,
    make_change,
    make_job,
    make_proposal,
    make_proposals,
    make_round,
)

if TYPE_CHECKING:
    from bot.core.model import Change, Job
    from bot.core.proposal import Proposal


def opened(*proposals: Proposal, job: Job | None = None, timing: Timing = TIMING, **facts: Any) -> Job:
    return open_round(job or make_job(), proposals, facts_of(*proposals, **facts), NOON, timing)


def renewed(job: Job, *proposals: Proposal) -> Job:
    return renew_round(job, job.rounds[-1], proposals, facts_of(*proposals), later(70))


def test_a_pause_opens_a_round():
    """The hour starts at the evidence, the changes are numbered in order, and nothing is watched meanwhile."""
    job = opened(*make_proposals(2), job=make_job(next_at=NOON))
    assert job.state is JobState.REVIEWING
    assert job.next_at is None
    assert job.next_number == 3
    held = job.rounds[-1]
    assert (held.number, held.opened_at, held.deadline_at, held.submit_at) == (
        1,
        NOON,
        later(3600),
        later(3480),
    )
    assert [(c.number, c.change_id, c.state) for c in held.changes] == [
        (1, "ch_1", ChangeState.PROPOSED),
        (2, "ch_2", ChangeState.PROPOSED),
    ]


def test_a_change_keeps_what_was_proposed_and_what_was_found_out():
    """Every id that is sent back, the digest, and the reader's facts stand in the record."""
    proposal = make_proposal(after_id="n", before_id="m", document_id="d")
    facts: dict[str, Any] = {
        "place": "9 Law",
        "headline": "one word",
        "is_whole": False,
        "warnings": ("Odd link.",),
    }
    change = opened(proposal, **facts).rounds[-1].changes[0]
    for name in ("change_id", "operation", "chunk_id", "after_id", "before_id", "document_id", "digest"):
        assert getattr(change, name) == getattr(proposal, name)
    assert {name: getattr(change, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("defect", "found", "expected"),
    [
        ("", "", ""),
        ("It is not JSON.", "", "It is not JSON."),
        ("", "Too deep.", "Too deep."),
        ("A", "B", "A"),
    ],
)
def test_what_cannot_be_inspected_says_why(defect, found, expected):
    """A defect of the proposal itself comes first; else what the redline could not do."""
    change = opened(make_proposal(defect=defect), uninspectable=found).rounds[-1].changes[0]
    assert change.uninspectable == expected


def test_a_pause_that_is_seen_late_has_no_reminders_behind_it_to_send():
    """A job handed over 50 minutes into its hour starts with both reminders behind it."""
    short = Timing(
        window=timedelta(seconds=600), remind_before=(timedelta(seconds=1800), timedelta(seconds=60))
    )
    assert opened(make_proposal(), timing=short).rounds[-1].reminded == 1
    assert opened(make_proposal()).rounds[-1].reminded == 0


def test_a_round_of_a_stopped_edit_asks_nobody():
    """The stop came while SuperDocs worked, or it proposed again: what it waits on is denied at once."""
    held = opened(*make_proposals(1), job=make_job(stop_requested_by=OTHER)).rounds[-1]
    assert (held.send_at, held.hurried_by) == (NOON, OTHER)
    assert opened(*make_proposals(1)).rounds[-1].send_at is None


def test_numbers_run_on_through_the_job():
    """Round 2 begins where round 1 stopped counting: change 3 is never called 1."""
    first = replace(opened(*make_proposals(2)), state=JobState.WORKING)
    job = opened(make_proposal("ch_1", "a", "b"), job=first)
    assert [c.number for held in job.rounds for c in held.changes] == [1, 2, 3]
    assert job.rounds[-1].number == 2


def test_the_same_set_is_the_same_round_in_any_order():
    """Neither the order nor a repetition makes another round."""
    one, two = make_proposals(2)
    held = opened(one, two).rounds[-1]
    assert is_same(held, (two, one))
    assert is_same(held, (one, two, one))
    assert not is_same(held, (one,))
    assert not is_same(held, (one, replace(two, chunk_id="elsewhere")))


def test_what_changed_is_superseded_and_says_by_which():
    """Other bytes under the same id are a new change; no decision is carried over to it."""
    job = make_job(make_round(decided(make_change(1)), send_at=later(10)))
    job = renewed(job, make_proposal("ch_1", "10 days", "99 days"))
    old, new = job.rounds[-1].changes
    assert (old.state, old.superseded_by) == (ChangeState.SUPERSEDED, new.number)
    assert (new.number, new.state, new.decisions) == (2, ChangeState.PROPOSED, ())
    assert job.rounds[-1].send_at is None


def test_each_superseded_change_names_its_own_successor():
    """Two are proposed differently, in another order, and a third joins before them."""
    job = make_job(make_round(make_change(1), make_change(2)))
    job = renewed(
        job, make_proposal("ch_9", "a", "b"), make_proposal("ch_2", "c", "d"), make_proposal("ch_1", "e", "f")
    )
    assert [(c.number, c.change_id) for c in job.rounds[-1].live] == [(3, "ch_9"), (4, "ch_2"), (5, "ch_1")]
    assert [c.superseded_by for c in job.rounds[-1].changes[:2]] == [5, 4]


def test_what_is_no_longer_proposed_is_withdrawn():
    """A change that vanished from an open round waits for nobody, and the others keep their decisions."""
    job = make_job(make_round(make_change(1), decided(make_change(2))))
    job = renewed(job, make_proposals(2)[1])
    gone, kept = job.rounds[-1].changes
    assert (gone.state, gone.superseded_by) == (ChangeState.WITHDRAWN, 0)
    assert kept == decided(make_change(2))


def test_what_is_left_is_sent_when_it_is_complete():
    """The only open change vanished: what was decided goes out, after the time to undo or when it was to go anyway."""
    held = make_round(decided(make_change(1)), make_change(2))
    assert renewed(make_job(held), make_proposals(1)[0]).rounds[-1].send_at == later(70)
    assert renewed(make_job(replace(held, send_at=later(9))), make_proposals(1)[0]).rounds[
        -1
    ].send_at == later(9)
    still_open = make_round(make_change(1), make_change(2))
    assert renewed(make_job(still_open), make_proposals(1)[0]).rounds[-1].send_at is None


def test_nobody_hurries_what_they_have_not_seen():
    """Something joined a round that was to be sent as it stood: it waits for people again."""
    job = make_job(make_round(make_change(1), send_at=NOON, hurried_by=OTHER))
    held = renewed(job, *make_proposals(2)).rounds[-1]
    assert (held.send_at, held.hurried_by) == (None, "")


def test_a_stopped_job_is_sent_whatever_joins():
    """All its answers are denials: nothing that joins needs to be seen."""
    job = make_job(make_round(make_change(1), send_at=NOON, hurried_by=OTHER), stop_requested_by=OTHER)
    held = renewed(job, *make_proposals(2)).rounds[-1]
    assert (held.send_at, held.hurried_by) == (NOON, OTHER)


def test_what_is_new_joins():
    """A further proposal gets the next number; those there already stay as they are."""
    job = make_job(make_round(make_change(1)))
    job = renewed(job, *make_proposals(2))
    assert [c.number for c in job.rounds[-1].changes] == [1, 2]
    assert job.rounds[-1].changes[0] == make_change(1)
    assert job.next_number == 3


def test_what_comes_back_is_new():
    """A proposal that was withdrawn and is made again is another change with another number."""
    job = make_job(make_round(make_change(1), make_change(2)))
    one, two = make_proposals(2)
    job = renewed(renewed(job, two), one, two)
    assert [(c.number, c.change_id, c.state) for c in job.rounds[-1].changes] == [
        (1, "ch_1", ChangeState.WITHDRAWN),
        (2, "ch_2", ChangeState.AWAITING),
        (3, "ch_1", ChangeState.PROPOSED),
    ]


def denied(number: int, feedback: str = "Shorter.", **rest: Any) -> Change:
    return decided(make_change(number, **rest), Verdict.DENY, feedback=feedback)


def answered(*changes: Change, proposal: Proposal) -> int:
    """Open a second round after these changes, and return which change it says it revises."""
    job = replace(make_job(make_round(*changes)), state=JobState.WORKING)
    return opened(proposal, job=job).rounds[-1].changes[0].revises


def test_a_proposal_at_the_same_place_answers_the_feedback_there():
    """Denied with feedback, then proposed again at the same chunk: the new change revises the old one."""
    assert answered(denied(1), denied(2), proposal=make_proposal("x", chunk_id="chunk-ch_2")) == 2


def test_the_only_feedback_is_what_the_next_round_answers():
    """Even when the new proposal names another chunk."""
    assert answered(denied(1), decided(make_change(2)), proposal=make_proposal("x", chunk_id="moved")) == 1


def test_between_several_feedbacks_nothing_is_guessed():
    """With two asked for and neither at this place, the new change revises nothing that we could name."""
    assert answered(denied(1), denied(2), proposal=make_proposal("x", chunk_id="moved")) == 0


def test_a_denial_without_feedback_asks_for_nothing():
    """What comes after a plain denial is no answer to it."""
    assert answered(denied(1, feedback=""), proposal=make_proposal("x", chunk_id="chunk-ch_1")) == 0
    assert opened(make_proposal()).rounds[-1].changes[0].revises == 0


PASSED = (Passing(REVIEWER, "U0FIRST", NOON), Passing("U0FIRST", OTHER, NOON, "You know this."))


def test_what_takes_the_place_of_a_change_is_passed_on_to_the_same_person():
    """They were asked to judge it; to the last one, if several were."""
    job = renewed(make_job(make_round(make_change(1, passings=PASSED))), make_proposal("ch_1", new="70 days"))
    assert [c.passings for c in job.rounds[-1].changes] == [PASSED, PASSED[1:]]


def test_what_answers_a_denial_is_passed_on_to_the_same_person():
    """Whoever denied it; what answers another one is passed on to nobody."""
    job = replace(make_job(make_round(denied(1, passings=PASSED), denied(2))), state=JobState.WORKING)
    answer, other = opened(*make_proposals(2), job=job).rounds[-1].changes
    assert (answer.passings, other.passings) == (PASSED[1:], ())


def test_nobody_is_asked_to_approve_what_their_own_feedback_shaped():
    """Where a route forbids it: they would only be refused."""
    mine = decided(make_change(1, passings=PASSED), Verdict.DENY, reviewer_id=OTHER, feedback="Shorter.")
    job = replace(make_job(make_round(mine)), state=JobState.WORKING)
    proposals = make_proposals(1)
    strict = open_round(job, proposals, facts_of(*proposals), NOON, TIMING, Route(own_edits=False))
    assert strict.rounds[-1].changes[0].passings == ()
    assert opened(*proposals, job=job).rounds[-1].changes[0].passings == PASSED[1:]
