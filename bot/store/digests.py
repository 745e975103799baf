"""The digests over Redis: each one exists once, and is changed by compare-and-swap, as the records are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bot.core.errors import GoneError, TransientError
from bot.store.codec import DIGEST, milliseconds, moment, text
from bot.store.errors import translated
from bot.store.jobs import SCRIPTS

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from bot.core.backlog import Digest
    from bot.relay.ports import DigestModifier
    from bot.store.keys import Keys

_ATTEMPTS: Final = 10
"""Compare-and-swap is tried this often; two workers at most post one digest."""


class RedisDigests:
    """The `Digests` port over one Redis-compatible server.

    Args:
        client: Bytes in, bytes out.
        keys: Where everything stands.
        retain_s: Seconds that a digest is kept, and its buttons work.
    """

    def __init__(self, client: Redis, keys: Keys, retain_s: int) -> None:
        self._client = client
        self._keys = keys
        self._retain_s = retain_s
        self._save = client.register_script((SCRIPTS / "save_digest.lua").read_text())

    async def begin(self, digest: Digest) -> bool:
        """Store a new digest; False when it exists. A daily one is from then on its channel's last."""
        return await self._swap(digest, 0)

    async def load(self, name: str) -> Digest:
        """Return a digest."""
        digest, _version, _now = await self._read(name)
        return digest

    async def change(self, name: str, modifier: DigestModifier) -> Digest:
        """Apply a pure modifier to a digest by compare-and-swap."""
        for _ in range(_ATTEMPTS):
            digest, version, now = await self._read(name)
            changed = modifier(digest, now)
            if changed == digest or await self._swap(changed, version):
                return changed
        raise TransientError("Too many workers changed this digest at once; nothing was stored.")

    async def unposted(self) -> tuple[str, ...]:
        """Return the names of the digests that are not posted in full; one that is gone is taken out."""
        with translated():
            names = [text(name) for name in await self._client.smembers(self._keys.unposted)]
            kept = [name for name in names if await self._client.exists(self._keys.digest(name))]
            if len(kept) < len(names):
                await self._client.srem(self._keys.unposted, *(set(names) - set(kept)))
        return tuple(sorted(kept))

    async def last(self, channel: str) -> datetime | None:
        """Return the moment of a channel's last daily digest; None before the first."""
        with translated():
            stored = await self._client.hget(self._keys.last_digests, channel)
        return None if stored is None else datetime.fromtimestamp(int(stored) / 1000, UTC)

    async def _read(self, name: str) -> tuple[Digest, int, datetime]:
        with translated():
            async with self._client.pipeline(transaction=False) as pipeline:
                pipeline.hmget(self._keys.digest(name), ["version", "record"])
                pipeline.time()
                (version, record), time = await pipeline.execute()
        if record is None:
            sentence = "This digest is not known any more: it was retained no longer."
            raise GoneError(sentence, code="unknown_digest")
        return DIGEST.load(record), int(version), moment(time)

    async def _swap(self, digest: Digest, version: int) -> bool:
        arguments = (
            digest.name,
            version,
            DIGEST.dump(digest),
            self._retain_s,
            int(digest.posted_at is not None),
            "" if digest.is_asked_for else digest.channel,
            milliseconds(digest.moment),
        )
        keys = [self._keys.digest(digest.name), self._keys.unposted, self._keys.last_digests]
        with translated():
            return bool(await self._save(keys=keys, args=arguments))
