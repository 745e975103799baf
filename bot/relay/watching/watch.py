"""Watch a working job, one slice at a time: follow its stream for a while, then read the job, which is the truth.

A slice is short, so that no worker is bound to a job; the next one takes up the stream where this one left it.
While people think, nothing is watched at all.

Before: `start.py`, `submit.py`. After: `intake.py`.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.away import unread
from bot.core.deadline import GLANCE, SLICE, pause
from bot.core.errors import RefusedError, TransientError
from bot.core.lifecycle import SENT_ROUNDS, has_ended
from bot.core.model import Job, JobState
from bot.core.sighting import Glimpse, Hint
from bot.relay.watching.intake import absorb
from bot.relay.watching.texts import SYNCED

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.errors import RelayError
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

_PROGRESS_EVERY: Final = timedelta(seconds=3)
"""How often a progress line may change; nobody reads faster, and every edit costs one of Slack's."""

_QUIET: Final = timedelta(seconds=1)
"""Pause after a slice that told nothing new, so that a stream that ends at once is not asked again at once."""


_TOLD_AFTER: Final = 3
"""Failures in a row after which the message of the job says so."""


@dataclass(slots=True)
class Slice:
    """What one slice of watching has seen."""

    sequence: int
    progress: str = ""
    is_news: bool = False
    hints: set[Hint] = field(default_factory=set)


async def watch(world: World, ref: str) -> None:
    """Watch a job for one slice, take in what it says, and come again unless it pauses or ends."""
    job = await world.store.load(ref)
    if not _is_to_be_watched(job) or job.next_at is None or job.next_at > await world.store.now():
        return
    seen = await _listen(world, job)
    began_at = await world.store.now()
    try:
        sighting = await world.documents.read(job.job_id)
    except (TransientError, RefusedError) as error:
        _log.warning("watch.failed", ref=ref, reason=str(error))
        await world.change(ref, _later(job, error))
        return
    await absorb(world, job, sighting, began_at)
    await world.change(ref, _next(job, seen))


def _is_to_be_watched(job: Job) -> bool:
    if has_ended(job) or not job.job_id:
        return False
    is_sent = job.round is not None and job.round.state in SENT_ROUNDS
    return job.state is JobState.WORKING or is_sent or job.stop_requested_by != ""


async def _listen(world: World, job: Job) -> Slice:
    """Follow the stream until something happens that the job must be read for, or the slice is over."""
    seen = Slice(job.last_sequence)
    clock = asyncio.get_running_loop().time
    shown_until = clock()
    try:
        async with (
            asyncio.timeout(SLICE.total_seconds()),
            aclosing(world.documents.follow(job.session_id, job.job_id, job.last_sequence)) as glimpses,
        ):
            async for glimpse in glimpses:
                await _note(world, job, glimpse, seen)
                if seen.hints & {Hint.PAUSED, Hint.ENDED}:
                    break
                if seen.progress and clock() >= shown_until:
                    shown_until = clock() + _PROGRESS_EVERY.total_seconds()
                    await world.change(job.ref, _progress(seen.progress))
    except TimeoutError:
        pass  # The slice is over; silence is normal.
    except (TransientError, RefusedError) as error:
        # The stream only hints. Without it the job is still read, slice by slice.
        world.meter.lost_stream()
        _log.info("stream.lost", ref=job.ref, reason=str(error))
    return seen


async def _note(world: World, job: Job, glimpse: Glimpse, seen: Slice) -> None:
    """Keep what an event tells; one that was seen before (a replay) tells nothing."""
    if glimpse.sequence and glimpse.sequence <= seen.sequence:
        return
    seen.sequence = max(seen.sequence, glimpse.sequence)
    seen.is_news = seen.is_news or glimpse.hint is not Hint.NOISE
    seen.hints.add(glimpse.hint)
    if glimpse.hint is Hint.PROGRESS:
        seen.progress = glimpse.text
    if glimpse.hint is Hint.DOCUMENT and await world.store.document(job.ref, SYNCED) is None:
        # Later ones may hold what the job has done so far: this is the document before it.
        await world.store.save_document(job.ref, SYNCED, glimpse.document_html)


def _progress(text: str) -> Modifier:
    def progress(job: Job, now: datetime) -> Job:
        if job.progress == text or job.state is not JobState.WORKING:
            return job
        return replace(job, progress=text, progress_at=now).touched(now + GLANCE)

    return progress


def _next(begun: Job, seen: Slice) -> Modifier:
    def plan(job: Job, now: datetime) -> Job:
        noted = replace(job, last_sequence=max(job.last_sequence, seen.sequence), failures=0)
        if job.steps != begun.steps:
            return noted  # What this slice or somebody else has learned meanwhile planned the next step.
        if not _is_to_be_watched(noted):
            return replace(noted, next_at=None)
        pause = timedelta(0) if seen.is_news and Hint.PAUSED not in seen.hints else _QUIET
        return replace(noted, steps=job.steps + 1, next_at=now + pause)

    return plan


def _later(begun: Job, error: RelayError) -> Modifier:
    asked_s = getattr(error, "retry_after_s", None)

    def later(job: Job, now: datetime) -> Job:
        if job.steps != begun.steps or not _is_to_be_watched(job):
            return job
        failures = job.failures + 1
        next_at = now + pause(failures, job.ref, asked_s)
        waiting = replace(job, failures=failures, steps=job.steps + 1, next_at=next_at)
        told = replace(waiting, progress=str(error), progress_at=now).touched(now)
        return unread(told if failures == _TOLD_AFTER else waiting, now)

    return later
