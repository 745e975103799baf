"""What is remembered: the records of edits, the digests beside them, and the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.core.backlog import Digest
from bot.core.model import Job

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.core.audit import Entry
    from bot.core.chain import Head
    from bot.core.model import Mode
    from bot.core.proposal import Content

Modifier = Callable[[Job, datetime], Job]
"""A pure change of a record, given the store's time. It may run several times: no effects inside."""

DigestModifier = Callable[[Digest, datetime], Digest]
"""The same for a digest."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The versions that one reading dialog shows: exactly these are approved by its submit button.

    Attributes:
        versions: (change number, digest) in the order shown.
    """

    ref: str
    round: int
    versions: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who opened their Home lately.

    Attributes:
        team_id: The workspace in which they did.
        shown: Names what it shows; "" before it shows anything.
    """

    user_id: str
    team_id: str
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """How full the store is.

    Attributes:
        audit: Entries of the audit, which are kept for ever.
        share: Of the memory that the server may use, how much it does (0 to 1); 0 when it has no limit.
    """

    audit: int = 0
    share: float = 0.0


class Store(Protocol):
    """The records, in one place that every worker shares."""

    async def now(self) -> datetime:
        """Return the store's time: the only clock that deadlines know."""

    async def create(self, job: Job) -> bool:
        """Store a new job, audited; False when its `ref` exists already (the same request, delivered twice)."""

    async def load(self, ref: str) -> Job:
        """Return a job.

        Raises:
            GoneError: There is no such job, or it was retained no longer.
        """

    async def change(self, ref: str, modifier: Modifier) -> Job:
        """Apply a pure modifier to a job, with the audit entries that follow from it, all or nothing.

        What the modifier raises is raised, and nothing is stored. A job returned unchanged stores nothing.

        Raises:
            GoneError: There is no such job.
        """

    async def note(self, *entries: Entry) -> None:
        """Add audit entries that change no record (a refusal)."""

    async def ref_of_job(self, job_id: str) -> str | None:
        """Find the record of a SuperDocs job id."""

    async def ref_at(self, channel: str, ts: str) -> str | None:
        """Find the record that a message of ours belongs to."""

    async def save_contents(self, ref: str, contents: Mapping[str, Content]) -> None:
        """Keep the texts of changes, by digest."""

    async def contents(self, ref: str, digests: Sequence[str]) -> dict[str, Content]:
        """Return texts by digest; what is not there is left out."""

    async def save_document(self, ref: str, name: str, html: str) -> None:
        """Keep a document's text (`name`: ``source`` or ``updated``)."""

    async def document(self, ref: str, name: str) -> str | None:
        """Return a kept document's text."""

    async def save_reading(self, token: str, reading: Reading) -> None:
        """Keep what a dialog shows, for as long as a dialog may stay open."""

    async def reading(self, token: str) -> Reading | None:
        """Return what a dialog shows."""

    async def once(self, what: str, lasts: timedelta = timedelta(days=7)) -> bool:
        """Say True the first time only, for every worker together, and for so long."""

    async def claim(self, what: str, by: str) -> str:
        """Claim something for a week, for every worker together, and return who has it: whoever was first."""

    async def begin(self, what: str) -> str | None:
        """Take in hand, for some seconds, what is to be done once, and return the hold; None when it is done.

        Whoever took it says `finish`, or `abandon`; whoever crashes, or is slower, is forgotten after those seconds.

        Raises:
            TransientError: Somebody else has it in hand.
        """

    async def finish(self, what: str) -> None:
        """Remember that something is done."""

    async def abandon(self, what: str, hold: str) -> None:
        """Let somebody else take it in hand at once; nothing happens when the hold is over."""

    async def read_until(self, channel: str, threads: Sequence[str]) -> dict[str, str]:
        """Return how far threads were read back, by thread; those that never were are left out."""

    async def note_read(self, channel: str, thread_ts: str, until: str) -> None:
        """Remember how far a thread was read back, and everything up to there done."""

    async def open_home(self, user_id: str, team_id: str) -> None:
        """Remember for a while, from now on, that somebody looks at their Home."""

    async def note_home(self, user_id: str, shown: str) -> None:
        """Remember for a while what somebody's Home shows."""

    async def lookers(self) -> tuple[Looker, ...]:
        """Return those who opened their Home lately, always in the same order."""

    async def prefer(self, user_id: str, mode: Mode) -> None:
        """Remember somebody's last choice of mode."""

    async def preference(self, user_id: str) -> Mode | None:
        """Return somebody's last choice of mode."""

    async def due(self) -> tuple[str, ...]:
        """Return the refs of jobs for which something is due by the store's clock."""

    async def forget(self, ref: str) -> None:
        """Take a ref that leads to no record any more out of what is due."""

    async def unended(self) -> tuple[str, ...]:
        """Return the refs of jobs that have not ended."""

    async def lapsed(self) -> tuple[str, ...]:
        """Return the refs of ended jobs that left something, and were not asked again: see `core.again.is_lapsed`."""

    async def ended_since(self, moment: datetime) -> tuple[str, ...]:
        """Return the refs of jobs that ended at or after a moment, as far back as records are kept."""

    async def load_all(self, refs: Sequence[str]) -> tuple[Job, ...]:
        """Return jobs in the order of their refs; one that is gone or cannot be read is left out (and logged)."""

    async def overdue(self) -> timedelta:
        """Return for how long the oldest due step has been waiting; zero when none is due."""

    async def room(self) -> Room:
        """Return how full the store is."""


class Digests(Protocol):
    """The digests, beside the records."""

    async def begin(self, digest: Digest) -> bool:
        """Store a new digest; False when it exists. A daily one is from then on its channel's last."""

    async def load(self, name: str) -> Digest:
        """Return a digest.

        Raises:
            GoneError: There is no such digest, or it was retained no longer.
        """

    async def change(self, name: str, modifier: DigestModifier) -> Digest:
        """Apply a pure modifier to a digest, all or nothing.

        Raises:
            GoneError: There is no such digest.
        """

    async def unposted(self) -> tuple[str, ...]:
        """Return the names of the digests that are not posted in full."""

    async def last(self, channel: str) -> datetime | None:
        """Return the moment of a channel's last daily digest; None before the first."""


class Audit(Protocol):
    """What was done and refused, in an order that can be proven."""

    async def seal(self) -> None:
        """Chain what was added to all that was there before; what two do at once is the same as what one does."""

    async def head(self) -> Head | None:
        """Return where the chain ends; None before the first seal."""
