"""How things stand in the whole fleet: read from the store when somebody asks, and shown as gauges."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.core.errors import RelayError
from bot.core.model import RoundState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
        next_submission: How long until the first of these rounds is sent as it stands; None without one.
        queue_age: For how long the oldest due step has been waiting.
        lapsed: Ended edits that left something nobody has asked for again.
    """

    rounds: int
    changes: int
    next_submission: timedelta | None
    queue_age: timedelta
    lapsed: int


async def snapshot(store: Store) -> Snapshot:
    """Read how things stand.

    Raises:
        TransientError: The store does not answer.
    """
    jobs = await store.load_all(await store.unended())
    return tally(jobs, await store.now(), await store.overdue(), len(await store.lapsed()))


def tally(jobs: Iterable[Job], now: datetime, queue_age: timedelta, lapsed: int) -> Snapshot:
    """Count what waits, from the records that have not ended."""
    waiting = [job.round for job in jobs if job.round and job.round.state is RoundState.OPEN]
    first = min((held.submit_at for held in waiting), default=None)
    return Snapshot(
        rounds=len(waiting),
        changes=sum(len(held.undecided) for held in waiting),
        next_submission=None if first is None else first - now,
        queue_age=queue_age,
        lapsed=lapsed,
    )


async def snapshot_within(store: Store, patience_s: float) -> Snapshot | None:
    """Read how things stand, or None when the store does not answer in time."""
    try:
        async with asyncio.timeout(patience_s):
            return await snapshot(store)
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
        if standing.next_submission is not None:
            left = standing.next_submission.total_seconds()
            yield _gauge("next_submission_seconds", "Until an open round is sent as it stands", left)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", meaning, value=float(value))
