"""The relay's Slack edge over the wire: a strict Slack on the loopback, and the real SDK in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.sandbox.server import Sandbox
from bot.slack.client import HeedingClient
from bot.slack.directory import identify
from bot.slack.files import Files
from bot.slack.notifier import SlackNotifier
from tests.unit.slack.bench import FreePacer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    """Serve a Slack, which does not deliver an event twice."""
    async with Sandbox() as sandbox:
        sandbox.slack.settings.retry_delays_s = ()
        yield sandbox.slack


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """Give the one HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(slack: Slack, session: aiohttp.ClientSession, pacer: FreePacer) -> HeedingClient:
    """Give the SDK's client as the relay uses it: it never repeats a call by itself."""
    url = f"{slack.workspace.url}/api/"
    return HeedingClient(slack.app.bot_token, pacer, base_url=url, session=session, retry_handlers=[])


@pytest.fixture
def files(client: AsyncWebClient, session: aiohttp.ClientSession) -> Files:
    """Give Slack's files."""
    return Files(client, session)


@pytest.fixture
def pacer() -> FreePacer:
    """Give a pacer that lets everybody through and notes it."""
    return FreePacer()


@pytest.fixture
async def notifier(client: AsyncWebClient, files: Files, pacer: FreePacer) -> SlackNotifier:
    """Give the notifier."""
    return SlackNotifier(client, files, pacer, await identify(client))
