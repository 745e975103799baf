"""Which round is this? The same proposals are the same round; different ones supersede, withdraw, or join.

SuperDocs' change ids may repeat, so a proposal is known by its digest: (change id, exact bytes). Within an
open round nothing that was decided about one digest is ever carried over to another; but whom people asked to
decide is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.deadline import Timing, reminders_past, window
from bot.core.lifecycle import ChangeEvent, JobEvent, advance_change, advance_job
from bot.core.model import Change, Job, Passing, Round, Verdict
from bot.core.routing import ANYWHERE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.core.proposal import Proposal
    from bot.core.routing import Route


@dataclass(frozen=True, slots=True)
class Facts:
    """What the redline found out about one proposal; see the attributes of `Change` of the same names."""

    place: str = ""
    headline: str = ""
    is_whole: bool = True
    uninspectable: str = ""
    warnings: tuple[str, ...] = ()


def is_same(held: Round, proposals: tuple[Proposal, ...]) -> bool:
    """Say whether these proposals are exactly what the round waits on."""
    return {c.digest for c in held.live} == {p.digest for p in proposals}


def open_round(
    job: Job,
    proposals: tuple[Proposal, ...],
    facts: Mapping[str, Facts],
    evidence: datetime,
    timing: Timing,
    route: Route = ANYWHERE,
) -> Job:
    """Open the next round for a job that has paused.

    Args:
        job: A job that is WORKING.
        proposals: What it waits on, in document order.
        facts: By digest of the proposal.
        evidence: The earliest evidence of the pause; the hour starts here.
        timing: The deployment's durations.
        route: What it demands now holds for the round until its end, whatever becomes of the route.
    """
    deadline_at, submit_at = window(evidence, timing)
    opened = Round(
        number=len(job.rounds) + 1,
        opened_at=evidence,
        deadline_at=deadline_at,
        submit_at=submit_at,
        changes=(),
        # Somebody stopped the edit while SuperDocs worked: nobody is to decide this, and all of it is denied.
        send_at=evidence if job.stop_requested_by else None,
        hurried_by=job.stop_requested_by,
        reminded=reminders_past(evidence, deadline_at, timing),
        approvals=route.approvals,
        mention=route.mention,
    )
    paused = advance_job(replace(job, next_at=None), JobEvent.PAUSE)
    return _join(paused, opened, proposals, facts, own_edits=route.own_edits)


def renew_round(
    job: Job, held: Round, proposals: tuple[Proposal, ...], facts: Mapping[str, Facts], at: datetime
) -> Job:
    """Bring an open round in line with what SuperDocs now waits on.

    Args:
        job: A job that is REVIEWING.
        held: Its open round.
        proposals: What it waits on, in document order.
        facts: By digest of the proposal.
        at: When the round is sent if it is complete with what is left.
    """
    wanted = {p.digest for p in proposals}
    known = {c.digest for c in held.live}
    joining = tuple(p for p in proposals if p.digest not in known)
    by_id = {p.change_id: job.next_number + i for i, p in enumerate(joining)}
    kept = tuple(
        c if c.digest in wanted or not c.is_live else _leave(c, by_id.get(c.change_id, 0))
        for c in held.changes
    )
    left = replace(held, changes=kept, recheck_at=None)
    if not joining:
        return job.with_round(left if left.undecided else replace(left, send_at=held.send_at or at))
    if not job.stop_requested_by:
        # Whoever had the round sent as it stood has not seen what joins it.
        left = replace(left, send_at=None, hurried_by="")
    return _join(job, left, joining, facts)


def _leave(change: Change, successor: int) -> Change:
    if successor:
        return replace(advance_change(change, ChangeEvent.SUPERSEDE), superseded_by=successor)
    return advance_change(change, ChangeEvent.WITHDRAW)


def _join(
    job: Job,
    held: Round,
    proposals: tuple[Proposal, ...],
    facts: Mapping[str, Facts],
    *,
    own_edits: bool = True,
) -> Job:
    joined = tuple(
        _change(job, job.next_number + i, proposal, facts[proposal.digest])
        for i, proposal in enumerate(proposals)
    )
    asked = tuple(replace(c, passings=_passings(_earlier(job, held, c), own_edits=own_edits)) for c in joined)
    grown = replace(held, changes=held.changes + asked)
    return replace(job, next_number=job.next_number + len(joined)).with_round(grown)


def _earlier(job: Job, held: Round, change: Change) -> Change | None:
    """Return the change whose place another takes: the one that it supersedes, or else the one that it revises."""
    superseded = (c for c in held.changes if c.superseded_by == change.number)
    return next(superseded, job.change(change.revises) if change.revises else None)


def _passings(earlier: Change | None, *, own_edits: bool) -> tuple[Passing, ...]:
    """Return to whom a change is passed on as it comes: to whom the one before it was, if they may approve it."""
    if earlier is None:
        return ()
    authors = {decision.reviewer_id for decision in earlier.decisions if decision.feedback}
    return tuple(p for p in earlier.passings[-1:] if own_edits or p.to_id not in authors)


def _change(job: Job, number: int, proposal: Proposal, facts: Facts) -> Change:
    return Change(
        number=number,
        change_id=proposal.change_id,
        digest=proposal.digest,
        operation=proposal.operation,
        chunk_id=proposal.chunk_id,
        after_id=proposal.after_id,
        before_id=proposal.before_id,
        document_id=proposal.document_id,
        place=facts.place,
        headline=facts.headline,
        is_whole=facts.is_whole,
        uninspectable=proposal.defect or facts.uninspectable,
        warnings=facts.warnings,
        revises=_revised(job, proposal),
    )


def _revised(job: Job, proposal: Proposal) -> int:
    """Find the change that this proposal answers: denied with feedback in the last round, at the same place."""
    if job.round is None:
        return 0
    asked = [c for c in job.round.changes if c.verdict is Verdict.DENY and c.denial and c.denial.feedback]
    at_place = [c for c in asked if _spot(c) == _spot(proposal)]
    candidates = at_place or (asked if len(asked) == 1 else [])
    return candidates[0].number if candidates else 0


def _spot(change: Change | Proposal) -> tuple[str, ...]:
    return (change.operation, change.chunk_id, change.after_id, change.before_id)
