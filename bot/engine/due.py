"""What is due, and what was lost: one index answers both.

Every change of a record also wrote when its next step is due. Whatever is due and still not done — because its
time has come, or because a crash swallowed the task that should have done it — is queued here, once a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import BugError, GoneError

if TYPE_CHECKING:
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)


async def sweep(world: World) -> None:
    """Queue every step that is due by the store's clock. A record that cannot be read holds up no other."""
    for ref in await world.store.due():
        try:
            job = await world.store.load(ref)
        except GoneError:
            await world.store.forget(ref)
        except BugError as error:
            _log.error("record.unreadable", ref=ref, reason=str(error))
        else:
            await world.hurry(job)
