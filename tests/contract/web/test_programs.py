"""Two thousand spoilt requests at the API for programs, on the real server."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from bot.callbacks.address import Allowed
from bot.callbacks.sender import HttpCallbacks
from bot.callbacks.signing import Signer
from bot.callbacks.transport import CheckedNetwork
from bot.core.errors import RefusedError
from bot.core.model import JobState
from bot.core.sighting import Status
from bot.web import handover
from tests.contract.web.assault import BODY_S, knock
from tests.contract.web.mutations import CANARY
from tests.contract.web.programs import HTML, TOKEN, Asked, mutations
from tests.fakes.world import FakeWorld
from tests.make import make_job, seen
from tests.unit.web.wire import Reply, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from bot.callbacks.networks import Machine
    from bot.web.server import Server

COUNT = 2000
AT_ONCE = 24
"""Connections at a time: some wait until the server gives them up."""


async def turn() -> float:
    """Have one for everybody."""
    return 0


async def channel_id(name: str) -> str:
    """Know no channel."""
    sentence = f"There is no channel {name}."
    raise RefusedError(sentence, code="channel_not_found")


async def nowhere(_name: str, _port: int) -> tuple[Machine, ...]:
    """Resolve nothing."""
    raise OSError


async def a_world() -> FakeWorld:
    """Give a world in which one edit has ended, and left a document."""
    world = FakeWorld()
    world.documents.shown = seen(status=Status.WORKING, job_id="", session_id="")
    ref = await world.keep(make_job(state=JobState.COMPLETED, has_document=True, document=f"{CANARY}.html"))
    await world.store.save_document(ref, "updated", HTML)
    return world


def is_discreet(reply: Reply) -> bool:
    """Say whether an answer that is no success keeps to itself what the request held, beyond the names of fields."""
    if not reply.headers.get("content-type", "").startswith("application/problem+json"):
        return reply.status < 400 or CANARY.encode() not in reply.body
    problem = json.loads(reply.body)
    sentence = problem.pop("detail", "")
    for fault in problem.get("errors", []):
        sentence = sentence.replace(fault.pop("pointer").removeprefix("/"), "")
    return CANARY not in sentence + json.dumps(problem)


@dataclass
class Assault:
    """What was sent to the API, and what became of it.

    Attributes:
        indiscreet: Answers that tell what was asked.
        to_strangers: What is answered to whoever has no token.
    """

    world: FakeWorld
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    indiscreet: list[bytes] = field(default_factory=list)
    to_strangers: set[bytes] = field(default_factory=set)

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[Server]:
        """Serve the API, with callbacks whose names nobody knows now."""
        network = CheckedNetwork(allows_private=False, resolve=nowhere)
        allowed, signer = Allowed.of(["hooks.example.com"]), Signer("whsec_" + "A" * 32)
        callbacks = HttpCallbacks(allowed, signer, network=network)
        given = replace(self.world.given, callbacks=callbacks)
        async with serving(handover.routes(given, TOKEN, channel_id, turn, body_s=BODY_S)) as server:
            yield server
        await callbacks.close()

    async def send(self, server: Server, kind: str, raw: bytes) -> None:
        """Send a request, and note what comes back."""
        reply = await knock(server, raw)
        self.statuses[kind][reply.status] += 1
        if not is_discreet(reply):
            self.indiscreet.append(reply.body)
        if kind == "no token, or another":
            self.to_strangers.add(reply.body)


async def test_no_spoilt_request_of_a_program_is_a_server_error_or_leaves_a_word_in_the_log(
    logged: pytest.LogCaptureFixture,
) -> None:
    """Nor does anybody without the token learn or start anything; genuine ones still pass when all is over."""
    random = Random(20_261_122)  # noqa: S311 -- seeded on purpose
    assault, turns = Assault(await a_world()), asyncio.Semaphore(AT_ONCE)

    async def one(kind: str, raw: bytes) -> None:
        async with turns:
            await assault.send(server, kind, raw)

    async with assault.standing() as server:
        await asyncio.gather(*(one(kind, raw) for kind, raw in mutations(random, COUNT)))
        real = Asked(json.dumps({"message": "Now.", "document_html": HTML}).encode())
        assert (await knock(server, real.written())).status == 202

    assert sum(found.total() for found in assault.statuses.values()) == COUNT
    # A name that cannot be resolved now may be later: to come again is no fault of the server.
    assert {status for found in assault.statuses.values() for status in found if status >= 500} <= {503}
    assert set(assault.statuses["no token, or another"]) == {401}
    assert len(assault.to_strangers) == 1
    assert assault.indiscreet == []
    assert CANARY not in logged.text
