"""Socket Mode over the wire: connected, reconnected, closed without losing what is under way."""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import structlog
import websockets

from bot.core.errors import RefusedError, TransientError
from bot.sandbox.faults import Fault
from bot.slack.listeners import build
from bot.slack.socket import Socket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, MutableMapping

    from slack_bolt.async_app import AsyncApp
    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    """Give the relay's Bolt app, without its listeners."""
    return build(client)


@pytest.fixture
async def socket(slack: Slack, app: AsyncApp) -> AsyncIterator[Socket]:
    """Give a socket whose watchdog looks often; a test connects it."""
    socket = Socket(app, slack.app.app_token, check_s=0.02)
    yield socket
    await socket.close()


@pytest.fixture
def noted() -> Iterator[asyncio.Queue[str]]:
    """Give the names of the events that are logged, as they come."""
    names: asyncio.Queue[str] = asyncio.Queue()

    def note(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        names.put_nowait(entry["event"])
        raise structlog.DropEvent

    structlog.configure(processors=[note])
    yield names
    structlog.reset_defaults()


async def test_what_slack_delivers_reaches_the_app(slack: Slack, app: AsyncApp, socket: Socket) -> None:
    """A command typed in Slack is answered over the socket."""

    async def help_(ack: AsyncAck) -> None:
        await ack(text="Here you are.")

    app.command("/superdocs")(help_)
    assert not await socket.is_connected()
    await socket.connect()
    assert await socket.is_connected()
    shown = await slack.person("U0REV").slash("C0LEGAL", "help")
    assert shown.message is not None
    assert shown.message.text == "Here you are."


async def test_an_app_token_that_is_no_good_is_refused_in_words(slack: Slack, socket: Socket) -> None:
    """A relay that cannot listen does not start as if it could."""
    slack.app.app_token = "xapp-another"
    with pytest.raises(RefusedError):
        await socket.connect()
    assert not await socket.is_connected()


async def test_a_handshake_that_fails_may_be_tried_again(slack: Slack, socket: Socket) -> None:
    """An address that does not answer is Slack's trouble for now."""
    slack.faults.add(Fault("socket", "error"))
    with pytest.raises(TransientError):
        await socket.connect()
    await socket.connect()
    assert await socket.is_connected()


async def test_a_connection_that_stays_away_is_made_anew(
    slack: Slack, socket: Socket, noted: asyncio.Queue[str]
) -> None:
    """The watchdog replaces a handler that the library leaves for dead, even when the first try fails."""
    await socket.connect()
    slack.faults.add(Fault("socket", "error"))
    first = socket._handler
    assert first is not None
    first.client.auto_reconnect_enabled = False
    first.client.default_auto_reconnect_enabled = False
    await first.client.disconnect()
    await slack.until(lambda: len(slack.sockets) == 0)
    await slack.calls.wait_for("apps.connections.open", count=3)
    await slack.until(lambda: len(slack.sockets) == 1)
    while await asyncio.wait_for(noted.get(), 5) != "socket.restored":
        pass
    assert socket._handler is not first
    assert await socket.is_connected()


async def test_closing_waits_for_what_is_under_way(slack: Slack, app: AsyncApp, socket: Socket) -> None:
    """What is being recorded is acked before the relay hangs up; what comes later is not taken any more."""
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(ack: AsyncAck, body: dict[str, str]) -> None:
        if body["text"] != "late":
            begun.set()
            await may_end.wait()
        await ack(text="Recorded.")

    app.command("/superdocs")(slow)
    await socket.connect()
    typing = asyncio.create_task(slack.person("U0REV").slash("C0LEGAL", ""))
    await begun.wait()
    closing = asyncio.create_task(socket.close())
    slack.settings.ack_within_s = 0.05
    refused = await slack.person("U0CAROL").slash("C0LEGAL", "late")
    assert refused.error == "operation_timeout"
    assert not closing.done()
    may_end.set()
    await closing
    await typing
    assert slack.person("U0REV").ephemerals("C0LEGAL")[0].text == "Recorded."
    assert not await socket.is_connected()


async def test_hanging_up_is_no_error(socket: Socket, caplog: pytest.LogCaptureFixture) -> None:
    """A relay that ends in order complains of nothing in the log."""
    await socket.connect()
    await socket.close()
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == []


# Ghosts: connections that Slack believes in, and nobody listens on.


@asynccontextmanager
async def ghost(client: AsyncWebClient, slack: Slack) -> AsyncIterator[None]:
    """Hold a connection of the app, and never answer on it."""
    opened = await client.apps_connections_open(app_token=slack.app.app_token)
    async with websockets.connect(opened["url"]):
        await slack.until(lambda: len(slack.sockets) > 0)
        yield


async def counted(found: asyncio.Queue[int]) -> int:
    """Wait until it was looked how many connections there are beyond the workers'."""
    return await asyncio.wait_for(found.get(), 5)


@pytest.fixture
async def found() -> asyncio.Queue[int]:
    """Give what the watchdog found, as it comes."""
    return asyncio.Queue()


@pytest.fixture
async def watchful(slack: Slack, app: AsyncApp, found: asyncio.Queue[int]) -> AsyncIterator[Socket]:
    """Give a socket that tells what it found."""
    socket = Socket(app, slack.app.app_token, crowded=found.put_nowait, check_s=0.02)
    yield socket
    await socket.close()


async def test_a_ghost_is_noticed(
    slack: Slack,
    client: AsyncWebClient,
    watchful: Socket,
    found: asyncio.Queue[int],
    noted: asyncio.Queue[str],
) -> None:
    """Slack counts two connections where there is one worker: the log says so, and who counts is told."""
    async with ghost(client, slack):
        await watchful.connect()
        assert await counted(found) == 1
        assert await asyncio.wait_for(noted.get(), 5) == "socket.crowded"


async def test_a_ghost_swallows_what_slack_gives_to_it(
    slack: Slack, app: AsyncApp, client: AsyncWebClient, socket: Socket
) -> None:
    """Slack takes turns: one command is answered, the other is not, and its author is told so by Slack."""

    async def help_(ack: AsyncAck) -> None:
        await ack(text="Here you are.")

    app.command("/superdocs")(help_)
    slack.settings.ack_within_s = 0.3
    async with ghost(client, slack):
        await socket.connect()
        tried = [await slack.person("U0REV").slash("C0LEGAL", "help") for _ in range(2)]
        assert {shown.error for shown in tried} == {None, "operation_timeout"}


async def test_other_workers_are_no_ghosts(
    slack: Slack, app: AsyncApp, watchful: Socket, found: asyncio.Queue[int]
) -> None:
    """As many connections as workers is as it should be; one who has just begun may be known a little later."""
    known = iter((0, 0, 2))

    async def workers() -> int:
        return next(known)

    other = Socket(app, slack.app.app_token)
    await other.connect()
    watchful.workers = workers
    await watchful.connect()
    assert await counted(found) == 0
    await other.close()


async def test_what_the_store_does_not_say_is_asked_again(
    slack: Slack, client: AsyncWebClient, watchful: Socket, found: asyncio.Queue[int]
) -> None:
    """Nobody is called a ghost because the store was away."""
    known = iter((TransientError("Away."), 1, 1, 1))

    async def workers() -> int:
        answer = next(known)
        if isinstance(answer, TransientError):
            raise answer
        return answer

    watchful.workers = workers
    async with ghost(client, slack):
        await watchful.connect()
        assert await counted(found) == 1


async def test_a_connection_that_slack_renews_is_not_its_own_ghost(
    slack: Slack, watchful: Socket, found: asyncio.Queue[int]
) -> None:
    """While the new one is greeted, the old one is still counted."""
    await watchful.connect()
    assert await counted(found) == 0
    await slack.sockets.disconnect()
    assert await counted(found) == 0
    await slack.until(lambda: len(slack.sockets) == 1)


# Listening again.


async def test_whoever_comes_back_is_told(slack: Slack, app: AsyncApp) -> None:
    """Not at the first connection, which everybody waits for, but at each one after that."""
    back: asyncio.Queue[None] = asyncio.Queue()

    async def came_back() -> None:
        back.put_nowait(None)

    socket = Socket(app, slack.app.app_token, came_back=came_back, check_s=0.02)
    await socket.connect()
    await slack.sockets.disconnect()
    await asyncio.wait_for(back.get(), 5)
    await slack.sockets.disconnect("warning")
    await asyncio.wait_for(back.get(), 5)
    assert back.empty()
    await socket.close()


async def test_what_is_read_back_does_not_keep_the_relay_from_ending(slack: Slack, app: AsyncApp) -> None:
    """It is read by whoever starts next."""
    begun = asyncio.Event()

    async def came_back() -> None:
        begun.set()
        await asyncio.Event().wait()

    socket = Socket(app, slack.app.app_token, came_back=came_back)
    await socket.connect()
    await slack.sockets.disconnect()
    await asyncio.wait_for(begun.wait(), 5)
    async with asyncio.timeout(2):
        await socket.close()


async def test_an_address_that_leads_nowhere_is_not_tried_for_ever(
    slack: Slack, socket: Socket, noted: asyncio.Queue[str]
) -> None:
    """Slack hands out dead addresses when it renews the connection: the watchdog asks for others until one is good."""
    await socket.connect()
    slack.settings.dead_addresses = 3
    await slack.sockets.disconnect()
    await slack.sockets.close()
    await slack.until(lambda: len(slack.sockets) == 0)
    while await asyncio.wait_for(noted.get(), 5) != "socket.restored":
        pass
    assert await socket.is_connected()
    assert len(slack.calls.named("apps.connections.open")) == 5
