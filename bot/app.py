"""The only file that knows every part: it ties the edges to the story, starts everything, and stops it in order."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import aiohttp
import structlog
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import ConfigurationError
from bot.core.errors import RefusedError, RelayError
from bot.engine.worker import Engine, connected
from bot.relay.world import World
from bot.slack import listeners
from bot.slack.directory import SlackDirectory, identify
from bot.slack.errors import HeldUp
from bot.slack.files import Files
from bot.slack.notifier import SlackNotifier
from bot.slack.socket import Socket
from bot.store import durability, embedded
from bot.store.digests import RedisDigests
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from bot.store.pace import RedisPace
from bot.superdocs.client import SuperDocs
from bot.web import handover
from bot.web.guard import Guard
from bot.web.health import Health
from bot.web.metrics import Metrics
from bot.web.server import Server
from bot.web.slack import Answer, Door

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence

    from docket import Docket
    from redis.asyncio import Redis
    from slack_bolt.async_app import AsyncApp

    from bot.config import Settings
    from bot.web.health import Probe

_log: Final = structlog.get_logger(__name__)

_DAY_S: Final = 24 * 3600
_PREFIX: Final = "superdocs-relay"


@dataclass(frozen=True, slots=True)
class Stored:
    """The store and the queue, connected."""

    redis: Redis
    docket: Docket
    store: RedisStore
    digests: RedisDigests
    pace: RedisPace
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay, tied together and connected, not yet running.

    Attributes:
        app: Whatever Slack delivers is dispatched by it, whichever way it comes.
    """

    world: World
    engine: Engine
    app: AsyncApp
    directory: SlackDirectory
    stored: Stored


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways in: Slack's, and everybody else's over HTTP.

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

    async def open(self) -> None:
        """Let the world in."""
        if self.server:
            await self.server.start()
        if self.socket:
            with _named("SLACK_APP_TOKEN"):
                await self.socket.connect()

    async def close(self) -> None:
        """Take nothing more, and let what is under way finish."""
        self.health.draining = True
        await asyncio.gather(*(door.close() for door in (self.socket, self.server) if door))


async def run(
    settings: Settings, *, is_store_mortal: bool = False, on_ready: Callable[[], None] | None = None
) -> None:  # fmt: skip
    """Run the relay until it is told to stop (SIGTERM, SIGINT).

    Args:
        settings: What the deployment chose.
        is_store_mortal: End the embedded server with this process (demo and tests).
        on_ready: Called once, when the relay listens.

    Raises:
        RelayError: A part refuses to work as it is set, or ended by itself; the text says what to do.
    """
    stopped = _stop_signal()
    async with tied(settings, is_store_mortal=is_store_mortal) as relay:
        doors = _doors(settings, relay)
        await doors.open()
        working = asyncio.create_task(relay.engine.run(), name="engine")
        port = doors.server.port if doors.server else 0
        _log.info("relay.ready", channel=relay.world.channel, slack=doors.slack, port=port)
        if on_ready is not None:
            on_ready()
        waiting = asyncio.create_task(stopped.wait(), name="signal")
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        _log.info("relay.stopping")
        waiting.cancel()
        await _end(relay.engine, working, doors)


@asynccontextmanager
async def stored(settings: Settings, *, is_mortal: bool) -> AsyncIterator[Stored]:
    """Connect to the store, or start the one that comes along; a mortal one that was started ends with this."""
    async with AsyncExitStack() as stack:
        url = settings.redis_url or await _embedded_url(stack, settings, is_mortal=is_mortal)
        docket = await stack.enter_async_context(connected(url, f"{_PREFIX}-tasks"))
        # Docket types its client by what Docket uses of it; it is redis-py's.
        redis = cast("Redis", await stack.enter_async_context(docket.redis()))
        await _refuse_volatile(redis, settings)
        keys, counted, retain_s = Keys(_PREFIX), Metrics(), settings.retain_days * _DAY_S
        store = RedisStore(redis, keys, settings.timing, retain_s, counted)
        yield Stored(
            redis, docket, store, RedisDigests(redis, keys, retain_s), RedisPace(redis, keys), counted
        )


@asynccontextmanager
async def tied(settings: Settings, *, is_store_mortal: bool) -> AsyncIterator[Relay]:
    """Connect every part and tie them together; on leaving, disconnect them in the opposite order."""
    async with AsyncExitStack() as stack:
        held = await stack.enter_async_context(stored(settings, is_mortal=is_store_mortal))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        documents = SuperDocs(settings.superdocs_base_url, settings.superdocs_api_key.get_secret_value())
        stack.push_async_callback(documents.close)
        client = _slack(settings, session, held.metrics)
        with _named("SLACK_BOT_TOKEN"):
            identity = await identify(client)
        notifier = SlackNotifier(client, Files(client, session), held.pace, identity)
        directory = SlackDirectory(client, identity.team_id)
        with _named("RELAY_CHANNEL"):
            channel = await directory.channel_id(settings.relay_channel)
        engine = Engine(held.docket)
        world = World(
            store=held.store,
            documents=documents,
            notifier=notifier,
            directory=directory,
            queue=engine,
            digests=held.digests,
            meter=held.metrics,
            bot_user_id=identity.user_id,
            channel=channel,
            timing=settings.timing,
            schedule=settings.schedule,
            adopts=settings.adopt_jobs,
        )
        engine.register(world)
        secret = settings.slack_signing_secret
        app = listeners.build(client, secret.get_secret_value() if secret else "")
        listeners.register(app, world, client, notifier)
        yield Relay(world, engine, app, directory, held)


def _slack(settings: Settings, session: aiohttp.ClientSession, metrics: Metrics) -> AsyncWebClient:
    return AsyncWebClient(
        settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url,
        session=session,
        # It only counts. Nothing repeats a call by itself: a post whose connection broke may stand in the channel.
        retry_handlers=[HeldUp(metrics)],
    )


async def _embedded_url(stack: AsyncExitStack, settings: Settings, *, is_mortal: bool) -> str:
    """Find or start the embedded server; a mortal one is ended with the relay, in order."""
    server = await embedded.ensure(settings.data_dir, dies_with_parent=is_mortal)
    if is_mortal and not server.is_found:
        stack.push_async_callback(server.stop)
    _log.info("store.embedded", pid=server.pid, found=server.is_found)
    return server.url


async def _refuse_volatile(redis: Redis, settings: Settings) -> None:
    """Refuse to run where an acked decision would not survive a crash of the store."""
    faults = await durability.faults(redis)
    if not faults:
        return
    said = "; ".join(faults)
    if not settings.allow_volatile:
        sentence = (
            f"REDIS_URL: this server could lose decisions: {said}. ALLOW_VOLATILE=true runs all the same."
        )
        raise ConfigurationError(sentence)
    _log.warning("store.volatile", faults=said)


def _doors(settings: Settings, relay: Relay) -> Doors:
    """Make the ways in, still closed."""
    token = settings.slack_app_token
    socket = Socket(relay.app, token.get_secret_value()) if token else None
    probes: dict[str, Probe] = {"store": _answers(relay.world), "engine": _works(relay.engine)}
    if socket:
        probes["socket"] = socket.is_connected
    health = Health(probes)
    if not settings.port:
        return Doors(health, socket, None)
    routes = [*health.routes(), *relay.stored.metrics.routes(relay.world.store)]
    if not socket:
        routes += _slack_s_door(settings, relay).routes()
    if settings.relay_api_token:
        token_of_api = settings.relay_api_token.get_secret_value()
        routes += handover.routes(relay.world, token_of_api, relay.directory.channel_id)
    return Doors(health, socket, Server(settings.host, settings.port, routes))


def _slack_s_door(settings: Settings, relay: Relay) -> Door:
    """Let in what Slack has signed, and hand it to Bolt."""
    secret = settings.slack_signing_secret
    if secret is None:  # The settings name one of the two.
        raise ConfigurationError("SLACK_SIGNING_SECRET is not set.")

    async def dispatch(body: str, headers: Mapping[str, Sequence[str]]) -> Answer:
        taken = await relay.app.async_dispatch(
            AsyncBoltRequest(body=body, headers={name: list(values) for name, values in headers.items()})
        )
        return Answer(taken.status, taken.body, taken.headers)

    return Door(Guard(secret.get_secret_value()), dispatch, relay.stored.metrics.refused)


def _answers(world: World) -> Probe:
    async def answers() -> bool:
        return bool(await world.store.now())

    return answers


def _works(engine: Engine) -> Probe:
    async def works() -> bool:
        return engine.is_working

    return works


@contextmanager
def _named(setting: str) -> Iterator[None]:
    """Name the setting that is at fault when what it names is refused."""
    try:
        yield
    except RefusedError as error:
        sentence = f"{setting}: {error}"
        raise ConfigurationError(sentence) from error


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped


async def _end(engine: Engine, working: asyncio.Task[None], doors: Doors) -> None:
    """Stop everything, within ten seconds. An engine that ended by itself ends the process with an error.

    Whoever supervises the process restarts it then.
    """
    ended_by_itself = working.done()
    await asyncio.gather(doors.close(), engine.drain())
    (reason,) = await asyncio.gather(working, return_exceptions=True)
    if ended_by_itself:
        sentence = f"The engine ended by itself ({type(reason).__name__})."
        raise RelayError(sentence) from reason
