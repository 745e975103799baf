"""Take in what SuperDocs proposes: keep the texts, find out what a reader must know, leave the rest to the rules.

Before: `watch.py`, `submit.py`, `survey.py`. After: `announce.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.judging import judge
from bot.core.settling import settle
from bot.relay.aside import aside
from bot.relay.watching.texts import UPDATED, before, keep_roster, roster_of

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
    names = await _names(world, job, sighting)
    facts = await _facts(world, job, sighting)
    if sighting.updated_html is not None:
        await world.store.save_document(job.ref, UPDATED, sighting.updated_html)

    def take_in(stored: Job, _now: datetime) -> Job:
        called = replace(stored, document_names={**stored.document_names, **names})
        return settle(called, sighting, facts, read_at, world.timing, world.routes.of(stored))

    return await world.change(job.ref, take_in)


async def _names(world: World, job: Job, sighting: Sighting) -> dict[str, str]:
    """Return what the session's documents are called, where changes of several wait and their names are not known.

    Without names the cards still say everything else: nobody waits for them.
    """
    proposed = {proposal.document_id for proposal in sighting.proposals}
    every = proposed | {change.document_id for held in job.rounds for change in held.changes}
    if len(every) <= 1 or proposed - {""} <= job.document_names.keys():
        return {}
    roster = await roster_of(world, job)
    await keep_roster(world, job.ref, roster)
    return {
        name: one.name for one in roster if one.name for name in (one.document_id, one.durable_id) if name
    }


async def _facts(world: World, job: Job, sighting: Sighting) -> dict[str, Facts]:
    if not sighting.proposals:
        return {}
    proposals = sighting.proposals
    await world.store.save_contents(job.ref, {p.digest: p.content for p in proposals})
    texts = {name: await before(world, job, name) for name in {p.document_id for p in proposals}}
    return await aside(
        (p.content for p in proposals),
        lambda: {p.digest: judge(p, texts[p.document_id]) for p in proposals},
    )
