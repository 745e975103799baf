"""The changes that one pause of a job waits on, and the one call that answers them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.model.change import Change
from bot.core.model.states import RoundState


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
