"""What kind of change it is: which words turn its meaning, what is easy to overlook, what moved, what does not fit.

`terms` holds the words that matter, `typography` undoes what does not, `emptiness` counts blank lines, `neighbours` finds
what a moved text passed; each other module looks for one kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.redline.flags.texts import replaced
from bot.redline.flags.wording import kinds, length, moves, operations, padding, risk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.model import Flag


def find(change: Compared) -> Iterator[Flag]:
    """Give the flags about words and about the change as a whole; see the modules."""
    runs = replaced(change.paragraphs)
    yield from operations.find(change)
    yield from padding.find(change, runs)
    yield from length.find(change, runs)
    yield from moves.find(runs, change.paragraphs)
    yield from kinds.find(runs)
    yield from risk.find(moves.without_carried(runs))
