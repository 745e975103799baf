"""Hundreds wait for one channel's pace: who comes when, what a dead one costs, and how fast it goes."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from bot.core.errors import TransientError
from bot.relay.ports import Urgency
from bot.store import pace as pacing
from bot.store.keys import Keys
from bot.store.pace import AHEAD, RedisPace
from tests.make import later

KEYS = Keys("t")
MANY = 300
INTERVAL_S = 0.01


@pytest.fixture
async def workers(redis, server):
    """Give four workers' pace over one server, each with connections of its own."""
    assert await redis.ping()
    async with AsyncExitStack() as stack:
        clients = [Redis(unix_socket_path=str(server.socket)) for _worker in range(4)]
        yield [RedisPace(await stack.enter_async_context(client), KEYS) for client in clients]


async def use_up(pace):
    """Take the turns that may be taken ahead."""
    for number in range(1 + AHEAD):
        await pace.turn("channel", INTERVAL_S, 0, f"early {number}", Urgency())


async def test_of_three_hundred_the_most_urgent_comes_first(workers):
    """Four workers, in whatever order they asked: turns follow the deadlines, and what has none comes last."""
    seconds = [*range(1, MANY - 19), *[None] * 20]
    random.Random(5).shuffle(seconds)  # noqa: S311 -- no secret depends on it
    came: list[int] = []

    async def wait(number, patience_s):
        urgency = Urgency(later(seconds[number]) if seconds[number] else None)
        await workers[number % 4].turn("channel", INTERVAL_S, patience_s, f"job {number}", urgency)
        came.append(seconds[number] or MANY)

    await workers[0].hold("channel", 2)
    sent_away = await asyncio.gather(*(wait(number, 0) for number in range(MANY)), return_exceptions=True)
    assert {type(error) for error in sent_away} == {TransientError}
    began_at = time.monotonic()
    await asyncio.gather(*(wait(number, 60) for number in range(MANY)))
    took_s = time.monotonic() - began_at
    # Turns that may be taken at once go to whoever of those near them asks first.
    places = sorted(range(MANY), key=lambda place: came[place])
    assert max(abs(place - rank) for rank, place in enumerate(places)) <= 2 * (1 + AHEAD)
    # The pace allows so many; a machine that is busy elsewhere may take its time.
    assert took_s < 2 + MANY * INTERVAL_S * 2


async def test_many_who_come_and_go_lose_no_turn(workers):
    """Nobody waits longer than a moment at a time and all come back when told: no turn stays unused for that."""
    turns = 200

    async def come_back(number):
        while True:
            try:
                await workers[number % 4].turn(
                    "channel", INTERVAL_S, 0.02, f"job {number}", Urgency(later(number))
                )
            except TransientError as error:
                await asyncio.sleep(error.retry_after_s or 0)
            else:
                return

    began_at = time.monotonic()
    await asyncio.gather(*(come_back(number) for number in range(turns)))
    assert time.monotonic() - began_at < turns * INTERVAL_S * 2


async def test_one_that_died_holds_up_nobody_for_longer_than_it_is_waited_for(workers, monkeypatch):
    """Twenty were told when to come, and none does: the next one has its turn a moment later."""
    monkeypatch.setattr(pacing, "LINGER", timedelta(seconds=0.3))
    await workers[0].hold("channel", 0.2)
    for number in range(20):
        with pytest.raises(TransientError):
            await workers[1].turn("channel", INTERVAL_S, 0, f"dead {number}", Urgency(later(number)))
    began_at = time.monotonic()
    await workers[2].turn("channel", INTERVAL_S, 60, "alive", Urgency())
    assert time.monotonic() - began_at < 0.2 + 0.3 + 25 * INTERVAL_S + 0.2


async def test_nobody_starves_once_there_is_room(workers):
    """Urgent ones come as fast as the pace: when they stop coming, the patient one has its turn at once."""
    await use_up(workers[0])
    patient = asyncio.create_task(workers[3].turn("channel", INTERVAL_S, 60, "patient", Urgency()))
    for number in range(50):
        await workers[number % 3].turn("channel", INTERVAL_S, 60, f"urgent {number}", Urgency(later(number)))
    async with asyncio.timeout(1):
        await patient
