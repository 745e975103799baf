"""Bring the finished document back: look for each approved change in it, then post it in the job's thread.

Before: `intake.py`, when a job has completed with a document. After: people.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.deadline import backoff
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.verifying import approved_digests, verify
from bot.core.wording import document_sentence
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
    parent = job.messages.get("job")
    if html is None or parent is None or not parent.ts:
        await world.change(ref, _later)
        return
    contents = await world.store.contents(ref, approved_digests(job))
    job = await world.change(ref, _verified(contents, html))
    try:
        message = await _posted(world, job, html, parent.ts)
    except (TransientError, OutcomeUnknownError) as error:
        _log.warning("document.postponed", ref=ref, reason=str(error))
        await world.change(ref, _later)
    except RefusedError as error:
        _log.error("document.refused", ref=ref, reason=str(error), code=error.code)
        await world.change(ref, _later)
    else:
        await world.change(ref, _published(message))


async def _posted(world: World, job: Job, html: str, thread_ts: str) -> MessageRef:
    async def intend(intent: MessageRef) -> None:
        await world.store.change(job.ref, lambda stored, _now: stored.with_message(_SLOT, intent))

    async def post() -> MessageRef:
        return await world.notifier.publish(place, file_name(job), html, document_sentence(job))

    place = Place(job.channel, job.ref, _SLOT, thread_ts)
    return await post_once(world.notifier, place, job.messages.get(_SLOT), intend, post)


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


def _later(job: Job, now: datetime) -> Job:
    failures = job.publish_failures + 1
    return replace(job, publish_at=now + backoff(failures), publish_failures=failures)
