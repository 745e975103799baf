"""Bring the finished document back: look for each approved change in it, then post it in the job's thread.

Before: `intake.py`, when a job has completed with a document. After: people.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.deadline import backoff
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.standing import CLOSED, is_here, moved
from bot.core.verifying import approved_digests, verify
from bot.core.wording import document_sentence
from bot.relay.announce import noting
from bot.relay.ports import Place
from bot.relay.posting import post_once

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job, MessageRef
    from bot.core.proposal import Content
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

_SLOT: Final = "document"


async def publish(world: World, ref: str) -> None:
    """Verify and post the document of a job that has completed."""
    job = await world.store.load(ref)
    if job.publish_at is None or job.publish_at > await world.store.now():
        return
    html = await world.store.document(ref, "updated")
    if html is None or not is_here(job, "job"):
        await world.change(ref, _later)
        return
    contents = await world.store.contents(ref, approved_digests(job))
    job = await world.change(ref, _verified(contents, html))
    try:
        message = await _posted(world, job, html, job.messages["job"].ts)
    except (TransientError, OutcomeUnknownError) as error:
        _log.warning("document.postponed", ref=ref, reason=str(error))
        await world.change(ref, _later)
    except RefusedError as error:
        _log.error("document.refused", ref=ref, reason=str(error), code=error.code)
        await world.change(ref, _elsewhere(world.channel) if error.code in CLOSED else _later)
    else:
        await world.change(ref, _published(message))


async def _posted(world: World, job: Job, html: str, thread_ts: str) -> MessageRef:
    """Post the document in the job's thread; in the channel when somebody has deleted that."""
    try:
        return await _post(world, job, html, thread_ts)
    except GoneError:
        return await _post(world, await world.store.load(job.ref), html, "")


async def _post(world: World, job: Job, html: str, thread_ts: str) -> MessageRef:
    async def post(_intent: MessageRef) -> MessageRef:
        return await world.notifier.publish(place, file_name(job), html, document_sentence(job))

    earlier = job.messages.get(_SLOT)
    place = Place(job.channel, job.ref, _SLOT, thread_ts, earlier.copies if earlier else 0)
    return await post_once(world.notifier, place, earlier, noting(world, job.ref, _SLOT), post)


def file_name(job: Job) -> str:
    """Return the name under which the document comes back: the one it came with, marked as edited."""
    given = PurePath(job.document or "document")
    return f"{given.stem or 'document'}-edited.html"


def _verified(contents: dict[str, Content], html: str) -> Modifier:
    def verified(job: Job, now: datetime) -> Job:
        return verify(job, contents, html).touched(now)

    return verified


def _published(message: MessageRef) -> Modifier:
    def published(job: Job, _now: datetime) -> Job:
        return replace(job.with_message(_SLOT, message), publish_at=None, publish_failures=0)

    return published


def _elsewhere(fallback: str) -> Modifier:
    def gone_on(job: Job, now: datetime) -> Job:
        there = moved(job, fallback)
        return _later(job, now) if there is job else _later(there.touched(now), now)

    return gone_on


def _later(job: Job, now: datetime) -> Job:
    failures = job.publish_failures + 1
    return replace(job, publish_at=now + backoff(failures), publish_failures=failures)
