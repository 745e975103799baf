"""Edits that go on with what another one left in its session: after which, with what text, and back to where.

They follow each other, since a session has one job at a time: whoever goes on with an edit that was gone on with
already goes on with the last of those.

Before: `start.py`, which strings them together. After: `begin.py` and `returned.py`, which ask.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core import returning
from bot.core.errors import GoneError, TransientError
from bot.core.model import Job, JobState
from bot.core.request import LibraryFile
from bot.relay.returning.exported import kept_export
from bot.relay.watching.texts import SOURCE, SYNCED, UPDATED

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from bot.core.request import Source
    from bot.relay.ports import Modifier
    from bot.relay.world import World


async def last(world: World, job: Job) -> Job:
    """Return the last of the edits that went on with what an edit left: itself, where none did."""
    seen = {job.ref}
    while job.continued_by and job.continued_by not in seen:
        seen.add(job.continued_by)
        try:
            job = await world.store.load(job.continued_by)
        except GoneError:
            return job
    return job


def gone_on_with(ref: str) -> Modifier:
    """Note by which edit an edit is gone on with; of two at once, the first one."""

    def noted(job: Job, _now: datetime) -> Job:
        return job if job.continued_by else replace(job, continued_by=ref)

    return noted


async def pass_on(world: World, job: Job) -> None:
    """Keep for an edit what its document says before it: the session has that, and nobody gives it again."""
    fallback: str | None = None
    async for earlier in _earlier(world, job):
        html = await world.store.document(earlier.ref, UPDATED)
        if html is not None:
            return await world.store.save_document(job.ref, SYNCED, html)
        for name in (SYNCED, SOURCE):
            fallback = fallback or await world.store.document(earlier.ref, name)
    if fallback is not None:
        await world.store.save_document(job.ref, SYNCED, fallback)
    return None


async def is_exported(world: World, job: Job, now: datetime) -> bool:
    """Say whether the document of the edit before this one is exported, or not to be waited for any more.

    What SuperDocs exports is what the session has just then.
    """
    earlier = await _finished_before(world, job)
    if earlier is None or earlier.publish_at is None or not returning.owes_export(earlier):
        return True
    return not returning.is_patient(earlier, now) or await kept_export(world, earlier) is not None


async def at_library(world: World, job: Job, source: LibraryFile) -> LibraryFile:
    """Return which document of the library an edit began with, as the edit before it has left it there.

    Raises:
        TransientError: That one is still about to put it back.
    """
    earlier = await _finished_before(world, job)
    if earlier is None:
        return source
    if earlier.publish_at is not None and returning.owes_return(earlier):
        raise TransientError("What the edit before this one left is not back in the library yet.")
    left = left_at(earlier)
    return left if isinstance(left, LibraryFile) else source


def left_at(old: Job) -> Source | None:
    """Return where a document came from, as an edit has left it there."""
    if isinstance(old.source, LibraryFile) and old.returned and old.returned.version:
        return LibraryFile(old.returned.path, old.returned.version)
    return old.source


async def _finished_before(world: World, job: Job) -> Job | None:
    """Return the edit that left the document which an edit goes on with; None when it has no record any more."""
    async for earlier in _earlier(world, job):
        if earlier.state is JobState.COMPLETED and earlier.has_document:
            return earlier
    return None


async def _earlier(world: World, job: Job) -> AsyncIterator[Job]:
    """Give the edits that an edit goes on with, the last one first."""
    ref = job.continues_ref
    while ref:
        try:
            earlier = await world.store.load(ref)
        except GoneError:
            return
        yield earlier
        ref = earlier.continues_ref
