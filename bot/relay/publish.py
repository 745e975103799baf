"""Bring the finished document back: look for each approved change in it, then post it in the job's thread.

Before: `intake.py`, when a job has completed with a document. After: people.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.deadline import DAY, backoff
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import MessageRef
from bot.core.standing import CLOSED, DOCUMENT, is_here, is_withheld, moved
from bot.core.verifying import approved_digests, verify
from bot.core.wording import document_sentence
from bot.relay.ports import Place
from bot.relay.posting import Pass, noting, post_once

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.core.proposal import Content
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

_LIMIT: Final = timedelta(seconds=18)
"""What a task may take in all: what is cut off then is looked for by the next one."""

_TRIES: Final = 5
"""How often the document is posted, refused each time or without an answer; and how often it is looked for in vain."""

_TOO_OFTEN: Final = "too_often"


async def publish(world: World, ref: str) -> None:
    """Verify and post the document of a job that has completed."""
    job = await world.store.load(ref)
    if job.publish_at is None or job.publish_at > await world.store.now():
        return
    after = await _outcome(Pass.begin(world, _LIMIT, _LIMIT), job)
    if is_withheld(await world.change(ref, after)):
        _log.error("document.given_up", ref=ref)


async def _outcome(one: Pass, job: Job) -> Modifier:
    """Do what can be done now, and return what the record is to note of it."""
    try:
        async with asyncio.timeout_at(one.over_at):
            return await _attempted(one, job)
    except (TransientError, OutcomeUnknownError, TimeoutError) as error:
        _log.warning("document.postponed", ref=job.ref, reason=str(error))
        return _later
    except RefusedError as error:
        _log.error("document.refused", ref=job.ref, reason=str(error), code=error.code)
        return _refused(error.code, one.world.channel)


async def _attempted(one: Pass, job: Job) -> Modifier:
    """Look for the approved changes, then post the document, if it is there and what it answers, too."""
    html = await one.world.store.document(job.ref, "updated")
    if html is None:
        return _missing
    if not is_here(job, "job"):
        return _later
    contents = await one.world.store.contents(job.ref, approved_digests(job))
    job = await one.world.change(job.ref, _looked_up(contents, html))
    return _published(await _posted(one, job, html, job.messages["job"].ts))


async def _posted(one: Pass, job: Job, html: str, thread_ts: str) -> MessageRef:
    """Post the document in the job's thread; in the channel when somebody has deleted that."""
    try:
        return await _post(one, job, html, thread_ts)
    except GoneError:
        return await _post(one, await one.world.store.load(job.ref), html, "")


async def _post(one: Pass, job: Job, html: str, thread_ts: str) -> MessageRef:
    async def post(intent: MessageRef) -> MessageRef:
        if intent.attempt > _TRIES:
            sentence = "The document was refused, or got lost, too often."
            raise RefusedError(sentence, code=_TOO_OFTEN)
        check = partial(one.check, job, DOCUMENT, intent)
        return await notifier.publish(place, file_name(job), html, document_sentence(job), check)

    notifier, earlier = one.world.notifier, job.messages.get(DOCUMENT)
    place = Place(job.channel, job.ref, DOCUMENT, thread_ts, earlier.copies if earlier else 0)
    return await post_once(notifier, place, earlier, noting(one.world, job.ref, DOCUMENT), post)


def file_name(job: Job) -> str:
    """Return the name under which the document comes back: the one it came with, marked as edited."""
    given = PurePath(job.document or "document")
    return f"{given.stem or 'document'}-edited.html"


def _looked_up(contents: dict[str, Content], html: str) -> Modifier:
    def looked_up(job: Job, now: datetime) -> Job:
        verified = verify(job, contents, html)
        return job if verified == job else verified.touched(now)

    return looked_up


def _published(message: MessageRef) -> Modifier:
    def published(job: Job, _now: datetime) -> Job:
        return replace(job.with_message(DOCUMENT, message), publish_at=None, publish_failures=0)

    return published


def _refused(code: str, fallback: str) -> Modifier:
    """Give it up after the last try; go on elsewhere where the channel is closed; or else try again."""

    def refused(job: Job, now: datetime) -> Job:
        if code == _TOO_OFTEN:
            return _given_up(job, now)
        there = moved(job, fallback) if code in CLOSED else job
        return _later(job, now) if there is job else _later(there.touched(now), now)

    return refused


def _missing(job: Job, now: datetime) -> Job:
    """Wait for a text that may come after the record, and not for one that is not kept any more."""
    later = _later(job, now)
    return later if later.publish_failures < _TRIES else _given_up(later, now)


def _later(job: Job, now: datetime) -> Job:
    """Try again after a pause, for a day; and not when somebody else has done it meanwhile."""
    if job.publish_at is None:
        return job
    if job.ended_at is not None and now - job.ended_at > DAY:
        return _given_up(job, now)
    failures = job.publish_failures + 1
    return replace(job, publish_at=now + backoff(failures), publish_failures=failures)


def _given_up(job: Job, now: datetime) -> Job:
    """Note that the document does not come: the job's message says so."""
    if job.publish_at is None:
        return job
    earlier = job.messages.get(DOCUMENT, MessageRef(job.channel))
    return replace(job.with_message(DOCUMENT, earlier), publish_at=None).touched(now)
