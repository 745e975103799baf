"""The one call of a round: complete, explicit, and never repeated on a hunch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.deadline import CALL_LIMIT, GLANCE, STALE, pause
from bot.core.errors import BugError
from bot.core.model import ChangeState, RoundState, Submission, Verdict
from bot.core.submitting import (
    Answer,
    Trouble,
    acknowledge,
    answers,
    begin,
    confirm,
    lose_answer,
    may_send_again,
    still_waits,
    turn_down,
)
from tests.make import NOON, OTHER, decided, later, make_change, make_decision, make_job, make_round, sent

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job, Round

LIMIT = CALL_LIMIT.total_seconds()
AWAY = Trouble("SuperDocs could not be reached.")


def call(job: Job) -> Submission:
    made = job.rounds[-1].submission
    assert made is not None
    return made


def waiting(**rest: Any) -> Job:
    """Return a job whose round is SUBMITTING since noon."""
    held = sent(make_round(decided(make_change())), **rest)
    return make_job(held)


def turned_down(job: Job, made: Round, now: datetime) -> Job:
    """Note a clear no."""
    return turn_down(job, made, AWAY, now)


def test_every_live_change_is_answered_explicitly():
    """Approved, denied with words, denied without, undecided: four answers, none left to a default."""
    held = make_round(
        decided(make_change(1)),
        decided(make_change(2), Verdict.DENY, feedback="Keep 30."),
        decided(make_change(3), Verdict.DENY),
        make_change(4, state=ChangeState.LAPSED),
        make_change(5, state=ChangeState.SUPERSEDED),
        make_change(6, state=ChangeState.WITHDRAWN),
    )
    assert answers(held) == (
        Answer("ch_1", is_approved=True),
        Answer("ch_2", is_approved=False, feedback="Keep 30."),
        Answer("ch_3", is_approved=False),
        Answer("ch_4", is_approved=False),
    )


def test_changes_that_share_an_id_are_approved_together_or_not_at_all():
    """SuperDocs is told an id: one answer for it, and never a yes to the text that somebody denied."""
    yes, no = decided(make_change(1)), decided(make_change(2, change_id="ch_1"), Verdict.DENY, feedback="No.")
    assert answers(make_round(yes, no)) == (Answer("ch_1", is_approved=False, feedback="No."),)
    assert answers(make_round(yes, replace(yes, number=2))) == (Answer("ch_1", is_approved=True),)
    undecided = make_change(2, change_id="ch_1", state=ChangeState.LAPSED)
    assert answers(make_round(yes, undecided)) == (Answer("ch_1", is_approved=False),)


def test_changes_that_share_an_id_have_one_answer():
    """SuperDocs knows a change by its id alone: approved together or not at all, with all the words of those denied."""
    first, second = (decided(make_change(n, change_id="same")) for n in (1, 2))
    third = decided(make_change(3, change_id="same"), Verdict.DENY, feedback="Shorter.")
    fourth = decided(make_change(4, change_id="same"), Verdict.DENY, feedback="Keep 30.")
    assert answers(make_round(first, second)) == (Answer("same", is_approved=True),)
    assert answers(make_round(first, make_change(2, change_id="same", state=ChangeState.LAPSED))) == (
        Answer("same", is_approved=False),
    )
    assert answers(make_round(first, third, fourth)) == (
        Answer("same", is_approved=False, feedback="Shorter.\nKeep 30."),
    )
    assert answers(make_round(first, second, is_stopped=True)) == (Answer("same", is_approved=False),)


def test_too_few_approvals_are_a_denial_without_words():
    """One of two is not approved, and nobody's words are made up for it."""
    change = make_change(state=ChangeState.LAPSED, decisions=(make_decision(),))
    held = make_round(change, approvals=2)
    assert answers(held) == (Answer("ch_1", is_approved=False),)


def test_a_stopped_edit_gets_no_approval():
    """Whoever approved before the stop: nothing is applied any more, and no feedback makes it try again."""
    held = make_round(decided(make_change(1)), decided(make_change(2), Verdict.DENY, feedback="Again."))
    begun = begin(make_job(held, stop_requested_by=OTHER), held, NOON).rounds[-1]
    assert answers(begun) == (Answer("ch_1", is_approved=False), Answer("ch_2", is_approved=False))


def test_a_further_attempt_never_contradicts_the_first():
    """A stop between two attempts changes nothing that may have been taken already; nor is one ever taken back."""
    lost = lose_answer(waiting(), waiting().rounds[-1], later(1)).rounds[-1]
    again = begin(make_job(lost, stop_requested_by=OTHER), lost, later(9)).rounds[-1]
    assert answers(again) == answers(lost) == (Answer("ch_1", is_approved=True),)
    stopped = replace(lost, is_stopped=True)
    assert begin(make_job(stopped), stopped, later(9)).rounds[-1].is_stopped


def test_the_record_says_so_before_the_call_is_made():
    """SUBMITTING, first attempt, asked about when the call's time limit is over; the card waits for a glance."""
    job = begin(make_job(make_round(decided(make_change()))), make_round(decided(make_change())), NOON)
    held = job.rounds[-1]
    assert held.state is RoundState.SUBMITTING
    assert call(job) == Submission(attempt=1, sent_at=NOON)
    assert held.recheck_at == NOON + CALL_LIMIT
    assert job.refresh_at == NOON + GLANCE


def test_what_nobody_decided_lapses_with_the_submission():
    """The decided ones stay as they are; a withdrawn one is not touched."""
    gone = make_change(3, state=ChangeState.WITHDRAWN)
    held = make_round(decided(make_change(1)), make_change(2), gone)
    states = [c.state for c in begin(make_job(held), held, NOON).rounds[-1].changes]
    assert states == [ChangeState.DECIDED, ChangeState.LAPSED, ChangeState.WITHDRAWN]


def test_a_further_attempt_is_counted():
    """From UNKNOWN, the same answers go out as attempt 2."""
    unknown = lose_answer(waiting(), waiting().rounds[-1], later(1)).rounds[-1]
    again = begin(make_job(unknown), unknown, later(9))
    assert again.rounds[-1].state is RoundState.SUBMITTING
    assert call(again) == Submission(attempt=2, sent_at=later(9), is_bound=True)


@pytest.mark.parametrize(
    "state", [RoundState.CONFIRMED, RoundState.LAPSED, RoundState.WITHDRAWN, RoundState.SUBMITTING]
)
def test_only_an_open_or_unknown_round_is_sent(state):
    """Whoever finds it under way, or over, cannot send: the record refuses."""
    held = replace(waiting().rounds[-1], state=state)
    with pytest.raises(BugError):
        begin(make_job(held), held, NOON)


def test_an_acknowledgement_is_noted_and_followed_by_a_look():
    """The round is not confirmed by it; the job is watched at once."""
    job = acknowledge(waiting(), waiting().rounds[-1], later(1))
    assert job.rounds[-1].state is RoundState.SUBMITTING
    assert call(job).is_acknowledged
    assert (job.next_at, job.steps) == (later(1), 1)


@pytest.mark.parametrize("note", [acknowledge, lose_answer, turned_down])
@pytest.mark.parametrize("state", [RoundState.OPEN, RoundState.UNKNOWN, RoundState.CONFIRMED])
def test_an_answer_that_comes_late_changes_nothing(note, state):
    """A re-read has settled it meanwhile: neither yes nor no of the old call counts."""
    job = make_job(replace(waiting().rounds[-1], state=state))
    assert note(job, job.rounds[-1], later(20)) is job
    bare = make_job(make_round())
    assert note(bare, bare.rounds[-1], later(20)) is bare


@pytest.mark.parametrize("note", [acknowledge, lose_answer, turned_down])
def test_the_answer_of_one_call_is_never_taken_for_another_s(note):
    """A worker that stood still wakes up to an answer long overdue: the call that is under way now is a later one."""
    first = waiting()
    lost = lose_answer(first, first.rounds[-1], later(15))
    second = begin(lost, lost.rounds[-1], later(21))
    assert note(second, first.rounds[-1], later(22)) is second
    next_round = make_job(*second.rounds, replace(sent(make_round(make_change(2))), number=2))
    assert note(next_round, first.rounds[-1], later(22)) is next_round


@pytest.mark.parametrize("attempt", [1, 3, 6, 9])
def test_a_lost_answer_is_asked_about_when_that_can_count(attempt):
    """Never before reads are fresh again, and less and less often."""
    job = waiting()
    held = replace(job.rounds[-1], submission=replace(call(job), attempt=attempt))
    job = lose_answer(job.with_round(held), held, later(2))
    assert job.rounds[-1].state is RoundState.UNKNOWN
    assert job.rounds[-1].recheck_at == later(2) + max(STALE, pause(attempt, job.ref))
    assert job.revision == 1


def test_a_clear_no_is_kept_and_told():
    """SuperDocs certainly has nothing: that is known, and why; it is still read before the next attempt."""
    job = turn_down(waiting(), waiting().rounds[-1], AWAY, later(1))
    held = job.rounds[-1]
    assert (held.state, held.trouble, call(job).is_refused) == (RoundState.UNKNOWN, AWAY.sentence, True)
    assert not held.may_have_arrived
    assert held.recheck_at == later(1) + STALE
    assert job.refresh_at == later(1)


def test_a_clear_no_may_ask_to_wait():
    """To the second, if there is time."""
    told = replace(AWAY, retry_after_s=50.0)
    assert turn_down(waiting(), waiting().rounds[-1], told, later(1)).rounds[-1].recheck_at == later(51)


def test_the_next_attempt_may_have_arrived_again():
    """A no to the first says nothing about the second; nor does what kept the first."""
    kept = turn_down(waiting(), waiting().rounds[-1], AWAY, later(1)).rounds[-1]
    again = begin(make_job(kept), kept, later(9))
    assert again.rounds[-1].may_have_arrived
    lost = lose_answer(again, again.rounds[-1], later(10)).rounds[-1]
    assert (lost.trouble, lost.may_have_arrived) == ("", True)
    assert acknowledge(again, again.rounds[-1], later(10)).rounds[-1].trouble == ""
    assert confirm(again, again.rounds[-1], later(10)).rounds[-1].trouble == ""


def test_with_the_end_near_a_lost_answer_is_asked_about_in_time():
    """Not before a read can count, however near it is."""
    job = waiting()
    held = replace(job.rounds[-1], submission=replace(call(job), attempt=9))
    for left, wait in ((40, 10), (12, 5), (3, 5)):
        lost = lose_answer(job.with_round(held), held, later(3645 - left)).rounds[-1]
        assert lost.recheck_at == later(3645 - left + wait)


def test_what_moved_on_is_confirmed():
    """No further question is due."""
    job = confirm(waiting(), waiting().rounds[-1], later(3))
    assert (job.rounds[-1].state, job.rounds[-1].recheck_at, job.revision) == (RoundState.CONFIRMED, None, 1)


@pytest.mark.parametrize("seconds", [0, 4.9, 5, LIMIT - 0.1])
def test_while_the_call_is_under_way_a_read_proves_nothing(seconds):
    """Still waiting, but the call may land yet: the record stays as it is."""
    job = waiting()
    assert still_waits(job, job.rounds[-1], later(seconds)) is job


def test_still_waiting_after_the_time_limit_is_a_lost_answer():
    """Whoever sent it died: somebody else asks again when that can count."""
    job = waiting()
    lost = still_waits(job, job.rounds[-1], later(LIMIT)).rounds[-1]
    assert lost.state is RoundState.UNKNOWN
    assert lost.recheck_at == later(LIMIT) + STALE


def test_a_batch_called_complete_that_still_waits_is_a_lost_answer():
    """A 200 is not proof: 5 s later a read that still shows it waiting counts more."""
    job = acknowledge(waiting(), waiting().rounds[-1], later(1))
    assert still_waits(job, job.rounds[-1], later(4.9)) is job
    assert still_waits(job, job.rounds[-1], later(5)).rounds[-1].state is RoundState.UNKNOWN


def test_still_waiting_says_nothing_of_a_round_that_was_not_sent():
    """And nothing more of one that is UNKNOWN already."""
    bare = make_job(make_round())
    assert still_waits(bare, bare.rounds[-1], later(60)) is bare
    unknown = lose_answer(waiting(), waiting().rounds[-1], later(1))
    assert still_waits(unknown, unknown.rounds[-1], later(60)) is unknown


def test_another_attempt_needs_a_read_that_was_begun_late_enough():
    """UNKNOWN, and begun no earlier than the moment set for it: all else may not send."""
    held = lose_answer(waiting(), waiting().rounds[-1], later(1)).rounds[-1]
    assert not may_send_again(held, later(5.9))
    assert may_send_again(held, later(6))
    assert not may_send_again(replace(held, recheck_at=None), later(60))
    for state in set(RoundState) - {RoundState.UNKNOWN}:
        assert not may_send_again(replace(held, state=state), later(60))
