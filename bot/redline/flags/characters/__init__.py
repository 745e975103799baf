"""Characters that are not what they seem: unseen, turning the order, struck out, or looking like others.

Only what is new counts: a run of change is looked at beside what stood in its place, and what both have in the same
surroundings was there before. `sources` gives the runs, each other module looks for one kind.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.redline.flags.characters import invisible, scripts, spaces, stand_ins
from bot.redline.flags.characters.findings import flags
from bot.redline.flags.characters.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.characters.findings import Finding
    from bot.redline.flags.compared import Compared
    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag


def find(change: Compared) -> Iterator[Flag]:
    """Give a flag for each odd character that is new in what people read."""
    yield from flags(_found(Sources(change)))


def _found(sources: Sources) -> Iterator[Finding]:
    for piece in sources.pieces:
        yield from invisible.find(piece, sources)
        yield from spaces.find(piece)
        yield from _look_alikes(piece, sources)


def _look_alikes(piece: Replaced, sources: Sources) -> Iterator[Finding]:
    """Give each look-alike once, be it odd beside what it replaces or for itself."""
    replacing = list(stand_ins.find(piece, sources))
    yield from replacing
    told = {(found.character, part) for found in replacing for part in re.split("[.,]", found.context)}
    for found in scripts.find(piece, sources):
        if (found.character, found.context) not in told:
            yield found
