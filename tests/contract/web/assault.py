"""The relay's real server, with Bolt and every listener behind it, and spoilt requests sent to it over the loopback."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import aiohttp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.slack.files import Files
from bot.slack.listeners import build, register
from bot.slack.notifier import SlackNotifier
from bot.web.guard import Guard
from bot.web.slack import Answer, Door
from tests.contract.web.mutations import SECRET
from tests.fakes.world import FakeWorld
from tests.unit.slack.bench import RELAY, FakeDirectory, FreePacer, bench
from tests.unit.web.wire import Reply, send, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from slack_bolt.async_app import AsyncApp

    from bot.relay.ports import Store
    from bot.web.guard import Reason
    from bot.web.server import Server

BODY_S = 0.1
"""Seconds in which a body must be here: short, since some never come."""

PATIENCE_S = 1.0
"""Seconds after which a request that never ends is given up: some are so spoilt that the server waits for more."""


@dataclass
class Assault:
    """What was sent to the relay, and what became of it.

    Attributes:
        dispatched: How many bodies reached Bolt.
        refused: The guard's reasons.
    """

    dispatched: int = 0
    refused: list[Reason] = field(default_factory=list)

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[Server]:
        """Serve the relay's door."""
        async with AsyncExitStack() as stack:
            sandbox = await stack.enter_async_context(Sandbox())
            session = await stack.enter_async_context(aiohttp.ClientSession())
            self._app = _app(sandbox, session)
            door = Door(Guard(SECRET), self._dispatch, self.refused.append, body_s=BODY_S)
            yield await stack.enter_async_context(serving(door.routes()))

    async def _dispatch(self, body: str, headers: Mapping[str, Sequence[str]]) -> Answer:
        """Hand a request to Bolt."""
        self.dispatched += 1
        given: dict[str, str | Sequence[str]] = {name: list(values) for name, values in headers.items()}
        answered = await self._app.async_dispatch(AsyncBoltRequest(body=body, headers=given))
        return Answer(answered.status, answered.body, answered.headers)


async def knock(server: Server, raw: bytes) -> Reply:
    """Send a request, and give it up when nothing comes."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await send(server, raw)
    except TimeoutError:
        return Reply(0, {}, b"")


def _app(sandbox: Sandbox, session: aiohttp.ClientSession) -> AsyncApp:
    """Make the relay's own app, with a review under way, and a Slack of the loopback behind it."""
    url = f"{sandbox.slack.workspace.url}/api/"
    client = AsyncWebClient(sandbox.slack.app.bot_token, base_url=url, session=session, retry_handlers=[])
    notifier = SlackNotifier(client, Files(client, session), FreePacer(), RELAY)
    store = cast("Store", bench().store)
    app = build(client, SECRET)
    world = replace(FakeWorld().given, store=store, notifier=notifier, directory=FakeDirectory())
    register(app, world, client, notifier, FreePacer())
    return app
