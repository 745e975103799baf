"""One edit, from the request to the result: the unit of storage."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core.model.change import Change
from bot.core.model.round import Round
from bot.core.model.states import JobState, Mode, Origin
from bot.core.request import Callback, Depth, Returned, Source, Tier


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
        continues_ref: The job of its session that it goes on after, whose document is edited again; "" for the first one.
        continued_by: The job that goes on after this one, or "".
        callback: Where a program wants to hear of the outcome; None when nobody does.
        blocked_by: SuperDocs' id of the job that keeps the session busy, if none of ours does; "" else.
        unblocked_by: Slack user id of who asked to stop that one, or "".
        turn_at: Since when it is tried in vain to be begun, its session being free; None while it is not.
        jobs_before: SuperDocs' ids of the jobs that its session had before it was begun; None when nobody looked, since
            nobody else uses it.
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
    continued_by: str = ""
    callback: Callback | None = None
    blocked_by: str = ""
    unblocked_by: str = ""
    turn_at: datetime | None = None
    jobs_before: tuple[str, ...] | None = None
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
