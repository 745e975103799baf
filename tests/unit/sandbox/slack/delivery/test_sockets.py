"""Socket Mode on the wire: greetings, tickets, envelopes, retries, faults, farewells."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.slack.delivery import UndeliveredError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

    Connect = Callable[[], Awaitable[aiohttp.ClientWebSocketResponse]]

CHANNEL = "C0LEGAL"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give a bare HTTP client."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def address(slack: Slack, client: AsyncWebClient) -> Callable[[], Awaitable[str]]:
    """Give fresh addresses for connections."""

    async def fresh() -> str:
        return str((await client.apps_connections_open(app_token=slack.app.app_token))["url"])

    return fresh


@pytest.fixture
def connect(session: aiohttp.ClientSession, address: Callable[[], Awaitable[str]]) -> Connect:
    """Give bare connections; their `hello` is still to be read."""
    kept: list[aiohttp.ClientWebSocketResponse] = []

    async def fresh() -> aiohttp.ClientWebSocketResponse:
        kept.append(await session.ws_connect(await address()))
        return kept[-1]

    return fresh


class TestConnections:
    async def test_hello(self, connect: Connect) -> None:
        """The greeting counts the connections and says how long this one will last."""
        first = await (await connect()).receive_json()
        second = await (await connect()).receive_json()
        assert (first["type"], first["num_connections"], second["num_connections"]) == ("hello", 1, 2)
        assert first["debug_info"]["approximate_connection_time"] == 3600
        assert first["connection_info"] == {"app_id": "A0RELAY"}

    async def test_debug_reconnects(
        self, session: aiohttp.ClientSession, address: Callable[[], Awaitable[str]]
    ) -> None:
        """With debug_reconnects connections are short."""
        socket = await session.ws_connect(f"{await address()}&debug_reconnects=true")
        assert (await socket.receive_json())["debug_info"]["approximate_connection_time"] == 360

    async def test_single_use(
        self, session: aiohttp.ClientSession, address: Callable[[], Awaitable[str]]
    ) -> None:
        """An address is good for one connection."""
        url = await address()
        await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)

    async def test_ten_at_most(self, slack: Slack, connect: Connect) -> None:
        """The connection after the tenth is sent away."""
        slack.settings.connections = 2
        for _ in range(2):
            await (await connect()).receive_json()
        third = await connect()
        assert (await third.receive_json())["reason"] == "too_many_websockets"
        assert (await third.receive()).type is aiohttp.WSMsgType.CLOSE

    async def test_time_is_over(self, slack: Slack, connect: Connect) -> None:
        """A connection ends with a warning, a farewell and a close."""
        slack.settings.connection_s = 0.02
        socket = await connect()
        frames = [await socket.receive_json() for _ in range(3)]
        assert [one.get("reason") for one in frames] == [None, "warning", "refresh_requested"]
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE

    async def test_refused_handshake(
        self, slack: Slack, session: aiohttp.ClientSession, address: Callable[[], Awaitable[str]]
    ) -> None:
        """A handshake can be made to fail, as in an outage."""
        slack.faults.add(Fault("socket", "error", status=503))
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(await address())


class TestEnvelopes:
    async def test_any_one_connection(self, slack: Slack, connect: Connect) -> None:
        """Each payload goes to one connection only, and not always to the same."""
        sockets = [await connect() for _ in range(2)]
        for socket in sockets:
            await socket.receive_json()

        async def answer(socket: aiohttp.ClientWebSocketResponse) -> int:
            count = 0
            async for frame in socket:
                await socket.send_json({"envelope_id": frame.json()["envelope_id"]})
                count += 1
            return count

        tasks = [asyncio.create_task(answer(socket)) for socket in sockets]
        for _ in range(6):
            assert (await slack.person("U0REQ").slash(CHANNEL)).ok
        await slack.sockets.close()
        counts = await asyncio.gather(*tasks)
        assert sum(counts) == 6
        assert min(counts) > 0

    async def test_form(self, slack: Slack, connect: Connect) -> None:
        """An envelope of an interaction can be answered with a payload; one of an event cannot, and counts its tries."""
        socket = await connect()
        await socket.receive_json()
        act = asyncio.create_task(slack.person("U0REQ").slash(CHANNEL, "help"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        assert "retry_attempt" not in envelope
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "use it so"}})
        shown = await act
        assert shown.message is not None
        assert shown.message.text == "use it so"
        say = asyncio.create_task(slack.person("U0REQ").say(CHANNEL, "hi"))
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
        assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await say

    async def test_the_app_sees_its_own_messages(self, client: AsyncWebClient, connect: Connect) -> None:
        """What the app posts, edits and deletes comes back to it as events, marked as its own."""
        socket = await connect()
        await socket.receive_json()
        posted = await client.chat_postMessage(channel=CHANNEL, text="card")
        await client.chat_update(channel=CHANNEL, ts=posted["ts"], text="new")
        await client.chat_delete(channel=CHANNEL, ts=posted["ts"])
        events = [(await socket.receive_json())["payload"]["event"] for _ in range(3)]
        assert [one.get("subtype") for one in events] == [None, "message_changed", "message_deleted"]
        assert (events[0]["bot_id"], events[0]["app_id"]) == ("B0RELAY", "A0RELAY")
        assert (events[1]["message"]["text"], events[1]["previous_message"]["text"]) == ("new", "card")

    async def test_events_are_repeated(self, slack: Slack, connect: Connect) -> None:
        """An event without an ack comes again, as the same event, saying which try it is and why."""
        slack.settings.ack_within_s, slack.settings.retry_delays_s = 0.05, (0, 0)
        socket = await connect()
        await socket.receive_json()
        await slack.person("U0REQ").say(CHANNEL, "hi")
        tries = [await socket.receive_json() for _ in range(3)]
        assert [one["retry_attempt"] for one in tries] == [0, 1, 2]
        assert [one["retry_reason"] for one in tries] == ["", "timeout", "timeout"]
        assert len({one["payload"]["event_id"] for one in tries}) == 1
        assert len({one["envelope_id"] for one in tries}) == 3

    async def test_presses_are_not(self, slack: Slack, connect: Connect) -> None:
        """A press without an ack is told to the person, once, and never comes again."""
        slack.settings.ack_within_s, slack.settings.retry_delays_s = 0.05, (0, 0)
        socket = await connect()
        await socket.receive_json()
        rita = slack.person("U0REQ")
        assert (await rita.slash(CHANNEL)).error == "operation_timeout"
        assert list(rita.notices.values()) == ['/superdocs failed with the error "operation_timeout"']
        await socket.receive_json()
        with pytest.raises(TimeoutError):
            await socket.receive_json(timeout=0.05)

    async def test_nobody_connected(self, slack: Slack) -> None:
        """Without a connection an act fails at once."""
        assert (await slack.person("U0REQ").slash(CHANNEL)).error == "dispatch_failed"

    async def test_events_wait_for_a_connection(self, slack: Slack, connect: Connect) -> None:
        """An event that nobody was there for comes with a later try."""
        slack.settings.retry_delays_s = (0.05,)
        await slack.person("U0REQ").say(CHANNEL, "hi")
        socket = await connect()
        await socket.receive_json()
        assert (await socket.receive_json())["retry_reason"] == "connection_failed"


class TestFaults:
    @pytest.mark.parametrize(
        "fault",
        [Fault("envelope", "lost"), Fault("ack", "lost"), Fault("ack", "slow", delay_s=0.2)],
        ids=["envelope", "ack", "late"],
    )
    async def test_the_person_is_told(
        self, slack: Slack, app: AsyncApp, connected: AsyncSocketModeHandler, fault: Fault
    ) -> None:
        """Lost on the way, lost on the way back, or late: the person sees a time-out."""
        assert connected.app is app
        slack.settings.ack_within_s = 0.1

        @app.command("/superdocs")
        async def run(ack: Any) -> None:
            await ack()

        slack.faults.add(fault)
        assert (await slack.person("U0REQ").slash(CHANNEL)).error == "operation_timeout"
        assert (await slack.person("U0REQ").slash(CHANNEL)).ok

    async def test_a_late_envelope_still_comes(self, slack: Slack, connect: Connect) -> None:
        """A slow envelope reaches the app after the person was told that it failed."""
        slack.settings.ack_within_s = 0.05
        socket = await connect()
        await socket.receive_json()
        slack.faults.add(Fault("envelope", "slow", delay_s=0.1))
        with pytest.raises(UndeliveredError):
            await slack.sockets.send("slash_commands", {"command": "/late"})
        assert (await socket.receive_json())["payload"] == {"command": "/late"}


@pytest.mark.usefixtures("connected")
class TestReconnecting:
    async def test_refresh(self, slack: Slack, app: AsyncApp) -> None:
        """When Slack asks for it, the SDK's client takes a new address and goes on."""

        @app.command("/superdocs")
        async def run(ack: Any) -> None:
            await ack()

        await slack.sockets.disconnect("refresh_requested")
        await slack.calls.wait_for("apps.connections.open", count=2)
        await slack.until(lambda: len(slack.sockets) == 2)
        await slack.until(lambda: len(slack.sockets) == 1)
        assert (await slack.person("U0REQ").slash(CHANNEL)).ok
