"""Put the finished document back into the library, and never over anybody's newer text.

Before: `exported.py`. After: the library.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.core import returning
from bot.core.errors import RefusedError, TransientError
from bot.core.request import LibraryFile, Returned
from bot.relay.asking.lineage import at_library
from bot.relay.returning.exported import is_unread, kept_export

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.ports import Library
    from bot.relay.showing.posting import Pass
    from bot.relay.world import World

_NOT_EXPORTED: Final = "The document could not be had in its own format."
_UNREAD: Final = "What SuperDocs exported could not be read, to see whether it holds every change."
_NO_LIBRARY: Final = "The relay has no document library any more (DOCUMENTS_URL)."


async def put_back(one: Pass, job: Job, html: str) -> Job:
    """Write a job's document back to the library, if it came from there; what a crash repeats changes nothing.

    Raises:
        TransientError: The library cannot be written now, or what is to be written is not there yet.
    """
    if not isinstance(job.source, LibraryFile) or job.returned is not None:
        return job
    source = await at_library(one.world, job, job.source)
    returned = await _returned(one.world, job, source, html)

    def noted(stored: Job, now: datetime) -> Job:
        if stored.returned is not None:
            return stored
        return replace(stored, source=source, returned=returned).touched(now)

    return await one.world.change(job.ref, noted)


async def _returned(world: World, job: Job, source: LibraryFile, html: str) -> Returned:
    if world.library is None:
        return Returned("", trouble=_NO_LIBRARY)
    if job.export_trouble:
        return Returned("", trouble=_NOT_EXPORTED)
    content = await kept_export(world, job) if returning.export_form(job) else html.encode()
    if content is None and await is_unread(world, job):
        return Returned("", trouble=_UNREAD)
    if content is None:
        raise TransientError("The document is not exported yet.")
    try:
        return await _written(world.library, source, content)
    except RefusedError as error:
        return Returned("", trouble=str(error))


async def _written(library: Library, source: LibraryFile, content: bytes) -> Returned:
    name = returning.returned_name(source.path)
    is_same = name == source.path
    written = await library.write(name, content, source.version if is_same else "")
    return Returned(written.path, is_beside=written.is_beside and is_same, version=written.version)
