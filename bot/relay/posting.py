"""Post a message once: the intent stands before the post, and whoever comes after an unknown outcome looks first.

Before: `announce.py`, `publish.py`, `digest.py`, each with a record of its own to keep the intent in. After: people.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import RefusedError, TransientError
from bot.core.model import MessageRef

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.relay.ports import Notifier, Place

_log: Final = structlog.get_logger(__name__)


class OvertakenError(TransientError):
    """Somebody else has taken this up meanwhile; whoever comes next sees from the record what is left."""

    def __init__(self) -> None:
        super().__init__("Another pass has taken this up.")


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
