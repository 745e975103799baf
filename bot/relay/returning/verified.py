"""Look in the finished document for each change that was sent, and note what is found.

Before: `publish.py`, before anything is said of the document. After: it goes where it has to.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.proposal import Content
from bot.core.traces import Documents
from bot.core.verifying import digests, got_in, noted, outcomes
from bot.relay.aside import aside
from bot.relay.watching.texts import before, further

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.core.model import Job, Outcome
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)


async def verified(world: World, job: Job, html: str) -> Job:
    """Return the record once it says what became of its changes; done again, it says the same.

    Args:
        world: Everything.
        job: A job that has completed.
        html: The document after it.
    """
    wanted = digests(job)
    if not wanted:
        return job
    contents = await world.store.contents(job.ref, wanted)
    document = Documents(html, await before(world, job))
    others = await further(world, job)
    texts = (Content(one.before, one.updated) for one in (document, *others.values()))
    found = await aside(texts, lambda: outcomes(job, contents, document, others))
    known = {change.number for change in got_in(job)}
    job = await world.change(job.ref, partial(_noted, found))
    for change in got_in(job):
        if change.number not in known:
            _log.error("change.applied_anyway", ref=job.ref, job_id=job.job_id, change=change.number)
    return job


def _noted(found: Mapping[int, Outcome], job: Job, now: datetime) -> Job:
    told = noted(job, found)
    return job if told == job else told.touched(now)
