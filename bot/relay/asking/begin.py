"""Begin a stored edit at SuperDocs: once, in its turn, with the document that it is about.

The task may run twice: a job that an earlier, unanswered attempt started is found in the session, and taken over.
SuperDocs works on one job of a session at a time, so edits of one session begin one after the other, in the order in
which they were asked for.

Before: `start.py`, `programs.py`. After: `watch.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from bot.core.deadline import CALL_LIMIT, DAY, GLANCE, STALE, pause
from bot.core.errors import OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.core.lifecycle import JobEvent, advance_job
from bot.core.model import Job, JobState
from bot.core.sighting import Options
from bot.relay.asking import fetch, lineage, others
from bot.relay.asking.stop import never_started
from bot.relay.showing.posting import OvertakenError

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from bot.relay.ports import Modifier
    from bot.relay.world import World

Result = TypeVar("Result")

_GIVES_UP_AFTER: Final = timedelta(hours=1)
"""How long an edit whose turn has come is tried in vain to be started; then it is looked for once more, for a day at
most, and ends in words."""

_NEVER_TAKEN: Final = "SuperDocs did not take the edit within an hour."

_IN_LINE: Final = timedelta(seconds=5)
"""How often an edit looks whether its session is free."""

_PREPARING: Final = timedelta(seconds=18)
"""How long it may take until SuperDocs can begin, the document included, since tasks are short."""

_QUICKLY: Final = timedelta(seconds=6)
"""Whoever got everything ready faster than this has time left to begin the edit."""

_AHEAD: Final = "its session is still busy with the edit before it."
_ANOTHERS: Final = "its session is busy with an edit that somebody started elsewhere."


@dataclass(frozen=True, slots=True)
class _Ready:
    """What an edit begins with whose turn has come.

    Attributes:
        html: Goes along with the instruction; None when the session has the document. Never logged.
        jobs_before: The session's jobs until now; None when nobody else uses it.
    """

    html: str | None
    jobs_before: tuple[str, ...] | None


async def start(world: World, ref: str) -> None:
    """Begin a stored edit, if it is due, its turn, and not begun already."""
    job, now = await world.store.load(ref), await world.store.now()
    if job.state is not JobState.STARTING or job.next_at is None or job.next_at > now:
        return
    began_at = _clock()
    found = await _judged(world, job, job, _prepared(world, job, now))
    if isinstance(found, _Ready):
        if _clock() - began_at > _QUICKLY.total_seconds():
            return  # The next task goes on: what took so long is kept, and the edit still due.
        noted = await _attempt(world, job, found)
    else:
        noted = found
    if noted is not None:
        await world.change(ref, noted)


async def _prepared(world: World, job: Job, now: datetime) -> _Ready | Modifier:
    """Look whether an edit can be begun: with what, or else what is to be noted."""
    try:
        async with asyncio.timeout(_PREPARING.total_seconds()):
            return await _unready(world, job, now) or await _readied(world, job)
    except TimeoutError as error:
        raise TransientError("It takes too long to get everything ready.") from error


async def _unready(world: World, job: Job, now: datetime) -> Modifier | None:
    """Return what is to be noted of an edit that is begun already, or cannot be begun now; None of any other."""
    if job_id := await others.begun_before(world, job):
        return _run(job_id)
    if await _is_behind(world, job) or not await lineage.is_exported(world, job, now):
        return _of_try(job, job, _wait(_AHEAD))
    if _is_hopeless(job, now):
        return _of_try(job, job, _fail(job.progress or _NEVER_TAKEN))
    return None


async def _readied(world: World, job: Job) -> _Ready:
    if job.unblocked_by and job.blocked_by:
        await others.end(world, job.blocked_by)
    await lineage.pass_on(world, job)
    html = await fetch.document(world, job)
    return _Ready(html, await others.known(world, job))


async def _attempt(world: World, begun: Job, ready: _Ready) -> Modifier | None:
    """Start the job, if nobody else does, and return what is to be noted of that."""
    try:
        attempt = await world.store.change(begun.ref, _attempted(begun, ready.jobs_before))
    except OvertakenError:
        return None
    if not _is_wanted(attempt):
        return never_started
    return await _judged(world, begun, attempt, _started(world, attempt, ready.html))


async def _started(world: World, job: Job, html: str | None) -> Modifier:
    options = Options(job.tier, job.depth)
    return _run(await world.documents.start(job.session_id, others.asked(job), job.mode, html, options))


async def _judged(world: World, begun: Job, known: Job, work: Awaitable[Result]) -> Result | Modifier:
    """Return what some work leads to, or what its failure means for the record.

    Args:
        world: Everything.
        begun: The record as it was when this try began.
        known: The record as this try has left it.
        work: May fail as a port does.
    """
    try:
        return await work
    except OutcomeUnknownError as error:
        return _of_try(known, known, _try_later(error))
    except TransientError as error:
        return _of_try(known, begun, _try_later(error))
    except RefusedError as error:
        return _of_try(known, begun, await _after_refusal(world, begun, error))


def _of_try(known: Job, counted: Job, modifier: Modifier) -> Modifier:
    """Note something of a try, unless another one was made since.

    One that certainly did nothing is not counted: only what an uncounted one has started would be looked for in vain.
    """

    def noted(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING or job.steps != known.steps:
            return job
        return modifier(replace(job, steps=counted.steps), now)

    return noted


def _is_hopeless(job: Job, now: datetime) -> bool:
    return job.turn_at is not None and now >= job.turn_at + _GIVES_UP_AFTER


async def _is_behind(world: World, job: Job) -> bool:
    """Say whether an edit of the same session was asked for before this one, and has not ended."""
    if others.is_alone(job):
        return False
    unended = await world.store.load_all(await world.store.unended())
    return any(
        other.session_id == job.session_id and (other.created_at, other.ref) < (job.created_at, job.ref)
        for other in unended
    )


def _is_wanted(job: Job) -> bool:
    return job.state is JobState.STARTING and not job.stop_requested_by


def _attempted(begun: Job, jobs_before: tuple[str, ...] | None) -> Modifier:
    """Note an attempt before the call; while its answer may still come, no other task makes one."""

    def attempted(job: Job, now: datetime) -> Job:
        if not _is_wanted(job):
            return job
        if job.steps != begun.steps:
            raise OvertakenError
        next_at = now + CALL_LIMIT + STALE
        return replace(job, steps=job.steps + 1, next_at=next_at, jobs_before=jobs_before)

    return attempted


def _run(job_id: str) -> Modifier:
    def run(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING:
            return job
        begun = replace(job, turn_at=None, jobs_before=None, failures=0, progress="", blocked_by="")
        started = replace(begun, job_id=job_id, next_at=now, steps=job.steps + 1)
        return advance_job(started, JobEvent.START).touched(now + GLANCE)

    return run


async def _after_refusal(world: World, begun: Job, error: RefusedError) -> Modifier:
    """Return what a clear no means: the end, or that something else must end first."""
    if error.code != others.BUSY:
        return _fail(str(error))
    try:
        other = await others.in_the_way(world, begun)
        is_anothers = other is not None and await others.is_anothers(world, begun, other)
    except (TransientError, RefusedError):
        other, is_anothers = None, False
    if begun.steps and not is_anothers:
        # An earlier attempt, unanswered, may be what the session is busy with: it shows up in a moment.
        return _try_later(error)
    return _wait(_ANOTHERS, other.job_id) if other else _wait(_AHEAD)


def _wait(reason: str, blocked_by: str = "") -> Modifier:
    """Wait until the session is free, for a day."""

    def wait(job: Job, now: datetime) -> Job:
        if not _is_wanted(job):
            return never_started(job, now)
        if now >= job.created_at + DAY:
            return _fail(f"For a day, {reason}")(job, now)
        unblocked_by = job.unblocked_by if blocked_by == job.blocked_by else ""
        waiting = replace(
            job,
            next_at=now + _IN_LINE,
            failures=0,
            turn_at=None,
            blocked_by=blocked_by,
            unblocked_by=unblocked_by,
        )
        is_told = (job.progress, job.blocked_by) == (reason, blocked_by)
        return waiting if is_told else replace(waiting, progress=reason).touched(now)

    return wait


def _fail(reason: str) -> Modifier:
    def fail(job: Job, now: datetime) -> Job:
        failed = replace(job, reason=reason, ended_at=now, next_at=None, blocked_by="")
        return advance_job(failed, JobEvent.FAIL).touched(now)

    return fail


def _try_later(error: RelayError) -> Modifier:
    def try_later(job: Job, now: datetime) -> Job:
        turn_at = job.turn_at or now
        if now >= turn_at + DAY:
            return _fail(str(error))(job, now)
        failures = job.failures + 1
        # What an unanswered attempt has started shows up in the session only after a moment.
        is_unanswered = isinstance(error, OutcomeUnknownError)
        asked = pause(failures, job.ref, getattr(error, "retry_after_s", None))
        wait = max(STALE, asked) if is_unanswered else asked
        waiting = replace(job, failures=failures, next_at=now + wait, turn_at=turn_at)
        return replace(waiting, progress=str(error)).touched(now) if failures == 1 else waiting

    return try_later


def _clock() -> float:
    return asyncio.get_running_loop().time()
