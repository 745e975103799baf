"""Tell the program that asked for an edit what became of it.

A crash between the call and the record has it told again: at least once, and by the same id.

Before: `publish.py`, or whatever ended a job without a document. After: the program.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.core import calling
from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.lifecycle import has_ended
from bot.relay.watching.texts import UPDATED

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.ports import Modifier, Store
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

_UNSET: Final = "Callbacks are not configured any more: CALLBACK_HOSTS and CALLBACK_SECRET are to be set."


async def deliver(world: World, ref: str) -> None:
    """Tell a program of the outcome of a job that has ended."""
    job, now = await world.store.load(ref), await world.store.now()
    due_at = calling.due_at(job)
    if due_at is None or due_at > now:
        return
    await world.change(ref, await _told(world, job, now))


async def _told(world: World, job: Job, now: datetime) -> Modifier:
    """Tell it, and return what the record is to note of that."""
    try:
        await _tell(world, job, now)
    except TransientError as error:
        _log.warning("callback.postponed", ref=job.ref, reason=str(error))
        return partial(calling.postponed, trouble=str(error), asked_s=error.retry_after_s)
    except RefusedError as error:
        _log.error("callback.refused", ref=job.ref, reason=str(error), code=error.code)
        sentence = str(error)
        return lambda told, _now: calling.given_up(told, sentence)
    return calling.delivered


async def _tell(world: World, job: Job, now: datetime) -> None:
    if world.callbacks is None or job.callback is None:
        raise TransientError(_UNSET)
    html = await world.store.document(job.ref, UPDATED) if job.has_document else None
    payload = calling.payload(job, html)
    await world.callbacks.deliver(job.callback.url, calling.message_id(job), now, payload)


async def redrive(store: Store, name: str) -> Job:
    """Have the outcome of one job told again, whatever became of that before.

    Args:
        store: Where a running relay finds it.
        name: SuperDocs' id of the job, or the relay's own ref.

    Raises:
        GoneError: There is no such job, or it was retained no longer.
        RefusedError: There is nothing to tell, or nobody to tell it to.
    """
    try:
        job = await store.load(await store.ref_of_job(name) or name)
    except GoneError as error:
        sentence = f"There is no job {name} here, or it was retained no longer."
        raise GoneError(sentence, code=error.code) from error
    _check(job, name)
    return await store.change(job.ref, calling.redriven)


async def redrive_all(store: Store, since: datetime) -> int:
    """Have told again whatever was given up of jobs that ended since a moment; return how many those are."""
    jobs = await store.load_all(await store.ended_since(since))
    given_up = [job for job in jobs if job.callback and calling.is_given_up(job.callback)]
    for job in given_up:
        await store.change(job.ref, calling.redriven)
    return len(given_up)


def _check(job: Job, name: str) -> None:
    if job.callback is None:
        sentence = f"Nobody asked to be called about job {name}."
        raise RefusedError(sentence, code="no_callback")
    if not has_ended(job):
        sentence = f"Job {name} has not ended ({job.state.value}): its outcome is delivered when it has."
        raise RefusedError(sentence, code="not_ended")
