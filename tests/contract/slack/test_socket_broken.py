"""Socket Mode when something breaks: what answers in Slack's place, what the watchdog asks, what reads back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.core.errors import TransientError
from bot.sandbox.faults import Fault
from bot.slack.listeners import build
from bot.slack.socket import Socket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp

    from bot.sandbox.slack import Slack

WITHIN_S = 5


class Proxy:
    """Stands where Slack should be, and gives every call the same answer.

    Attributes:
        url: Of its Web API.
        answer: Status, body and type.
        asked: Counts the calls.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answer = (200, "", "text/html")
        self.asked = asyncio.Semaphore(0)

    async def serve(self, _request: web.Request) -> web.Response:
        self.asked.release()
        status, body, kind = self.answer
        return web.Response(status=status, text=body, content_type=kind)


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """Serve a proxy."""
    proxy, served = Proxy(), web.Application()
    served.router.add_route("*", "/{path:.*}", proxy.serve)
    runner = web.AppRunner(served)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    proxy.url = f"http://{host}:{port}/api/"
    yield proxy
    await runner.cleanup()


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    """Give the relay's Bolt app, without its listeners."""
    return build(client)


@pytest.fixture
async def socket(slack: Slack, app: AsyncApp) -> AsyncIterator[Socket]:
    """Give a socket whose watchdog looks often, connected."""
    socket = Socket(app, slack.app.app_token, check_s=0.02)
    await socket.connect()
    yield socket
    await socket.close()


async def hung_up(slack: Slack, socket: Socket) -> None:
    """Lose a connection that the library does not bring back."""
    handler = socket._handler
    assert handler is not None
    handler.client.auto_reconnect_enabled = False
    handler.client.default_auto_reconnect_enabled = False
    await handler.client.disconnect()
    await slack.until(lambda: len(slack.sockets) == 0)


@pytest.mark.parametrize(
    "answer",
    [
        (200, "<html>", "application/json"),
        (500, "<html>", "application/json"),
        (200, "[]", "application/json"),
        (200, "{}", "application/json"),
        (200, '{"ok": true}', "application/json"),
        (200, "<html>", "text/html"),
        (502, "<html>", "text/html"),
        (503, "", "text/plain"),
    ],
)
async def test_what_a_proxy_says_in_slack_s_place_is_no_crash(
    proxy: Proxy, answer: tuple[int, str, str]
) -> None:
    """Whatever the library makes of it, the relay that starts says a sentence, and one that runs tries again."""
    proxy.answer = answer
    socket = Socket(build(AsyncWebClient("xoxb-1", base_url=proxy.url)), "xapp-1")
    with pytest.raises(TransientError, match="Slack"):
        await socket.connect()
    await socket.close()


async def test_the_watch_goes_on_after_what_a_proxy_said(
    slack: Slack, client: AsyncWebClient, socket: Socket, proxy: Proxy
) -> None:
    """Nothing that its tries meet ends it: when Slack answers again, it connects."""
    slack_s, client.base_url, proxy.answer = client.base_url, proxy.url, (503, "", "text/plain")
    await hung_up(slack, socket)
    async with asyncio.timeout(WITHIN_S):
        await proxy.asked.acquire()
        await proxy.asked.acquire()
    client.base_url = slack_s
    await slack.until(lambda: len(slack.sockets) == 1)


async def test_a_look_that_breaks_is_not_the_last_one(slack: Slack, app: AsyncApp) -> None:
    """A bug in what counts the workers is logged, and what keeps the relay listening is done all the same."""

    async def workers() -> int:
        raise ValueError

    socket = Socket(app, slack.app.app_token, workers, check_s=0.02)
    with capture_logs() as logs:
        await socket.connect()
        await hung_up(slack, socket)
        await slack.until(lambda: len(slack.sockets) == 1)
        await socket.close()
    assert ("socket.broken", "error") in {(entry["event"], entry["log_level"]) for entry in logs}


async def test_a_task_of_its_own_that_broke_does_not_keep_it_from_hanging_up(
    slack: Slack, app: AsyncApp
) -> None:
    """What reads back raised something, which is logged; the socket is closed as ever."""
    broke = asyncio.Event()

    async def came_back() -> None:
        broke.set()
        raise ValueError

    socket = Socket(app, slack.app.app_token, came_back=came_back)
    await socket.connect()
    await slack.sockets.disconnect()
    with capture_logs() as logs:
        async with asyncio.timeout(WITHIN_S):
            await broke.wait()
            await socket.close()
    assert [entry["event"] for entry in logs] == ["socket.broken"]
    assert not await socket.is_connected()


async def test_a_watch_that_does_not_hear_of_its_end_is_told_again(slack: Slack, app: AsyncApp) -> None:
    """What asks the store may take a cancellation for nothing; the relay would be killed while it stops."""
    asked = asyncio.Event()

    async def workers() -> int:
        asked.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return 1

    socket = Socket(app, slack.app.app_token, workers, check_s=0.02)
    await socket.connect()
    await asyncio.wait_for(asked.wait(), WITHIN_S)
    # A limit that cancelled it would end the watch as well.
    closed, _open = await asyncio.wait({asyncio.ensure_future(socket.close())}, timeout=WITHIN_S)
    assert closed
    assert not await socket.is_connected()


async def test_a_relay_that_ends_while_it_connects_leaves_nothing_behind(slack: Slack, app: AsyncApp) -> None:
    """Nobody would take from that connection what Slack delivers to it."""
    before = asyncio.all_tasks()
    slack.faults.add(Fault("apps.connections.open", "slow", delay_s=0.2))
    connecting = asyncio.create_task(Socket(app, slack.app.app_token).connect())
    await slack.calls.wait_for("apps.connections.open")
    connecting.cancel()
    with suppress(asyncio.CancelledError):
        await connecting
    assert not {task for task in asyncio.all_tasks() - before if "process_messages" in repr(task)}
