"""The chain of the audit: each entry is sealed together with the seal before it.

So none can be changed, dropped, moved or put in without every later seal being made anew; and whoever kept one of
these seals, as every digest does, sees that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Fields = tuple[tuple[str, str], ...]
"""(Name, value) of all that an entry holds, in the order of the names."""

DOMAIN: Final = "superdocs-relay audit 1"
"""Sealed with every entry, so that a seal means nothing else and nowhere else."""

SHORT: Final = 16
"""Hexadecimal digits of a seal that people are shown; nobody finds another text with the same ones by chance."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry in its place.

    Attributes:
        id: The store's name for it, which tells its moment: ``milliseconds-count``.
        fields: What it says; none when its seal is there and it is not.
        seal: 64 hexadecimal digits; "" while it is not sealed.
    """

    id: str
    fields: Fields
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: it stands for everything before it.

    Attributes:
        count: Entries that are sealed.
        seal: The last one's.
    """

    count: int
    seal: str

    @property
    def short(self) -> str:
        """Return what people are shown of the seal."""
        return self.seal[:SHORT]


class Fault(StrEnum):
    """What is wrong at a position."""

    BROKEN = (
        "does not follow from the one before it: it was changed or put in, or one before it was taken out"
    )
    MISSING = "is missing: only its seal is there"
    UNSEALED = "has no seal, although later ones have: it was put in"
    CUT_OFF = "is where the audit ends, without the given head: it was cut off, or written anew"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found.

    Attributes:
        count: Sealed entries that were looked at.
        head: The last seal; "" when there is none.
        unsealed: Entries behind it, which are too new to be sealed.
        position: The first that is wrong, from 1; 0 when all is well.
        fault: What is wrong there.
    """

    count: int
    head: str
    unsealed: int = 0
    position: int = 0
    fault: Fault | None = None

    @property
    def is_whole(self) -> bool:
        """Say whether nothing was found."""
        return self.fault is None


def seal(previous: str, entry_id: str, fields: Fields) -> str:
    """Return the seal of an entry: SHA-256 over the domain, the seal before it, its id and its fields.

    Each part is led by its length in bytes (eight of them, the most significant first), so that no two lists of
    parts are sealed alike.

    Args:
        previous: The seal of the entry before it; "" for the first.
        entry_id: See `Link.id`.
        fields: See `Fields`.
    """
    parts = (DOMAIN, previous, entry_id, *chain.from_iterable(fields))
    return hashlib.sha256(b"".join(map(_prefixed, parts))).hexdigest()


def sealed(previous: str, entries: Iterable[Link]) -> Iterator[Link]:
    """Seal one entry after the other, from a seal on."""
    for entry in entries:
        previous = seal(previous, entry.id, entry.fields)
        yield Link(entry.id, entry.fields, previous)


def verify(links: Iterable[Link], head: str = "") -> Verdict:
    """Say whether a chain is whole, from its very first entry on, and where not.

    Args:
        links: All of it, in order.
        head: How a seal begins that must stand in it; "" for none.
    """
    verification = Verification(head)
    for link in links:
        verification.take(link)
    return verification.verdict


class Verification:
    """Looks at a chain one entry after the other, however long it is.

    Args:
        head: How a seal begins that must stand in it; "" for none.
    """

    def __init__(self, head: str = "") -> None:
        self._wanted = head
        self._is_found = not head
        self._last = ""
        self._count = self._unsealed = self._position = 0
        self._fault: Fault | None = None

    def take(self, link: Link) -> None:
        """Look at the next entry; nothing that comes after a fault is looked at."""
        if self._fault:
            return
        if not link.seal:
            self._unsealed += 1
            return
        fault = self._wrong_with(link)
        if fault:
            # What stands unsealed before one that is sealed is itself the first fault.
            self._position, self._fault = self._count + 1, fault
            return
        self._count += 1
        self._last = link.seal
        self._is_found = self._is_found or link.seal.startswith(self._wanted)

    @property
    def verdict(self) -> Verdict:
        """Return what was found until now."""
        position, fault = self._position, self._fault
        if not fault and not self._is_found:
            position, fault = self._count + 1, Fault.CUT_OFF
        return Verdict(self._count, self._last, self._unsealed, position, fault)

    def _wrong_with(self, link: Link) -> Fault | None:
        if self._unsealed:
            return Fault.UNSEALED
        if not link.fields:
            return Fault.MISSING
        return None if seal(self._last, link.id, link.fields) == link.seal else Fault.BROKEN


def _prefixed(part: str) -> bytes:
    raw = part.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(8, "big") + raw
