"""The `Digests` port in memory."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from bot.core.errors import GoneError

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.backlog import Digest
    from bot.relay.ports import DigestModifier
    from tests.fakes.clock import Clock


class MemoryDigests:
    """Digests by name, and the last of each channel."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.kept: dict[str, Digest] = {}
        self._last: dict[str, datetime] = {}

    async def begin(self, digest: Digest) -> bool:
        if digest.name in self.kept:
            return False
        self.kept[digest.name] = digest
        if not digest.is_asked_for:
            self._last[digest.channel] = digest.moment.astimezone(UTC)
        return True

    async def load(self, name: str) -> Digest:
        if name not in self.kept:
            sentence = "This digest is not known any more."
            raise GoneError(sentence, code="unknown_digest")
        return self.kept[name]

    async def change(self, name: str, modifier: DigestModifier) -> Digest:
        self.kept[name] = modifier(await self.load(name), self.clock.now)
        return self.kept[name]

    async def unposted(self) -> tuple[str, ...]:
        return tuple(sorted(name for name, digest in self.kept.items() if digest.posted_at is None))

    async def last(self, channel: str) -> datetime | None:
        return self._last.get(channel)
