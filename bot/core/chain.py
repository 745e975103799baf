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
    ROOTLESS = "is not the first one ever: those before it were cut off, with their seals, or it was changed"
    MISSING = "is missing, and only its seal is there: the stream was shortened, or it was taken out"
    UNSEALED = "has no seal, although later ones have: it was put in"
    CUT_OFF = "is where the audit ends, without the given head: it was cut off, or written anew"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong.

    Attributes:
        position: From 1, of those that are there, or whose seals are.
        until: Where it ends, for what several in a row have; else the same.
    """

    position: int
    fault: Fault
    until: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole chain found.

    Attributes:
        count: Sealed entries that follow from one another, up to the first finding that is not at the beginning.
        head: The last of their seals; "" when there is none.
        unsealed: Entries behind it, which are too new to be sealed.
        findings: What is wrong at the beginning, as after the chain was shortened there, then what is wrong first
            in the rest; none when all is well.
    """

    count: int
    head: str
    unsealed: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Say whether nothing was found."""
        return not self.findings


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

    Whoever shortens a chain at its beginning leaves seals that the rest still follows from: that is looked at, too.

    Args:
        head: How a seal begins that must stand in it; "" for none.
    """

    def __init__(self, head: str = "") -> None:
        self._wanted = head
        self._is_found = not head
        self._last = ""
        self._count = self._unsealed = 0
        self._beginning: Finding | None = None
        self._fault: Finding | None = None

    def take(self, link: Link) -> None:
        """Look at the next entry; nothing that comes after a fault in the rest is looked at."""
        if self._fault:
            return
        if not link.seal:
            self._unsealed += 1
            return
        fault = self._wrong_with(link)
        if fault and not self._begins(fault):
            # What stands unsealed before one that is sealed is itself the first fault.
            self._fault = Finding(self._next, fault, self._next)
            return
        if fault is Fault.MISSING:
            self._beginning = Finding(1, fault, self._next)
        elif fault:
            self._beginning = Finding(1, Fault.ROOTLESS, 1)
        if fault is not Fault.MISSING:
            self._count += 1
        self._last = link.seal
        self._is_found = self._is_found or link.seal.startswith(self._wanted)

    @property
    def verdict(self) -> Verdict:
        """Return what was found until now."""
        fault = self._fault
        if not fault and not self._is_found:
            fault = Finding(self._next, Fault.CUT_OFF, self._next)
        findings = tuple(filter(None, (self._beginning, fault)))
        return Verdict(self._count, self._last if self._count else "", self._unsealed, findings)

    @property
    def _gone(self) -> int:
        """Count the first ones of which only the seals are there."""
        return self._beginning.until if self._beginning and self._beginning.fault is Fault.MISSING else 0

    @property
    def _next(self) -> int:
        """Give the position of what is looked at next."""
        return self._gone + self._count + 1

    def _begins(self, fault: Fault) -> bool:
        """Say whether a fault may come of a chain that was shortened at its beginning."""
        if fault is Fault.MISSING:
            return self._count == 0
        return fault is Fault.BROKEN and self._next == 1

    def _wrong_with(self, link: Link) -> Fault | None:
        if self._unsealed:
            return Fault.UNSEALED
        if not link.fields:
            return Fault.MISSING
        return None if seal(self._last, link.id, link.fields) == link.seal else Fault.BROKEN


def _prefixed(part: str) -> bytes:
    raw = part.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(8, "big") + raw
