"""What a card says: channel-neutral content of every message, computed from the record and never from an old message.

A summary holds our own sentences (they may name people, as ``<@U…>``) apart from other people's and the AI's
words (`quote`, `claim`, excerpts), so that an edge can show the former as written and the latter as inert text.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bot.core.model import Origin

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Change, Job, Round
    from bot.redline import Excerpt

DIGEST_LENGTH: Final = 12
"""Hex digits of a change's digest that a button carries: enough to tell versions apart."""

_FILE_TYPE: Final = re.compile(r"(?<=\S)\.(?:docx?|html?|md|odt|pdf|rtf|txt|xhtml)\Z", re.IGNORECASE)
"""The end of a file's name that is for programs."""


class Does(StrEnum):
    """Everything that a person can do with a message. The value is the action's permanent name."""

    APPROVE = "approve"
    DENY = "deny"
    FEEDBACK = "deny_with_feedback"
    UNDO = "undo"
    REVIEW = "review_change"
    REVIEW_ALL = "review_all"
    APPROVE_ALL = "approve_all"
    DENY_ALL = "deny_all"
    SEND_NOW = "send_now"
    STOP = "stop_edit"
    STOP_OTHER = "stop_other_edit"
    ASK_AGAIN = "ask_again"
    CONTINUE = "continue_job"
    HALT = "halt_job"
    ASK_ALL_AGAIN = "ask_all_again"
    HAND_ON = "pass_on"
    EDIT_AGAIN = "edit_again"


def spoken_of(document: str) -> str:
    """Return what people call a document: its file's name without the type, as in *Supply agreement*."""
    return _FILE_TYPE.sub("", document)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person may do now.

    Attributes:
        target: Names what it acts on, opaquely: see `change_target` and `round_target`.
        confirm: The question to ask before doing it, or "".
    """

    does: Does
    label: str
    target: str
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One status line: our sentence, and whose words it quotes, if any.

    Attributes:
        link: Address that the sentence leads to, or "".
    """

    sentence: str
    quote: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class JobSummary:
    """The one message of a job.

    Attributes:
        text: The notification: one plain line.
        requester_id: Slack user id; "" when nobody is known to have asked.
        instruction: What was asked for, or "".
        document: Its name, or "".
        asked_again: What lapsed and is asked for again, or "".
    """

    text: str
    requester_id: str
    instruction: str
    document: str
    status: Line
    origin: Origin = Origin.ASKED
    asked_again: str = ""
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change in the message of its round."""

    number: int
    sign: str
    place: str
    headline: str
    status: Line
    link: str = ""


@dataclass(frozen=True, slots=True)
class RoundSummary:
    """The message of a round with several changes.

    Attributes:
        calls: Whom the message calls, apart from who may decide; "" for nobody.
        asked: What was asked for when the round before was denied, change by change.
        deadline_at: Until when a decision counts; None once nobody can decide any more.
    """

    text: str
    title: str
    lines: tuple[ChangeLine, ...]
    calls: str = ""
    status: Line | None = None
    asked: tuple[Line, ...] = ()
    deadline_at: datetime | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since the proposal that a change revises.

    Attributes:
        sentence: Since when, or that nothing did.
        excerpt: From the words proposed then to those proposed now.
    """

    sentence: str
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class CardSummary:
    """The message that shows a change.

    Attributes:
        warnings: Sentences of dangerous flags, most dangerous first; never cut.
        flags: Sentences of the other flags, in their order: to be known, without alarm.
        notes: Plain facts about the change (what kind of difference, what is left out).
        contradictions: What the claim says, and the redline says otherwise.
        since: What changed since an earlier proposal, or None.
        document: Which document the change is in, where no message above the card says so; else "".
        calls: Whom the message calls, where it stands for its round; else "".
        claim: The AI's own words, marked as such and cut first.
        uninspectable: Why only a denial is offered, or "".
    """

    text: str
    title: str
    excerpt: Excerpt
    inserted: int
    deleted: int
    document: str = ""
    calls: str = ""
    claim: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    since: Since | None = None
    uninspectable: str = ""
    asked: Line | None = None
    status: Line | None = None
    deadline_at: datetime | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file in the thread of a card, for what the card cannot show.

    Attributes:
        sentence: What it is.
    """

    slot: str
    name: str
    content: str
    sentence: str


@dataclass(frozen=True, slots=True)
class PromptSummary:
    """The message of a pause that is no review: SuperDocs asks whether to go on."""

    text: str
    question: str
    status: Line | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeSummary:
    """A message that says one thing once: a reminder.

    Attributes:
        deadline_at: The moment that the sentence speaks of, or None.
        quote: Somebody's words that the sentence brings, or "".
    """

    text: str
    sentence: str
    deadline_at: datetime | None = None
    quote: str = ""


@dataclass(frozen=True, slots=True)
class BacklogLine:
    """One edit that waits for somebody.

    Attributes:
        document: Its name, as people gave it; "" when it has none.
        status: What waits: *3 changes to review*, *change 2 lapsed*; quotes the only change's headline.
        deadline_at: Until when a decision counts; None when that is over.
        link: Address of the message where it is decided, or "".
        action: Review, or Ask again.
    """

    document: str
    status: Line
    deadline_at: datetime | None = None
    link: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class BacklogSummary:
    """What waits: one part of a digest, or the list that somebody asked for.

    Attributes:
        facts: What was decided since the last one, operations used; last part only.
        rest: Lines left out, said as a count.
    """

    text: str
    title: str
    open: tuple[BacklogLine, ...] = ()
    lapsed: tuple[BacklogLine, ...] = ()
    facts: tuple[Line, ...] = ()
    rest: int = 0
    actions: tuple[Action, ...] = ()


LINES: Final = 20
"""Lines of a backlog in one message: so many fit, whatever they say."""

Summary = JobSummary | RoundSummary | CardSummary | PromptSummary | NoticeSummary | BacklogSummary
"""The content of any message of ours."""


@dataclass(frozen=True, slots=True)
class ReadingSummary:
    """One page of the dialog that shows changes complete.

    Attributes:
        token: Names the versions that this dialog shows; kept in the store.
        page: From 1.
        sections: The changes (or parts of one) on this page.
        approves: Numbers that the submit button would approve; empty when it is not offered.
    """

    token: str
    title: str
    page: int
    pages: int
    sections: tuple[CardSummary, ...]
    approves: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """The dialog that takes what should be different.

    Attributes:
        proposed: The proposed wording, to start an exact suggestion from.
        target: Which change it denies.
    """

    target: str
    title: str
    card: CardSummary
    proposed: str


@dataclass(frozen=True, slots=True)
class PassingSummary:
    """The dialog that passes a change on.

    Attributes:
        target: Which change.
        name: What people call it, and where it stands.
        headline: The change in one plain line; somebody's words.
    """

    target: str
    title: str
    name: str
    headline: str


def fingerprint(summary: Summary) -> str:
    """Name a summary's content, so that a message is only touched when it would say something else."""
    return hashlib.sha256(repr(summary).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def change_target(job: Job, change: Change) -> str:
    """Name a change and the version that is shown."""
    return f"{job.ref}.{change.number}.{change.digest[:DIGEST_LENGTH]}"


def round_target(job: Job, held: Round) -> str:
    """Name a round."""
    return f"{job.ref}.{held.number}"
