"""Look up who acts on an edit, as far as its route wants to know: who they are, and of which groups.

Before: every step that somebody takes. After: the rules of `core/permission.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.core.permission import Person, Policy
    from bot.relay.acts import Actor
    from bot.relay.world import World


async def decider(world: World, actor: Actor, job: Job) -> Person:
    """Look up somebody who wants to decide something of an edit.

    Raises:
        RefusedError: The relay may not look.
        TransientError: A look-up failed; they must be refused.
    """
    # Both at once: Slack waits three seconds for the whole answer.
    person, groups = await asyncio.gather(
        world.directory.person(actor.user_id, actor.team_id, job.channel),
        groups_of(world, actor.user_id, world.policy_of(job)),
    )
    return replace(person, groups=groups)


async def groups_of(world: World, user_id: str, *policies: Policy) -> frozenset[str]:
    """Return which groups of reviewers somebody is in; nothing is asked for those who are named themselves."""
    wanted = {group for policy in policies if user_id not in policy.reviewers for group in policy.groups}
    return await world.directory.groups_of(user_id, wanted) if wanted else frozenset()
