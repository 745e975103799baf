"""One proposed edit, and what people said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.states import ChangeState, Outcome, Verdict, Via


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
