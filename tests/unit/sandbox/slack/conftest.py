"""A Slack that listens on the loopback, the real SDK's client for it, and a real Bolt app in Socket Mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Slack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """Serve a Slack by itself."""
    slack = Slack()
    slack.settings.retry_delays_s = ()
    part = web.Application()
    part.add_routes(slack.routes())
    whole = web.Application()
    whole.add_subapp("/slack", part)
    runner = web.AppRunner(whole, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.workspace.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack"
    yield slack
    await slack.close()
    await runner.cleanup()


@pytest.fixture
async def client(slack: Slack) -> AsyncIterator[AsyncWebClient]:
    """Give the real SDK's client, holding the bot token."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(slack.app.bot_token, base_url=f"{slack.workspace.url}/api/", session=session)


@pytest.fixture
def app(client: AsyncWebClient) -> AsyncApp:
    """Give a real Bolt app, for a test to put listeners on before `connected`."""
    return AsyncApp(client=client, signing_secret="sandbox-signing-secret", process_before_response=True)


@pytest.fixture
async def connected(
    slack: Slack, app: AsyncApp, client: AsyncWebClient
) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the Bolt app in Socket Mode, with the handler that the relay uses."""
    handler = AsyncSocketModeHandler(app, slack.app.app_token, web_client=client)
    # Bolt's handler has no types here, nor below.
    await handler.connect_async()
    await slack.until(lambda: len(slack.sockets) == 1)
    yield handler
    await handler.close_async()


@pytest.fixture
def refused() -> Callable[[Awaitable[Any], str], Awaitable[dict[str, Any]]]:
    """Give a check that a call is refused with a code; it returns the whole answer."""

    async def check(call: Awaitable[Any], code: str) -> dict[str, Any]:
        with pytest.raises(SlackApiError) as refusal:
            await call
        answer: dict[str, Any] = refusal.value.response.data
        assert answer["error"] == code
        return answer

    return check
