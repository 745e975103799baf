"""The ways in: Slack's, by Socket Mode or by signed requests, and everybody else's over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.config import ConfigurationError, named
from bot.engine.contained import contained
from bot.relay.deciding import catch_up
from bot.slack.socket import Socket
from bot.web import handover
from bot.web.guard import Guard
from bot.web.health import Health
from bot.web.server import Server
from bot.web.slack import Answer, Door

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slack_bolt.async_app import AsyncApp

    from bot.config import Settings
    from bot.engine.worker import Engine
    from bot.relay.world import World
    from bot.slack.directory import SlackDirectory
    from bot.store.limit import RedisLimit
    from bot.web.health import Probe
    from bot.web.metrics import Metrics

_log: Final = structlog.get_logger(__name__)

_NOTICE_S: Final = 2.0
"""Seconds that the server still listens when it has said that it ends: whoever balances load looks in between."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What the doors lead to.

    Attributes:
        app: Whatever Slack delivers is dispatched by it, whichever way it comes.
        turns: Taken by programs for the edits that they ask for.
    """

    world: World
    engine: Engine
    app: AsyncApp
    directory: SlackDirectory
    metrics: Metrics
    turns: RedisLimit


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways in, open from `open` to `close`.

    Attributes:
        health: Says whether work may be sent here.
        socket: In Socket Mode.
        server: None with ``PORT=0``.
    """

    health: Health
    socket: Socket | None
    server: Server | None

    @property
    def slack(self) -> str:
        """Name the way that Slack delivers to this process: ``socket``, ``http``, or ``none``."""
        return "socket" if self.socket else "http" if self.server else "none"

    @property
    def port(self) -> int:
        """Return the port that it listens on; 0 for none."""
        return self.server.port if self.server else 0

    async def open(self) -> None:
        """Let the world in."""
        if self.server:
            await self.server.start()
        if self.socket:
            with named("SLACK_APP_TOKEN"):
                await self.socket.connect()

    async def close(self) -> None:
        """Say that this process ends, take nothing more, and let what is under way finish."""
        self.health.draining = True
        if self.slack == "http":
            await asyncio.sleep(_NOTICE_S)
        await asyncio.gather(*(door.close() for door in (self.socket, self.server) if door))


def doors(settings: Settings, inside: Inside) -> Doors:
    """Make the ways in that the settings want, still closed."""
    token = settings.slack_app_token
    socket = _socket(inside, token.get_secret_value()) if token else None
    probes: dict[str, Probe] = {"store": _answers(inside.world), "engine": _works(inside.engine)}
    if socket:
        probes["socket"] = socket.is_connected
    health = Health(probes)
    if not settings.port:
        return Doors(health, socket, None)
    routes = [*health.routes(), *inside.metrics.routes(inside.world.store)]
    if not socket:
        routes += _slack_s(settings, inside).routes()
    if settings.relay_api_token:
        token_of_api = settings.relay_api_token.get_secret_value()
        routes += handover.routes(inside.world, token_of_api, inside.directory.channel_id, inside.turns.take)
    return Doors(health, socket, Server(settings.host, settings.port, routes))


async def listen_again(world: World) -> None:
    """Hear what was said while Slack could not deliver; whatever hinders that is logged, and the clock tries again."""
    with contained("listen_again"):
        await catch_up.listen_again(world)


def _socket(inside: Inside, app_token: str) -> Socket:
    return Socket(
        inside.app,
        app_token,
        workers=inside.engine.count_workers,
        came_back=partial(listen_again, inside.world),
        crowded=inside.metrics.crowded,
    )


def _slack_s(settings: Settings, inside: Inside) -> Door:
    """Let in what Slack has signed, and hand it to Bolt."""
    secret = settings.slack_signing_secret
    if secret is None:  # The settings name one of the two.
        raise ConfigurationError("SLACK_SIGNING_SECRET is not set.")

    async def dispatch(body: str, headers: Mapping[str, Sequence[str]]) -> Answer:
        taken = await inside.app.async_dispatch(
            AsyncBoltRequest(body=body, headers={name: list(values) for name, values in headers.items()})
        )
        return Answer(taken.status, taken.body, taken.headers)

    return Door(Guard(secret.get_secret_value()), dispatch, inside.metrics.refused)


def _answers(world: World) -> Probe:
    async def answers() -> bool:
        return bool(await world.store.now())

    return answers


def _works(engine: Engine) -> Probe:
    async def works() -> bool:
        return engine.is_working

    return works
