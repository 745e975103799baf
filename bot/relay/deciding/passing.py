"""Hand a change over to another reviewer: they are asked by name, and its card says whose turn it is.

Before: a card's menu, then the dialog in which somebody is chosen. After: `announce.py` tells them.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core import passing
from bot.core.deciding import as_shown, refuse_settled
from bot.core.model import Passing, Verdict
from bot.core.permission import check, check_person
from bot.core.summary import PassingSummary
from bot.core.words.carding import title
from bot.relay.audited import Act, audited
from bot.relay.deciding.roster import decider
from bot.relay.targets import change_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.acts import Actor
    from bot.relay.world import World


async def passing_form(world: World, actor: Actor, target: str) -> PassingSummary:
    """Open the form in which somebody is chosen.

    Raises:
        RefusedError: There is nothing to pass on any more, or not for them.
    """
    ref, number, digest = change_of(target)
    async with audited(world, actor, Act.DIALOG, ref, number):
        job = await world.store.load(ref)
        # No channel, as for any dialog: it must open within three seconds.
        check_person(await world.directory.person(actor.user_id, actor.team_id, channel=""))
        _held, change = as_shown(job, number, digest)
        refuse_settled(change, await world.store.now())
        return PassingSummary(target, f"Pass on change {number}", title(job, change), change.headline)


async def pass_on(world: World, actor: Actor, target: str, to_id: str, note: str = "") -> None:
    """Pass a change on to somebody who may decide it.

    Raises:
        RefusedError: Nothing was recorded; the text says why.
    """
    ref, number, digest = change_of(target)
    async with audited(world, actor, Act.PASSING, ref, number):
        job = await world.store.load(ref)
        person, other = await asyncio.gather(
            decider(world, actor, job), decider(world, replace(actor, user_id=to_id), job)
        )

        def modifier(stored: Job, now: datetime) -> Job:
            policy = world.policy_of(stored)
            check(person, policy, stored, number, Verdict.DENY)
            passing.check_receiver(other, policy, stored, number)
            return passing.pass_on(stored, number, digest, Passing(actor.user_id, to_id, now, note.strip()))

        await world.change(ref, modifier)
