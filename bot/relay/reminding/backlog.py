"""Look up what waits: for one person who asks, or everything.

Before: a slash command, the command line, the clock. After: `review.py` or `decide.py`, by the buttons in it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.core.again import is_lapsed
from bot.core.backlog import goes_on_for, is_held_up, is_open, may_stop, newest_first, urgent_first, waits_for
from bot.core.errors import RefusedError, TransientError
from bot.core.permission import check_person
from bot.core.words.listing import waiting
from bot.relay.audited import Act, audited
from bot.relay.deciding.roster import groups_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.model import Job
    from bot.core.permission import Person
    from bot.core.summary import BacklogSummary
    from bot.relay.acts import Actor
    from bot.relay.ports import Store
    from bot.relay.world import World

_log = structlog.get_logger(__name__)


async def waiting_for(world: World, actor: Actor) -> BacklogSummary:
    """Return what waits for one person, in every channel that they are a member of.

    A channel in which they cannot be looked up just now is left out, and counted.

    Raises:
        RefusedError: They never decide anything; the sentence names the rule.
        TransientError: They cannot be looked up at all.
    """
    refs = await world.store.unended()
    jobs = [job for job in await world.store.load_all(refs) if is_open(job)]
    people = await _known(world, actor, jobs)
    theirs = [
        job
        for job in jobs
        if job.channel in people and waits_for(job, people[job.channel], world.policy_of(job))
    ]
    unseen = {job.channel for job in jobs} - people.keys()
    return waiting(urgent_first(theirs), len(unseen))


async def stoppable_by(world: World, actor: Actor) -> tuple[tuple[Job, ...], int]:
    """Return the edits that one person may stop, the newest first, and in how many channels that is not known.

    Raises:
        RefusedError: They never start or decide anything; the sentence names the rule.
        TransientError: They cannot be looked up at all.
    """
    unended = await world.store.load_all(await world.store.unended())
    jobs = [job for job in unended if goes_on_for(job, actor.user_id)]
    people = await _known(world, actor, jobs)
    theirs = [
        job
        for job in jobs
        if job.channel in people and may_stop(job, people[job.channel], world.policy_of(job))
    ]
    return newest_first(theirs), len({job.channel for job in jobs} - people.keys())


async def everything(store: Store) -> tuple[Job, ...]:
    """Return every job that is open, or held up, or lapsed and was not asked again; in no order."""
    refs = (*await store.unended(), *await store.lapsed())
    jobs = await store.load_all(refs)
    return tuple(job for job in jobs if is_open(job) or is_held_up(job) or is_lapsed(job))


async def _known(world: World, actor: Actor, jobs: Sequence[Job]) -> dict[str, Person]:
    """Look somebody up in every channel of some jobs; one in which that fails is left out, and shows them nothing.

    Raises:
        RefusedError: They never decide anything.
        TransientError: They cannot be looked up at all.
    """
    # First who they are, once: each channel then only asks for its members. And all of these at once, since Slack
    # waits three seconds for the whole answer.
    async with audited(world, actor, Act.LIST):
        check_person(await world.directory.person(actor.user_id, actor.team_id, ""))
    channels = sorted({job.channel for job in jobs})
    policies = (world.policy_of(job) for job in jobs)
    groups, found = await asyncio.gather(
        groups_of(world, actor.user_id, *policies),
        asyncio.gather(*(_person(world, actor, channel) for channel in channels)),
    )
    return {person[0]: replace(person[1], groups=groups) for person in found if person}


async def _person(world: World, actor: Actor, channel: str) -> tuple[str, Person] | None:
    try:
        return channel, await world.directory.person(actor.user_id, actor.team_id, channel)
    except (TransientError, RefusedError) as error:
        _log.warning("person.unknown", user=actor.user_id, channel=channel, reason=str(error))
        return None
