"""Post anew what somebody deleted while people still need it: the messages of an open round.

A message of something settled stays deleted. A deletion that nobody told of is noticed at the next edit.

Before: somebody deletes a message of ours. After: `announce.py` posts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bot.core.standing import is_needed

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)


async def repost(world: World, channel: str, ts: str) -> None:
    """Have a deleted message posted at once, if it is one of ours that is still needed.

    Raises:
        TransientError: The store does not answer: the news must come again.
    """
    ref = await world.store.ref_at(channel, ts)
    if ref is not None:
        _log.info("message.deleted", ref=ref)
        await world.change(ref, _without(channel, ts))


def _without(channel: str, ts: str) -> Modifier:
    """Note that a message is gone. A second time there is no such message, and nothing happens."""

    def without(job: Job, now: datetime) -> Job:
        for slot, message in job.messages.items():
            if (message.channel, message.ts) == (channel, ts) and is_needed(job, slot):
                return job.with_message(slot, message.without).touched(now)
        return job

    return without
