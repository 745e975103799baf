"""Taking decisions: one recorded decision per reviewer and change, first come first served, until the round is sent.

Each function returns the new record, or refuses with the sentence that the person is told, privately.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.away import is_kept
from bot.core.errors import RefusedError
from bot.core.lifecycle import SENT_ROUNDS, ChangeEvent, advance_change
from bot.core.model import Change, ChangeState, Decision, Job, Round, RoundState, Verdict, Via

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.deadline import Timing


def decide(job: Job, number: int, digest: str, decision: Decision, timing: Timing) -> Job:
    """Record one reviewer's decision on one change.

    Args:
        job: The record as it stands now.
        number: The change's number in the job.
        digest: What the person was shown; a prefix of 12 characters or more will do.
        decision: What they say, who, and when on the store's clock.
        timing: The deployment's durations.

    Raises:
        RefusedError: It cannot be taken; the text says why, truthfully.
    """
    held, change = as_shown(job, number, digest)
    _refuse_decided(change, decision)
    if decision.verdict is Verdict.APPROVE and change.uninspectable:
        sentence = f"Change {number} cannot be inspected, so it can only be denied. {change.uninspectable}"
        raise RefusedError(sentence, code="uninspectable")
    decided = replace(change, decisions=(*change.decisions, decision))
    if decision.verdict is Verdict.DENY or len(decided.decisions) >= held.approvals:
        decided = advance_change(decided, ChangeEvent.DECIDE)
    return job.with_round(_scheduled(held.with_change(decided), decision.via, decision.at, timing)).touched(
        decision.at
    )


def undo(job: Job, number: int, reviewer_id: str, now: datetime) -> Job:
    """Take back one's own decision on a change, while its round has not been sent.

    Raises:
        RefusedError: It is not theirs, or it is too late; the text says which.
    """
    held, change = located(job, number)
    _refuse_closed(held, change)
    others = tuple(d for d in change.decisions if d.reviewer_id != reviewer_id)
    if len(others) == len(change.decisions):
        sentence = f"There is no decision of yours on change {number} to take back."
        raise RefusedError(sentence, code="not_yours")
    reopened = replace(change, decisions=others)
    if reopened.denial:  # Somebody else's: it is denied all the same.
        return job.with_round(held.with_change(reopened)).touched(now)
    if change.state is ChangeState.DECIDED:
        reopened = advance_change(reopened, ChangeEvent.UNDO)
    kept = held.send_at if _is_hurried(held) else None
    return job.with_round(replace(held.with_change(reopened), send_at=kept)).touched(now)


def send_now(job: Job, number: int, user_id: str, now: datetime) -> Job:
    """Have a round sent as it stands: what is decided counts, the rest is denied.

    Raises:
        RefusedError: The round is no longer open.
    """
    held = opened(job, number)
    return job.with_round(replace(held, send_at=now, hurried_by=user_id)).touched(now)


def show(job: Job, number: int) -> Job:
    """Note that a change's card is up."""
    held, change = located(job, number)
    if change.state is not ChangeState.PROPOSED:
        return job
    return job.with_round(held.with_change(advance_change(change, ChangeEvent.SHOW)))


def opened(job: Job, number: int) -> Round:
    """Return a round that takes decisions.

    Raises:
        RefusedError: It does not; the text says how far it is.
    """
    held = job.numbered_round(number)
    if held is None or held.state is not RoundState.OPEN:
        sentence = f"{over(held)}." if held else f"There is no round {number} in this edit."
        raise RefusedError(sentence, code="closed")
    return held


def over(held: Round) -> str:
    """Say how far a round is that takes no more decisions, without a full stop."""
    if is_kept(held):
        return f"Round {held.number} is closed, and sent as soon as SuperDocs takes it"
    if held.state is RoundState.SUBMITTING:
        return f"Round {held.number} is being sent to SuperDocs"
    if held.state in SENT_ROUNDS or held.state is RoundState.CONFIRMED:
        return f"Round {held.number} has been sent to SuperDocs"
    return f"Round {held.number} has ended"


def as_shown(job: Job, number: int, digest: str) -> tuple[Round, Change]:
    """Return a change of an open round as somebody was shown it, with its round.

    Raises:
        RefusedError: It is another one now, or its round is over.
    """
    held, change = located(job, number)
    if not change.digest.startswith(digest) or change.state is ChangeState.SUPERSEDED:
        raise RefusedError(_superseded(change), code="superseded")
    _refuse_closed(held, change)
    return held, change


def located(job: Job, number: int) -> tuple[Round, Change]:
    """Return a change with its round.

    Raises:
        RefusedError: There is no such change.
    """
    held = job.round_of(number)
    change = held.change(number) if held else None
    if held is None or change is None:
        sentence = f"There is no change {number} in this edit."
        raise RefusedError(sentence, code="unknown_change")
    return held, change


def _superseded(change: Change) -> str:
    if change.superseded_by:
        return (
            f"Change {change.number} was replaced by change {change.superseded_by} before you decided: "
            "SuperDocs proposes something else now. Please look at the new card."
        )
    return f"Change {change.number} is not what this card shows any more. Please look at the newest card."


def _refuse_closed(held: Round, change: Change) -> None:
    if change.state is ChangeState.WITHDRAWN or held.state is RoundState.WITHDRAWN:
        sentence = f"Change {change.number} was decided or withdrawn elsewhere; this was not recorded."
        raise RefusedError(sentence, code="withdrawn")
    if change.state is ChangeState.LAPSED or held.state is RoundState.LAPSED:
        raise RefusedError(f"Change {change.number} {_lapse(held)}", code="lapsed")
    if held.state is not RoundState.OPEN:
        sentence = f"{over(held)}; change {change.number} can no longer be changed."
        raise RefusedError(sentence, code="sent")


def _lapse(held: Round) -> str:
    """Say how a change lapsed; whose doing it was, if it was not the clock's."""
    if held.is_stopped:
        return "was denied with the rest: the edit was stopped."
    if held.state is RoundState.LAPSED and held.trouble:
        return f"has lapsed: nothing could be delivered in time ({held.trouble.rstrip('.')}). *Ask again* proposes it anew."
    if held.state is RoundState.LAPSED:
        return "has lapsed: SuperDocs gave the edit up. *Ask again* proposes it anew."
    if held.hurried_by:
        return f"has lapsed: <@{held.hurried_by}> had the round sent before it was decided."
    return "has lapsed: nobody decided in time. *Ask again* proposes it anew."


def _refuse_decided(change: Change, decision: Decision) -> None:
    mine = next((d for d in change.decisions if d.reviewer_id == decision.reviewer_id), None)
    if mine is not None:
        sentence = f"You have {_past(mine.verdict)} change {change.number} already; *Undo* takes it back."
        raise RefusedError(sentence, code="decided_by_you")
    refuse_settled(change, decision.at)


def refuse_settled(change: Change, now: datetime) -> None:
    """Refuse to do anything with a change that somebody has decided.

    Raises:
        RefusedError: The sentence says who was first, and when.
    """
    if change.state is ChangeState.DECIDED:
        first = change.denial or change.decisions[-1]
        ago = max(0, round((now - first.at).total_seconds()))
        sentence = f"<@{first.reviewer_id}> {_past(first.verdict)} change {change.number} {_ago(ago)}."
        raise RefusedError(sentence, code="decided_by_other")


def _scheduled(held: Round, via: Via, now: datetime, timing: Timing) -> Round:
    """Set when a round goes out: at once, or after the time to undo when a button completed it."""
    if _is_hurried(held):
        return held
    if held.undecided:
        return replace(held, send_at=None)
    return replace(held, send_at=now + timing.undo if via is Via.BUTTON else now)


def _is_hurried(held: Round) -> bool:
    """Say whether somebody had the round sent as it stands: then it goes, whatever is decided until then."""
    return held.hurried_by != "" and held.send_at is not None


def _past(verdict: Verdict) -> str:
    return "approved" if verdict is Verdict.APPROVE else "denied"


def _ago(seconds: int) -> str:
    if seconds == 0:
        return "just now"
    if seconds < 60:  # noqa: PLR2004 -- a minute has sixty seconds
        return f"{seconds} seconds ago" if seconds != 1 else "a second ago"
    minutes = seconds // 60
    return f"{minutes} minutes ago" if minutes != 1 else "a minute ago"
