"""Jobs, as SuperDocs keeps them: what they wait for, what they have told, how they ended."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias

from bot.sandbox.superdocs.editor.proposals import Proposal

Status: TypeAlias = Literal["pending", "in_progress", "awaiting_approval", "completed", "failed", "cancelled"]

ACTIVE: Final[frozenset[Status]] = frozenset({"pending", "in_progress", "awaiting_approval"})
"""A session has at most one job in these; they are also those that can still change."""


@dataclass(frozen=True)
class Change:
    """A proposal that waits for a decision, under its id."""

    change_id: str
    proposal: Proposal
    batch_id: str | None = None
    """The first id of its batch; None when it stands alone."""
    batch_total: int | None = None


@dataclass(frozen=True)
class Decision:
    """What somebody decided about one change."""

    approved: bool
    feedback: str | None = None

    @property
    def stops(self) -> bool:
        """Whether this is a denial that leaves the AI nothing to try again."""
        return not self.approved and not (self.feedback or "").strip()


Decisions: TypeAlias = dict[str, Decision]


@dataclass(frozen=True)
class Event:
    """One event of a job's stream."""

    name: str
    data: dict[str, Any]
    sequence: int | None = None
    """Its place among the events that can be replayed; None for those that are told only once."""


@dataclass
class Job:
    """One request to the AI, from its start to its end."""

    job_id: str
    session_id: str
    message: str
    approval_mode: str
    brought_document: bool
    """Whether the request carried `document_html`."""
    response_mode: str
    created_at: float
    """Seconds since the epoch, as all times here."""
    updated_at: float
    document_id: str | None = None
    """The document that the request pinned, if it did."""
    model_tier: str | None = None
    """The model that was asked for. Any word is taken; None where none was said, which means `core`."""
    thinking_depth: str | None = None
    """How deep it shall think, likewise; None means `balanced`."""
    status: Status = "pending"
    progress: int = 0
    paused_at: float | None = None
    finished_at: float | None = None
    pending: list[Change] = field(default_factory=list)
    ledger: Decisions = field(default_factory=dict)
    """Decisions written down while others of the batch are missing."""
    continue_prompt: str | None = None
    """What the job asks before it goes on, if it does."""
    statuses: list[tuple[str, str]] = field(default_factory=list)
    """What became of each change, in the order of decision: its id and a word. Ids may repeat between rounds."""
    applied: list[Proposal] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    result: dict[str, Any] | None = None
    error: str | None = None
    answer: asyncio.Future[Any] | None = field(default=None, repr=False)
    """What the paused job waits for: `Decisions`, or whether to continue."""
    work: asyncio.Task[None] | None = field(default=None, repr=False)
    gone: bool = False
    """Whether it was cleaned up."""
    before: "Job | None" = field(default=None, repr=False)
    """The job as reads still show it, until `before_until`."""
    before_until: float = 0

    @property
    def is_active(self) -> bool:
        """Whether it can still change."""
        return self.status in ACTIVE

    @property
    def asks_each_time(self) -> bool:
        """Whether it pauses for approval. Any other word, misspelt ones too, silently means that it does not."""
        return self.approval_mode == "ask_every_time"

    @property
    def last_sequence(self) -> int:
        """The sequence of the newest event that can be replayed; 0 before the first."""
        return max((event.sequence or 0 for event in self.events), default=0)

    def tell(self, name: str, data: dict[str, Any]) -> None:
        """Add an event that is told once, such as `final`."""
        self.events.append(Event(name, data))

    def tell_in_sequence(self, name: str, content: str, **extra: str) -> None:
        """Add an event that can be replayed."""
        sequence = self.last_sequence + 1
        self.events.append(
            Event(name, {"type": name, "content": content, "sequence": sequence, **extra}, sequence)
        )

    def remember(self, until: float) -> None:
        """Let reads show the job as it is now, until that time."""
        self.before = replace(
            self,
            pending=[*self.pending],
            ledger={**self.ledger},
            statuses=[*self.statuses],
            events=[*self.events],
        )
        self.before_until = until
