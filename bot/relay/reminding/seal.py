"""Seal the audit: chain what was added to it to all that was there before.

Before: whatever changed a record, or refused somebody. After: the digest, which shows how far the chain goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.relay.world import World


async def seal(world: World) -> None:
    """Seal every entry that is not sealed yet; however often, and by however many workers at once, that is the same."""
    await world.audit.seal()
