"""The only file that knows every part: it ties the edges to the story, starts everything, and stops it in order."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, cast

import aiohttp
import structlog
from redis.exceptions import AuthenticationError

from bot.callbacks.address import Allowed
from bot.callbacks.sender import HttpCallbacks
from bot.callbacks.signing import Signer
from bot.config import ConfigurationError, named
from bot.core.errors import RefusedError, RelayError, TransientError
from bot.core.routing import Routes
from bot.doors import Inside, doors, listen_again
from bot.engine.contained import contained
from bot.engine.worker import Engine, connected
from bot.library.library import FsspecLibrary
from bot.relay.ended import ended
from bot.relay.world import World
from bot.slack import listeners
from bot.slack.client import HeedingClient
from bot.slack.directory import SlackDirectory, identify
from bot.slack.errors import HeldUp
from bot.slack.files import Files
from bot.slack.names import certain, meanings
from bot.slack.notifier import SlackNotifier
from bot.store import durability, embedded
from bot.store.audit import RedisAudit
from bot.store.digests import RedisDigests
from bot.store.jobs import RedisStore
from bot.store.keys import QUEUE, Keys
from bot.store.limit import EDITS, RedisLimit
from bot.store.pace import RedisPace
from bot.superdocs.client import SuperDocs
from bot.web.metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from docket import Docket
    from redis.asyncio import Redis

    from bot.config import Settings

_log: Final = structlog.get_logger(__name__)

_DAY_S: Final = 24 * 3600
_STOP_S: Final = 9.0
"""Seconds until a process that was told to stop ends, come what may."""


_CATCH_UP_S: Final = 5.0
"""Seconds that the engine waits for what is read back; the rest is heard while it works."""


class Lifetime(Enum):
    """How long an embedded server lives that had to be started."""

    STAYS = auto()
    """It outlives the relay, so that a restart loses nothing and waits for nothing."""

    MORTAL = auto()
    """It ends with this process, whatever ends that."""

    BRIEF = auto()
    """It ends with what it was started for, unless a relay has found it meanwhile."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The store and the queue, connected."""

    redis: Redis
    docket: Docket
    store: RedisStore
    digests: RedisDigests
    audit: RedisAudit
    pace: RedisPace
    metrics: Metrics


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
    stopped, is_ready = _stop_signal(), asyncio.Event()

    def ready() -> None:
        is_ready.set()
        if on_ready is not None:
            on_ready()

    serving = asyncio.create_task(
        _serve(settings, stopped, ready, Lifetime.MORTAL if is_store_mortal else Lifetime.STAYS), name="relay"
    )
    waiting = asyncio.create_task(stopped.wait(), name="signal")
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not serving.done():
        await _end(serving, is_ready=is_ready.is_set())
    if not serving.cancelled():
        serving.result()


async def _serve(
    settings: Settings, stopped: asyncio.Event, ready: Callable[[], None], lifetime: Lifetime
) -> None:  # fmt: skip
    """Start everything, work until told to stop, and stop everything in order."""
    async with tied(settings, lifetime) as inside:
        ways_in = doors(settings, inside)
        await ways_in.open()
        async with (
            _aside(stopped.wait(), "signal") as waiting,
            # A round may be due at once: what was said in its thread while nobody listened comes first.
            _aside(listen_again(inside.world), "catch up") as catching_up,
        ):
            await asyncio.wait(
                {catching_up, waiting}, timeout=_CATCH_UP_S, return_when=asyncio.FIRST_COMPLETED
            )
            working = asyncio.create_task(inside.engine.run(), name="engine")
            _log.info("relay.ready", channel=inside.world.channel, slack=ways_in.slack, port=ways_in.port)
            ready()
            async with _aside(_look_around(inside), "look around"):
                await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
            _log.info("relay.stopping")
        ended_by_itself = working.done()
        await asyncio.gather(ways_in.close(), inside.engine.drain())
        (reason,) = await asyncio.gather(working, return_exceptions=True)
    if ended_by_itself:
        # Whoever supervises the process starts it again.
        sentence = f"The engine ended by itself ({type(reason).__name__})."
        raise RelayError(sentence) from reason


@asynccontextmanager
async def _aside(work: Coroutine[Any, Any, object], name: str) -> AsyncIterator[asyncio.Task[object]]:
    """Have something done meanwhile, and ended for certain on leaving: its clients are closed after that."""
    task = asyncio.create_task(work, name=name)
    try:
        yield task
    finally:
        await ended(task)


async def _end(serving: asyncio.Task[None], *, is_ready: bool) -> None:
    """Give a relay that was told to stop ten seconds. What it leaves undone then, another worker takes up.

    A store or a Slack that takes calls and never answers must not keep a process alive.
    """
    if not is_ready:
        serving.cancel()
    await asyncio.wait({serving}, timeout=_STOP_S)
    if not serving.done():
        _log.error("relay.not_drained")
        os._exit(1)


@asynccontextmanager
async def stored(settings: Settings, lifetime: Lifetime) -> AsyncIterator[Stored]:
    """Connect to the store, or start the one that comes along."""
    async with AsyncExitStack() as stack:
        url = settings.redis_url or await _embedded_url(stack, settings, lifetime)
        docket = await stack.enter_async_context(connected(url, QUEUE))
        # Docket types its client by what Docket uses of it; it is redis-py's.
        redis = cast("Redis", await stack.enter_async_context(docket.redis()))
        await _refuse_volatile(redis, settings)
        keys, counted, retain_s = Keys(), Metrics(), settings.retain_days * _DAY_S
        store = RedisStore(redis, keys, settings.timing, retain_s, counted)
        yield Stored(
            redis,
            docket,
            store,
            RedisDigests(redis, keys, retain_s),
            RedisAudit(redis, keys),
            RedisPace(redis, keys),
            counted,
        )


@asynccontextmanager
async def tied(settings: Settings, lifetime: Lifetime) -> AsyncIterator[Inside]:
    """Connect every part and tie them together; on leaving, disconnect them in the opposite order."""
    async with AsyncExitStack() as stack:
        held = await stack.enter_async_context(stored(settings, lifetime))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        documents = SuperDocs(settings.superdocs_base_url, settings.superdocs_api_key.get_secret_value())
        stack.push_async_callback(documents.close)
        client = _slack(settings, session, held)
        with named("SLACK_BOT_TOKEN"):
            identity = await identify(client)
        notifier = SlackNotifier(client, Files(client, session), held.pace, identity)
        directory = SlackDirectory(client, identity.team_id)
        with named("RELAY_CHANNEL"):
            channel = await directory.channel_id(settings.relay_channel)
        library = await _library(stack, settings)
        callbacks = _callbacks(stack, settings)
        engine = Engine(held.docket)
        routes = await _bound(client, identity.team_id, settings.relay_config or Routes())
        world = World(
            store=held.store,
            documents=documents,
            notifier=notifier,
            directory=directory,
            queue=engine,
            digests=held.digests,
            audit=held.audit,
            meter=held.metrics,
            bot_user_id=identity.user_id,
            channel=channel,
            timing=settings.timing,
            routes=routes,
            schedule=settings.schedule,
            adopts=settings.adopt_jobs,
            library=library,
            callbacks=callbacks,
        )
        engine.register(world)
        secret = settings.slack_signing_secret
        app = listeners.build(client, secret.get_secret_value() if secret else "")
        listeners.register(app, world, client, notifier, held.pace)
        turns = RedisLimit(held.redis, Keys(), "edits", EDITS)
        yield Inside(world, engine, app, directory, held.metrics, turns)


async def _library(stack: AsyncExitStack, settings: Settings) -> FsspecLibrary | None:
    """Open the document library, if there is one; one that only does not answer just now will later."""
    if not settings.documents_url:
        return None
    try:
        library = FsspecLibrary(settings.documents_url)
        stack.push_async_callback(library.close)
        await library.check()
    except RefusedError as error:
        raise ConfigurationError(str(error)) from error
    except TransientError as error:
        _log.warning("library.away", reason=str(error))
    return library


def _callbacks(stack: AsyncExitStack, settings: Settings) -> HttpCallbacks | None:
    """Take up delivering outcomes, if anybody may be called."""
    if not settings.callback_hosts or settings.callback_secret is None:
        return None
    with named("CALLBACK_HOSTS"):
        allowed = Allowed.of(settings.callback_hosts, private=settings.callback_private)
    with named("CALLBACK_SECRET"):
        signer = Signer(settings.callback_secret.get_secret_value())
    callbacks = HttpCallbacks(allowed, signer)
    stack.push_async_callback(callbacks.close)
    return callbacks


async def _bound(client: HeedingClient, home: str, routes: Routes) -> Routes:
    """Put ids in place of the names in routes; one that names what nobody is called is closed, and that is logged."""
    with named("RELAY_CONFIG"):
        bound = routes.bound(certain(await meanings(client, home, routes.named)))
    for route in bound.listed:
        if route.closed:
            _log.warning("route.closed", reason=route.closed)
    return bound


def _slack(settings: Settings, session: aiohttp.ClientSession, held: Stored) -> HeedingClient:
    return HeedingClient(
        settings.slack_bot_token.get_secret_value(),
        held.pace,
        base_url=settings.slack_api_url,
        session=session,
        # It only counts. Nothing repeats a call by itself: a post whose connection broke may stand in the channel.
        retry_handlers=[HeldUp(held.metrics)],
    )


async def _embedded_url(stack: AsyncExitStack, settings: Settings, lifetime: Lifetime) -> str:
    """Find the embedded server, or start it, to end as it should; one that was found is somebody else's to end."""
    with named("DATA_DIR"):
        server = await embedded.ensure(settings.data_dir, dies_with_parent=lifetime is Lifetime.MORTAL)
    if lifetime is Lifetime.MORTAL and not server.is_found:
        stack.push_async_callback(server.stop)
    elif lifetime is Lifetime.BRIEF and not server.is_found:
        stack.push_async_callback(server.stop_unless_shared)
    _log.info("store.embedded", pid=server.pid, found=server.is_found)
    return server.url


async def _refuse_volatile(redis: Redis, settings: Settings) -> None:
    """Refuse to run where an acked decision would not survive a crash of the store."""
    try:
        faults = await durability.faults(redis)
    except TransientError as error:
        sentence = f"REDIS_URL: {_unanswered(error)} `superdocs-relay doctor` says more."
        is_refused = isinstance(error.__cause__, AuthenticationError)
        raise (ConfigurationError if is_refused else RelayError)(sentence) from error
    if not faults:
        return
    said = "; ".join(faults)
    if not settings.allow_volatile:
        sentence = (
            f"REDIS_URL: this server could lose decisions: {said}. ALLOW_VOLATILE=true runs all the same."
        )
        raise ConfigurationError(sentence)
    _log.warning("store.volatile", faults=said)


def _unanswered(error: TransientError) -> str:
    kind = type(error.__cause__).__name__
    refused = "The store refuses the user or the password."
    return (
        refused
        if isinstance(error.__cause__, AuthenticationError)
        else f"The store does not answer ({kind})."
    )


async def _look_around(inside: Inside) -> None:
    """Warn of what will keep edits from working, although the relay runs."""
    world = inside.world
    with contained("look_around"):
        try:
            await world.directory.check_reachable(world.channel)
            await world.documents.balance()
            if world.library is not None:
                # Whoever searches first does not wait for a long list.
                await world.library.search("", 1)
        except RelayError as error:
            _log.warning("relay.hampered", reason=str(error), cure="superdocs-relay doctor says more")


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    return stopped
