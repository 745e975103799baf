"""SuperDocs as the whole model knows it: jobs that pause, settle, end or are forgotten, and calls that it remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.errors import RefusedError
from bot.core.sighting import Balance, Listed, Sighting, Status
from tests.make import TIMING, make_proposal

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from datetime import datetime

    from bot.core.formats import Format
    from bot.core.model import Mode
    from bot.core.proposal import Proposal
    from bot.core.sighting import Exported, Glimpse, Options, Rostered, Uploaded
    from bot.core.submitting import Answer
    from tests.fakes.clock import Clock


@dataclass(frozen=True, slots=True)
class Call:
    """One `/approve` that arrived.

    Attributes:
        at: When it arrived.
        pause: Counts the pauses of its job, from 1.
        proposals: What the job waited on when it arrived.
        took_effect: Whether it settled the pause.
        by: Who made it.
        is_of_old: Whether what it answers was proposed otherwise since its maker's last look: nobody can know.
    """

    job_id: str
    at: datetime
    pause: int
    answers: tuple[Answer, ...]
    proposals: tuple[Proposal, ...]
    took_effect: bool
    by: object
    is_of_old: bool


@dataclass(slots=True)
class Edit:
    """One job.

    Attributes:
        past: What it showed, and since when; reads may lag behind.
        given: The document that it was started with.
        pauses: How often it has paused.
        applied: The new texts of what was approved.
    """

    job_id: str
    session_id: str
    past: list[tuple[datetime, Sighting]]
    given: str | None = None
    pauses: int = 0
    applied: list[str] = field(default_factory=list)

    @property
    def sighting(self) -> Sighting:
        """Return what it shows now."""
        return self.past[-1][1]


class Provider:
    """The `DocumentService` port over jobs that a test moves on.

    Attributes:
        reads: (job id, moment) of every read.
        lag: Seconds by which reads are late.
        by: Who makes the next call.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.edits: list[Edit] = []
        self.calls: list[Call] = []
        self.reads: list[tuple[str, datetime]] = []
        self.lag = 0.0
        self.by: object = None
        self._seen: dict[tuple[object, str], Sighting] = {}

    # What a test does.

    def pause(self, edit: Edit, names: Sequence[int], text: int) -> None:
        """Propose changes; within a pause, propose otherwise."""
        is_new = edit.sighting.status is not Status.REVIEW
        edit.pauses += is_new
        proposals = tuple(
            make_proposal(f"ch_{n}", f"{n} days", f"{n} {edit.pauses} {text} weeks") for n in names
        )
        since = self.clock.now if is_new else edit.sighting.updated_at
        self._turn(edit, Status.REVIEW, proposals=proposals, updated_at=since)

    def work(self, edit: Edit) -> None:
        """Go on, whoever decided."""
        self._turn(edit, Status.WORKING)

    def end(self, edit: Edit, status: Status) -> None:
        """End; a job that completes has its document."""
        html = "".join(f"<p>{text}</p>" for text in edit.applied) or "<p>Nothing.</p>"
        self._turn(edit, status, updated_html=html if status is Status.COMPLETED else None)

    def forget_late(self) -> None:
        """Forget what has waited for an hour."""
        for edit in self.edits:
            paused_at = edit.sighting.updated_at
            is_over = paused_at is not None and self.clock.now > paused_at + TIMING.window
            if edit.sighting.status is Status.REVIEW and is_over:
                self._turn(edit, Status.GONE)

    def _turn(self, edit: Edit, status: Status, **rest: object) -> None:
        shown = Sighting(status, edit.job_id, edit.session_id, **{"updated_at": self.clock.now, **rest})  # type: ignore[arg-type]  # by name
        edit.past.append((self.clock.now, shown))

    # The port.

    async def start(
        self,
        session_id: str,
        message: str,  # noqa: ARG002 -- the port's
        mode: Mode,  # noqa: ARG002 -- the port's
        document_html: str | None,
        options: Options | None = None,  # noqa: ARG002 -- the port's
    ) -> str:
        first = Sighting(Status.WORKING, f"job_{len(self.edits)}", session_id, updated_at=self.clock.now)
        self.edits.append(Edit(first.job_id, session_id, [(self.clock.now, first)], document_html))
        return first.job_id

    async def upload(self, session_id: str, name: str, content: bytes) -> Uploaded:
        raise AssertionError(f"{session_id} has HTML only: {name}, {len(content)}")

    async def export(self, session_id: str, form: Format, name: str, document_id: str = "") -> Exported:
        raise AssertionError(f"{session_id} has HTML only: {name}, {form}, {document_id}")

    async def roster(self, session_id: str) -> tuple[Rostered, ...]:
        raise AssertionError(f"{session_id} has one document only.")

    async def read(self, job_id: str) -> Sighting:
        self.forget_late()
        self.reads.append((job_id, self.clock.now))
        edit = self._edit(job_id)
        until = self.clock.now - timedelta(seconds=self.lag)
        seen = [sighting for since, sighting in edit.past if since <= until]
        shown = seen[-1] if seen else edit.past[0][1]
        self._seen[self.by, job_id] = shown
        return shown

    async def follow(
        self,
        session_id: str,  # noqa: ARG002 -- the port's
        job_id: str,  # noqa: ARG002 -- the port's
        last_sequence: int,  # noqa: ARG002 -- the port's
    ) -> AsyncGenerator[Glimpse, None]:
        nothing: tuple[Glimpse, ...] = ()
        for glimpse in nothing:
            yield glimpse

    async def submit(self, session_id: str, job_id: str, answers: Sequence[Answer]) -> bool:  # noqa: ARG002 -- the port's
        self.forget_late()
        edit = self._edit(job_id)
        waiting = edit.sighting.proposals
        takes_effect = bool(waiting) and {p.change_id for p in waiting} == {a.change_id for a in answers}
        is_of_old = self._seen[self.by, job_id].proposals != waiting
        self.calls.append(
            Call(
                job_id, self.clock.now, edit.pauses, tuple(answers), waiting, takes_effect, self.by, is_of_old
            )
        )
        if not takes_effect:
            raise RefusedError("The job does not wait for an answer any more.", code="not_awaiting")
        approved = {answer.change_id for answer in answers if answer.is_approved}
        edit.applied += [str(p.content.new_html) for p in waiting if p.change_id in approved]
        self.work(edit)
        return True

    async def resume(self, session_id: str, job_id: str, *, goes_on: bool) -> None:
        raise AssertionError(f"{session_id} never asks: {job_id}, {goes_on}")

    async def cancel(self, job_id: str) -> None:
        edit = self._edit(job_id)
        if edit.sighting.status is not Status.WORKING:
            raise RefusedError("It waits, or has ended.", code="not_cancellable")
        self._turn(edit, Status.CANCELLED)

    async def jobs_of(self, session_id: str) -> tuple[Listed, ...]:
        return tuple(self._listed(edit) for edit in reversed(self.edits) if edit.session_id == session_id)

    async def waiting(self) -> tuple[Listed, ...]:
        self.forget_late()
        return tuple(self._listed(edit) for edit in self.edits if edit.sighting.status is Status.REVIEW)

    async def balance(self) -> Balance:
        return Balance()

    def _edit(self, job_id: str) -> Edit:
        return next(edit for edit in self.edits if edit.job_id == job_id)

    def _listed(self, edit: Edit) -> Listed:
        ids = tuple(p.change_id for p in edit.sighting.proposals)
        return Listed(edit.job_id, edit.session_id, edit.sighting.status, ids)
