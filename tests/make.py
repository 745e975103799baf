"""Valid records with readable defaults: a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.deadline import Timing
from bot.core.model import Change, ChangeState, Decision, Job, JobState, MessageRef, Mode, Round, Verdict, Via
from bot.core.opening import Facts
from bot.core.proposal import Content, Proposal
from bot.core.sighting import Sighting, Status
from bot.core.submitting import begin

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""When a test begins, by the store's clock."""

TIMING = Timing()

REQUESTER, REVIEWER, OTHER = "U0REQ", "U0REV", "U0CAROL"


def later(seconds: float, moment: datetime = NOON) -> datetime:
    """Return a moment so many seconds after another."""
    return moment + timedelta(seconds=seconds)


def make_proposal(
    change_id: str = "ch_1", old: str | None = "30 days", new: str | None = "60 days", **rest: Any
) -> Proposal:
    """Return what SuperDocs proposes: by default one word replaced."""
    content = Content(
        None if old is None else f"<p>{old}</p>", None if new is None else f"<p>{new}</p>", "Longer terms."
    )
    operation = "create" if old is None else "delete" if new is None else "edit"
    return Proposal(
        change_id, **{"operation": operation, "content": content, "chunk_id": f"chunk-{change_id}", **rest}
    )


def make_proposals(count: int) -> tuple[Proposal, ...]:
    """Return different proposals, ch_1 and on."""
    return tuple(make_proposal(f"ch_{n}", f"{n}0 days", f"{n}5 days") for n in range(1, count + 1))


def facts_of(*proposals: Proposal, **facts: Any) -> dict[str, Facts]:
    """Return facts for proposals, the same for all."""
    return {p.digest: Facts(**{"place": "4.1 Terms", "headline": "“30” → “60”", **facts}) for p in proposals}


def make_change(number: int = 1, **rest: Any) -> Change:
    """Return a change whose card is up."""
    proposal = make_proposal(f"ch_{number}", f"{number}0 days", f"{number}5 days")
    given = {
        "change_id": proposal.change_id,
        "digest": proposal.digest,
        "operation": proposal.operation,
        "chunk_id": proposal.chunk_id,
        "place": "4.1 Terms",
        "headline": f"“{number}0” → “{number}5”",
        "state": ChangeState.AWAITING,
    }
    return Change(number, **{**given, **rest})


def make_round(*changes: Change, **rest: Any) -> Round:
    """Return an open round, opened at noon; by default with one change."""
    given = {"number": 1, "opened_at": NOON, "deadline_at": later(3600), "submit_at": later(3480)}
    return Round(changes=changes or (make_change(),), **{**given, **rest})


def make_job(*rounds: Round, **rest: Any) -> Job:
    """Return a job: under review when it has a round, else working."""
    given: dict[str, Any] = {
        "ref": "ref0000000000001",
        "job_id": "job_1",
        "session_id": "slack-1",
        "channel": "C0LEGAL",
        "requester_id": REQUESTER,
        "instruction": "Give them longer.",
        "mode": Mode.REVIEW,
        "created_at": NOON,
        "document": "supply.html",
        "state": JobState.REVIEWING if rounds else JobState.WORKING,
        "rounds": rounds,
        "next_number": 1 + sum(len(r.changes) for r in rounds),
    }
    return Job(**{**given, **rest})


def make_decision(verdict: Verdict = Verdict.APPROVE, reviewer_id: str = REVIEWER, **rest: Any) -> Decision:
    """Return a decision by a button, at noon."""
    return Decision(**{"verdict": verdict, "reviewer_id": reviewer_id, "at": NOON, "via": Via.BUTTON, **rest})


def decided(change: Change, verdict: Verdict = Verdict.APPROVE, **rest: Any) -> Change:
    """Return a change that somebody has decided."""
    return replace(change, state=ChangeState.DECIDED, decisions=(make_decision(verdict, **rest),))


def sent(held: Round, **rest: Any) -> Round:
    """Return a round that is SUBMITTING since noon."""
    job = begin(make_job(held), held, NOON)
    return replace(job.rounds[-1], **rest)


def seen(*proposals: Proposal, status: Status = Status.REVIEW, **rest: Any) -> Sighting:
    """Return one read of a job."""
    return Sighting(status, **{"job_id": "job_1", "session_id": "slack-1", "proposals": proposals, **rest})


def posted(job: Job) -> Job:
    """Return the job with all its messages up: ``100.000100`` is its own, ``101…`` a round's, ``102…`` on the cards'."""
    slots = ["job"]
    for held in job.rounds:
        slots.append(f"round:{held.number}")
        slots += [f"card:{c.number}" for c in held.changes if len(held.changes) > 1]
    for place, slot in enumerate(slots):
        job = job.with_message(slot, MessageRef(job.channel, f"{100 + place}.000100"))
    return job
