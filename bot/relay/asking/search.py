"""Find documents of the library for somebody who is about to have one edited.

Before: a person types. After: `start.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.permission import check_person

if TYPE_CHECKING:
    from bot.relay.acts import Actor
    from bot.relay.world import World

MOST: Final = 50
"""Documents that are named at once; who seeks another types more of its name."""


async def documents(world: World, actor: Actor, words: str) -> tuple[str, ...]:
    """Return the paths of documents that hold all the words, the best first; none where there is no library.

    Whoever never starts edits is told no names. That stands in no audit: they were refused the dialog before, and
    this is asked with every character.

    Raises:
        RefusedError: They never start edits.
        TransientError: The library does not answer now.
    """
    if world.library is None:
        return ()
    check_person(await world.directory.person(actor.user_id, actor.team_id, channel=""))
    return await world.library.search(words, MOST)
