"""The jobs that others begin in a session: told from ours, and ended where somebody wants that.

SuperDocs works on one job of a session at a time, whoever began it.

Before: `begin.py`, `exported.py`. After: SuperDocs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import GoneError, RefusedError
from bot.core.sighting import ENDED, Status
from bot.core.submitting import Answer

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.core.sighting import Listed
    from bot.relay.world import World

OWN_SESSION: Final = "slack-"
"""How the ids of the sessions begin that the relay opens; asking again may lead into another program's."""

BUSY: Final = "session_busy"
"""SuperDocs' word for a session in which another job runs."""

_log: Final = structlog.get_logger(__name__)


def is_alone(job: Job) -> bool:
    """Say whether nobody else was ever to use a job's session."""
    return job.session_id == OWN_SESSION + job.ref


def asked(job: Job) -> str:
    """Return what SuperDocs is asked for."""
    return (job.instruction + job.appendix).strip()


async def known(world: World, job: Job) -> tuple[str, ...] | None:
    """Return the ids of the jobs that a session has before ours is begun: whatever comes later may be ours.

    Raises:
        TransientError: SuperDocs does not say.
        RefusedError: It never will.
    """
    if job.steps or is_alone(job):
        return job.jobs_before
    return tuple(listed.job_id for listed in await world.documents.jobs_of(job.session_id))


async def begun_before(world: World, job: Job) -> str:
    """Find the job that an earlier attempt started without our hearing of it; "" when there is none.

    Raises:
        TransientError: SuperDocs does not say.
        RefusedError: It never will.
    """
    if job.steps:
        for listed in await world.documents.jobs_of(job.session_id):
            if not await is_anothers(world, job, listed):
                return listed.job_id
    return ""


async def in_the_way(world: World, job: Job) -> Listed | None:
    """Return the job that keeps a session busy and has no record here, if there is one.

    Raises:
        TransientError: SuperDocs does not say.
        RefusedError: It never will.
    """
    for listed in await world.documents.jobs_of(job.session_id):
        if listed.status not in ENDED and await world.store.ref_of_job(listed.job_id) is None:
            return listed
    return None


async def is_anothers(world: World, job: Job, listed: Listed) -> bool:
    """Say whether a job of the session is not the one that this record started.

    Every other job of ours has its record; what is retained no longer here has long left SuperDocs' list as well.
    """
    if await world.store.ref_of_job(listed.job_id) is not None:
        return True
    if is_alone(job):
        return False
    is_foreign = not job.session_id.startswith(OWN_SESSION)
    if is_foreign and not _is_told(job, listed.message):
        return True
    if job.jobs_before is None:
        # An older version began it, and did not look: then what has ended in another program's session is that one's.
        return is_foreign and listed.status in ENDED
    return listed.job_id in job.jobs_before


def _is_told(job: Job, message: str) -> bool:
    """Say whether a job may have been started with what this one asks for; a list may leave out, or cut, what that was."""
    return " ".join(asked(job).split()).startswith(" ".join(message.removesuffix("…").split()))


async def end(world: World, job_id: str) -> None:
    """End a job that keeps a session busy: cancel it, or deny what it waits on where it is not cancelled.

    One that lets itself not be ended goes on; whoever waits for it looks again.

    Raises:
        TransientError: Not now.
        OutcomeUnknownError: It may have ended.
    """
    try:
        await world.documents.cancel(job_id)
    except GoneError:
        return
    except RefusedError:
        await _deny(world, job_id)


async def _deny(world: World, job_id: str) -> None:
    try:
        sighting = await world.documents.read(job_id)
        denials = tuple(Answer(proposal.change_id, is_approved=False) for proposal in sighting.proposals)
        if sighting.status is Status.REVIEW and denials:
            await world.documents.submit(sighting.session_id, job_id, denials)
        elif sighting.status is Status.PROMPT:
            await world.documents.resume(sighting.session_id, job_id, goes_on=False)
    except RefusedError as error:
        # It is not ours: what keeps it from ending, such as a decision elsewhere, says nothing about our edit.
        _log.warning("other.not_ended", job_id=job_id, reason=str(error))
