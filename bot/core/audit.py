"""What the audit says: every entry follows from the difference between two versions of a record.

No step writes an entry by hand, so none can forget one: whoever changes a record has it audited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.core.calling import is_given_up
from bot.core.lifecycle import ROUND_TABLE
from bot.core.model import Origin, RoundState
from bot.core.words.carding import RENDERING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.core.model import Change, Job, Round
    from bot.core.request import Callback


PROGRAM: Final = "program"
"""Who did it, when a program did that knows the relay's token."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit.

    Attributes:
        event: ``noun.past_participle``: ``change.decided``, ``round.submitting``…
        user_id: Who did it; "" for the relay itself, `PROGRAM` for a program.
        detail: Ids and our own words only, never document text.
    """

    event: str
    ref: str
    user_id: str = ""
    round: int = 0
    change: int = 0
    detail: str = ""


def entries(before: Job | None, after: Job) -> tuple[Entry, ...]:
    """Return what happened between two versions of a job, in the order of its rounds and changes."""
    return tuple(_job_entries(before, after))


def _job_entries(before: Job | None, after: Job) -> Iterator[Entry]:
    if before is None:
        yield _first(after)
        return
    if before.job_id != after.job_id:
        yield Entry("job.known", after.ref, detail=after.job_id)
    yield from _stop_entries(before, after)
    if after.continues not in {None, before.continues}:
        said = "go on" if after.continues else "stop here"
        yield Entry("prompt.answered", after.ref, after.answered_by, detail=said)
    if before.asked_again_by != after.asked_again_by:
        yield Entry("edit.asked_again", after.ref, detail=after.asked_again_by)
    for held in after.rounds:
        earlier = next((r for r in before.rounds if r.number == held.number), None)
        yield from _round_entries(after.ref, earlier, held)
    if before.state is not after.state:
        yield Entry(f"job.{after.state.value}", after.ref)
    yield from _callback_entries(after.ref, before.callback, after.callback)


def _callback_entries(ref: str, before: Callback | None, after: Callback | None) -> Iterator[Entry]:
    """Tell whether a program was told of the outcome; its address is nobody else's business."""
    if before is None or after is None:
        return
    if after.delivered_at not in {None, before.delivered_at}:
        yield Entry("callback.delivered", ref, detail=f"attempt {after.attempts + 1}")
    if is_given_up(after) and not is_given_up(before):
        yield Entry("callback.given_up", ref, detail=f"attempt {after.attempts}")
    if _is_settled(before) and not _is_settled(after):
        yield Entry("callback.redriven", ref)


def _is_settled(callback: Callback) -> bool:
    return callback.delivered_at is not None or is_given_up(callback)


def _stop_entries(before: Job, after: Job) -> Iterator[Entry]:
    """Tell who wants the edit stopped, or the one that keeps it waiting."""
    if before.stop_requested_by != after.stop_requested_by:
        yield Entry("edit.stop_requested", after.ref, after.stop_requested_by)
    if after.unblocked_by not in {"", before.unblocked_by}:
        yield Entry("session.stop_requested", after.ref, after.unblocked_by, detail=after.blocked_by)


def _first(job: Job) -> Entry:
    """Say how a record began. Who is named with a job of another program did not bring it here."""
    if job.origin is Origin.ASKED:
        return Entry("edit.requested", job.ref, job.requester_id)
    if job.origin is Origin.PROGRAM:
        return Entry("edit.requested", job.ref, PROGRAM, detail=_wanted(job))
    return Entry("job.taken_over", job.ref, detail=f"{job.job_id}, {job.origin.value}")


def _wanted(job: Job) -> str:
    """Say what a program asked for, in ids and our own words."""
    named = [f"named {job.requester_id}"] if job.requester_id else []
    return ", ".join([job.mode.value, f"session {job.session_id}", *named])


def _round_entries(ref: str, before: Round | None, after: Round) -> Iterator[Entry]:
    for change in after.changes:
        earlier = before.change(change.number) if before else None
        yield from _change_entries(ref, after.number, earlier, change)
    if before is None:
        yield Entry("round.opened", ref, round=after.number, detail=after.deadline_at.isoformat())
        return
    if after.hurried_by not in {"", before.hurried_by}:
        yield Entry("round.hurried", ref, after.hurried_by, after.number)
    if after.state in ROUND_TABLE and bool(before.trouble) is not bool(after.trouble):
        yield Entry("round.held_up" if after.trouble else "round.freed", ref, round=after.number)
    if before.state is not after.state:
        yield Entry(f"round.{after.state.value}", ref, round=after.number, detail=_how(after))


def _how(held: Round) -> str:
    """Say with which attempt a round came where it stands; and of one that lapsed, how far its answers came."""
    attempt = f"attempt {held.submission.attempt}" if held.submission else ""
    if held.state is not RoundState.LAPSED:
        return attempt
    end = "never confirmed" if held.may_have_arrived else "not delivered"
    return ", ".join(filter(None, [attempt, end]))


def _change_entries(ref: str, number: int, before: Change | None, after: Change) -> Iterator[Entry]:
    if before is None:
        yield Entry("change.proposed", ref, round=number, change=after.number, detail=after.digest)
        return
    yield from _said_entries(ref, number, before, after)
    if before.state is not after.state:
        yield Entry(f"change.{after.state.value}", ref, round=number, change=after.number)
    if before.outcome is not after.outcome:
        yield Entry(f"outcome.{after.outcome.value}", ref, round=number, change=after.number)


def _said_entries(ref: str, number: int, before: Change, after: Change) -> Iterator[Entry]:
    """Tell what people said of a change: decisions, those taken back, and to whom it was passed on."""
    for decision in after.decisions:
        if decision not in before.decisions:
            said = (
                f"{decision.verdict.value} by {decision.via.value} in rendering {RENDERING} of {after.digest}"
            )
            yield Entry("decision.recorded", ref, decision.reviewer_id, number, after.number, said)
    for decision in before.decisions:
        if decision not in after.decisions:
            yield Entry("decision.taken_back", ref, decision.reviewer_id, number, after.number)
    for passing in after.passings[len(before.passings) :]:
        yield Entry("change.passed_on", ref, passing.by_id, number, after.number, f"to {passing.to_id}")
