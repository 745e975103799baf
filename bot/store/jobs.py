"""The records over Redis: one compare-and-swap per change of a job, whatever the rule that changed it."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.again import is_lapsed
from bot.core.audit import entries
from bot.core.deadline import Timing, next_due
from bot.core.errors import BugError, GoneError, TransientError
from bot.core.lifecycle import has_ended
from bot.core.model import Job, Mode
from bot.relay.ports import Looker, Room
from bot.store.codec import CONTENT, JOB, READING, milliseconds, moment, text
from bot.store.errors import translated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redis.asyncio import Redis

    from bot.core.audit import Entry
    from bot.core.proposal import Content
    from bot.relay.ports import Meter, Modifier, Reading
    from bot.store.keys import Keys

_log: Final = structlog.get_logger(__name__)

SCRIPTS: Final = Path(__file__).parent / "scripts"
_ATTEMPTS: Final = 50
"""Compare-and-swap is tried this often; each loss means that somebody else's change went through."""
_DIALOG_S: Final = 24 * 3600
"""Seconds that a reading dialog's versions are kept: nobody holds one open for longer."""
_AT_ONCE: Final = 100
"""Records that are read in one round trip."""
_ONCE_S: Final = 7 * 24 * 3600
"""Seconds that "once" remembers; what it guards lives for an hour."""
_IN_HAND_S: Final = 8
"""Seconds that something may be in one worker's hand: Slack waits three for a reply to be taken. Longer, and it may be done twice."""
_LOOKED_S: Final = 15 * 60
"""Seconds that a Home is kept current after it was opened: Slack does not tell when it is left."""
_DONE: Final = b"done"


class RedisStore:
    """The `Store` port over one Redis-compatible server.

    Args:
        client: Bytes in, bytes out.
        keys: Where everything stands.
        timing: Decides when a job is due next.
        retain_s: Seconds that a job and its texts are kept after its end, whatever is still done to it.
        meter: Is told of every version that is stored.
    """

    def __init__(self, client: Redis, keys: Keys, timing: Timing, retain_s: int, meter: Meter) -> None:
        self._client = client
        self._keys = keys
        self._timing = timing
        self._retain_s = retain_s
        self._meter = meter
        self._save = client.register_script((SCRIPTS / "save.lua").read_text())
        self._keep = client.register_script((SCRIPTS / "keep.lua").read_text())
        self._let_go = client.register_script((SCRIPTS / "let_go.lua").read_text())

    async def now(self) -> datetime:
        """Return the server's time."""
        with translated():
            return moment(await self._client.time())

    async def create(self, job: Job) -> bool:
        """Store a new job; False when its `ref` exists already."""
        with translated():
            return await self._swap(None, job, 0)

    async def load(self, ref: str) -> Job:
        """Return a job."""
        job, _version, _now = await self._read(ref)
        return job

    async def change(self, ref: str, modifier: Modifier) -> Job:
        """Apply a pure modifier to a job by compare-and-swap, with the audit entries that follow from it."""
        for attempt in range(_ATTEMPTS):
            # Those who lost must not run in step, or the same one could lose every time.
            await asyncio.sleep(random.uniform(0, 0.002) * attempt)  # noqa: S311 -- no secret depends on it
            job, version, now = await self._read(ref)
            changed = modifier(job, now)
            if changed == job:
                return job
            with translated():
                if await self._swap(job, changed, version):
                    return changed
        sentence = "Too many people changed this at once; nothing was stored. Please try again."
        raise TransientError(sentence)

    async def note(self, *noted: Entry) -> None:
        """Add audit entries that change no record."""
        with translated():
            for entry in noted:
                await self._client.xadd(self._keys.audit, {"entry": _entry(entry)})

    async def ref_of_job(self, job_id: str) -> str | None:
        """Find the record of a SuperDocs job id."""
        return await self._string(self._keys.of_job(job_id))

    async def ref_at(self, channel: str, ts: str) -> str | None:
        """Find the record that a message of ours belongs to."""
        return await self._string(self._keys.at(channel, ts))

    async def save_contents(self, ref: str, contents: Mapping[str, Content]) -> None:
        """Keep the texts of changes, by digest."""
        if contents:
            pairs = [part for digest, text in contents.items() for part in (digest, CONTENT.dump(text))]
            await self._kept(ref, self._keys.texts(ref), *pairs)

    async def contents(self, ref: str, digests: Sequence[str]) -> dict[str, Content]:
        """Return texts by digest; what is not there is left out."""
        if not digests:
            return {}
        with translated():
            stored = await self._client.hmget(self._keys.texts(ref), list(digests))
        return {d: CONTENT.load(text) for d, text in zip(digests, stored, strict=True) if text is not None}

    async def save_document(self, ref: str, name: str, html: str) -> None:
        """Keep a document's text."""
        await self._kept(ref, self._keys.documents(ref), name, html.encode("utf-8", "replace"))

    async def document(self, ref: str, name: str) -> str | None:
        """Return a kept document's text."""
        with translated():
            stored = await self._client.hget(self._keys.documents(ref), name)
        return None if stored is None else text(stored)

    async def save_reading(self, token: str, reading: Reading) -> None:
        """Keep what a dialog shows."""
        with translated():
            await self._client.set(self._keys.reading(token), READING.dump(reading), ex=_DIALOG_S)

    async def reading(self, token: str) -> Reading | None:
        """Return what a dialog shows."""
        with translated():
            stored = await self._client.get(self._keys.reading(token))
        return None if stored is None else READING.load(stored)

    async def once(self, what: str, lasts: timedelta = timedelta(seconds=_ONCE_S)) -> bool:
        """Say True the first time only, for so long."""
        with translated():
            return bool(await self._client.set(self._keys.once(what), b"1", nx=True, px=lasts))

    async def claim(self, what: str, by: str) -> str:
        """Claim something, and return who has: whoever was first, for a week."""
        key = self._keys.claim(what)
        with translated():
            if await self._client.set(key, by, nx=True, ex=_ONCE_S):
                return by
            return await self._string(key) or by

    async def begin(self, what: str) -> str | None:
        """Take in hand what is to be done once, and return the hold; None when it is done."""
        key, hold = self._keys.in_hand(what), secrets.token_hex(8)
        with translated():
            if await self._client.set(key, hold, nx=True, ex=_IN_HAND_S):
                return hold
            if await self._client.get(key) == _DONE:
                return None
        raise TransientError("Somebody else has this in hand.")

    async def finish(self, what: str) -> None:
        """Remember that something is done."""
        with translated():
            await self._client.set(self._keys.in_hand(what), _DONE, ex=_ONCE_S)

    async def abandon(self, what: str, hold: str) -> None:
        """Let somebody else take it in hand at once, if this hold still lasts."""
        with translated():
            await self._let_go(keys=[self._keys.in_hand(what)], args=[hold])

    async def read_until(self, channel: str, threads: Sequence[str]) -> dict[str, str]:
        """Return how far threads were read back; those that never were are left out."""
        if not threads:
            return {}
        with translated():
            stored = await self._client.mget([self._keys.read(channel, ts) for ts in threads])
        return {ts: text(until) for ts, until in zip(threads, stored, strict=True) if until is not None}

    async def note_read(self, channel: str, thread_ts: str, until: str) -> None:
        """Remember how far a thread was read back."""
        with translated():
            await self._client.set(self._keys.read(channel, thread_ts), until, ex=_ONCE_S)

    async def open_home(self, user_id: str, team_id: str) -> None:
        """Remember for a while that somebody looks at their Home."""
        until = milliseconds(await self.now()) + _LOOKED_S * 1000
        with translated():
            await self._client.zadd(self._keys.lookers, {f"{user_id} {team_id}": until})
            await self._client.expire(self._keys.home(user_id), _LOOKED_S)

    async def note_home(self, user_id: str, shown: str) -> None:
        """Remember for a while what somebody's Home shows."""
        with translated():
            await self._client.set(self._keys.home(user_id), shown, ex=_LOOKED_S)

    async def lookers(self) -> tuple[Looker, ...]:
        """Return those who opened their Home lately; those who did before are forgotten."""
        now = milliseconds(await self.now())
        with translated():
            await self._client.zremrangebyscore(self._keys.lookers, "-inf", now)
            found = sorted(text(one) for one in await self._client.zrange(self._keys.lookers, 0, -1))
            names = [one.split(" ") for one in found]
            shown = await self._client.mget([self._keys.home(user) for user, _ in names]) if names else []
        return tuple(
            Looker(user, team, "" if what is None else text(what))
            for (user, team), what in zip(names, shown, strict=True)
        )

    async def prefer(self, user_id: str, mode: Mode) -> None:
        """Remember somebody's last choice of mode."""
        with translated():
            await self._client.hset(self._keys.preferences, user_id, mode.value)

    async def preference(self, user_id: str) -> Mode | None:
        """Return somebody's last choice of mode."""
        with translated():
            stored = await self._client.hget(self._keys.preferences, user_id)
        return None if stored is None else Mode(text(stored))

    async def due(self) -> tuple[str, ...]:
        """Return the refs of jobs for which something is due by the server's clock, most urgent first."""
        now = await self.now()
        with translated():
            found = await self._client.zrangebyscore(
                self._keys.due, "-inf", milliseconds(now), start=0, num=500
            )
        return tuple(text(ref) for ref in found)

    async def unended(self) -> tuple[str, ...]:
        """Return the refs of jobs that have not ended."""
        with translated():
            found = await self._client.smembers(self._keys.unended)
        return tuple(sorted(text(ref) for ref in found))

    async def lapsed(self) -> tuple[str, ...]:
        """Return the refs of ended jobs that left something, and were not asked again."""
        with translated():
            found = await self._client.smembers(self._keys.lapsed)
        return tuple(sorted(text(ref) for ref in found))

    async def ended_since(self, moment: datetime) -> tuple[str, ...]:
        """Return the refs of jobs that ended at or after a moment."""
        with translated():
            found = await self._client.zrangebyscore(self._keys.ended, milliseconds(moment), "+inf")
        return tuple(text(ref) for ref in found)

    async def load_all(self, refs: Sequence[str]) -> tuple[Job, ...]:
        """Return jobs in the order of their refs, without those that are gone or cannot be read."""
        found: list[Job] = []
        for start in range(0, len(refs), _AT_ONCE):
            some = refs[start : start + _AT_ONCE]
            with translated():
                async with self._client.pipeline(transaction=False) as pipeline:
                    for ref in some:
                        pipeline.hget(self._keys.job(ref), "record")
                    records = await pipeline.execute()
            for ref, record in zip(some, records, strict=True):
                if record is None:
                    await self.forget(ref)
                else:
                    found += _readable(ref, record)
        return tuple(found)

    async def overdue(self) -> timedelta:
        """Return for how long the oldest due step has been waiting; zero when none is due."""
        with translated():
            first = await self._client.zrange(self._keys.due, 0, 0, withscores=True)
        waited_ms = milliseconds(await self.now()) - int(first[0][1]) if first else 0
        return timedelta(milliseconds=max(0, waited_ms))

    async def room(self) -> Room:
        """Return how full the server is; one that names no limit takes what its machine has."""
        with translated():
            audit, memory = await asyncio.gather(
                self._client.xlen(self._keys.audit), self._client.info("memory")
            )
        limit, used = int(memory.get("maxmemory", 0)), int(memory.get("used_memory", 0))
        return Room(int(audit), used / limit if limit else 0.0)

    async def forget(self, ref: str) -> None:
        """Take a ref whose record was retained no longer out of the indexes."""
        with translated():
            await self._client.zrem(self._keys.due, ref)
            for index in (self._keys.unended, self._keys.lapsed):
                await self._client.srem(index, ref)

    async def _kept(self, ref: str, key: str, *pairs: str | bytes) -> None:
        """Keep fields and values of a job for as long as its record."""
        with translated():
            await self._keep(keys=[self._keys.job(ref), key], args=(self._retain_s * 1000, *pairs))

    async def _string(self, key: str) -> str | None:
        with translated():
            stored = await self._client.get(key)
        return None if stored is None else text(stored)

    async def _read(self, ref: str) -> tuple[Job, int, datetime]:
        """Return a job, its version, and the server's time, in one round trip."""
        with translated():
            async with self._client.pipeline(transaction=False) as pipeline:
                pipeline.hmget(self._keys.job(ref), ["version", "record"])
                pipeline.time()
                (version, record), time = await pipeline.execute()
        if record is None:
            sentence = "This edit is not known any more: it was retained no longer."
            raise GoneError(sentence, code="unknown_job")
        return JOB.load(record), int(version), moment(time)

    async def _swap(self, before: Job | None, after: Job, version: int) -> bool:
        due_at = next_due(after, self._timing)
        happened = entries(before, after)
        index = self._index(after)
        left = [key for key in self._index(before) if key not in index] if before else []
        arguments = (
            after.ref,
            version,
            JOB.dump(after),
            "" if due_at is None else milliseconds(due_at),
            milliseconds(after.ended_at or after.created_at) if has_ended(after) else "",
            self._retain_s * 1000,
            int(is_lapsed(after)),
            len(left),
            *map(_entry, happened),
        )
        keys = [*self._touched(after), *index, *left]
        is_saved = bool(await self._save(keys=keys, args=arguments))
        if is_saved:
            self._meter.changed(before, after)
            for entry in happened:
                _log.info(**asdict(entry))
        return is_saved

    def _touched(self, job: Job) -> list[str]:
        keys = self._keys
        return [
            keys.job(job.ref), keys.due, keys.unended, keys.audit, keys.ended, keys.lapsed,
            keys.texts(job.ref), keys.documents(job.ref),
        ]  # fmt: skip

    def _index(self, job: Job) -> list[str]:
        """List the entries by which a job is found."""
        at = [self._keys.at(message.channel, message.ts) for message in job.messages.values() if message.ts]
        return [*at, self._keys.of_job(job.job_id)] if job.job_id else at


def _readable(ref: str, record: bytes | str) -> tuple[Job, ...]:
    """Return a record as a job; none when it cannot be read, since one bad record must not hide the others."""
    try:
        return (JOB.load(record),)
    except BugError as error:
        _log.error("record.unreadable", ref=ref, reason=str(error))
        return ()


def _entry(entry: Entry) -> str:
    return json.dumps({name: value for name, value in asdict(entry).items() if value not in {"", 0}})
