"""The real queue over the real store: what a change makes due is done, once, by whoever is there."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.model import JobState
from bot.core.sighting import Status
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

WITHIN_S = 10


@asynccontextmanager
async def running(server: Embedded, redis: Redis, fakes: FakeWorld) -> AsyncIterator[World]:
    """Run one worker, and give its world: the real store and queue, and fakes for the rest."""
    async with connected(server.url, "t-tasks") as docket:
        engine = Engine(docket)
        store = RedisStore(redis, Keys("t"), TIMING, 60, fakes.meter)
        world = replace(fakes.given, store=store, queue=engine)
        engine.register(world)
        working = asyncio.create_task(engine.run())
        try:
            yield world
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working


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
