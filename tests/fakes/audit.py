"""The `Audit` port in memory."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING

from bot.core.chain import Head, Link, sealed

if TYPE_CHECKING:
    from tests.fakes.store import MemoryStore


class MemoryAudit:
    """What a store's audit holds, sealed when that is asked for."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._seals: list[str] = []

    async def seal(self) -> None:
        entries = (Link(f"{i}-0", (("entry", repr(astuple(e))),)) for i, e in enumerate(self._store.audit))
        self._seals = [link.seal for link in sealed("", entries)]

    async def head(self) -> Head | None:
        return Head(len(self._seals), self._seals[-1]) if self._seals else None
