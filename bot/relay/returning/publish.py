"""Bring the finished document back: look for each decided change in it, then return it to where it came from.

Each of its ways is taken for itself and noted when it is done, so that whatever fails comes again alone.

Before: `intake.py`, when a job has completed with a document. After: people, and the library.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core import returning
from bot.core.deadline import DAY, backoff
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import MessageRef
from bot.core.standing import CLOSED, DOCUMENT, is_withheld, moved
from bot.core.words.wording import document_sentence
from bot.relay.returning.exported import export
from bot.relay.returning.returned import put_back
from bot.relay.returning.verified import verified
from bot.relay.returning.whole import show_whole
from bot.relay.showing.filing import Paper, file
from bot.relay.showing.posting import Pass
from bot.relay.watching.texts import UPDATED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.ports import Modifier
    from bot.relay.world import World

    _Way = Callable[[Pass, Job, str], Awaitable[Job]]

_log: Final = structlog.get_logger(__name__)

_LIMIT: Final = timedelta(seconds=18)
"""What a task may take in all: what is cut off then is looked for by the next one."""

_LOOKS: Final = 5
"""How often a document is looked for in vain in the store, and how often in vain looked into."""


async def publish(world: World, ref: str) -> None:
    """Verify the document of a job that has completed, and return it every way that it has to go."""
    job = await world.store.load(ref)
    if job.publish_at is None or job.publish_at > await world.store.now():
        return
    after = await _outcome(Pass.begin(world, _LIMIT, _LIMIT), job)
    if is_withheld(await world.change(ref, after)):
        _log.error("document.given_up", ref=ref)


async def _outcome(one: Pass, job: Job) -> Modifier:
    """Do what can be done now, and return what the record is to note of it."""
    html = await one.world.store.document(job.ref, UPDATED)
    if html is None:
        return _missing
    try:
        async with asyncio.timeout_at(one.over_at):
            if job.publish_failures < _LOOKS:
                # What could not be looked into so often is returned all the same: people wait for it.
                job = await verified(one.world, job, html)
            failures = await _taken(one, job, html)
    except TransientError as error:
        failures = [error]
    except TimeoutError:
        failures = [TransientError("It took longer than a task may.")]
    return _noted(one.world, job, failures)


async def _taken(one: Pass, job: Job, html: str) -> list[Exception]:
    """Take every way that is not taken yet, whatever became of the others; return what failed."""
    failures: list[Exception] = []
    # One that hangs uses up a pass: then another one comes first in the next.
    first = job.publish_failures % len(_WAYS)
    for way in (*_WAYS[first:], *_WAYS[:first]):
        try:
            job = await way(one, job, html)
        except (TransientError, OutcomeUnknownError, RefusedError) as error:
            failures.append(error)
            job = await one.world.store.load(job.ref)
    return failures


def _noted(world: World, job: Job, failures: Sequence[Exception]) -> Modifier:
    for error in failures:
        code = getattr(error, "code", "")
        _log.warning("document.postponed", ref=job.ref, reason=str(error), code=code)
        if code in CLOSED:
            return _elsewhere(world.channel)
    return _later if failures else _published


async def _post_html(one: Pass, job: Job, html: str) -> Job:
    name = returning.edited_name(job.document, "html")
    return await file(one, job, Paper(DOCUMENT, name, html, document_sentence(job)))


_WAYS: Final[tuple[_Way, ...]] = (_post_html, show_whole, export, put_back)
"""In this order: what people wait for first; and what is put back is what was exported."""


def _published(job: Job, _now: datetime) -> Job:
    return replace(job, publish_at=None, publish_failures=0)


def _elsewhere(fallback: str) -> Modifier:
    """Go on elsewhere, where the channel is closed."""

    def elsewhere(job: Job, now: datetime) -> Job:
        there = moved(job, fallback)
        return _later(job if there is job else there.touched(now), now)

    return elsewhere


def _missing(job: Job, now: datetime) -> Job:
    """Wait for a text that may come after the record, and not for one that is not kept any more."""
    later = _later(job, now)
    return later if later.publish_failures < _LOOKS else _given_up(later, now)


def _later(job: Job, now: datetime) -> Job:
    """Try again after a pause, for a day; and not when somebody else has done it meanwhile."""
    if job.publish_at is None:
        return job
    if job.ended_at is not None and now - job.ended_at > DAY:
        return _given_up(job, now)
    failures = job.publish_failures + 1
    return replace(job, publish_at=now + backoff(failures), publish_failures=failures)


def _given_up(job: Job, now: datetime) -> Job:
    """Note what does not come: the job's message says so, or one in its thread."""
    if job.publish_at is None:
        return job
    earlier = job.messages.get(DOCUMENT, MessageRef(job.channel))
    return replace(returning.given_up(job).with_message(DOCUMENT, earlier), publish_at=None).touched(now)
