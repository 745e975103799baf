"""Where the relay is tried as a whole: a real store by a clock that stands still, and fakes of its other ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redis.asyncio import Redis

from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.callbacks import FakeCallbacks
from tests.fakes.clock import Clock
from tests.fakes.library import FakeLibrary
from tests.fakes.world import FakeWorld
from tests.make import TIMING
from tests.model.provider import Provider
from tests.model.workers import Queue

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.world import World
    from tests.fakes.notifier import FakeNotifier

KEYS: Final = Keys("model")

TEN_YEARS_S: Final = 10 * 365 * 24 * 3600
"""The clock of a test stands where it stands, and the server's goes on: nothing is to be forgotten meanwhile."""


class StillStore(RedisStore):
    """The store over a real server, by a clock that stands still until a test moves it."""

    def __init__(self, client: Redis, clock: Clock, meter: Any) -> None:
        super().__init__(client, KEYS, TIMING, TEN_YEARS_S, meter)
        self._clock = clock

    async def now(self) -> datetime:
        await super().now()
        return self._clock.now

    async def _read(self, ref: str) -> tuple[Job, int, datetime]:
        job, version, _now = await super()._read(ref)
        return job, version, self._clock.now


class Stage:
    """One server's store, one SuperDocs, one Slack, one queue, and as many workers as a test makes.

    Args:
        socket: Where the server listens.
    """

    def __init__(self, socket: str) -> None:
        self.clock = Clock()
        self.queue = Queue()
        self.provider = Provider(self.clock)
        self._socket = socket
        self._fakes: Any = FakeWorld(documents=self.provider, queue=self.queue)  # type: ignore[arg-type]  # ports of its own
        self.slack: FakeNotifier = self._fakes.notifier
        self.library = self._fakes.library = FakeLibrary()
        self.callbacks = self._fakes.callbacks = FakeCallbacks()
        self._clients: list[Redis] = []
        self.world = self.connect()
        self.store, self.redis = self.world.store, self._clients[0]

    def connect(self) -> World:
        """Return the world as one more process sees it: with connections of its own to the same store."""
        client = Redis(unix_socket_path=self._socket)
        self._clients.append(client)
        self._fakes.store = StillStore(client, self.clock, self._fakes.meter)
        world: World = self._fakes.given
        return world

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients:
            await client.aclose()
