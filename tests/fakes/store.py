"""The `Store` port in memory: what `bot/store` does in Redis, without Redis."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from bot.core.again import is_lapsed
from bot.core.audit import Entry, entries
from bot.core.deadline import Timing, next_due
from bot.core.errors import GoneError, TransientError
from bot.core.lifecycle import has_ended
from bot.relay.ports import Looker, Room
from tests.fakes.clock import Clock
from tests.make import TIMING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bot.core.model import Job, Mode
    from bot.core.proposal import Content
    from bot.relay.ports import Modifier, Reading


class MemoryStore:
    """Records, texts, the audit, and one clock.

    Attributes:
        jobs: By ref.
        audit: Every entry, in order.
        finished: What was begun and is done.
    """

    def __init__(self, clock: Clock | None = None, timing: Timing = TIMING) -> None:
        self.clock = clock or Clock()
        self.jobs: dict[str, Job] = {}
        self.audit: list[Entry] = []
        self._timing = timing
        self._texts: dict[tuple[str, str], Content] = {}
        self._documents: dict[tuple[str, str], str] = {}
        self._readings: dict[str, Reading] = {}
        self._preferences: dict[str, Mode] = {}
        self._done: dict[str, datetime] = {}
        self._lookers: dict[tuple[str, str], datetime] = {}
        self._homes: dict[str, str] = {}
        self._forgotten: set[str] = set()
        self._in_hand: dict[str, str] = {}
        self._claims: dict[str, str] = {}
        self._holds = count()
        self._read: dict[tuple[str, str], str] = {}
        self.finished: set[str] = set()

    async def now(self) -> datetime:
        return self.clock.now

    async def create(self, job: Job) -> bool:
        if job.ref in self.jobs:
            return False
        self.put(job)
        self.audit += entries(None, job)
        return True

    def put(self, job: Job) -> Job:
        """Have a record as it is, with no audit: where a test begins."""
        self.jobs[job.ref] = job
        return job

    async def load(self, ref: str) -> Job:
        if ref not in self.jobs:
            sentence = "This edit is not known any more."
            raise GoneError(sentence, code="unknown_job")
        return self.jobs[ref]

    async def change(self, ref: str, modifier: Modifier) -> Job:
        before = await self.load(ref)
        after = modifier(before, self.clock.now)
        if after != before:
            self.audit += entries(before, after)
            self.jobs[ref] = after
        return after

    async def note(self, *noted: Entry) -> None:
        self.audit += noted

    async def ref_of_job(self, job_id: str) -> str | None:
        return next((job.ref for job in self.jobs.values() if job.job_id == job_id), None)

    async def ref_at(self, channel: str, ts: str) -> str | None:
        places = {(m.channel, m.ts): job.ref for job in self.jobs.values() for m in job.messages.values()}
        return places.get((channel, ts))

    async def save_contents(self, ref: str, contents: Mapping[str, Content]) -> None:
        self._texts |= {(ref, digest): content for digest, content in contents.items()}

    async def contents(self, ref: str, digests: Sequence[str]) -> dict[str, Content]:
        return {digest: self._texts[ref, digest] for digest in digests if (ref, digest) in self._texts}

    async def save_document(self, ref: str, name: str, html: str) -> None:
        self._documents[ref, name] = html.encode("utf-8", "replace").decode()

    async def document(self, ref: str, name: str) -> str | None:
        return self._documents.get((ref, name))

    async def save_reading(self, token: str, reading: Reading) -> None:
        self._readings[token] = reading

    async def reading(self, token: str) -> Reading | None:
        return self._readings.get(token)

    async def once(self, what: str, lasts: timedelta = timedelta(days=7)) -> bool:
        is_first = self._done.get(what, self.clock.now) <= self.clock.now
        if is_first:
            self._done[what] = self.clock.now + lasts
        return is_first

    async def open_home(self, user_id: str, team_id: str) -> None:
        self._lookers[user_id, team_id] = self.clock.now + timedelta(minutes=15)

    async def note_home(self, user_id: str, shown: str) -> None:
        self._homes[user_id] = shown

    async def lookers(self) -> tuple[Looker, ...]:
        looking = sorted(who for who, until in self._lookers.items() if until > self.clock.now)
        return tuple(Looker(user, team, self._homes.get(user, "")) for user, team in looking)

    async def claim(self, what: str, by: str) -> str:
        return self._claims.setdefault(what, by)

    async def begin(self, what: str) -> str | None:
        if what in self._in_hand:
            sentence = "Somebody else has this in hand."
            raise TransientError(sentence)
        if what in self.finished:
            return None
        self._in_hand[what] = f"hold {next(self._holds)}"
        return self._in_hand[what]

    async def finish(self, what: str) -> None:
        self._in_hand.pop(what, None)
        self.finished.add(what)

    async def abandon(self, what: str, hold: str) -> None:
        if self._in_hand.get(what) == hold:
            del self._in_hand[what]

    async def read_until(self, channel: str, threads: Sequence[str]) -> dict[str, str]:
        return {ts: self._read[channel, ts] for ts in threads if (channel, ts) in self._read}

    async def note_read(self, channel: str, thread_ts: str, until: str) -> None:
        self._read[channel, thread_ts] = until

    async def prefer(self, user_id: str, mode: Mode) -> None:
        self._preferences[user_id] = mode

    async def preference(self, user_id: str) -> Mode | None:
        return self._preferences.get(user_id)

    async def due(self) -> tuple[str, ...]:
        found = ((next_due(job, self._timing), ref) for ref, job in self.jobs.items())
        return tuple(ref for at, ref in sorted((at, ref) for at, ref in found if at and at <= self.clock.now))

    async def forget(self, ref: str) -> None:
        self._forgotten.add(ref)

    async def lapsed(self) -> tuple[str, ...]:
        return tuple(sorted(ref for ref, job in self.jobs.items() if is_lapsed(job)))

    async def ended_since(self, moment: datetime) -> tuple[str, ...]:
        ended = ((job.ended_at or job.created_at, ref) for ref, job in self.jobs.items() if has_ended(job))
        return tuple(ref for at, ref in sorted(ended) if at >= moment)

    async def load_all(self, refs: Sequence[str]) -> tuple[Job, ...]:
        return tuple(self.jobs[ref] for ref in refs if ref in self.jobs)

    async def overdue(self) -> timedelta:
        waiting = [next_due(self.jobs[ref], self._timing) for ref in await self.due()]
        return max((self.clock.now - at for at in waiting if at), default=timedelta(0))

    async def room(self) -> Room:
        return Room(len(self.audit))

    async def unended(self) -> tuple[str, ...]:
        return tuple(sorted(ref for ref, job in self.jobs.items() if not has_ended(job)))
