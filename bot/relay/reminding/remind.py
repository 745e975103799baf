"""Remind whoever can still decide, once at each moment, of what will happen if nobody does.

Before: the clock. After: `announce.py` posts it, in the thread of the round.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.model import Job, RoundState

if TYPE_CHECKING:
    from datetime import datetime

    from bot.relay.ports import Modifier
    from bot.relay.world import World


async def remind(world: World, ref: str) -> None:
    """Note that the next reminder of the open round is due; posting it is bringing the messages up to date."""
    await world.change(ref, _due(world))


def _due(world: World) -> Modifier:
    def due(job: Job, now: datetime) -> Job:
        held = job.round
        moments = world.timing.remind_before
        if (
            held is None
            or held.state is not RoundState.OPEN
            or not held.undecided
            or held.reminded >= len(moments)
        ):
            return job
        if now < held.deadline_at - moments[held.reminded]:
            return job
        # Those missed meanwhile (every worker was down) are one reminder, not several at once.
        passed = sum(now >= held.deadline_at - before for before in moments)
        return job.with_round(replace(held, reminded=passed, reminded_at=now)).touched(now)

    return due
