"""A store that stands still, restarts, refuses or was torn: no acked decision is lost, and nobody restarts the relay."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from bot.sandbox.faults import Fault
from bot.store import embedded
from tests.e2e.relay import ONE, TWO, Story, given

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    Outage = Callable[["Server"], AbstractAsyncContextManager[None]]

GOES_ON_WITHIN_S = 30
"""Promised from the moment at which the store is well again."""

ACKS_WITHIN_S = 3
"""After that Slack tells whoever pressed that something went wrong."""

LASTS_S = 6
"""How long nobody does anything in an outage: a shorter one, the client's own retries bridge."""


class Server:
    """The store of a story's relay."""

    def __init__(self, url: str) -> None:
        self.socket = Path(urlsplit(url).path)
        self.folder = self.socket.parent

    async def pid(self) -> int:
        async with Redis(unix_socket_path=str(self.socket)) as client:
            return int((await client.info())["process_id"])

    async def tell(self, *words: str) -> None:
        async with Redis(unix_socket_path=str(self.socket)) as client:
            await client.execute_command(*words)

    async def kill(self) -> None:
        os.kill(await self.pid(), signal.SIGKILL)

    async def start(self) -> None:
        await embedded.ensure(self.folder, dies_with_parent=True)


@pytest.fixture
def server(environment: dict[str, str]) -> Server:
    """Give the relay's store, to do harm to."""
    return Server(environment["REDIS_URL"])


@asynccontextmanager
async def standing_still(server: Server) -> AsyncIterator[None]:
    """It takes connections and commands, and answers none."""
    pid = await server.pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def gone(server: Server) -> AsyncIterator[None]:
    """It crashed, and is started again."""
    await server.kill()
    yield
    await server.start()


@asynccontextmanager
async def torn(server: Server) -> AsyncIterator[None]:
    """It crashed in the middle of a write: half a command stands at the end of its file."""
    await server.kill()
    yield
    (log,) = (server.folder / "appendonlydir").glob("*.incr.aof")
    with log.open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$9\r\nsuperd")
    await server.start()


@asynccontextmanager
async def demoted(server: Server) -> AsyncIterator[None]:
    """It is a replica for a while, of a server that is not there: it takes no writes."""
    await server.tell("REPLICAOF", "127.0.0.1", "1")
    yield
    await server.tell("REPLICAOF", "NO", "ONE")


@asynccontextmanager
async def full(server: Server) -> AsyncIterator[None]:
    """Its memory is full, and it evicts nothing."""
    await server.tell("CONFIG", "SET", "maxmemory", "1")
    yield
    await server.tell("CONFIG", "SET", "maxmemory", "0")


OUTAGES = [standing_still, gone, torn, demoted, full]


async def goes_on(story: Story, *answers: bool) -> None:
    """Wait until SuperDocs has a round's answers, once, and the edit has ended with them."""
    assert await story.submitted(within_s=GOES_ON_WITHIN_S) == [(answer, "") for answer in answers]
    await story.ended()
    assert len(story.superdocs.approvals) == 1


async def decide_through(story: Story, server: Server, outage: Outage) -> None:
    """Decide one change before an outage and the other in it, and again after it, as people do who see an error."""
    await story.edit(TWO)
    await story.open_cards(2)
    card = story.message("card:2")
    assert (await story.press("card:1", "approve")).ok
    async with outage(server):
        assert not (await story.press(card, "deny")).ok
    assert (await story.press(card, "deny")).ok
    await goes_on(story, True, False)


@pytest.mark.mode("socket")
@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.__name__)
async def test_no_acked_decision_is_lost_and_none_is_acked_that_is_not_stored(story, relay, server, outage):
    """A press before it counts, a press in it is answered with an error, and the same relay goes on by itself."""
    await decide_through(story, server, outage)
    assert relay.process.poll() is None


@pytest.mark.mode("http")
async def test_over_http_slack_is_told_as_well_that_nothing_was_stored(story, relay, server):
    """Slack hears an error instead of a 200, and shows one to whoever pressed."""
    await decide_through(story, server, gone)
    assert relay.process.poll() is None


@given(UNDO_S="2")
@pytest.mark.mode("socket")
async def test_a_round_goes_out_although_nobody_does_anything_more(story, relay, server):
    """Decided before the store crashed and due while it was away: its clock finds it when it is back."""
    await story.edit(ONE)
    await story.open_cards(1)
    assert (await story.press("round:1", "approve")).ok
    async with gone(server):
        await asyncio.sleep(LASTS_S)
    await goes_on(story, True)
    assert relay.process.poll() is None


@pytest.mark.mode("socket")
async def test_an_answer_that_could_not_be_recorded_is_not_given_twice(story, relay, server):
    """The store crashes while SuperDocs takes a round's answers: the document is read, and nothing is sent again."""
    await story.edit(ONE)
    await story.open_cards(1)
    story.superdocs.faults.add(Fault(name="approve", kind="slow", delay_s=1))
    assert (await story.press("round:1", "approve")).ok
    async with asyncio.timeout(ACKS_WITHIN_S):
        while len(story.superdocs.faults):  # noqa: ASYNC110 -- faults ring no bell
            await asyncio.sleep(0.01)
    async with gone(server):
        await goes_on(story, True)
        await asyncio.sleep(LASTS_S)
    await story.shows("round:1", "applied", within_s=GOES_ON_WITHIN_S)
    assert len(story.superdocs.calls.named("approve")) == 1
    assert relay.process.poll() is None
