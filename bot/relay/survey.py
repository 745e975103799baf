"""See once a minute what was decided or ended elsewhere: in SuperDocs' own app, or by another program.

One list tells which jobs wait; a job is read in full only where that differs from the record.

Before: the clock. After: `intake.py`.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import GoneError, RelayError
from bot.core.model import Job, JobState, RoundState
from bot.core.sighting import Status
from bot.relay.intake import reread

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.sighting import Listed
    from bot.relay.world import World

_BUDGET: Final = timedelta(seconds=10)
"""A survey begins no further read after this long, since tasks are short; the next one goes on."""

_log: Final = structlog.get_logger(__name__)


async def survey(world: World) -> None:
    """Read every waiting job that SuperDocs' list shows differently, or not at all."""
    refs = await world.store.unended()
    if not refs:
        return
    listed = {item.job_id: item for item in await world.documents.waiting()}
    clock = asyncio.get_running_loop().time
    ends_at = clock() + _BUDGET.total_seconds()
    for ref in _in_turn(refs, await world.store.now()):
        if clock() >= ends_at:
            break
        try:
            job = await world.store.load(ref)
            if _differs(job, listed.get(job.job_id)):
                await reread(world, ref)
        except GoneError:
            await world.store.forget(ref)
        except RelayError as error:  # One job that cannot be read holds up no other.
            _log.warning("survey.failed", ref=ref, reason=str(error))


def _in_turn(refs: tuple[str, ...], now: datetime) -> tuple[str, ...]:
    """Begin with another job each minute, so that those which time did not reach come first some day."""
    first = int(now.timestamp() // 60) % len(refs)
    return refs[first:] + refs[:first]


def _differs(job: Job, listed: Listed | None) -> bool:
    if job.state is JobState.PROMPTED:
        return listed is None or listed.status is not Status.PROMPT
    if job.state is not JobState.REVIEWING or job.round is None or job.round.state is not RoundState.OPEN:
        return False  # Everything else is watched, or being asked about.
    if listed is None:
        return True
    # A list may leave the ids out; then it says only that the job waits.
    return bool(listed.change_ids) and set(listed.change_ids) != {c.change_id for c in job.round.live}
