"""The texts of documents as the store keeps them: what they were before an edit, and those of several in one session.

Before: `start.py`, `watch.py`, `intake.py`, which keep them. After: whoever has to know what a document said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bot.core.deadline import STALE
from bot.core.errors import RefusedError, TransientError
from bot.core.traces import Documents

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.core.sighting import Rostered
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

SOURCE: Final = "source"
SYNCED: Final = "synced"
UPDATED: Final = "updated"
"""Under which names the store keeps a document: as it was given, as SuperDocs had it at first, and after the edit."""


async def before(world: World, job: Job, document_id: str = "") -> str | None:
    """Return a document as it was before the edit, with SuperDocs' chunk ids where they are known; None when nobody knows.

    Args:
        world: Everything.
        job: The edit.
        document_id: One of several, by SuperDocs' id; "" for the one that the edit was asked for.
    """
    own = await world.store.document(job.ref, _named(document_id)) if document_id else None
    if own is not None:
        return own
    return await world.store.document(job.ref, SYNCED) or await world.store.document(job.ref, SOURCE)


async def keep_roster(world: World, ref: str, roster: tuple[Rostered, ...]) -> None:
    """Keep the texts of a session's documents as they are while changes of several wait for a decision."""
    for one in roster:
        for name in filter(None, [one.document_id, one.durable_id] if one.html else []):
            if await world.store.document(ref, _named(name)) is None:
                await world.store.save_document(ref, _named(name), one.html)


async def further(world: World, job: Job) -> dict[str, Documents]:
    """Return the documents that a job's changes are in, by SuperDocs' id, where these are several and can be read.

    Raises:
        TransientError: SuperDocs may still show what they were: later.
    """
    names = {change.document_id for held in job.rounds for change in held.changes}
    if len(names) <= 1:
        return {}
    if job.ended_at is not None and await world.store.now() < job.ended_at + STALE:
        raise TransientError("SuperDocs may not show the session's documents as they are now yet.")
    roster = [
        one for one in await roster_of(world, job) if one.html and names & {one.document_id, one.durable_id}
    ]
    return {
        name: Documents(one.html, await before(world, job, name))
        for one in roster
        for name in names & {one.document_id, one.durable_id}
    }


async def roster_of(world: World, job: Job) -> tuple[Rostered, ...]:
    """List the documents of a job's session; nothing when SuperDocs does not say: nobody waits for that."""
    try:
        return await world.documents.roster(job.session_id)
    except (TransientError, RefusedError) as error:
        _log.warning("roster.unread", ref=job.ref, reason=str(error))
        return ()


def _named(document_id: str) -> str:
    return f"before:{document_id}"
