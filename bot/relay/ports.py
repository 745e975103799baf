"""What the relay needs of the world, declared where it is used. Edges implement these; `app.py` ties them.

Every method may raise `TransientError` (try again later). A method that writes to SuperDocs or Slack may raise
`OutcomeUnknownError` (it may have happened: look first) and `RefusedError` (no, and repeating changes nothing).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from bot.core.backlog import Digest
from bot.core.model import Job
from bot.core.sighting import Options

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Collection, Mapping, Sequence

    from bot.core.audit import Entry
    from bot.core.chain import Head
    from bot.core.formats import Format
    from bot.core.home import HomeSummary
    from bot.core.model import MessageRef, Mode
    from bot.core.permission import Person
    from bot.core.proposal import Content
    from bot.core.request import SourceFile
    from bot.core.sighting import Balance, Exported, Glimpse, Listed, Rostered, Sighting, Uploaded
    from bot.core.submitting import Answer
    from bot.core.summary import Action, Summary
    from bot.relay.acts import Replies

DEFAULT: Final = Options()
"""What SuperDocs chooses where nobody else did."""

Modifier = Callable[[Job, datetime], Job]
"""A pure change of a record, given the store's time. It may run several times: no effects inside."""

DigestModifier = Callable[[Digest, datetime], Digest]
"""The same for a digest."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """How much it matters when a message has its turn, among all that wait for one.

    Attributes:
        by: The moment from which it comes too late for somebody to decide; None behind everything that has one.
        turns: How many turns its job waits for with this one, itself included.
    """

    by: datetime | None = None
    turns: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, how it is known again, and when.

    Attributes:
        thread_ts: The message it answers; "" for the channel itself.
        ref: The job it belongs to.
        slot: Which of the job's messages it is; see `Job.messages`.
        copies: How many stood for the same before; see `MessageRef.copies`.
    """

    channel: str
    ref: str
    slot: str
    thread_ts: str = ""
    copies: int = 0
    urgency: Urgency = Urgency()


Check = Callable[[], Awaitable[None]]
"""Asked when there is no way back but this: raises when what is about to be done is not wanted any more."""


async def unchecked() -> None:
    """Let it be done, come what may."""


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


class DocumentService(Protocol):
    """SuperDocs."""

    async def start(
        self,
        session_id: str,
        message: str,
        mode: Mode,
        document_html: str | None,
        options: Options = DEFAULT,
    ) -> str:
        """Start a job and return its id. The document is left out when the session has it already."""

    async def upload(self, session_id: str, name: str, content: bytes) -> Uploaded:
        """Have a file made the session's document, in place of what it had; repeated, it is the same."""

    async def export(self, session_id: str, form: Format, name: str, document_id: str = "") -> Exported:
        """Have the session's document written as a file of some format."""

    async def roster(self, session_id: str) -> tuple[Rostered, ...]:
        """List the documents of a session."""

    async def read(self, job_id: str) -> Sighting:
        """Read a job: the truth. A job that is not known is a sighting too (GONE), not an error."""

    def follow(self, session_id: str, job_id: str, last_sequence: int) -> AsyncGenerator[Glimpse, None]:
        """Follow a job's stream from after an event. Ends when the stream does; the caller limits the time."""

    async def submit(self, session_id: str, job_id: str, answers: Sequence[Answer]) -> bool:
        """Send all answers of a round in one call; True when SuperDocs calls the batch complete."""

    async def resume(self, session_id: str, job_id: str, *, goes_on: bool) -> None:
        """Answer a continue prompt."""

    async def cancel(self, job_id: str) -> None:
        """Stop a job."""

    async def jobs_of(self, session_id: str) -> tuple[Listed, ...]:
        """List a session's jobs, newest first."""

    async def waiting(self) -> tuple[Listed, ...]:
        """List the jobs of this key that wait for an approval."""

    async def balance(self) -> Balance:
        """Read what the account has left."""


class Notifier(Protocol):
    """Slack, as far as messages go."""

    async def post(self, place: Place, summary: Summary, check: Check = unchecked) -> MessageRef:
        """Post a message once, if a last check lets it be."""

    async def find(self, place: Place) -> MessageRef | None:
        """Look for a message that an earlier attempt may have posted."""

    async def update(
        self, ref: MessageRef, summary: Summary, by: datetime | None = None, check: Check = unchecked
    ) -> None:
        """Make a message say something else, if a last check lets it be; by a moment, if that matters.

        Raises:
            GoneError: The message no longer exists.
        """

    async def backlog(self, channel: str) -> timedelta:
        """Return how long it takes until all that waits to be posted in a channel stands there."""

    async def permalink(self, ref: MessageRef) -> str:
        """Return the address of a message."""

    async def publish(
        self, place: Place, name: str, content: str | bytes, sentence: str, check: Check = unchecked
    ) -> MessageRef:
        """Post a file with a sentence, if a last check lets it be."""

    async def tell(
        self,
        channel: str,
        user_id: str,
        sentence: str,
        actions: tuple[Action, ...] = (),
        *,
        thread_ts: str = "",
        words: str = "",
    ) -> None:
        """Tell one person something, privately, in a channel or in a thread of it.

        `words` are what the actions carry along to the dialog that they open.
        """

    async def show_home(self, user_id: str, summary: HomeSummary, at: datetime) -> None:
        """Have somebody's Home say something, as of a moment."""

    async def latest_replies(self, channel: str, since: str) -> dict[str, str]:
        """Return the latest reply to each message of a channel from one on, by message; "" where there is none.

        A message is left out when it is gone, or further back than can be looked.
        """

    async def replies(self, channel: str, thread_ts: str, since: str) -> Replies:
        """Read back what people said in a thread after a message, the earliest first, as far as one look reaches."""

    async def acknowledge(self, channel: str, ts: str) -> None:
        """Show under somebody's message that it was taken."""

    async def download(self, source: SourceFile) -> bytes:
        """Fetch the file that somebody gave."""


class Directory(Protocol):
    """The workspace's people, as they are now."""

    async def person(self, user_id: str, team_id: str, channel: str) -> Person:
        """Look somebody up; without a channel, whether they are a member is left out, and counts as no.

        Raises:
            TransientError: The look-up failed; whoever asks must refuse.
        """

    async def named(self, user_id: str) -> Person:
        """Look up somebody who is only named, and does nothing here: membership is left out, and counts as no.

        Raises:
            TransientError: The look-up failed.
        """

    async def groups_of(self, user_id: str, wanted: Collection[str]) -> frozenset[str]:
        """Return those of some user groups that somebody is in, looked up a minute ago at most.

        Raises:
            TransientError: A look-up failed; whoever asks must refuse.
            RefusedError: The relay may not look.
        """

    async def check_reachable(self, channel: str) -> None:
        """Make sure that the relay can post in a channel.

        Raises:
            RefusedError: It cannot; the text says what to do. `code` is one of `standing.CLOSED` where the channel is
                why, else ``channel``.
            TransientError: The look-up failed.
        """


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the library, as it was read.

    Attributes:
        content: Its bytes. Never logged.
        version: Names exactly these bytes.
    """

    content: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Written:
    """Where a document of the library stands now.

    Attributes:
        is_beside: Whether the original had changed meanwhile, so that this is a new file beside it.
    """

    path: str
    version: str
    is_beside: bool = False


class Library(Protocol):
    """The documents that a deployment keeps, by their paths."""

    async def search(self, words: str, most: int) -> tuple[str, ...]:
        """Return the paths that hold all of some words, the best first."""

    async def read(self, path: str) -> Held:
        """Read a document.

        Raises:
            RefusedError: There is none, or it is none that can be edited; `code` is ``document``.
        """

    async def write(self, path: str, content: bytes, known: str) -> Written:
        """Write a document if its version is the known one still, else beside it; never over anybody's newer text.

        Repeated after a crash, it finds what it wrote before. "" is known where nothing is to stand there yet.

        Raises:
            RefusedError: The library does not take it, now or ever.
        """


class Callbacks(Protocol):
    """The programs that want to hear of an outcome."""

    async def check(self, url: str) -> None:
        """Make sure that an address may be called.

        Raises:
            RefusedError: It may not; the sentence says which rule, `code` is ``callback_url``.
        """

    async def deliver(self, url: str, message_id: str, at: datetime, payload: bytes) -> None:
        """Tell a program something, signed; the same message may come again, by the same id.

        Raises:
            TransientError: It was not taken, or nobody knows: try again.
            RefusedError: It never will be.
        """


class Meter(Protocol):
    """Whoever counts what happens. Counting never fails and never waits."""

    def changed(self, before: Job | None, after: Job) -> None:
        """Count what a stored version of a record says that the one before did not."""

    def held_up(self, method: str) -> None:
        """Count that Slack asked to wait (429) before a method is called again."""

    def lost_stream(self) -> None:
        """Count that a job's stream broke, and had to be taken up again."""

    def closed_digest(self, outcome: str) -> None:
        """Count a digest that is done with: ``posted``, ``refused``, ``overtaken``, ``broken``."""


class Queue(Protocol):
    """The engine, as far as adding work goes."""

    @property
    def is_crowded(self) -> bool:
        """Say whether this worker has so much to do that it should take on no new edit."""

    async def add(self, step: str, ref: str, key: str) -> None:
        """Have a step of a job done soon, by any worker; a key that is queued or running already is dropped."""
