"""A session that others use, too, and an edit of ours about to begin in it."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import RefusedError
from bot.core.model import JobState
from bot.core.sighting import Listed, Status
from bot.relay.asking.begin import start
from tests.make import NOON, REQUESTER, make_job

BUSY = RefusedError("SuperDocs is busy with another edit of this session.", code="session_busy")
SHARED = "contract-7"
ANOTHERS = Listed("job_theirs", SHARED, Status.WORKING)


def waiting(ref="ref0000000000001", **rest):
    """Return an edit of a session that others use, too, about to begin."""
    given = {
        "ref": ref, "session_id": SHARED, "job_id": "", "state": JobState.STARTING, "next_at": NOON,
        "created_at": NOON, "source": None, "rounds": (), "requester_id": REQUESTER,
    }  # fmt: skip
    return replace(make_job(), **{**given, **rest})


async def begun(world, job):
    """Keep an edit, try to begin it, and return it."""
    ref = await world.keep(job)
    await start(world.given, ref)
    return world.job(ref)
