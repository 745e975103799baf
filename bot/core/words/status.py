"""Where a change stands, in one line: never more than the record knows.

Recorded is not sent, sent is not applied, and applied is what the document shows, whatever SuperDocs says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.away import is_kept
from bot.core.lifecycle import has_ended
from bot.core.model import Change, ChangeState, Job, JobState, Outcome, Round, RoundState
from bot.core.summary import Line
from bot.core.words.pieces import link

if TYPE_CHECKING:
    from bot.core.model import Decision

_ANYWAY: Final = "⚠ In the document all the same, although"


def change_status(job: Job, held: Round, change: Change) -> Line:
    """Say where a change stands: never more than the record knows."""
    if change.state is ChangeState.SUPERSEDED:
        sentence = f"Replaced by change {change.superseded_by}: SuperDocs proposes something else now."
        return Line(sentence, link=_link(job, change.superseded_by))
    if change.state is ChangeState.WITHDRAWN:
        return Line(_without_us(job))
    if change.outcome is Outcome.APPLIED_ANYWAY:
        return _in_anyway(held, change)
    if change.state is ChangeState.LAPSED:
        return Line(_lapsed(held))
    if change.state is ChangeState.DECIDED:
        return _decided(job, held, change)
    return Line(_counted(held, change))


def mention(decision: Decision) -> str:
    """Name who decided."""
    return f"<@{decision.reviewer_id}>"


def _counted(held: Round, change: Change) -> str:
    people = ", ".join(mention(d) for d in change.decisions)
    counted = (
        f"{len(change.decisions)} of {held.approvals} approvals ({people})" if people else _unapproved(held)
    )
    if not change.passings:
        return counted
    last = change.passings[-1]
    return f"{counted} · passed on to <@{last.to_id}> by <@{last.by_id}>"


def _unapproved(held: Round) -> str:
    return "Open" if held.approvals == 1 else f"Open: {held.approvals} people must approve"


def _decided(job: Job, held: Round, change: Change) -> Line:
    if change.denial is not None:
        sentence = f"Denied by {mention(change.denial)}{_denied_since(job, held, change)}"
        feedback = change.denial.feedback
        return Line(f"{sentence}:" if feedback else sentence, feedback, _link(job, _answer(job, change)))
    people = ", ".join(mention(d) for d in change.decisions)
    return Line(f"Approved by {people}{_approved_since(job, held, change)}")


def _in_anyway(held: Round, change: Change) -> Line:
    """Say that a change is in the document although it was sent as denied, and why it was."""
    if held.is_stopped:
        return Line(f"{_ANYWAY} the edit was stopped before it was applied.")
    if change.denial is None:
        return Line(f"{_ANYWAY} nobody approved it.")
    feedback = change.denial.feedback
    return Line(f"{_ANYWAY} {mention(change.denial)} denied it{':' if feedback else '.'}", feedback)


def _denied_since(job: Job, held: Round, change: Change) -> str:
    if held.state is RoundState.LAPSED:
        return _never_arrived(held)
    if answer := _answer(job, change):
        return f" → change {answer}"
    if held.state is RoundState.CONFIRMED and has_ended(job) and change.denial and change.denial.feedback:
        return " · no new proposal came"
    return _sending(held)


def _answer(job: Job, change: Change) -> int:
    """Return the number of the change that answers the feedback on this one, or 0."""
    return next((c.number for r in job.rounds for c in r.changes if c.revises == change.number), 0)


def _link(job: Job, number: int) -> str:
    """Return the address of a change's card, or ""; a change that is alone in its round has the round's message."""
    held = job.round_of(number)
    if held is None:
        return ""
    return link(job, f"card:{number}" if len(held.changes) > 1 else f"round:{held.number}")


def _approved_since(job: Job, held: Round, change: Change) -> str:
    if held.is_stopped:
        return " · not applied: the edit was stopped"
    if held.state is RoundState.LAPSED:
        return f"{_never_arrived(held)}, so {'probably ' if held.may_have_arrived else ''}not applied"
    if change.outcome in {Outcome.FOUND, Outcome.NOT_FOUND}:
        return _verified(change)
    if held.state is RoundState.CONFIRMED and job.state in {
        JobState.FAILED,
        JobState.STOPPED,
        JobState.LAPSED,
    }:
        return " · sent, but the edit ended without a document"
    return _sending(held)


def _verified(change: Change) -> str:
    """Say what the document shows of an approved change; and where SuperDocs says otherwise, that it does."""
    if change.outcome is Outcome.FOUND:
        otherwise = ", although SuperDocs says that it is not" if change.is_called_unapplied else ""
        return f" · applied, found in the document{otherwise}"
    said = "as SuperDocs says, too" if change.is_called_unapplied else "although SuperDocs does not say so"
    return f", not found in the document, {said}"


def _never_arrived(held: Round) -> str:
    """Say how far the answer came when the edit lapsed with it."""
    if held.may_have_arrived:
        return " · never confirmed by SuperDocs"
    if held.trouble:
        return f" · not delivered in time ({held.trouble.rstrip('.')})"
    return " · not sent: SuperDocs gave the edit up"


def _sending(held: Round) -> str:
    """Say how far the answer is on its way to SuperDocs."""
    if is_kept(held):
        return f" · {kept(held)}" if held.trouble else ""
    if held.state is RoundState.CONFIRMED:
        return " · sent"
    if held.trouble:
        return f" · sent, not confirmed yet ({held.trouble.rstrip('.')})"
    return (
        " · sent, not confirmed yet: asking SuperDocs" if held.state is RoundState.UNKNOWN else " · sending"
    )


def kept(held: Round) -> str:
    """Say what becomes of decisions that SuperDocs cannot be given just now."""
    reason = held.trouble.rstrip(".")
    return (
        f"not sent yet ({reason}); kept, and sent when SuperDocs takes it, until {held.deadline_at:%H:%M} UTC"
    )


def _lapsed(held: Round) -> str:
    """Say why nobody's word counts on a change: the clock, or somebody who sent the round before."""
    if held.is_stopped:
        return "Denied with the rest: the edit was stopped."
    if held.hurried_by:
        return f"Lapsed: <@{held.hurried_by}> had the round sent before anybody decided this."
    return "Lapsed: nobody decided in time, and nothing was applied."


def _without_us(job: Job) -> str:
    if job.state in {JobState.STOPPED, JobState.FAILED}:
        return "Withdrawn: the edit ended before this was sent."
    return "Decided or withdrawn elsewhere; nothing was sent from here."
