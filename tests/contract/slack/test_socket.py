"""Socket Mode over the wire: connected, reconnected, closed without losing what is under way."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest
import structlog

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


async def test_more_connections_than_workers_are_noted(
    slack: Slack, app: AsyncApp, noted: asyncio.Queue[str]
) -> None:
    """A connection that nobody listens on swallows presses: the log says that there is one."""
    crowd = [Socket(app, slack.app.app_token, workers=1) for _ in range(2)]
    for socket in crowd:
        await socket.connect()
    assert await asyncio.wait_for(noted.get(), 5) == "socket.crowded"
    for socket in crowd:
        await socket.close()
