"""Taking decisions: one per reviewer and change, first come first served, until the round is sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.deadline import Timing
from bot.core.deciding import decide, send_now, show, undo
from bot.core.errors import RefusedError
from bot.core.model import ChangeState, RoundState, Submission, Verdict, Via
from tests.make import (
    NOON,
    OTHER,
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.core.model import Job


def said(
    job: Job,
    number: int = 1,
    verdict: Verdict = Verdict.APPROVE,
    digest: str | None = None,
    timing: Timing = TIMING,
    **rest: Any,
) -> Job:
    """Have one decision recorded on what the record shows."""
    shown = digest if digest is not None else make_change(number).digest
    return decide(job, number, shown, make_decision(verdict, **rest), timing)


def refused(act: Callable[..., Job], *arguments: Any, **rest: Any) -> tuple[str, str]:
    """Return (code, sentence) of a refusal."""
    with pytest.raises(RefusedError) as refusal:
        act(*arguments, **rest)
    return refusal.value.code, str(refusal.value)


def test_a_decision_is_recorded_with_who_when_how_and_what():
    """The record holds the decision as it was made, and shows it."""
    job = said(make_job(make_round()), verdict=Verdict.DENY, feedback="Shorter.", via=Via.DIALOG)
    change = job.rounds[-1].changes[0]
    assert change.state is ChangeState.DECIDED
    assert change.decisions == (make_decision(Verdict.DENY, feedback="Shorter.", via=Via.DIALOG),)
    assert job.refresh_at == NOON


@pytest.mark.parametrize(("via", "wait"), [(Via.BUTTON, 10), (Via.DIALOG, 0), (Via.REPLY, 0)])
def test_a_button_that_completes_a_round_leaves_time_to_undo(via, wait):
    """A dialog or a reply was deliberate enough and goes at once."""
    assert said(make_job(make_round()), via=via).rounds[-1].send_at == later(wait)


def test_the_time_to_undo_is_the_deployment_s_choice():
    """Nought sends always at once."""
    assert said(make_job(make_round()), timing=Timing(undo=timedelta(0))).rounds[-1].send_at == NOON


def test_a_round_with_something_open_is_not_sent():
    """Only the last decision sets when it goes."""
    job = said(make_job(make_round(make_change(1), make_change(2))))
    assert job.rounds[-1].send_at is None
    assert said(job, 2, at=later(60)).rounds[-1].send_at == later(70)


def test_a_change_whose_card_is_not_up_yet_can_be_decided():
    """The reading dialog shows changes that Slack's pace still holds back from the thread."""
    job = said(make_job(make_round(make_change(state=ChangeState.PROPOSED))), via=Via.DIALOG)
    assert job.rounds[-1].changes[0].verdict is Verdict.APPROVE


def test_the_start_of_a_digest_names_the_version():
    """A button carries twelve digits; they are enough, and wrong ones are refused."""
    change = make_change()
    assert said(make_job(make_round()), digest=change.digest[:12]).rounds[-1].changes[0].decisions
    code, sentence = refused(said, make_job(make_round()), digest="0" * 12)
    assert code == "superseded"
    assert "not what this card shows any more" in sentence


def test_several_approvals_are_counted_until_there_are_enough():
    """With two required, the first is a decision that does not decide yet."""
    job = said(make_job(make_round(approvals=2)))
    assert job.rounds[-1].changes[0].is_open
    assert job.rounds[-1].send_at is None
    job = said(job, reviewer_id=OTHER, at=later(5))
    assert job.rounds[-1].changes[0].verdict is Verdict.APPROVE
    assert job.rounds[-1].send_at == later(15)


def test_one_denial_decides_however_many_approvals_are_needed():
    """The first no is enough, before and after a yes."""
    job = said(make_job(make_round(approvals=3)))
    job = said(job, verdict=Verdict.DENY, reviewer_id=OTHER)
    assert job.rounds[-1].changes[0].verdict is Verdict.DENY


def test_nobody_counts_twice():
    """The same person's second approval is refused and is not the second approval."""
    job = said(make_job(make_round(approvals=2)))
    code, sentence = refused(said, job)
    assert code == "decided_by_you"
    assert sentence == "You have approved change 1 already; *Undo* takes it back."
    assert refused(said, job, verdict=Verdict.DENY)[0] == "decided_by_you"


@pytest.mark.parametrize(
    ("verdict", "seconds", "expected"),
    [
        (Verdict.APPROVE, 12, "approved change 1 12 seconds ago."),
        (Verdict.APPROVE, 1, "approved change 1 a second ago."),
        (Verdict.APPROVE, 0, "approved change 1 just now."),
        (Verdict.DENY, 59, "denied change 1 59 seconds ago."),
        (Verdict.DENY, 60, "denied change 1 a minute ago."),
        (Verdict.DENY, 185, "denied change 1 3 minutes ago."),
        (Verdict.APPROVE, -3, "approved change 1 just now."),
    ],
)
def test_whoever_comes_second_is_told_who_was_first(verdict, seconds, expected):
    """Who, what, and how long ago; the record keeps what it had."""
    job = make_job(make_round(decided(make_change(), verdict)))
    code, sentence = refused(said, job, reviewer_id=OTHER, at=later(seconds))
    assert code == "decided_by_other"
    assert sentence == f"<@{REVIEWER}> {expected}"


def test_whoever_comes_after_a_denial_is_told_of_the_denial():
    """Not of the approval that came before it."""
    denial = make_decision(Verdict.DENY, OTHER, at=later(30))
    change = make_change(state=ChangeState.DECIDED, decisions=(make_decision(), denial))
    _code, sentence = refused(said, make_job(make_round(change)), reviewer_id="U0THIRD", at=later(40))
    assert sentence == f"<@{OTHER}> denied change 1 10 seconds ago."


def test_a_replaced_change_says_by_which():
    """An old card leads to the new one."""
    change = make_change(state=ChangeState.SUPERSEDED, superseded_by=4)
    code, sentence = refused(said, make_job(make_round(change)))
    assert code == "superseded"
    assert "was replaced by change 4" in sentence


@pytest.mark.parametrize(
    ("change_state", "round_state", "code"),
    [
        (ChangeState.WITHDRAWN, RoundState.OPEN, "withdrawn"),
        (ChangeState.AWAITING, RoundState.WITHDRAWN, "withdrawn"),
        (ChangeState.LAPSED, RoundState.SUBMITTING, "lapsed"),
        (ChangeState.DECIDED, RoundState.LAPSED, "lapsed"),
        (ChangeState.DECIDED, RoundState.SUBMITTING, "sent"),
        (ChangeState.DECIDED, RoundState.UNKNOWN, "sent"),
        (ChangeState.DECIDED, RoundState.CONFIRMED, "sent"),
    ],
)
def test_after_the_end_nothing_is_recorded_or_taken_back(change_state, round_state, code):
    """What happened instead is said; the same for a decision and for an undo."""
    job = make_job(make_round(make_change(state=change_state), state=round_state))
    assert refused(said, job)[0] == code
    assert refused(undo, job, 1, REVIEWER, NOON)[0] == code


REFUSED = Submission(1, NOON, is_refused=True)


@pytest.mark.parametrize(
    ("round_state", "submission", "words"),
    [
        (RoundState.SUBMITTING, Submission(1, NOON), "Round 1 is being sent to SuperDocs"),
        (RoundState.UNKNOWN, Submission(1, NOON), "Round 1 has been sent to SuperDocs"),
        (RoundState.UNKNOWN, REFUSED, "Round 1 is closed, and sent as soon as SuperDocs takes it"),
        (RoundState.CONFIRMED, Submission(1, NOON), "Round 1 has been sent to SuperDocs"),
    ],
)
def test_how_far_a_round_is_that_is_closed_is_told_as_it_is(round_state, submission, words):
    """What SuperDocs has turned down until now was not sent."""
    held = make_round(make_change(state=ChangeState.DECIDED), state=round_state, submission=submission)
    assert refused(said, make_job(held))[1] == f"{words}; change 1 can no longer be changed."
    assert refused(send_now, make_job(held), 1, REVIEWER, NOON) == ("closed", f"{words}.")


def test_a_round_that_ended_or_never_was_is_not_hurried():
    """Each says which."""
    lapsed = make_job(make_round(state=RoundState.LAPSED))
    assert refused(send_now, lapsed, 1, REVIEWER, NOON) == ("closed", "Round 1 has ended.")
    assert refused(send_now, lapsed, 7, REVIEWER, NOON)[1] == "There is no round 7 in this edit."


@pytest.mark.parametrize(
    ("round_state", "rest", "words"),
    [
        (RoundState.CONFIRMED, {}, "nobody decided in time"),
        (RoundState.CONFIRMED, {"hurried_by": OTHER}, f"<@{OTHER}> had the round sent"),
        (RoundState.CONFIRMED, {"hurried_by": OTHER, "is_stopped": True}, "the edit was stopped"),
        (RoundState.LAPSED, {}, "SuperDocs gave the edit up"),
        (RoundState.LAPSED, {"trouble": "It is away."}, "nothing could be delivered in time (It is away)"),
    ],
)
def test_who_comes_after_a_lapse_is_told_how_it_came(round_state, rest, words):
    """The clock, a person, or SuperDocs: a refusal is as true as the card."""
    job = make_job(make_round(make_change(state=ChangeState.LAPSED), state=round_state, **rest))
    assert words in refused(said, job)[1]


def test_what_cannot_be_inspected_can_only_be_denied():
    """Approving it is refused with the reason; denying it is taken."""
    job = make_job(make_round(make_change(uninspectable="Nested too deeply.")))
    code, sentence = refused(said, job)
    assert code == "uninspectable"
    assert "Nested too deeply." in sentence
    assert said(job, verdict=Verdict.DENY).rounds[-1].changes[0].verdict is Verdict.DENY


def test_a_change_that_does_not_exist_is_refused():
    """A number that the job does not have names nothing."""
    job = make_job(make_round())
    assert refused(said, job, 9)[0] == "unknown_change"
    assert refused(undo, job, 9, REVIEWER, NOON)[0] == "unknown_change"
    assert refused(show, job, 9)[0] == "unknown_change"


def test_a_decision_is_taken_back_by_who_made_it():
    """The change is open again, the round waits again, and the card says so."""
    job = undo(said(make_job(make_round())), 1, REVIEWER, later(3))
    change = job.rounds[-1].changes[0]
    assert (change.state, change.decisions) == (ChangeState.AWAITING, ())
    assert job.rounds[-1].send_at is None
    assert job.revision == 2


def test_one_of_several_approvals_is_taken_back():
    """The other person's approval stays; the change was and is open."""
    change = make_change(decisions=(make_decision(), make_decision(reviewer_id=OTHER)))
    job = undo(make_job(make_round(change, approvals=3)), 1, REVIEWER, NOON)
    assert job.rounds[-1].changes[0].decisions == (make_decision(reviewer_id=OTHER),)
    assert job.rounds[-1].changes[0].state is ChangeState.AWAITING


def test_nobody_takes_back_what_another_decided():
    """Not theirs: refused, and nothing changes."""
    assert refused(undo, said(make_job(make_round())), 1, OTHER, NOON)[0] == "not_yours"
    assert refused(undo, make_job(make_round()), 1, REVIEWER, NOON)[0] == "not_yours"


def test_after_an_undo_the_same_person_may_decide_otherwise():
    """A slip is corrected, and only the last word is in the record."""
    job = undo(said(make_job(make_round())), 1, REVIEWER, later(3))
    job = said(job, verdict=Verdict.DENY, at=later(5))
    assert [d.verdict for d in job.rounds[-1].changes[0].decisions] == [Verdict.DENY]


def test_a_round_is_sent_as_it_stands_when_somebody_says_so():
    """At once, with who said so."""
    job = send_now(make_job(make_round(make_change(1), make_change(2))), 1, OTHER, later(7))
    assert (job.rounds[-1].send_at, job.rounds[-1].hurried_by) == (later(7), OTHER)
    assert job.refresh_at == later(7)


def test_what_is_not_open_is_not_hurried():
    """A round that was sent, and one that does not exist, are refused."""
    assert refused(send_now, make_job(sent(make_round())), 1, OTHER, NOON)[0] == "closed"
    assert refused(send_now, make_job(make_round()), 2, OTHER, NOON)[0] == "closed"


def test_a_card_that_is_up_makes_its_change_await():
    """Once; what has moved on since stays where it is."""
    job = make_job(make_round(make_change(state=ChangeState.PROPOSED)))
    shown = show(job, 1)
    assert shown.rounds[-1].changes[0].state is ChangeState.AWAITING
    assert show(shown, 1) is shown
    settled = make_job(make_round(decided(make_change())))
    assert show(settled, 1) is settled


@pytest.mark.parametrize("verdict", Verdict)
def test_a_decision_does_not_hold_up_what_was_hurried(verdict):
    """Somebody said "send now", somebody else still decided one of three: the round goes out all the same."""
    job = send_now(make_job(make_round(make_change(1), make_change(2), make_change(3))), 1, OTHER, NOON)
    assert said(job, verdict=verdict, at=later(1)).rounds[-1].send_at == NOON


def test_an_undo_does_not_hold_up_what_was_hurried():
    """What was taken back is undecided again; the round goes out without it."""
    job = send_now(make_job(make_round(decided(make_change(1)), make_change(2))), 1, OTHER, NOON)
    job = undo(job, 1, REVIEWER, later(1))
    assert job.rounds[-1].send_at == NOON
    assert [c.number for c in job.rounds[-1].undecided] == [1, 2]
