"""SuperDocs as the machine knows it: one job, reads that lag behind, calls that land late or never."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.deadline import CALL_LIMIT
from bot.core.sighting import Sighting, Status
from tests.make import make_proposal, seen

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Round
    from bot.core.submitting import Answer


@dataclass(slots=True)
class Call:
    """One `/approve` call on its way."""

    round: Round
    answers: tuple[Answer, ...]
    made_at: datetime
    is_over: bool = False
    took_effect: bool = False

    def may_land(self, now: datetime) -> bool:
        """Say whether it may still arrive: not twice, not after its time limit, nor after its line broke."""
        return not self.is_over and now <= self.made_at + CALL_LIMIT


@dataclass(slots=True)
class Provider:
    """SuperDocs with one job: what it waits on, what a read that lags behind still shows, and whether it answers."""

    past: list[tuple[datetime, Sighting]]
    pauses: int = 0
    is_away: bool = False

    @property
    def status(self) -> Status:
        """Return where the job stands."""
        return self.past[-1][1].status

    def turn(self, at: datetime, sighting: Sighting) -> None:
        """Let the job stand otherwise from now on."""
        self.past.append((at, replace(sighting, updated_at=at)))

    def propose(self, at: datetime, names: list[int], text: int) -> None:
        """Wait on changes; every pause has its own texts."""
        proposals = (make_proposal(f"ch_{n}", f"{n}", f"{n} {self.pauses} {text}") for n in names)
        self.turn(at, seen(*proposals))

    def read(self, at: datetime, lag: float) -> Sighting:
        """Return the job as it stood so many seconds ago."""
        shown = [sighting for since, sighting in self.past if since <= at - timedelta(seconds=lag)]
        return shown[-1] if shown else self.past[0][1]

    def land(self, call: Call, at: datetime) -> None:
        """Take a call in: it settles the pause if it answers every change of it, and is refused otherwise."""
        waiting = {proposal.change_id for proposal in self.past[-1][1].proposals}
        call.is_over = True
        call.took_effect = self.status is Status.REVIEW and waiting == {a.change_id for a in call.answers}
        if call.took_effect:
            self.turn(at, seen(status=Status.WORKING))

    def waits_since(self, moment: datetime) -> bool:
        """Say whether it has waited for decisions all the time since a moment."""
        return self.status is Status.REVIEW and self.past[-1][0] <= moment
