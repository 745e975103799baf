"""Several workers over one store: whose turn it is, and who is there, whatever their clocks say."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

import docket.docket
import docket.execution
import docket.worker
import pytest

from bot.core.errors import TransientError
from bot.core.model import JobState
from bot.core.sighting import Status
from bot.engine import fleet as fleet_module
from bot.engine.fleet import Fleet
from bot.engine.worker import Engine, connected
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.world import FakeWorld
from tests.make import TIMING, make_job, seen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from redis.asyncio import Redis

    from bot.relay.world import World
    from bot.store.embedded import Embedded

QUEUE = "t-tasks"
WITHIN_S = 10
MINUTE = timedelta(minutes=1)
SOON = timedelta(milliseconds=50)
SKEW = timedelta(minutes=4)


@pytest.fixture
async def fleets(server, redis) -> AsyncIterator[tuple[Fleet, Fleet]]:
    """Give two workers' views of one fleet."""
    assert await redis.dbsize() == 0
    async with AsyncExitStack() as stack:
        dockets = [await stack.enter_async_context(connected(server.url, QUEUE)) for _worker in range(2)]
        yield Fleet(dockets[0]), Fleet(dockets[1])


async def test_one_of_two_workers_takes_the_turn(fleets):
    """The other one hears how long it lasts; another chore's turn is another matter."""
    first, second = fleets
    assert await first.take("survey", MINUTE) == timedelta(0)
    assert timedelta(0) < await second.take("survey", MINUTE) <= MINUTE
    assert timedelta(0) < await first.take("survey", MINUTE) <= MINUTE
    assert await second.take("sweep", MINUTE) == timedelta(0)


async def test_a_turn_ends_with_its_time_whatever_became_of_its_worker(fleets):
    """Nobody gives it back: a worker that died in it holds up the next turn by nothing."""
    first, second = fleets
    await first.take("sweep", SOON)
    async with asyncio.timeout(WITHIN_S):
        while waits := await second.take("sweep", SOON):
            assert waits <= SOON
            await asyncio.sleep(waits.total_seconds())


async def test_twenty_at_once_take_one_turn(fleets):
    """However they hurry."""
    waits = await asyncio.gather(*(fleet.take("sweep", MINUTE) for fleet in fleets * 10))
    assert waits.count(timedelta(0)) == 1


async def test_whoever_asks_for_a_turn_is_there(fleets):
    """Until it leaves."""
    first, second = fleets
    assert await first.count() == 0
    await first.take("sweep", MINUTE)
    await second.take("sweep", MINUTE)
    assert (await first.count(), await second.count()) == (2, 2)
    await first.leave()
    assert await second.count() == 1


async def test_a_worker_that_died_is_forgotten(fleets, monkeypatch):
    """It left without a word."""
    first, second = fleets
    await second.take("sweep", MINUTE)
    monkeypatch.setattr(fleet_module, "_MISSED", SOON)
    await first.take("sweep", MINUTE)
    assert await second.count() == 2
    async with asyncio.timeout(WITHIN_S):
        while await second.count() > 1:  # noqa: ASYNC110 -- the store forgets without telling
            await asyncio.sleep(0.01)


async def test_a_store_that_takes_no_writes_gives_no_turn(fleets, redis):
    """Said as something that can be tried again; who is there can still be asked."""
    await redis.replicaof("127.0.0.1", "1")
    try:
        with pytest.raises(TransientError):
            await fleets[0].take("sweep", MINUTE)
        assert await fleets[0].count() == 0
    finally:
        await redis.replicaof("NO", "ONE")


# Clocks that are wrong.

_skew: ContextVar[timedelta] = ContextVar("skew", default=timedelta(0))


class Wrong(datetime):
    """A clock that is wrong by as much as the worker that reads it."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # it is a datetime, as Docket wants
        return datetime.now(tz) + _skew.get()


@asynccontextmanager
async def working(server: Embedded, redis: Redis, skew: timedelta) -> AsyncIterator[tuple[Engine, World]]:
    """Run a worker whose clock is wrong."""
    fakes = FakeWorld()
    fakes.documents.shown = seen(status=Status.COMPLETED)
    context = copy_context()
    context.run(_skew.set, skew)
    async with connected(server.url, QUEUE) as connection:
        engine = Engine(connection)
        store = RedisStore(redis, Keys("t"), TIMING, 60, fakes.meter)
        world = replace(fakes.given, store=store, queue=engine)
        engine.register(world)
        running = asyncio.create_task(engine.run(), context=context)
        try:
            yield engine, world
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@pytest.mark.parametrize("skews", [(SKEW, -SKEW), (-SKEW, SKEW)])
async def test_clocks_that_are_eight_minutes_apart_change_nothing(server, redis, monkeypatch, skews):
    """What is due is done at once, whoever finds it, and each worker knows of the other."""
    for module in (docket.docket, docket.execution, docket.worker):
        monkeypatch.setattr(module, "datetime", Wrong)
    async with asyncio.timeout(WITHIN_S), AsyncExitStack() as stack:
        (one, world), (other, _) = [
            await stack.enter_async_context(working(server, redis, skew)) for skew in skews
        ]
        refs = [f"ref{number:013}" for number in range(20)]
        for ref in refs:
            await world.store.create(make_job(ref=ref, next_at=await world.store.now()))
        while {job.state for job in await world.store.load_all(refs)} != {JobState.COMPLETED}:  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.01)
        while (await one.count_workers(), await other.count_workers()) != (2, 2):  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.01)
        assert one.is_working
        assert other.is_working
