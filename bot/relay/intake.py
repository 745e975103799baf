"""Take in what SuperDocs proposes: keep the texts, find out what a reader must know, leave the rest to the rules.

Before: `watch.py`, `submit.py`, `survey.py`. After: `announce.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.judging import judge
from bot.core.settling import settle
from bot.relay.aside import aside

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.core.opening import Facts
    from bot.core.sighting import Sighting
    from bot.relay.world import World


async def reread(world: World, ref: str) -> tuple[Job, Sighting]:
    """Ask SuperDocs how a job really stands, and take in what it says."""
    job = await world.store.load(ref)
    began_at = await world.store.now()
    sighting = await world.documents.read(job.job_id)
    return await absorb(world, job, sighting, began_at), sighting


async def absorb(world: World, job: Job, sighting: Sighting, read_at: datetime) -> Job:
    """Take in one read of a job that was begun at `read_at` by the store's clock."""
    facts = await _facts(world, job, sighting)
    if sighting.updated_html is not None:
        await world.store.save_document(job.ref, "updated", sighting.updated_html)

    def take_in(stored: Job, _now: datetime) -> Job:
        return settle(stored, sighting, facts, read_at, world.timing, world.routes.of(stored))

    return await world.change(job.ref, take_in)


async def _facts(world: World, job: Job, sighting: Sighting) -> dict[str, Facts]:
    if not sighting.proposals:
        return {}
    await world.store.save_contents(job.ref, {p.digest: p.content for p in sighting.proposals})
    html = await world.store.document(job.ref, "synced") or await world.store.document(job.ref, "source")
    proposals = sighting.proposals
    return await aside((p.content for p in proposals), lambda: {p.digest: judge(p, html) for p in proposals})
