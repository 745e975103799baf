"""The real queue over the real store: what a change makes due is done, once, by whoever is there."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest

from bot.core.errors import TransientError
from bot.core.model import Job, JobState
from bot.core.sighting import Status
from bot.engine import chores, worker
from bot.engine.tasks import STEPS
from bot.engine.worker import REDELIVERY as GIVEN_BACK_AFTER
from bot.engine.worker import Engine, connected
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.meter import FakeMeter
from tests.fakes.world import FakeWorld
from tests.make import TIMING, make_job, seen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from redis.asyncio import Redis

    from bot.relay.world import World
    from bot.store.embedded import Embedded

QUEUE = "t-tasks"
WITHIN_S = 10
REDELIVERY = timedelta(milliseconds=400)


@asynccontextmanager
async def working(server: Embedded, redis: Redis, fakes: FakeWorld) -> AsyncIterator[tuple[Engine, World]]:
    """Run one worker, and give it with its world: the real store and queue, and fakes for the rest."""
    async with connected(server.url, QUEUE) as docket:
        engine = Engine(docket)
        store = RedisStore(redis, Keys("t"), TIMING, 60, fakes.meter)
        world = replace(fakes.given, store=store, queue=engine)
        engine.register(world)
        running = asyncio.create_task(engine.run())
        try:
            yield engine, world
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


@asynccontextmanager
async def running(server: Embedded, redis: Redis, fakes: FakeWorld) -> AsyncIterator[World]:
    """Run one worker, and give its world."""
    async with working(server, redis, fakes) as (_engine, world):
        yield world


async def until(world: World, ref: str, state: JobState) -> None:
    """Wait until a record has a state; the store is asked, since nobody tells."""
    async with asyncio.timeout(WITHIN_S):
        while (await world.store.load(ref)).state is not state:  # noqa: ASYNC110 -- no event tells of it
            await asyncio.sleep(0.01)


@pytest.fixture
def fakes() -> FakeWorld:
    """Give a SuperDocs whose job is done, and a Slack."""
    fakes = FakeWorld()
    fakes.documents.shown = seen(status=Status.COMPLETED)
    return fakes


async def test_what_a_change_makes_due_is_done_by_a_worker(server, redis, fakes):
    """The task carries a ref; the record says the rest."""
    async with running(server, redis, fakes) as world:
        await world.store.create(make_job())
        await world.change(make_job().ref, lambda job, now: replace(job, next_at=now))
        await until(world, make_job().ref, JobState.COMPLETED)
    assert len(fakes.documents.called("read")) == 1


async def test_what_nobody_queued_is_found_by_the_sweep(server, redis, fakes):
    """A crash came between the record and the queue: a second later it is done all the same."""
    async with running(server, redis, fakes) as world:
        await world.store.create(make_job(next_at=await world.store.now()))
        await until(world, make_job().ref, JobState.COMPLETED)


class Step:
    """A step that a test holds up.

    Attributes:
        begun: Counts how often it began.
        goes_on: Lets it end.
        ended: Whether it ended, by itself or because somebody ended it.
    """

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.times = 0
        self.goes_on = asyncio.Event()
        self.ended = asyncio.Event()

    async def __call__(self, _world: World, _ref: str) -> None:
        self.times += 1
        self.begun.release()
        try:
            await self.goes_on.wait()
        finally:
            self.ended.set()


def taught(monkeypatch: pytest.MonkeyPatch, name: str) -> Step:
    """Put a step of the test's in the place of a real one."""
    step = Step()
    step.__name__ = name  # type: ignore[attr-defined]  # the engine knows a step by it, as it does a function
    monkeypatch.setitem(STEPS, name, step)
    return step


async def test_a_task_of_a_worker_that_died_is_given_to_another(server, redis, fakes, monkeypatch):
    """The dead one had read it from the queue, and was never heard of again."""
    monkeypatch.setattr(worker, "REDELIVERY", REDELIVERY)
    step = taught(monkeypatch, "digest")
    step.goes_on.set()
    async with connected(server.url, QUEUE) as docket:
        engine = Engine(docket)
        engine.register(fakes.given)
        await engine.add("digest", "ref1", "digest:ref1")
        await redis.xgroup_create(docket.stream_key, docket.worker_group_name, id="0")
        taken = await redis.xreadgroup(docket.worker_group_name, "dead", {docket.stream_key: ">"}, block=1000)
        assert taken
    async with asyncio.timeout(WITHIN_S), running(server, redis, fakes):
        await step.begun.acquire()
    assert timedelta(seconds=5) == GIVEN_BACK_AFTER


async def test_a_task_that_takes_long_stays_with_its_worker(server, redis, fakes, monkeypatch):
    """It is four times as long as a dead worker's task would lie: its worker lives, and says so."""
    monkeypatch.setattr(worker, "REDELIVERY", REDELIVERY)
    step = taught(monkeypatch, "digest")
    async with asyncio.timeout(WITHIN_S):
        async with running(server, redis, fakes) as world, running(server, redis, fakes):
            await world.queue.add("digest", "ref1", "digest:ref1")
            await step.begun.acquire()
            with suppress(TimeoutError):
                async with asyncio.timeout(4 * REDELIVERY.total_seconds()):
                    await step.begun.acquire()
            step.goes_on.set()
    assert step.times == 1


@pytest.fixture
async def refusing(redis) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Give a way to make the server a replica of nobody, which takes no writes; afterwards it is what it was."""

    async def refuse() -> None:
        await redis.replicaof("127.0.0.1", "1")

    yield refuse
    await redis.replicaof("NO", "ONE")


async def test_a_store_that_refuses_ends_no_worker(server, redis, fakes, refusing, monkeypatch):
    """It lets go of the stream that it follows, is not well for as long, and goes on by itself afterwards."""
    monkeypatch.setattr(chores, "_LATE", timedelta(milliseconds=100))
    follow, digest = taught(monkeypatch, "watch"), taught(monkeypatch, "digest")
    digest.goes_on.set()
    async with asyncio.timeout(WITHIN_S), working(server, redis, fakes) as (engine, world):
        await world.queue.add("watch", "ref1", "watch:ref1")
        await follow.begun.acquire()
        await refusing()
        with pytest.raises(TransientError):
            await engine.add("digest", "ref1", "digest:ref1")
        await follow.ended.wait()
        while engine.is_working:  # noqa: ASYNC110 -- it is asked, and rings no bell
            await asyncio.sleep(0.01)
        await redis.replicaof("NO", "ONE")
        await engine.add("digest", "ref1", "digest:ref1")
        await digest.begun.acquire()
        while not engine.is_working:  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.01)
        assert not follow.goes_on.is_set()


async def test_what_was_done_leaves_nothing_in_the_queue(server, redis, fakes, monkeypatch):
    """However much goes through it, it takes no more room than before."""
    step = taught(monkeypatch, "digest")
    step.goes_on.set()
    async with asyncio.timeout(WITHIN_S), running(server, redis, fakes) as world:
        sizes = []
        for lot in range(2):
            for number in range(50):
                await world.queue.add("digest", f"ref{lot}", f"digest:{lot}:{number}")
                await step.begun.acquire()
            while await redis.xlen(f"{QUEUE}:stream"):  # noqa: ASYNC110 -- the queue tells nobody that it is empty
                await asyncio.sleep(0.01)
            sizes.append(len(await redis.keys(f"{QUEUE}:runs:*")))
    assert sizes == [0, 0]


async def test_a_burst_beyond_the_pool_is_refused_in_a_sentence(server, redis):
    """The store stands still and everybody presses: those for whom no connection is left hear so, and nobody hangs."""
    async with connected(f"{server.url}?max_connections=8", QUEUE) as docket, docket.redis() as client:
        store = RedisStore(cast("Redis", client), Keys("t"), TIMING, 60, FakeMeter())
        await store.create(make_job())
        await redis.client_pause(500)
        asked = await asyncio.gather(*(store.load(make_job().ref) for _ in range(50)), return_exceptions=True)
    refused = [one for one in asked if isinstance(one, TransientError)]
    assert len(refused) == len([one for one in asked if isinstance(one, Exception)]) >= 40
    assert {str(one) for one in refused} == {
        "The store does not answer (MaxConnectionsError); nothing was confirmed as stored. Please try again."
    }
    assert make_job().ref in {one.ref for one in asked if isinstance(one, Job)}
