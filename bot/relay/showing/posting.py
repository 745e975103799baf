"""Post a message once: the intent stands before the post, and whoever comes after an unknown outcome looks first.

Before: `announce.py`, `publish.py`, `digest.py`, each with a record of its own to keep the intent in. After: people.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import RefusedError, TransientError
from bot.core.model import MessageRef

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime, timedelta

    from bot.core.model import Job
    from bot.relay.ports import Notifier, Place
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)


class OvertakenError(TransientError):
    """Somebody else has taken this up meanwhile; whoever comes next sees from the record what is left."""

    def __init__(self) -> None:
        super().__init__("Another pass has taken this up.")


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over a job's messages.

    Attributes:
        world: Everything.
        ends_at: When it begins no further message, by the clock of this process.
        over_at: When it does nothing more: another one may be at work.
    """

    world: World
    ends_at: float
    over_at: float

    @classmethod
    def begin(cls, world: World, budget: timedelta, limit: timedelta) -> Pass:
        """Begin a pass that begins messages for as long as the one, and lasts no longer than the other."""
        began_at = _clock()
        return cls(world, began_at + budget.total_seconds(), began_at + limit.total_seconds())

    @property
    def is_time_up(self) -> bool:
        """Say whether the rest is left to the next pass."""
        return _clock() >= self.ends_at

    async def check(self, job: Job, slot: str, known: MessageRef, revision: int | None = None) -> None:
        """Make sure that nothing has happened to a message while its turn was waited for, or this process stood still.

        Raises:
            OvertakenError: Another pass is at work on it, or may be; or the record is not of this revision any more.
        """
        stored = await self.world.store.load(job.ref)
        is_current = revision is None or stored.revision == revision
        if _clock() >= self.over_at or stored.messages.get(slot) != known or not is_current:
            raise OvertakenError


def noting(
    world: World, ref: str, slot: str
) -> Callable[[MessageRef | None, MessageRef], Awaitable[Job]]:  # fmt: skip
    """Return what notes of a job's message what is known of it now, in place of what was known before."""

    async def note(before: MessageRef | None, after: MessageRef) -> Job:
        def noted(job: Job, _now: datetime) -> Job:
            if job.messages.get(slot) != before:
                raise OvertakenError
            return job.with_message(slot, after)

        return await world.store.change(ref, noted)

    return note


async def post_once(
    notifier: Notifier,
    place: Place,
    earlier: MessageRef | None,
    note: Callable[[MessageRef | None, MessageRef], Awaitable[object]],
    post: Callable[[MessageRef], Awaitable[MessageRef]],
) -> MessageRef:
    """Return where a message stands: found, when an earlier attempt posted it, or else posted now.

    Args:
        notifier: Where it stands, or is to.
        place: What it is known by.
        earlier: What the record knows of it; None before the first attempt.
        note: Stores what is known in place of what was known before; raises where the record knows something else, so
            that of two passes one posts.
        post: Posts it, given the intent that the record holds then.

    Raises:
        OutcomeUnknownError: It may stand there: the next call, with the intent as `earlier`, finds out.
        TransientError: It certainly does not stand there, and the record knows that.
    """
    known = earlier or MessageRef(place.channel, copies=place.copies)
    found = await _found(notifier, place) if known.attempt else None
    if found is not None:
        return found
    intent = MessageRef(place.channel, attempt=known.attempt + 1, copies=known.copies)
    await note(earlier, intent)
    try:
        return await post(intent)
    except TransientError:
        # Looking for it would cost one of the few looks that Slack allows.
        await note(intent, replace(intent, attempt=known.attempt))
        raise


async def _found(notifier: Notifier, place: Place) -> MessageRef | None:
    """Look for a message; where the relay may not look, Slack has the message's name, and may refuse a second one."""
    try:
        return await notifier.find(place)
    except RefusedError as error:
        _log.warning("message.not_looked_for", ref=place.ref, slot=place.slot, code=error.code)
        return None


def _clock() -> float:
    return asyncio.get_running_loop().time()
