"""Outcomes on their way to a real program, from two workers with one server."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from standardwebhooks import Webhook

from bot.callbacks.address import Allowed
from bot.callbacks.sender import HttpCallbacks
from bot.callbacks.signing import Signer
from bot.core.model import JobState
from bot.core.request import Callback
from bot.engine.due import sweep
from bot.engine.tasks import STEPS
from bot.relay.returning.callback import redrive_all
from bot.store.audit import RedisAudit
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.meter import FakeMeter
from tests.fakes.world import FakeQueue, FakeWorld
from tests.make import TIMING, make_job
from tests.unit.callbacks.conftest import SECRET
from tests.unit.callbacks.listener import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.relay.ports import Store
    from bot.relay.world import World
    from tests.unit.callbacks.listener import Listener

KEYS = Keys("t")


@pytest.fixture
async def program() -> AsyncIterator[Listener]:
    """Listen as a program does."""
    async with listening() as listener:
        yield listener


@pytest.fixture
async def workers(redis, program) -> AsyncIterator[list[World]]:
    """Give the worlds of two workers over one server, which may call that program."""
    callbacks = HttpCallbacks(Allowed.of([f"127.0.0.1:{program.port}"], private=True), Signer(SECRET))
    stores = [RedisStore(redis, KEYS, TIMING, 600, FakeMeter()) for _worker in range(2)]
    yield [
        replace(FakeWorld(queue=FakeQueue()).given, store=cast("Store", store), callbacks=callbacks)
        for store in stores
    ]
    await callbacks.close()


async def ended(world: World, program: Listener, query: str = "") -> str:
    """Have an edit end whose program wants to hear of it; return its ref."""
    now = await world.store.now()
    url = f"http://127.0.0.1:{program.port}/done{query}"
    job = make_job(state=JobState.COMPLETED, ended_at=now, has_document=True, callback=Callback(url))
    await world.store.create(job)
    await world.store.save_document(job.ref, "updated", "<p>“15” days</p>")
    return job.ref


async def swept(world: World) -> list[str]:
    """Do what the sweep finds; return the steps."""
    queue = cast("FakeQueue", world.queue)
    queue.calls.clear()
    await sweep(world)
    for step, ref, _key in queue.called("add"):
        await STEPS[step](world, ref)
    return queue.steps


def headers(program: Listener) -> dict[str, str]:
    return {name: program.header(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}


async def events(redis) -> list[str]:
    pages = [page async for page in RedisAudit(redis, KEYS).pages()]
    return [dict(link.fields)["event"] for page in pages for link in page]


async def test_a_program_hears_of_its_edit_once(workers, program, redis):
    """Found by the sweep of whichever worker, signed with the store's time, and stored as done."""
    ref = await ended(workers[0], program)
    assert await swept(workers[1]) == ["deliver"]
    told = Webhook(SECRET).verify(program.body, headers(program))
    assert (told["type"], told["data"]["document_html"]) == ("edit.completed", "<p>“15” days</p>")
    assert (await workers[0].store.load(ref)).callback.delivered_at is not None
    assert [await swept(world) for world in workers] == [[], []]
    assert program.connections == 1
    assert await events(redis) == ["edit.requested", "callback.delivered"]


async def test_a_worker_that_dies_in_the_call_has_another_one_tell_it_again(workers, program):
    """The program has heard it, the record does not know: it comes again, by the same id and to the letter."""
    ref = await ended(workers[0], program)
    program.says = [None, program.says[0]]
    dying = asyncio.ensure_future(STEPS["deliver"](workers[0], ref))
    await program.came.wait()
    dying.cancel()
    await asyncio.wait({dying})
    first = headers(program)["webhook-id"]
    assert await swept(workers[1]) == ["deliver"]
    assert headers(program)["webhook-id"] == first
    bodies = [heard.partition(b"\r\n\r\n")[2] for heard in program.heard]
    assert bodies[0] == bodies[1]


async def test_a_program_that_is_mended_is_told_by_hand(workers, program, redis):
    """It wanted to hear no more, and then it did."""
    ref = await ended(workers[0], program)
    program.says = [b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", program.says[0]]
    await swept(workers[0])
    assert "no more" in (await workers[0].store.load(ref)).callback.trouble
    assert await swept(workers[1]) == []
    assert await redrive_all(workers[0].store, (await workers[0].store.load(ref)).ended_at) == 1
    assert await swept(workers[1]) == ["deliver"]
    assert await events(redis) == [
        "edit.requested",
        "callback.given_up",
        "callback.redriven",
        "callback.delivered",
    ]


async def test_an_address_stands_in_no_log_and_no_audit(workers, program, redis, caplog):
    """It may hold what only the program and its caller know."""
    await ended(workers[0], program, "?token=QUERY-SECRET")
    program.says = [b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"]
    await swept(workers[0])
    entries = [page async for page in RedisAudit(redis, KEYS).pages()]
    assert "answered 500" in json.dumps((await workers[0].store.load(make_job().ref)).callback.trouble)
    assert "QUERY-SECRET" not in caplog.text + repr(entries)
