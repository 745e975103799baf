"""What one read of a job at SuperDocs told. The stream only hints; this is the truth the rules work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.proposal import Proposal
    from bot.core.request import Depth, Tier


class Status(StrEnum):
    """Where SuperDocs says that a job stands. ``awaiting_approval`` is two of these."""

    WORKING = "working"
    REVIEW = "review"
    PROMPT = "prompt"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GONE = "gone"


ENDED = frozenset({Status.COMPLETED, Status.FAILED, Status.CANCELLED})
"""Statuses after which nothing more happens."""


@dataclass(frozen=True, slots=True)
class Options:
    """What an edit may be started with; whatever is empty is left to SuperDocs.

    Attributes:
        document_id: Which of the session's documents it is about.
    """

    tier: Tier | None = None
    depth: Depth | None = None
    document_id: str = ""


DEFAULTS: Final = Options()
"""What SuperDocs chooses where nobody else did."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A document that SuperDocs took in.

    Attributes:
        html: What it made of it, with its chunk ids. Never logged.
        document_id: What it calls it in the session; "" when not said.
    """

    html: str
    document_id: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """A document as SuperDocs gave it out. Never logged.

    Attributes:
        content: The file.
        text: All words in it, as far as they can be read; "" when they cannot.
    """

    content: bytes
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rostered:
    """One of a session's documents.

    Attributes:
        document_id: Its id in the session.
        name: What people call it; "" when not said.
        html: Its text; "" when not said. Never logged.
        durable_id: Its id in every session; "" before it is saved. A change may name either.
    """

    document_id: str
    name: str = ""
    html: str = ""
    durable_id: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One read of a job.

    Attributes:
        job_id: "" when SuperDocs does not know the job.
        proposals: What it waits for a decision on; empty unless `status` is REVIEW.
        updated_at: When SuperDocs last touched the job, by its clock; None when not said.
        prompt: What it asks; "" unless `status` is PROMPT.
        response: The AI's closing words.
        updated_html: The document after the job; None when there is none. Never logged.
        error: Why it failed, in SuperDocs' words.
        usage: Operations used and left this month, as far as told (``monthly_used``, ``monthly_limit``…).
        is_quota_spent: Whether SuperDocs says that the month's operations are used up.
        unapplied: Ids of the changes that SuperDocs says are not in the document, whatever was decided.
    """

    status: Status
    job_id: str = ""
    session_id: str = ""
    proposals: tuple[Proposal, ...] = ()
    updated_at: datetime | None = None
    prompt: str = ""
    response: str = ""
    updated_html: str | None = None
    error: str = ""
    usage: dict[str, int] = field(default_factory=dict)
    is_quota_spent: bool = False
    unapplied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Balance:
    """What the account has left.

    Attributes:
        tier: Name of its plan; "" when not said.
        remaining: Operations left this month; None when not said.
        monthly_limit: Operations a month; None when not said.
    """

    tier: str = ""
    remaining: int | None = None
    monthly_limit: int | None = None


class Hint(StrEnum):
    """What a stream event hints at; the job decides what is true."""

    PROGRESS = "progress"
    PAUSED = "paused"
    ENDED = "ended"
    DOCUMENT = "document"
    NOISE = "noise"


@dataclass(frozen=True, slots=True)
class Glimpse:
    """One event of a job's stream.

    Attributes:
        sequence: Its number, or 0 when it has none.
        text: What SuperDocs says it is doing; only for PROGRESS.
        document_html: The document with its chunk ids; only for DOCUMENT. Never logged.
    """

    hint: Hint
    sequence: int = 0
    text: str = ""
    document_html: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A job as a list of jobs names it: enough to see whether something differs.

    Attributes:
        message: What was asked for, or its beginning; "" when the list does not say.
    """

    job_id: str
    session_id: str
    status: Status
    change_ids: tuple[str, ...] = ()
    message: str = ""
