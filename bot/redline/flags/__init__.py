"""Flags: what is odd about a change, each in one sentence that a lawyer understands, most dangerous first.

Each module beside this one is a family: it looks at one kind of oddity, and knows nothing of the others. Here all of
them are asked. The law: a family that fails has not found nothing; a change that not all of them could look at is
not fit to be approved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from bot.redline.flags import (
    active,
    attributes,
    characters,
    disguise,
    links,
    structure,
    tables,
    visibility,
    wording,
)
from bot.redline.flags.names import rank

if TYPE_CHECKING:
    from bot.redline.flags.compared import Compared
    from bot.redline.model import Flag

Family = Callable[["Compared"], Iterable["Flag"]]

FAMILIES: Final[tuple[Family, ...]] = (
    active.find,
    links.find,
    visibility.find,
    characters.find,
    structure.find,
    tables.find,
    attributes.find,
    wording.find,
    disguise.find,
)
"""Where two raise a flag of one name, the first one's sentence counts."""


class UncheckedError(Exception):
    """A family could not look at a change; says so in a sentence for the reviewer."""


def flagged(change: Compared) -> tuple[Flag, ...]:
    """Ask every family what is odd about a change.

    Returns:
        One flag a name, most dangerous first.

    Raises:
        UncheckedError: A family failed, so what the others found may not be all.
    """
    found: dict[str, Flag] = {}
    for family in FAMILIES:
        for flag in _asked(family, change):
            found.setdefault(flag.name, flag)
    return tuple(sorted(found.values(), key=lambda flag: rank(flag.name)))


def _asked(family: Family, change: Compared) -> list[Flag]:
    try:
        return list(family(change))
    except Exception as error:
        # Whatever a family stumbles over, an attacker may have put there to be rid of its alarm.
        kind = family.__module__.rpartition(".")[2]
        raise UncheckedError(f"The check of its {kind} failed ({type(error).__name__}).") from error
