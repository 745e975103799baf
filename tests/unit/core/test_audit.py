"""The audit follows from the difference between two versions of a record."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from bot.core.audit import PROGRAM, Entry, entries
from bot.core.deciding import decide, send_now, undo
from bot.core.model import ChangeState, JobState, MessageRef, Origin, Outcome, RoundState, Submission, Verdict
from bot.core.submitting import begin
from bot.core.words.carding import RENDERING
from tests.make import (
    NOON,
    OTHER,
    REQUESTER,
    REVIEWER,
    TIMING,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
    sent,
)

REF = make_job().ref


def test_a_new_record_is_a_request():
    """Who asked stands first."""
    assert entries(None, make_job()) == (Entry("edit.requested", REF, REQUESTER),)


@pytest.mark.parametrize("origin", [Origin.HANDED_OVER, Origin.FOUND])
def test_a_job_of_another_program_is_taken_over(origin):
    """Which one, and how it came here; whom the program names did not bring it."""
    job = make_job(origin=origin)
    assert entries(None, job) == (Entry("job.taken_over", REF, detail=f"job_1, {origin.value}"),)


def test_a_program_that_asked_is_no_person():
    """What it asked for stands there in ids; whom it names did not ask."""
    job = make_job(origin=Origin.PROGRAM)
    told = f"ask_every_time, session {job.session_id}, named {REQUESTER}"
    assert entries(None, job) == (Entry("edit.requested", REF, PROGRAM, detail=told),)


def test_nothing_happened_between_equal_records():
    """Messages, progress and retries are no events of the audit."""
    job = make_job(make_round())
    busy = replace(job, progress="Reading", refresh_at=NOON, steps=9, failures=2)
    assert entries(job, busy.with_message("job", MessageRef("C", "1.0"))) == ()


def test_a_job_s_events_are_named():
    """Its id at SuperDocs, who wanted it stopped, what took it up again, and each new state."""
    before = make_job(job_id="", state=JobState.STARTING)
    after = replace(
        before, job_id="job_9", state=JobState.WORKING, stop_requested_by=OTHER, asked_again_by="r2"
    )
    assert entries(before, after) == (
        Entry("job.known", REF, detail="job_9"),
        Entry("edit.stop_requested", REF, OTHER),
        Entry("edit.asked_again", REF, detail="r2"),
        Entry("job.working", REF),
    )


def test_the_answer_to_a_prompt_names_who_gave_it():
    """Once: carrying it, and what SuperDocs then does, is the job's."""
    asked = make_job(state=JobState.PROMPTED)
    for goes_on, said in ((True, "go on"), (False, "stop here")):
        answered = replace(asked, continues=goes_on, answered_by=OTHER)
        assert entries(asked, answered) == (Entry("prompt.answered", REF, OTHER, detail=said),)
        assert entries(answered, replace(answered, continues=None)) == ()


def test_a_round_opens_with_what_is_proposed():
    """Each change with the digest of its exact bytes, then the round with its deadline."""
    held = make_round(make_change(1), make_change(2))
    assert entries(make_job(), replace(make_job(held), state=JobState.WORKING)) == (
        Entry("change.proposed", REF, round=1, change=1, detail=make_change(1).digest),
        Entry("change.proposed", REF, round=1, change=2, detail=make_change(2).digest),
        Entry("round.opened", REF, round=1, detail=later(3600).isoformat()),
    )


def test_a_decision_names_who_what_how_and_which_version():
    """In which rendering, too; and never the words of the feedback."""
    job = make_job(make_round())
    said = make_decision(Verdict.DENY, feedback="secret words")
    after = decide(job, 1, make_change().digest, said, TIMING)
    found = entries(job, after)
    assert found == (
        Entry(
            "decision.recorded",
            REF,
            REVIEWER,
            1,
            1,
            f"deny by button in rendering {RENDERING} of {make_change().digest}",
        ),
        Entry("change.decided", REF, round=1, change=1),
    )
    assert "secret words" not in repr(found)


def test_an_undo_is_an_event_too():
    """What was taken back, and by whom."""
    job = make_job(make_round(decided(make_change())))
    assert entries(job, undo(job, 1, REVIEWER, later(1))) == (
        Entry("decision.taken_back", REF, REVIEWER, 1, 1),
        Entry("change.awaiting", REF, round=1, change=1),
    )


def test_whoever_hurried_a_round_is_named():
    """Once; that it is hurried no more is no deed of anybody."""
    job = make_job(make_round())
    hurried = send_now(job, 1, OTHER, NOON)
    assert entries(job, hurried) == (Entry("round.hurried", REF, OTHER, 1),)
    assert entries(hurried, job) == ()


def test_a_submission_names_its_attempt():
    """After the changes that lapsed with it."""
    job = make_job(make_round())
    assert entries(job, begin(job, job.rounds[-1], NOON)) == (
        Entry("change.lapsed", REF, round=1, change=1),
        Entry("round.submitting", REF, round=1, detail="attempt 1"),
    )


def test_a_round_that_was_never_sent_has_no_attempt():
    """It ends without one."""
    job = make_job(make_round())
    after = job.with_round(replace(job.rounds[-1], state=RoundState.WITHDRAWN))
    assert entries(job, after) == (Entry("round.withdrawn", REF, round=1),)


def test_what_holds_a_round_up_is_an_event_and_so_is_its_end():
    """Each once, without SuperDocs' words; a further reason is none."""
    before = make_job(make_round())
    after = make_job(make_round(trouble="SuperDocs is away."))
    other = make_job(make_round(trouble="SuperDocs is busy."))
    assert entries(before, after) == (Entry("round.held_up", REF, round=1),)
    assert entries(after, other) == ()
    assert entries(other, before) == (Entry("round.freed", REF, round=1),)


@pytest.mark.parametrize(
    ("held", "detail"),
    [
        (make_round(trouble="SuperDocs is away."), "not delivered"),
        (make_round(), "not delivered"),
        (sent(make_round()), "attempt 1, never confirmed"),
        (sent(make_round(), submission=Submission(3, NOON, is_refused=True)), "attempt 3, not delivered"),
    ],
)
def test_a_round_that_lapses_says_how_far_its_answers_came(held, detail):
    """Whether SuperDocs may have them."""
    lapsed = replace(held, state=RoundState.LAPSED)
    assert entries(make_job(held), make_job(lapsed)) == (Entry("round.lapsed", REF, round=1, detail=detail),)


def test_what_was_found_in_the_document_is_an_event():
    """Per change, as far as the document showed it."""
    change = decided(make_change())
    held = sent(make_round(change))
    before, after = make_job(held), make_job(held.with_change(replace(change, outcome=Outcome.FOUND)))
    assert entries(before, after) == (Entry("outcome.found", REF, round=1, change=1),)


def test_what_is_in_the_document_although_it_was_denied_is_an_event():
    """By its number; no word of it."""
    change = decided(make_change(), Verdict.DENY)
    held = sent(make_round(change))
    anyway = held.with_change(replace(change, outcome=Outcome.APPLIED_ANYWAY))
    assert entries(make_job(held), make_job(anyway)) == (
        Entry("outcome.applied_anyway", REF, round=1, change=1),
    )


def test_a_change_that_joins_an_open_round_is_proposed():
    """The round itself opened before, so only the change is news."""
    before = make_job(make_round(make_change(1)))
    after = make_job(make_round(make_change(1), make_change(2)))
    assert entries(before, after) == (
        Entry("change.proposed", REF, round=1, change=2, detail=make_change(2).digest),
    )


def test_every_state_of_a_change_is_told():
    """Whatever a change becomes, there is an entry of that name."""
    for state in set(ChangeState) - {ChangeState.AWAITING}:
        found = entries(make_job(make_round()), make_job(make_round(make_change(state=state))))
        assert [entry.event for entry in found] == [f"change.{state.value}"]


def test_an_entry_holds_ids_and_our_own_words_only():
    """There is no field in it for anybody's text."""
    assert {field.name for field in fields(Entry)} == {"event", "ref", "user_id", "round", "change", "detail"}
