"""What became of a job, for programs: ids, states, people and times, and of words only SuperDocs' closing ones."""
# ruff: noqa: TC001, TC003 -- whoever writes a report as JSON reads its annotations.

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.model import (
    Change,
    ChangeState,
    Job,
    JobState,
    Origin,
    Outcome,
    Round,
    RoundState,
    Verdict,
)

_PERSON: Final = re.compile(r"<@([UW][0-9A-Z]+)>")


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """One proposed change.

    Attributes:
        number: Counts from 1 through the job.
        change_id: SuperDocs' id; it may come again in a later round.
        operation: SuperDocs' word: edit, create, delete.
        state: Where it stands: it is decided, or lapsed, or still waits, or something else took its place.
        verdict: What was decided; null while it is not, and when it was not decided here.
        decided_by: Slack user ids of those whose decision counts.
        decided_at: When the last of them decided; null without a verdict.
        outcome: What the document showed afterwards: whether an approved change was found, and whether one that was
            sent as denied is in it all the same (applied_anyway).
    """

    number: int
    change_id: str
    operation: str
    state: ChangeState
    verdict: Verdict | None
    decided_by: tuple[str, ...]
    decided_at: datetime | None
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RoundReport:
    """The changes that one pause of the job waits on; decided together, sent in one call.

    Attributes:
        number: Counts from 1 through the job.
        state: Where it stands; confirmed means that SuperDocs took the decisions.
        opened_at: When the pause began.
        submit_at: When it is sent as it stands, whoever has decided; a decision counts until then.
        deadline_at: When SuperDocs may forget the job.
        sent_at: When the decisions were sent; null before.
        trouble: What keeps them from being sent or confirmed, in a sentence; "" when nothing does.
        changes: In document order, those that were replaced or withdrawn included.
    """

    number: int
    state: RoundState
    opened_at: datetime
    submit_at: datetime
    deadline_at: datetime
    sent_at: datetime | None
    trouble: str
    changes: tuple[ChangeReport, ...]


@dataclass(frozen=True, slots=True)
class JobReport:
    """A job that the relay looks after, or has.

    Attributes:
        ref: The relay's own name for it.
        job_id: SuperDocs' name for it.
        session_id: The session it was started in.
        state: Where it stands. Completed does not mean edited: that is for the changes' outcomes to say.
        origin: Whether it was asked for in Slack, by a program, handed over, or found waiting.
        channel: Where it is reviewed (Slack channel id).
        requester: Slack user id of who asked for it; empty when nobody in Slack did.
        document: The document's name; empty when nobody said.
        created_at: When the relay began to look after it.
        ended_at: When it ended; null before.
        result: SuperDocs' closing words.
        reason: Why it failed, stopped or lapsed.
        asks_again: The relay's own name for the edit that this one asks again for; empty when it does not.
        has_document: Whether it left a changed document.
        rounds: In their order.
        messages: Addresses of the relay's messages in Slack, by what they show (job, round:1, card:3).
    """

    ref: str
    job_id: str
    session_id: str
    state: JobState
    origin: Origin
    channel: str
    requester: str
    document: str
    created_at: datetime
    ended_at: datetime | None
    result: str
    reason: str
    asks_again: str
    has_document: bool
    rounds: tuple[RoundReport, ...]
    messages: dict[str, str]


def report(job: Job) -> JobReport:
    """Tell a job as a program wants it."""
    return JobReport(
        ref=job.ref,
        job_id=job.job_id,
        session_id=job.session_id,
        state=job.state,
        origin=job.origin,
        channel=job.channel,
        requester=job.requester_id,
        document=job.document,
        created_at=job.created_at,
        ended_at=job.ended_at,
        result=job.result,
        reason=_PERSON.sub(r"\1", job.reason),
        asks_again=job.asks_again.ref if job.asks_again else "",
        has_document=job.has_document,
        rounds=tuple(map(_round, job.rounds)),
        messages={slot: message.permalink for slot, message in job.messages.items() if message.permalink},
    )


def _round(held: Round) -> RoundReport:
    return RoundReport(
        number=held.number,
        state=held.state,
        opened_at=held.opened_at,
        submit_at=held.submit_at,
        deadline_at=held.deadline_at,
        sent_at=held.submission.sent_at if held.submission else None,
        trouble=held.trouble,
        changes=tuple(map(_change, held.changes)),
    )


def _change(change: Change) -> ChangeReport:
    counting = [d for d in change.decisions if d.verdict is change.verdict]
    return ChangeReport(
        number=change.number,
        change_id=change.change_id,
        operation=change.operation,
        state=change.state,
        verdict=change.verdict,
        decided_by=tuple(d.reviewer_id for d in counting),
        decided_at=max((d.at for d in counting), default=None),
        outcome=change.outcome,
    )
