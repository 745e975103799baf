"""The audit over Redis: a stream of entries, and beside it a stream of their seals.

The scripts that change records add the entries, so the order of the stream is the order in which things happened.
Sealing comes after, as often as one likes: whoever seals, and however many at once, the seals are the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from bot.core.chain import Head, Link, sealed
from bot.store.codec import milliseconds, text
from bot.store.errors import translated
from bot.store.jobs import SCRIPTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import datetime

    from redis.asyncio import Redis

    from bot.core.chain import Fields
    from bot.store.keys import Keys

_AT_ONCE: Final = 500
"""Entries that are read, or sealed, in one go: a script keeps the server to itself while it runs."""

_GOES: Final = 40
"""How often one call of `seal` does that; the next one goes on."""

_FIRST, _LAST = "-", "+"
"""How Redis names the two ends of a stream."""


class RedisAudit:
    """The `Audit` port over one Redis-compatible server, and a way to read all of it.

    Args:
        client: Bytes in, bytes out.
        keys: Where everything stands.
    """

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys
        self._seal = client.register_script((SCRIPTS / "seal.lua").read_text())

    async def seal(self) -> None:
        """Seal what was added since the last time; where that is very much, a part of it."""
        with translated():
            for _ in range(_GOES):
                last, seal = await self._last_seal()
                fresh = await self._page(self._keys.audit, f"({last}" if last else _FIRST, _LAST)
                if not fresh:
                    return
                links = sealed(seal, (Link(entry_id, fields_of(entry)) for entry_id, entry in fresh))
                pairs = [part for link in links for part in (link.id, link.seal)]
                # Who was faster has sealed the same; what they left is next.
                await self._seal(keys=[self._keys.seals], args=(last, *pairs))

    async def head(self) -> Head | None:
        """Return where the chain ends; None before the first seal."""
        with translated():
            async with self._client.pipeline(transaction=True) as pipeline:
                pipeline.xlen(self._keys.seals)
                pipeline.xrevrange(self._keys.seals, count=1)
                count, last = await pipeline.execute()
        return Head(int(count), text(last[0][1][b"seal"])) if last else None

    async def pages(self, since: datetime | None = None) -> AsyncIterator[tuple[Link, ...]]:
        """Return every entry with its seal, in order, as it stood when the first was asked for; in handy pages.

        Args:
            since: Only what happened at or after a moment; None for all.
        """
        last = await self._end()
        start = f"{milliseconds(since)}-0" if since else _FIRST
        while start:
            with translated():
                entries = await self._page(self._keys.audit, start, last)
                seals = await self._page(self._keys.seals, start, last)
            until = _shared_end(entries, seals)
            yield _joined(_upto(entries, until), _upto(seals, until))
            start = f"({until}" if until else ""

    async def documents(self, refs: Iterable[str]) -> dict[str, str]:
        """Return the names of edits' documents by ref, as far as their records are kept and name one."""
        wanted = sorted(set(refs))
        with translated():
            async with self._client.pipeline(transaction=False) as pipeline:
                for ref in wanted:
                    pipeline.hget(self._keys.job(ref), "record")
                records = await pipeline.execute()
        kept = {ref: json.loads(record) for ref, record in zip(wanted, records, strict=True) if record}
        return {ref: str(record.get("document", "")) for ref, record in kept.items()}

    async def _last_seal(self) -> tuple[str, str]:
        """Return the id of the last sealed entry, and its seal; "" before the first."""
        last: Any = await self._client.xrevrange(self._keys.seals, count=1)
        return (text(last[0][0]), text(last[0][1][b"seal"])) if last else ("", "")

    async def _end(self) -> str:
        """Return the id of the last entry, or of the last seal where entries were cut off.

        What is added from now on is not looked at: it could be sealed between one look and the other.
        """
        with translated():
            async with self._client.pipeline(transaction=True) as pipeline:
                for stream in (self._keys.audit, self._keys.seals):
                    pipeline.xrevrange(stream, count=1)
                ends = await pipeline.execute()
        return max((text(last[0][0]) for last in ends if last), key=_order, default=_LAST)

    async def _page(self, stream: str, start: str, end: str) -> list[tuple[str, Any]]:
        found: Any = await self._client.xrange(stream, start, end, count=_AT_ONCE)
        return [(text(entry_id), stored) for entry_id, stored in found]


def fields_of(stored: dict[bytes, bytes]) -> Fields:
    """Return what an entry of the stream holds; all of it, whatever a newer version or somebody else has put there.

    What is not written exactly as the relay writes it is returned raw, so that nothing of it escapes the seal.
    """
    raw = stored.get(b"entry", b"")
    try:
        held = json.loads(raw)
    except (ValueError, RecursionError):
        held = None
    is_ours = len(stored) == 1 and isinstance(held, dict) and json.dumps(held).encode() == raw
    if is_ours and all(type(value) in {str, int} for value in held.values()):
        return tuple(sorted((name, str(value)) for name, value in held.items()))
    return tuple(sorted((f"raw {_plain(name)}", _plain(value)) for name, value in stored.items()))


def _plain(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _order(entry_id: str) -> tuple[int, int]:
    moment, _, count = entry_id.partition("-")
    return int(moment), int(count)


def _shared_end(*pages: list[tuple[str, Any]]) -> str:
    """Return up to where pages of two streams are both known: a full page says nothing of what comes after it."""
    ends = [page[-1][0] for page in pages if page]
    full = [page[-1][0] for page in pages if len(page) == _AT_ONCE]
    return min(full, key=_order) if full else max(ends, key=_order, default="")


def _upto(page: list[tuple[str, Any]], end: str) -> dict[str, Any]:
    if page and page[-1][0] == end:
        return dict(page)
    limit = _order(end) if end else (0, 0)
    return {entry_id: stored for entry_id, stored in page if _order(entry_id) <= limit}


def _joined(entries: dict[str, Any], seals: dict[str, Any]) -> tuple[Link, ...]:
    """Put each seal to its entry; what has no other half stands alone."""
    are_paired = entries.keys() == seals.keys()
    ids = entries if are_paired else sorted(entries.keys() | seals.keys(), key=_order)
    return tuple(
        Link(
            entry_id,
            fields_of(entries[entry_id]) if entry_id in entries else (),
            _plain(seals[entry_id].get(b"seal", b"?")) if entry_id in seals else "",
        )
        for entry_id in ids
    )
