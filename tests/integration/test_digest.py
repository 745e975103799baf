"""The digest over the real store and queue: each part stands exactly once, whoever dies where, and once a day."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.core.backlog import Digest, daily_name
from bot.core.model import ChangeState, JobState, RoundState
from bot.core.schedule import Schedule
from bot.core.sighting import Listed, Status
from bot.core.summary import LINES, BacklogSummary
from bot.engine.worker import Engine, connected
from bot.relay.reminding.digest import digest, digests
from bot.store.digests import RedisDigests
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.world import CHANNEL, FakeWorld
from tests.make import TIMING, make_change, make_job, make_round

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from bot.relay.ports import DigestModifier
    from bot.relay.world import World
    from bot.store.embedded import Embedded

KEYS = Keys("t")
WITHIN_S = 20
RETAIN_S = 30 * 24 * 3600
DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
PARTS = 3
WRITES = 2 * PARTS + 1
"""What posting three parts stores: an intent and a place for each, and that all are up."""


class MovedStore(RedisStore):
    """The store with its clock set by a test."""

    ahead = timedelta(0)

    async def now(self) -> datetime:
        return await super().now() + self.ahead

    async def set(self, moment: datetime) -> None:
        self.ahead = moment - await super().now()


class MortalDigests(RedisDigests):
    """Digests of a worker that is killed at one of its writes.

    Args:
        redis: As for any other worker.
        write: At which, from 1.
        is_stored: Whether that one is stored before it dies.
    """

    def __init__(self, redis: Redis, write: int, *, is_stored: bool) -> None:
        super().__init__(redis, KEYS, RETAIN_S)
        self._left = write
        self._is_stored = is_stored

    async def change(self, name: str, modifier: DigestModifier) -> Digest:
        self._left -= 1
        if self._left == 0 and not self._is_stored:
            await _killed()
        changed = await super().change(name, modifier)
        if self._left == 0:
            await _killed()
        return changed


async def _killed() -> None:
    """Have the task that runs this be cancelled here."""
    task = asyncio.current_task()
    assert task is not None
    task.cancel()
    await asyncio.sleep(0)


@pytest.fixture
def fakes() -> FakeWorld:
    """Give one Slack for all workers, and a SuperDocs in which every open edit waits."""
    fakes = FakeWorld()
    fakes.documents.paused = (Listed("job_1", "slack-1", Status.REVIEW),)
    return fakes


@pytest.fixture
def store(redis, fakes) -> MovedStore:
    """Give the store."""
    return MovedStore(redis, KEYS, TIMING, RETAIN_S, fakes.meter)


@pytest.fixture
def world(redis: Redis, store: MovedStore, fakes: FakeWorld) -> World:
    """Give one worker's world, its queue a list; the digest has been due since five minutes ago."""
    due = (datetime.now(UTC) - timedelta(minutes=5)).time().replace(second=0, microsecond=0)
    schedule = Schedule(due, days=EVERY_DAY)
    return replace(fakes.given, store=store, digests=RedisDigests(redis, KEYS, RETAIN_S), schedule=schedule)


async def opened(store: RedisStore, count: int) -> None:
    """Store open edits that were there the day before, and will be the day after."""
    now = await store.now()
    for number in range(count):
        until = now + DAY + timedelta(seconds=number)
        held = make_round(opened_at=now - DAY, submit_at=until, deadline_at=until + DAY)
        await store.create(make_job(held, ref=f"ref{number:013}", created_at=now - DAY))


async def worked_off(world: World, fakes: FakeWorld) -> None:
    """Run the chore, and every step that it queued, until nothing is left to post."""
    await digests(world)
    while names := await world.digests.unposted():
        for name in names:
            await digest(world, name)
    fakes.queue.calls.clear()


@asynccontextmanager
async def workers(
    server: Embedded, redis: Redis, fakes: FakeWorld, given: World, count: int
) -> AsyncIterator[None]:
    """Run real workers over one queue, each with connections and stores of its own, and one Slack."""
    async with AsyncExitStack() as stack:
        tasks = []
        for _worker in range(count):
            engine = Engine(await stack.enter_async_context(connected(server.url, "t-tasks")))
            store = RedisStore(redis, KEYS, TIMING, RETAIN_S, fakes.meter)
            kept = RedisDigests(redis, KEYS, RETAIN_S)
            engine.register(replace(given, store=store, digests=kept, queue=engine))
            tasks.append(asyncio.create_task(engine.run()))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for task in tasks:
                with suppress(asyncio.CancelledError):
                    await task


async def posted(world: World) -> None:
    """Wait until today's digest has begun and stands in full; the store is asked, since nobody tells."""
    moment = world.schedule.latest(await world.store.now())
    async with asyncio.timeout(WITHIN_S):
        while await world.digests.last(CHANNEL) != moment or await world.digests.unposted():  # noqa: ASYNC110 -- no event tells of it
            await asyncio.sleep(0.02)


def said(fakes: FakeWorld) -> list[BacklogSummary]:
    """Return what stands in Slack, in the order in which it was posted."""
    return [summary for summary in fakes.notifier.standing.values() if isinstance(summary, BacklogSummary)]


def offered(fakes: FakeWorld) -> list[str]:
    """Name the edits that are offered, as often as they are."""
    lines = [line for summary in said(fakes) for line in summary.open + summary.lapsed]
    return [line.action.target.partition(".")[0] for line in lines if line.action]


async def test_two_workers_post_one_digest(server, redis, world, fakes):
    """Both look at the clock at once; one begins it, and each part is posted by whoever takes it up."""
    await opened(world.store, LINES + 1)
    async with workers(server, redis, fakes, world, count=2):
        await asyncio.gather(*(digests(world) for _worker in range(5)))
        await posted(world)
    assert fakes.notifier.slots() == ["digest:1", "digest:2"]
    assert len(set(offered(fakes))) == len(offered(fakes)) == LINES + 1


async def test_three_hundred_open_changes_are_fifteen_messages(server, redis, world, fakes):
    """Each of them offered exactly once: one message in the channel, and the rest in its thread."""
    await opened(world.store, 300)
    async with workers(server, redis, fakes, world, count=2):
        await posted(world)
    assert fakes.notifier.slots() == [f"digest:{part}" for part in range(1, 16)]
    assert [place.thread_ts == "" for place in fakes.notifier.places.values()] == [True] + [False] * 14
    assert len(offered(fakes)) == len(set(offered(fakes))) == 300
    first = said(fakes)[0]
    assert first.text.startswith("300 edits wait for review.")
    assert first.title.endswith("page 1 of 15; the rest is in the thread")


@pytest.mark.parametrize("is_stored", [False, True], ids=["before it", "after it"])
@pytest.mark.parametrize("write", range(1, WRITES + 1))
async def test_a_worker_that_is_killed_at_any_write_leaves_each_part_once(
    redis, world, fakes, write, is_stored
):  # fmt: skip
    """Between intent and post, between post and its place, between parts: the next worker goes on from there."""
    await opened(world.store, LINES * PARTS)
    await digests(world)
    ((_step, name, _key),) = fakes.queue.called("add")
    mortal = MortalDigests(redis, write, is_stored=is_stored)
    dying = asyncio.create_task(digest(replace(world, digests=mortal), name))
    with pytest.raises(asyncio.CancelledError):
        await dying
    await worked_off(world, fakes)
    assert sorted(fakes.notifier.slots()) == ["digest:1", "digest:2", "digest:3"]
    parent = next(iter(fakes.notifier.standing))
    assert [place.thread_ts for place in fakes.notifier.places.values()] == ["", parent, parent]
    assert len(offered(fakes)) == len(set(offered(fakes))) == LINES * PARTS
    kept = await world.digests.load(name)
    assert [kept.messages[str(part)].ts for part in (1, 2, 3)] == list(fakes.notifier.standing)


@pytest.mark.parametrize(
    ("zone", "changed"),
    [
        ("Europe/Berlin", "2026-03-29"),
        ("Europe/Berlin", "2026-10-25"),
        ("Australia/Lord_Howe", "2026-10-04"),
        ("Australia/Lord_Howe", "2026-04-05"),
    ],
)
@pytest.mark.parametrize("at", ["02:15", "09:00"])
async def test_clocks_that_are_changed_bring_one_digest_a_day(store, world, fakes, zone, changed, at):
    """Put forward or back, also at the very hour: on each of the days around it one, and never two."""
    given = replace(world, schedule=Schedule(time.fromisoformat(at), ZoneInfo(zone), EVERY_DAY))
    day = datetime.fromisoformat(changed).replace(tzinfo=UTC)
    await store.set(day - 3 * DAY)
    await opened(store, 1)
    for half_hour in range(5 * 48):
        await store.set(day - 2 * DAY + half_hour * timedelta(minutes=30))
        await worked_off(given, fakes)
    titles = [summary.title for summary in said(fakes)]
    assert len(titles) == len(set(titles))
    shown = [day + n * DAY for n in range(-1, 3)]
    assert set(titles) >= {f"Digest of {d:%A}, {d.day} {d:%B}" for d in shown}


async def test_an_empty_day_posts_nothing_and_is_done(world, fakes):
    """Nothing is open and nothing lapsed; what comes later that day is for the next."""
    await worked_off(world, fakes)
    await opened(world.store, 1)
    await worked_off(world, fakes)
    assert fakes.notifier.calls == []
    assert await world.digests.last(CHANNEL) == world.schedule.latest(await world.store.now())


async def test_after_three_days_without_a_worker_there_is_one_digest_late(server, redis, world, fakes):
    """With all that lapsed meanwhile, newest first."""
    moment = world.schedule.latest(await world.store.now())
    missed = moment - 3 * DAY
    await world.digests.begin(Digest(daily_name(CHANNEL, missed), CHANNEL, missed, missed, posted_at=missed))
    held = make_round(make_change(state=ChangeState.LAPSED), state=RoundState.CONFIRMED)
    lapsed = make_job(held, state=JobState.COMPLETED)
    for number in range(3):
        ended_at = missed + timedelta(hours=1) + number * DAY
        await world.store.create(replace(lapsed, ref=f"ref{number:013}", ended_at=ended_at))
    async with workers(server, redis, fakes, world, count=2):
        await posted(world)
    (only,) = said(fakes)
    assert only.text == "3 edits lapsed, not yet asked again."
    assert offered(fakes) == [f"ref{number:013}" for number in (2, 1, 0)]
