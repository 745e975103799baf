"""Load a record as it must be judged now, whichever version of the relay opened its round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.judging import afresh
from bot.relay.aside import aside

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.relay.world import World


async def load_afresh(world: World, ref: str) -> Job:
    """Return a job; its open changes bear every warning that is known now.

    Raises:
        GoneError: There is no such job.
    """
    job = await world.store.load(ref)
    held = job.round
    contents = await world.store.contents(ref, [c.digest for c in held.undecided] if held else [])
    return await aside(contents.values(), lambda: afresh(job, contents))
