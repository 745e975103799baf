"""Begin a stored edit at SuperDocs: once, in its turn, with the document that it is about.

The task may run twice: a job that an earlier, unanswered attempt started is found in the session, and taken over.
SuperDocs works on one job of a session at a time, so edits of one session begin one after the other, in the order in
which they were asked for.

Before: `start.py`, `handover.py`. After: `watch.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.core.deadline import CALL_LIMIT, DAY, GLANCE, STALE, pause
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.core.lifecycle import JobEvent, advance_job
from bot.core.model import Job, JobState
from bot.core.sighting import ENDED, Options, Status
from bot.core.submitting import Answer
from bot.relay import fetch
from bot.relay.stop import never_started

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.sighting import Listed
    from bot.relay.ports import Modifier
    from bot.relay.world import World

OWN_SESSION: Final = "slack-"
"""How the ids of the sessions begin that the relay opens; asking again may lead into another program's."""

BUSY: Final = "session_busy"
"""SuperDocs' word for a session in which another job runs."""

_GIVES_UP_AFTER: Final = timedelta(hours=1)
"""How long an edit is tried to be started; then it is looked for once more, for a day at most, and ends in words."""

_NEVER_TAKEN: Final = "SuperDocs did not take the edit within an hour."

_IN_LINE: Final = timedelta(seconds=5)
"""How often an edit looks whether its session is free."""

_AHEAD: Final = "its session is still busy with the edit before it."
_ANOTHERS: Final = "its session is busy with an edit that somebody started elsewhere."


async def start(world: World, ref: str) -> None:
    """Begin a stored edit, if it is due, its turn, and not begun already."""
    job = await world.store.load(ref)
    now = await world.store.now()
    if job.state is not JobState.STARTING or job.next_at is None or job.next_at > now:
        return
    try:
        job_id = await _begun_before(world, job)
        if job_id is None and await _is_behind(world, job):
            await world.change(ref, _wait(job, _AHEAD))
            return
        if job_id is None and _is_hopeless(job, now):
            await world.change(ref, _fail(job.progress or _NEVER_TAKEN))
            return
        if job.unblocked_by and job.blocked_by:
            await _end_other(world, job.blocked_by)
        job_id = job_id or await _begin(world, job)
    except (TransientError, OutcomeUnknownError) as error:
        await world.change(ref, _try_later(error))
    except RefusedError as error:
        await world.change(ref, await _after_refusal(world, job, error))
    else:
        await world.change(ref, _run(job_id) if job_id else never_started)


def _is_hopeless(job: Job, now: datetime) -> bool:
    return now >= job.created_at + _GIVES_UP_AFTER and not job.blocked_by


async def _begun_before(world: World, job: Job) -> str | None:
    """Find the job that an earlier attempt started without our hearing of it."""
    if job.steps == 0:
        return None
    for listed in await world.documents.jobs_of(job.session_id):
        if not await _is_anothers(world, job, listed):
            return listed.job_id
    return None


async def _is_anothers(world: World, job: Job, listed: Listed) -> bool:
    """Say whether a job of the session is not the one that this record started.

    Every other job of ours has its record; what is retained no longer here has long left SuperDocs' list as well.
    In a session of another program, what has ended without a record is that program's, and so is what has another
    instruction.
    """
    is_foreign = not job.session_id.startswith(OWN_SESSION)
    if is_foreign and (listed.status in ENDED or not _is_told(job, listed.message)):
        return True
    return await world.store.ref_of_job(listed.job_id) is not None


def _is_told(job: Job, message: str) -> bool:
    """Say whether a job may have been started with what this one asks for; a list may leave out, or cut, what that was."""
    return " ".join(_message(job).split()).startswith(" ".join(message.removesuffix("…").split()))


def _message(job: Job) -> str:
    return (job.instruction + job.appendix).strip()


async def _is_behind(world: World, job: Job) -> bool:
    """Say whether an edit of the same session was asked for before this one, and has not ended."""
    if job.session_id == OWN_SESSION + job.ref:
        return False
    unended = await world.store.load_all(await world.store.unended())
    return any(
        other.session_id == job.session_id and (other.created_at, other.ref) < (job.created_at, job.ref)
        for other in unended
    )


async def _begin(world: World, job: Job) -> str:
    """Start the job and return its id; "" when somebody stopped the edit before."""
    html = await fetch.document(world, job)
    job = await world.store.change(job.ref, _attempted)
    if not _is_wanted(job):
        return ""
    options = Options(job.tier, job.depth)
    return await world.documents.start(job.session_id, _message(job), job.mode, html, options)


def _is_wanted(job: Job) -> bool:
    return job.state is JobState.STARTING and not job.stop_requested_by


def _attempted(job: Job, now: datetime) -> Job:
    """Note an attempt before the call; while its answer may still come, no other task makes one."""
    if not _is_wanted(job):
        return job
    return replace(job, steps=job.steps + 1, next_at=now + CALL_LIMIT + STALE)


def _run(job_id: str) -> Modifier:
    def run(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING:
            return job
        started = replace(
            job, job_id=job_id, next_at=now, steps=job.steps + 1, failures=0, progress="", blocked_by=""
        )
        return advance_job(started, JobEvent.START).touched(now + GLANCE)

    return run


async def _after_refusal(world: World, job: Job, error: RefusedError) -> Modifier:
    """Return what a clear no means: the end, or that something else must end first."""
    if error.code != BUSY:
        return _fail(str(error))
    if job.steps:
        # An earlier attempt, unanswered, may be what the session is busy with: it shows up in a moment.
        return _try_later(error)
    try:
        blocked_by = await _anothers_job(world, job)
    except (TransientError, RefusedError):
        blocked_by = ""
    return _wait(job, _ANOTHERS if blocked_by else _AHEAD, blocked_by)


async def _anothers_job(world: World, job: Job) -> str:
    """Name the job that keeps the session busy, if it is none of ours; else ""."""
    for listed in await world.documents.jobs_of(job.session_id):
        if listed.status not in ENDED and await world.store.ref_of_job(listed.job_id) is None:
            return listed.job_id
    return ""


async def _end_other(world: World, job_id: str) -> None:
    """End the job that keeps the session busy: cancel it, or deny what it waits on where it is not cancelled."""
    try:
        await world.documents.cancel(job_id)
    except GoneError:
        return
    except RefusedError:
        sighting = await world.documents.read(job_id)
        if sighting.status is Status.REVIEW:
            denials = tuple(Answer(proposal.change_id, is_approved=False) for proposal in sighting.proposals)
            await world.documents.submit(sighting.session_id, job_id, denials)
        elif sighting.status is Status.PROMPT:
            await world.documents.resume(sighting.session_id, job_id, goes_on=False)


def _wait(begun: Job, reason: str, blocked_by: str = "") -> Modifier:
    """Wait until the session is free, for a day. What was attempted before this is still looked for first."""

    def wait(job: Job, now: datetime) -> Job:
        if not _is_wanted(job):
            return never_started(job, now)
        if now >= job.created_at + DAY:
            return _fail(f"For a day, {reason}")(job, now)
        unblocked_by = job.unblocked_by if blocked_by == job.blocked_by else ""
        waiting = replace(
            job, next_at=now + _IN_LINE, steps=begun.steps, blocked_by=blocked_by, unblocked_by=unblocked_by
        )
        is_told = (job.progress, job.blocked_by) == (reason, blocked_by)
        return waiting if is_told else replace(waiting, progress=reason).touched(now)

    return wait


def _fail(reason: str) -> Modifier:
    def fail(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING:
            return job
        failed = replace(job, reason=reason, ended_at=now, next_at=None, blocked_by="")
        return advance_job(failed, JobEvent.FAIL).touched(now)

    return fail


def _try_later(error: RelayError) -> Modifier:
    def try_later(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING:
            return job
        if now >= job.created_at + DAY:
            return _fail(str(error))(job, now)
        failures = job.failures + 1
        # What an unanswered attempt has started shows up in the session only after a moment.
        is_unanswered = isinstance(error, OutcomeUnknownError)
        asked = pause(failures, job.ref, getattr(error, "retry_after_s", None))
        wait = max(STALE, asked) if is_unanswered else asked
        # Each attempt is a task of its own; and from the second on, earlier ones are looked for first.
        waiting = replace(job, failures=failures, next_at=now + wait, steps=max(1, job.steps) + 1)
        return replace(waiting, progress=str(error)).touched(now) if failures == 1 else waiting

    return try_later
