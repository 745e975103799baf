"""Post a message once: the intent stands before the post, and whoever comes after an unknown outcome looks first.

Before: `announce.py`, `publish.py`, `digest.py`, each with a record of its own to keep the intent in. After: people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import MessageRef

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.relay.ports import Notifier, Place


async def post_once(
    notifier: Notifier,
    place: Place,
    earlier: MessageRef | None,
    intend: Callable[[MessageRef], Awaitable[object]],
    post: Callable[[], Awaitable[MessageRef]],
) -> MessageRef:
    """Return where a message stands: found, when an earlier attempt posted it, or else posted now.

    Args:
        notifier: Where it stands, or is to.
        place: What it is known by.
        earlier: What the record knows of it; None before the first attempt.
        intend: Stores the intent in the record; when that fails, nothing is posted.
        post: Posts it.

    Raises:
        OutcomeUnknownError: It may stand there: the next call, with the intent as `earlier`, finds out.
    """
    attempts = earlier.attempt if earlier else 0
    found = await notifier.find(place) if attempts else None
    if found is not None:
        return found
    await intend(MessageRef(place.channel, attempt=attempts + 1))
    return await post()
