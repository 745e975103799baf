"""What markup says about words (`meanings`), list numbers (`lists`), and whether the markup is whole (`wholeness`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.redline.flags.structure import lists, meanings, wholeness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.model import Flag


def find(change: Compared) -> Iterator[Flag]:
    """Find words whose markup says something else now, other list numbers, and markup that is not whole."""
    yield from meanings.find(change)
    yield from lists.find(change)
    yield from wholeness.find(change)
