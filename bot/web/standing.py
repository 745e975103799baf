"""How things stand in the whole fleet: read from the store when somebody asks, and shown as gauges."""

from __future__ import annotations

import asyncio
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.core.backlog import is_open
from bot.core.errors import RelayError
from bot.core.model import RoundState
from bot.relay.ports import Room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime, timedelta

    from prometheus_client.core import Metric

    from bot.core.model import Job
    from bot.relay.ports import Store

PREFIX: Final = "superdocs_relay"
"""Begins the name of every metric of ours."""

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How things stand, by the store's clock.

    Attributes:
        rounds: How many wait for people.
        changes: How many of their changes nobody has decided.
        next_submission: How long until the first round that is not sent yet is sent as it stands; None without one.
        queue_age: For how long the oldest due step has been waiting.
        lapsed: Ended edits that left something nobody has asked for again.
        room: How full the store is.
    """

    rounds: int
    changes: int
    next_submission: timedelta | None
    queue_age: timedelta
    lapsed: int
    room: Room = Room()  # noqa: RUF009 -- frozen, so one default serves all


async def snapshot(store: Store) -> Snapshot:
    """Read how things stand.

    Raises:
        TransientError: The store does not answer.
    """
    jobs = await store.load_all(await store.unended())
    waiting = judged(jobs, await store.now(), await store.overdue(), len(await store.lapsed()))
    return replace(waiting, room=await store.room())


def judged(jobs: Iterable[Job], now: datetime, queue_age: timedelta, lapsed: int) -> Snapshot:
    """Count what waits, from the records that have not ended."""
    known = tuple(jobs)
    waiting = [job.round for job in known if job.round and is_open(job)]
    unsent = [job.round.submit_at for job in known if job.round and job.round.state is RoundState.OPEN]
    first = min(unsent, default=None)
    return Snapshot(
        rounds=len(waiting),
        changes=sum(len(held.undecided) for held in waiting),
        next_submission=None if first is None else first - now,
        queue_age=queue_age,
        lapsed=lapsed,
    )


class Glance:
    """Reads how things stand, once for all who ask within a few seconds.

    Args:
        store: Read.
        patience_s: Seconds that a reading may take.
        fresh_s: Seconds that it is shown again.
        clock: Seconds that only go forward.
    """

    def __init__(
        self, store: Store, patience_s: float, fresh_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._patience_s = patience_s
        self._fresh_s = fresh_s
        self._clock = clock
        self._lock = asyncio.Lock()
        self._last: Snapshot | None = None
        self._read_at = -math.inf

    async def take(self) -> Snapshot | None:
        """Return how things stand, or None when the store does not answer in time."""
        async with self._lock:
            if self._clock() - self._read_at >= self._fresh_s:
                self._last = await self._read()
                self._read_at = self._clock()
            return self._last

    async def _read(self) -> Snapshot | None:
        try:
            async with asyncio.timeout(self._patience_s):
                return await snapshot(self._store)
        except (RelayError, TimeoutError) as error:
            _log.warning("metrics.store_silent", kind=type(error).__name__)
            return None


class Standing(Collector):
    """A snapshot as gauges."""

    def __init__(self, standing: Snapshot | None) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        """Give the gauges; of what there is none, nothing."""
        standing = self._standing
        yield _gauge("store_up", "Whether the store answered", standing is not None)
        if standing is None:
            return
        yield _gauge("open_rounds", "Rounds that wait for people", standing.rounds)
        yield _gauge("open_changes", "Changes that nobody has decided", standing.changes)
        yield _gauge(
            "queue_age_seconds", "How long the oldest due step waits", standing.queue_age.total_seconds()
        )
        yield _gauge("lapsed_edits", "Ended edits with something left, not asked for again", standing.lapsed)
        yield _gauge("audit_entries", "Entries of the audit", standing.room.audit)
        yield _gauge("store_memory_ratio", "Used of the store's memory, 0 without limit", standing.room.share)
        if standing.next_submission is not None:
            left = standing.next_submission.total_seconds()
            yield _gauge("next_submission_seconds", "Until an open round is sent as it stands", left)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", meaning, value=float(value))
