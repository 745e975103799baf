"""The records: what the relay knows about one job, from the request to the result.

One job is one record. It holds its rounds, their changes and the decisions on them, and where each
message stands, so that one compare-and-swap changes all of it or nothing. The texts of the changes are
kept apart (`proposal.Content`), named by their digest: they never change, and no press has to carry them.

Times are aware UTC datetimes on the store's clock, never a worker's.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.core.request import Callback, Depth, Returned, Source, Tier


class Mode(StrEnum):
    """How SuperDocs treats its own proposals; the values are its ``approval_mode`` words."""

    REVIEW = "ask_every_time"
    AUTOMATIC = "approve_all"


class Origin(StrEnum):
    """How the relay came to look after a job."""

    ASKED = "asked"
    """Somebody asked for it in Slack; the relay started it."""

    HANDED_OVER = "handed_over"
    """Another program started it, and handed it over."""

    FOUND = "found"
    """Another program started it, and the relay found it waiting."""

    PROGRAM = "program"
    """A program asked for it; the relay started it."""


class Verdict(StrEnum):
    """What a reviewer says to a change."""

    APPROVE = "approve"
    DENY = "deny"


class Via(StrEnum):
    """The way a decision came in. A button leaves time to undo, the others were deliberate enough."""

    BUTTON = "button"
    DIALOG = "dialog"
    REPLY = "reply"


class JobState(StrEnum):
    """Where a job stands; its table is in `lifecycle.py`."""

    STARTING = "starting"
    WORKING = "working"
    REVIEWING = "reviewing"
    PROMPTED = "prompted"
    COMPLETED = "completed"
    FAILED = "failed"
    STOPPED = "stopped"
    LAPSED = "lapsed"


class RoundState(StrEnum):
    """Where a round stands; its table is in `lifecycle.py`."""

    OPEN = "open"
    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class ChangeState(StrEnum):
    """Where a change stands; its table is in `lifecycle.py`."""

    PROPOSED = "proposed"
    AWAITING = "awaiting"
    DECIDED = "decided"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    """What SuperDocs did with a decided change, as far as the updated document shows."""

    UNKNOWN = "unknown"
    FOUND = "found"
    NOT_FOUND = "not_found"
    APPLIED_ANYWAY = "applied_anyway"
    """It was denied, or nobody approved it, and it is in the document all the same: an alarm."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One reviewer's verdict on one change.

    Attributes:
        reviewer_id: Slack user id.
        at: When it was recorded, on the store's clock.
        feedback: What should be different; only on denials, "" without.
    """

    verdict: Verdict
    reviewer_id: str
    at: datetime
    via: Via
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Passing:
    """That one reviewer passed a change on to another.

    Attributes:
        by_id: Slack user id of who passed it on.
        to_id: Slack user id of whose turn it is since then.
        at: When it was recorded, on the store's clock.
        note: What they say to them; "" without.
    """

    by_id: str
    to_id: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One proposed edit in its round.

    Attributes:
        number: Counts on through the job, from 1; never reused.
        digest: Names the exact bytes that were shown; see `Proposal.digest`.
        place: Where in the document, in words a reader knows.
        headline: The change in one plain line.
        is_whole: Whether the card shows everything; if not, Approve stands in the reading dialog only.
        uninspectable: Why nothing but a denial is offered, or "".
        warnings: Sentences of dangerous flags; while there are any, Approve asks again.
        revises: Number of the change that this one answers, or 0.
        superseded_by: Number of the change that took its place, or 0.
        passings: To whom it was passed on, in order; the last one counts.
        is_called_unapplied: Whether SuperDocs said at the end that it is not in the document, whatever was decided.
    """

    number: int
    change_id: str
    digest: str
    operation: str
    chunk_id: str = ""
    after_id: str = ""
    before_id: str = ""
    document_id: str = ""
    place: str = ""
    headline: str = ""
    is_whole: bool = True
    uninspectable: str = ""
    warnings: tuple[str, ...] = ()
    revises: int = 0
    superseded_by: int = 0
    state: ChangeState = ChangeState.PROPOSED
    decisions: tuple[Decision, ...] = ()
    outcome: Outcome = Outcome.UNKNOWN
    passings: tuple[Passing, ...] = ()
    is_called_unapplied: bool = False

    @property
    def verdict(self) -> Verdict | None:
        """Return the verdict that counts, or None while it is undecided (one denial denies)."""
        if self.state is not ChangeState.DECIDED:
            return None
        return Verdict.DENY if self.denial else Verdict.APPROVE

    @property
    def denial(self) -> Decision | None:
        """Return the decision that denied it, if one did."""
        return next((d for d in self.decisions if d.verdict is Verdict.DENY), None)

    @property
    def is_live(self) -> bool:
        """Say whether it still belongs to its round: neither superseded nor withdrawn."""
        return self.state not in {ChangeState.SUPERSEDED, ChangeState.WITHDRAWN}

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for somebody."""
        return self.state in {ChangeState.PROPOSED, ChangeState.AWAITING}


@dataclass(frozen=True, slots=True)
class Submission:
    """The one `/approve` call of a round, as far as we know about it.

    Attributes:
        attempt: Counts from 1; a further one needs a re-read that said "still waiting".
        sent_at: When the record said SUBMITTING, before the call.
        is_acknowledged: Whether SuperDocs answered that the batch is complete.
        is_refused: Whether SuperDocs certainly did not take it.
        is_bound: Whether an earlier call may have arrived: a further one never contradicts it.
    """

    attempt: int
    sent_at: datetime
    is_acknowledged: bool = False
    is_refused: bool = False
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """The changes that one pause of a job waits on; decided together, sent in one call.

    Attributes:
        number: Counts from 1 through the job.
        opened_at: The earliest evidence of the pause; it may be SuperDocs' own, by its clock.
        seen_at: When we first saw the pause, by the store's clock.
        deadline_at: When SuperDocs may forget the job.
        submit_at: When the round is sent as it stands, whoever has answered.
        send_at: When a complete round is sent; None while something is open.
        hurried_by: Slack user id of who had it sent as it stood, or "".
        recheck_at: When to read the job again, while SUBMITTING or UNKNOWN; while OPEN, not to be sent before.
        reminded: How many of the reminders are behind us, sent or never to be sent.
        reminded_at: When the last one was sent; None before the first.
        approvals: How many distinct people must approve each change.
        mention: Ids of the people and user groups that its message calls.
        is_stopped: Whether it was sent as denied altogether, because somebody stopped the edit.
        trouble: What keeps it from SuperDocs, or kept it until it lapsed: a sentence; "" when nothing does.
        failures: How often in a row SuperDocs could not be asked about it; sets the backoff.
    """

    number: int
    opened_at: datetime
    deadline_at: datetime
    submit_at: datetime
    changes: tuple[Change, ...]
    state: RoundState = RoundState.OPEN
    send_at: datetime | None = None
    hurried_by: str = ""
    recheck_at: datetime | None = None
    reminded: int = 0
    reminded_at: datetime | None = None
    approvals: int = 1
    mention: tuple[str, ...] = ()
    submission: Submission | None = None
    is_stopped: bool = False
    seen_at: datetime | None = None
    trouble: str = ""
    failures: int = 0

    @property
    def may_have_arrived(self) -> bool:
        """Say whether a call was made that SuperDocs may have taken."""
        return self.submission is not None and not self.submission.is_refused

    @property
    def live(self) -> tuple[Change, ...]:
        """Return the changes that SuperDocs waits on, in document order."""
        return tuple(c for c in self.changes if c.is_live)

    @property
    def undecided(self) -> tuple[Change, ...]:
        """Return the changes that still wait for somebody."""
        return tuple(c for c in self.changes if c.is_open)

    def change(self, number: int) -> Change | None:
        """Find a change by its number."""
        return next((c for c in self.changes if c.number == number), None)

    def with_change(self, changed: Change) -> Round:
        """Return this round with one change replaced."""
        return replace(
            self, changes=tuple(changed if c.number == changed.number else c for c in self.changes)
        )


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message of ours stands, or the intent to post one.

    Attributes:
        channel: Channel id as the post's answer gave it.
        ts: Slack's message id; "" while only the intent is stored.
        shown: Digest of the content it shows; "" when unknown.
        attempt: How often posting was begun; above 0 without a `ts` the outcome is unknown: look before posting.
        permalink: Link to the message; "" until fetched.
        copies: How many of it were deleted: the next one is a message of its own, not the same one again.
    """

    channel: str
    ts: str = ""
    shown: str = ""
    attempt: int = 0
    permalink: str = ""
    copies: int = 0

    @property
    def without(self) -> MessageRef:
        """Return what is known once this message stands no more: nothing but that there was one."""
        return MessageRef(self.channel, copies=self.copies + 1)


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """What a job was asked again for.

    Attributes:
        ref: The job whose changes lapsed.
        numbers: Those changes; empty for the whole instruction.
    """

    ref: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One edit, from the request to the result. The unit of storage.

    Attributes:
        ref: Our own name for it; exists before SuperDocs has given a job id.
        job_id: SuperDocs' name for it; "" until known.
        channel: Where it is reviewed (channel id); once it has moved to its requester, their user id until Slack has
            said which direct messages those are.
        moved_from: The channel where it was reviewed before, and that is closed to the relay; "" when it has not moved.
        requester_id: Slack user id; "" when another program asked.
        instruction: What was asked for; "" when another program asked, and only it knows.
        document: Its name, for people; "" when nobody said.
        origin: How the relay came to look after it.
        source: Where its document comes from; None when the session has it already.
        tier: Which model works on it; None for SuperDocs' own default.
        depth: How long it thinks; likewise.
        continues_ref: The finished job whose document is edited again, or "".
        callback: Where a program wants to hear of the outcome; None when nobody does.
        blocked_by: SuperDocs' id of the job that keeps the session busy, if none of ours does; "" else.
        unblocked_by: Slack user id of who asked to stop that one, or "".
        returned: What became of the document in the library; None when it did not come from there, or not yet.
        export_trouble: Why its document does not come back in the format that it came in, in a sentence; "" when it does.
        document_names: What the session's documents are called, by SuperDocs' id, where there are several.
        progress: SuperDocs' own words on what it is doing, or ours on what keeps it from it.
        progress_at: When it said so.
        last_sequence: The highest event number seen on the stream.
        next_at: When the job's own next step is due (start, watch, resume); None while nothing is to be done.
        refresh_at: When to bring the messages up to date; None while they equal the record.
        publish_at: When to post the updated document; None when there is none to post, or it is posted.
        steps: How many steps were done; makes each next one a task of its own.
        revision: Counts visible changes of this record.
        failures: Failures in a row of the job's steps with SuperDocs; sets their backoff.
        refresh_failures: Failures in a row of bringing the messages up to date.
        publish_failures: Failures in a row of posting the document.
        missing_at: When SuperDocs first said that it does not know the job; None while it does.
        unread_since: Since when SuperDocs could not be asked about it; None while it can.
        prompt: What SuperDocs asks when it pauses on a continue prompt.
        prompts: How often it did.
        continues: The answer to that prompt; None until somebody gave it.
        answered_by: Slack user id of who gave it, or "".
        stop_requested_by: Slack user id of who asked to stop it, or "".
        stop_at: When to stop it at SuperDocs; None when nobody asked, or it is done.
        result: SuperDocs' closing words.
        has_document: Whether the end brought a changed document.
        reason: Why it failed, stopped or lapsed.
        asked_again_by: The job that took up what lapsed here, or "".
        appendix: What SuperDocs is told beyond the instruction (what lapsed and is asked for again).
        heard: Message ids of the replies that were taken: one that is delivered again changes nothing.
        messages: Ours by slot: ``job``, ``round:1``, ``card:3``, ``reminder:1:1``, ``prompt:1``, ``document``; ``whole`` and
            ``changes`` where nobody was asked; and files that belong to a card: ``source:3``, ``before:3``, ``after:3``.
    """

    ref: str
    session_id: str
    channel: str
    requester_id: str
    instruction: str
    mode: Mode
    created_at: datetime
    moved_from: str = ""
    job_id: str = ""
    document: str = ""
    origin: Origin = Origin.ASKED
    source: Source | None = None
    tier: Tier | None = None
    depth: Depth | None = None
    continues_ref: str = ""
    callback: Callback | None = None
    blocked_by: str = ""
    unblocked_by: str = ""
    export_trouble: str = ""
    returned: Returned | None = None
    document_names: dict[str, str] = field(default_factory=dict)
    asks_again: AskedAgain | None = None
    asked_again_by: str = ""
    appendix: str = ""
    state: JobState = JobState.STARTING
    progress: str = ""
    progress_at: datetime | None = None
    last_sequence: int = 0
    next_at: datetime | None = None
    refresh_at: datetime | None = None
    publish_at: datetime | None = None
    steps: int = 0
    revision: int = 0
    failures: int = 0
    refresh_failures: int = 0
    publish_failures: int = 0
    missing_at: datetime | None = None
    unread_since: datetime | None = None
    prompt: str = ""
    prompts: int = 0
    continues: bool | None = None
    answered_by: str = ""
    stop_requested_by: str = ""
    stop_at: datetime | None = None
    result: str = ""
    has_document: bool = False
    reason: str = ""
    ended_at: datetime | None = None
    next_number: int = 1
    rounds: tuple[Round, ...] = ()
    heard: tuple[str, ...] = ()
    messages: dict[str, MessageRef] = field(default_factory=dict)

    @property
    def round(self) -> Round | None:
        """Return the latest round, or None before the first."""
        return self.rounds[-1] if self.rounds else None

    @property
    def title(self) -> str:
        """Return what people call it: its document, else the session of one that a program brought, else ""."""
        if self.document or self.source or self.origin is Origin.ASKED:
            return self.document
        return f"session {self.session_id}"

    def numbered_round(self, number: int) -> Round | None:
        """Find a round by its own number."""
        return next((r for r in self.rounds if r.number == number), None)

    def round_of(self, number: int) -> Round | None:
        """Find the round that holds a change."""
        return next((r for r in self.rounds if r.change(number)), None)

    def change(self, number: int) -> Change | None:
        """Find a change by its number."""
        found = self.round_of(number)
        return found.change(number) if found else None

    def with_round(self, changed: Round) -> Job:
        """Return this job with one round replaced, or added when it is new."""
        kept = tuple(changed if r.number == changed.number else r for r in self.rounds)
        return replace(self, rounds=kept if changed in kept else (*kept, changed))

    def touched(self, at: datetime) -> Job:
        """Return this job with a visible change noted: its messages are brought up to date at `at`, or before."""
        return replace(self, revision=self.revision + 1, refresh_at=min(self.refresh_at or at, at))

    def with_message(self, slot: str, ref: MessageRef) -> Job:
        """Return this job with one message's place replaced."""
        return replace(self, messages={**self.messages, slot: ref})
