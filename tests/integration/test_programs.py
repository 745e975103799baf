"""Programs that ask twice at once, on two workers with one server: one edit, with the document that belongs to it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from bot.core.errors import RefusedError
from bot.core.model import Job
from bot.relay.asking.programs import ProgramRequest, request
from bot.relay.watching.texts import SOURCE
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.meter import FakeMeter
from tests.fakes.world import FakeWorld
from tests.make import TIMING

if TYPE_CHECKING:
    from bot.relay.ports import Store

KEYS = Keys("t")
ROUNDS = 20


@pytest.fixture
def workers(redis):
    """Give the worlds of two workers over one server."""
    stores = [RedisStore(redis, KEYS, TIMING, 60, FakeMeter()) for _worker in range(2)]
    return [replace(FakeWorld().given, store=cast("Store", store)) for store in stores]


def wanted(key, words):
    """Ask for an edit of a document that holds the same words as the instruction."""
    return ProgramRequest(words, key=key, document_html=f"<p>{words}</p>")


async def test_the_same_request_at_once_is_one_edit(workers):
    """On whichever worker, eight times: everybody hears of the same one, which has its document."""
    for number in range(ROUNDS):
        heard = await asyncio.gather(*(request(workers[n % 2], wanted(f"k{number}", "A")) for n in range(8)))
        assert len({job.ref for job in heard}) == 1
        assert await workers[0].store.document(heard[0].ref, SOURCE) == "<p>A</p>"
    assert len(await workers[0].store.unended()) == ROUNDS


async def test_of_two_requests_with_one_key_one_is_an_edit(workers):
    """The other is refused, whichever was faster; and no edit ever has the other's document."""
    for number in range(ROUNDS):
        asked = [request(workers[n % 2], wanted(f"k{number}", "AB"[n // 2 % 2])) for n in range(8)]
        heard = await asyncio.gather(*asked, return_exceptions=True)
        (ref,) = {result.ref for result in heard if isinstance(result, Job)}
        assert {r.code for r in heard if isinstance(r, RefusedError)} == {"idempotency_key"}
        job = await workers[0].store.load(ref)
        assert await workers[1].store.document(ref, SOURCE) == f"<p>{job.instruction}</p>"
    assert len(await workers[0].store.unended()) == ROUNDS
