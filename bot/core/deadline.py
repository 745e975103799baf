"""What is due, and when: one pure answer for the sweep that finds what time or a crash has made due."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.core import calling
from bot.core.lifecycle import SENT_ROUNDS, has_ended
from bot.core.model import Job, JobState, Round, RoundState

if TYPE_CHECKING:
    from collections.abc import Iterator

CALL_LIMIT: Final = timedelta(seconds=15)
"""A call to SuperDocs takes no longer than this: then its answer counts as lost."""

PROMPT: Final = timedelta(seconds=1)
"""A call begins this soon after the record has said so, and takes that much less, so that it is over in time."""

STALE: Final = timedelta(seconds=5)
"""Reads at SuperDocs may be stale for about 3 s after a write; an earlier read proves nothing."""

GLANCE: Final = timedelta(seconds=2)
"""A card does not pass through states that last shorter than this: nobody can read them."""

SLICE: Final = timedelta(seconds=12)
"""How long one slice of watching holds a stream open; with the read after it a task stays below 20 s."""

GRACE: Final = timedelta(seconds=45)
"""How long after its deadline a round that SuperDocs could not be given may still be sent; then it lapses, so that with
the calls that are under way then it has lapsed a minute after its deadline."""

DAY: Final = timedelta(days=1)
"""How long SuperDocs may be away before the relay stops to ask about what needs no deadline."""

_BACKOFF_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)

_OBEYED_S: Final = 3600.0
"""Seconds that somebody may ask us to wait; nothing here waits for longer than an hour to be read."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The durations that a deployment may choose.

    Attributes:
        window: From a pause until SuperDocs may forget the job.
        submit_margin: How long before the end a round is sent as it stands.
        remind_before: How long before the end each reminder comes, longest first.
        undo: How long a round completed by a button waits before it is sent.
    """

    window: timedelta = timedelta(seconds=3600)
    submit_margin: timedelta = timedelta(seconds=120)
    remind_before: tuple[timedelta, ...] = (timedelta(seconds=1800), timedelta(seconds=600))
    undo: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Due:
    """One step of one job, and when it is due.

    Attributes:
        step: Name of the relay's step: ``start``, ``watch``, ``submit``…
        key: Names this very piece of work, so that it is not queued twice.
    """

    step: str
    at: datetime
    key: str


def backoff(failures: int) -> timedelta:
    """Return how long to wait after the n-th failure in a row (n from 1)."""
    return timedelta(seconds=_BACKOFF_S[min(failures, len(_BACKOFF_S)) - 1])


def pause(failures: int, ref: str, asked_s: float | None = None) -> timedelta:
    """Return how long to wait before SuperDocs is asked about a job again.

    Args:
        failures: How many there were in a row, this one included.
        ref: Whose: many jobs that failed together do not come back together.
        asked_s: Seconds that SuperDocs asked us to wait, if it did: never less than those.
    """
    spread = 0.75 + zlib.crc32(f"{ref} {failures}".encode()) / 2**33
    return max(backoff(failures) * spread, timedelta(seconds=min(asked_s or 0.0, _OBEYED_S)))


def due(job: Job, timing: Timing) -> tuple[Due, ...]:
    """List everything that this job will need, with the moment from which it may be done."""
    return tuple(Due(step, at, f"{step}:{job.ref}:{mark}") for step, at, mark in _steps(job, timing))


def next_due(job: Job, timing: Timing) -> datetime | None:
    """Return when the sweep must look at this job, or None when never again."""
    return min((item.at for item in due(job, timing)), default=None)


def _steps(job: Job, timing: Timing) -> Iterator[tuple[str, datetime, object]]:
    if job.refresh_at is not None:
        yield "refresh", job.refresh_at, ""
    if job.publish_at is not None:
        yield "publish", job.publish_at, ""
    if (told_at := calling.due_at(job)) is not None and job.callback is not None:
        yield "deliver", told_at, job.callback.attempts
    if has_ended(job):
        return
    if job.stop_at is not None:
        yield "stop", job.stop_at, ""
    if job.next_at is not None:
        yield _own_step(job), job.next_at, job.steps
    if job.round is not None:
        yield from _round_steps(job.round, timing)


def _own_step(job: Job) -> str:
    """Name what a job's `next_at` is for."""
    if job.state is JobState.STARTING:
        return "start"
    return "resume" if job.state is JobState.PROMPTED and job.continues is not None else "watch"


def _round_steps(held: Round, timing: Timing) -> Iterator[tuple[str, datetime, object]]:
    if held.state is RoundState.OPEN:
        yield "submit", sent_from(held), held.number
        if held.undecided and held.reminded < len(timing.remind_before):
            before = timing.remind_before[held.reminded]
            yield "remind", held.deadline_at - before, f"{held.number}:{held.reminded}"
    elif held.state in SENT_ROUNDS and held.recheck_at is not None:
        yield "submit", held.recheck_at, held.number


def sent_from(held: Round) -> datetime:
    """Return the moment from which an open round is sent."""
    wanted = min(held.send_at or held.submit_at, held.submit_at)
    return max(wanted, held.recheck_at or wanted)


def window(evidence: datetime, timing: Timing) -> tuple[datetime, datetime]:
    """Return (deadline, moment of submission) of a pause whose earliest evidence is given.

    The margin never takes more than half of the window, so that a short window still leaves time to decide.
    """
    margin = min(timing.submit_margin, timing.window / 2)
    return evidence + timing.window, evidence + timing.window - margin


def reminders_past(opened_at: datetime, deadline_at: datetime, timing: Timing) -> int:
    """Count the reminders whose moment lies before the round was opened: those are never sent."""
    return sum(deadline_at - before <= opened_at for before in timing.remind_before)
