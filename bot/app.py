"""The only file that knows every part: it ties the edges to the story, starts everything, and stops it in order."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import ConfigurationError
from bot.core.errors import RefusedError, RelayError
from bot.engine.worker import Engine, connected
from bot.relay.world import World
from bot.slack import listeners
from bot.slack.directory import SlackDirectory, channel_id, identify
from bot.slack.files import Files
from bot.slack.notifier import SlackNotifier
from bot.slack.socket import Socket
from bot.store import durability, embedded
from bot.store.digests import RedisDigests
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from bot.store.pace import RedisPace
from bot.superdocs.client import SuperDocs
from bot.web.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from redis.asyncio import Redis

    from bot.config import Settings

_log: Final = structlog.get_logger(__name__)

_DAY_S: Final = 24 * 3600
_PREFIX: Final = "superdocs-relay"


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay, tied together and connected, not yet running."""

    engine: Engine
    socket: Socket


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
        with _named("SLACK_APP_TOKEN"):
            await relay.socket.connect()
        working = asyncio.create_task(relay.engine.run(), name="engine")
        _log.info("relay.ready", channel=settings.relay_channel)
        if on_ready is not None:
            on_ready()
        waiting = asyncio.create_task(stopped.wait(), name="signal")
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        _log.info("relay.stopping")
        waiting.cancel()
        await relay.socket.close()
        await _ended(working)


@asynccontextmanager
async def tied(settings: Settings, *, is_store_mortal: bool) -> AsyncIterator[Relay]:
    """Connect every part and tie them together; on leaving, disconnect them in the opposite order."""
    async with AsyncExitStack() as stack:
        url = settings.redis_url or await _embedded_url(stack, settings, is_mortal=is_store_mortal)
        docket = await stack.enter_async_context(connected(url, f"{_PREFIX}-tasks"))
        # Docket types its client by what Docket uses of it; it is redis-py's.
        redis = cast("Redis", await stack.enter_async_context(docket.redis()))
        await _refuse_volatile(redis, settings)
        engine = Engine(docket)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        client = AsyncWebClient(
            settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url,
            session=session,
            # Nothing repeats a call by itself: a post whose connection broke may stand in the channel.
            retry_handlers=[],
        )
        documents = SuperDocs(settings.superdocs_base_url, settings.superdocs_api_key.get_secret_value())
        stack.push_async_callback(documents.close)
        world, notifier = await _world(settings, redis, engine, client, session, documents)
        engine.register(world)
        app = listeners.build(client)
        listeners.register(app, world, client, notifier)
        socket = Socket(app, settings.slack_app_token.get_secret_value() if settings.slack_app_token else "")
        yield Relay(engine, socket)


async def _embedded_url(stack: AsyncExitStack, settings: Settings, *, is_mortal: bool) -> str:
    """Find or start the embedded server; a mortal one is ended with the relay, in order."""
    server = await embedded.ensure(settings.data_dir, dies_with_parent=is_mortal)
    if is_mortal:
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


async def _world(
    settings: Settings,
    redis: Redis,
    engine: Engine,
    client: AsyncWebClient,
    session: aiohttp.ClientSession,
    documents: SuperDocs,
) -> tuple[World, SlackNotifier]:
    with _named("SLACK_BOT_TOKEN"):
        identity = await identify(client)
    with _named("RELAY_CHANNEL"):
        channel = await channel_id(client, settings.relay_channel)
    keys, metrics, retain_s = Keys(_PREFIX), Metrics(), settings.retain_days * _DAY_S
    notifier = SlackNotifier(client, Files(client, session), RedisPace(redis, keys), identity)
    world = World(
        store=RedisStore(redis, keys, settings.timing, retain_s, metrics),
        documents=documents,
        notifier=notifier,
        directory=SlackDirectory(client, identity.team_id),
        queue=engine,
        digests=RedisDigests(redis, keys, retain_s),
        meter=metrics,
        bot_user_id=identity.user_id,
        channel=channel,
        timing=settings.timing,
        schedule=settings.schedule,
        adopts=settings.adopt_jobs,
    )
    return world, notifier


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


async def _ended(working: asyncio.Task[None]) -> None:
    """Stop the engine. One that ended by itself ends the process with an error: whoever supervises it restarts it."""
    ended_by_itself = working.done()
    working.cancel()
    (reason,) = await asyncio.gather(working, return_exceptions=True)
    if ended_by_itself:
        sentence = f"The engine ended by itself ({type(reason).__name__})."
        raise RelayError(sentence) from reason
