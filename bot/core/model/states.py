"""The words of the records: who began an edit and how, what people say, and where everything stands."""

from __future__ import annotations

from enum import StrEnum


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
