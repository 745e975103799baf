"""The worker: Docket, set up as it was measured to be safe.

- `execution_ttl` 0: results would be pickled, and an exception with a URL in it would store the key.
- `redelivery_timeout` 5 s: a worker renews what it holds four times as often, so what is redelivered was lost with
  its worker, or with a worker that stood still and may come back: a task may run twice.
- Nothing perpetual: what is done by itself has turns of its own (`chores.py`).
- Nothing that a task raises reaches Docket: it is logged here, and the sweep brings the work back.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import structlog
from docket import Docket, Worker
from redis.exceptions import RedisError

from bot.core.errors import TransientError
from bot.engine.brief import be_brief
from bot.engine.chores import Chores
from bot.engine.contained import contained
from bot.engine.fleet import Fleet
from bot.engine.parking import Parking
from bot.engine.tasks import CHORES, STEPS, Step
from bot.relay.ended import ended

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

SLOTS: Final = 100
"""Tasks that one worker runs at a time; a watched job takes one of them."""

_CROWDED: Final = 0.8
"""Share of its slots at which a worker takes on no new edits."""

REDELIVERY: Final = timedelta(seconds=5)
"""How long after its worker's last sign of life a task is given to another one."""

RECONNECT: Final = timedelta(seconds=1)
"""How long a worker whose store went away waits before it asks again."""

DRAIN: Final = timedelta(seconds=5)
"""How long a worker that stops lets its tasks finish; a process is told to end within ten seconds."""

_FOLLOWS: Final = "watch"


def connection(url: str) -> str:
    """Return a store's address with a pool that has room for every slot (Docket's own stops at 100)."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    query.setdefault("max_connections", str(SLOTS * 3))
    return urlunsplit(parts._replace(query=urlencode(query)))


class Engine:
    """One worker, and the queue that every worker shares.

    Args:
        docket: Connected.
    """

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        self._fleet = Fleet(docket)
        self._chores = Chores(self._fleet, self._let_go)
        self._parking = Parking()
        self._at_work: dict[asyncio.Timeout, str] = {}
        self._drains_at: float | None = None
        self._working: asyncio.Task[Any] | None = None
        self._ticking: asyncio.Task[None] | None = None

    @property
    def is_crowded(self) -> bool:
        """Say whether most slots of this worker are taken."""
        return len(self._at_work) >= SLOTS * _CROWDED

    @property
    def is_working(self) -> bool:
        """Say whether this worker takes tasks, and its turns at what is done by itself."""
        is_running = self._working is not None and not self._working.done()
        return is_running and self._drains_at is None and self._chores.are_ticking

    async def count_workers(self) -> int:
        """Return how many workers take tasks now, of whichever process; one that died counts for ten seconds.

        Raises:
            TransientError: The store does not answer.
        """
        return await self._fleet.count()

    async def has_workers(self) -> bool:
        """Say whether any worker takes tasks now, of whichever process."""
        return await self.count_workers() > 0

    def register(self, world: World) -> None:
        """Teach the queue every step, and this worker every chore; nothing can be queued before."""
        for name, step in STEPS.items():
            self._docket.register(self._task(world, step), names=[name])
        for name, (chore, every) in CHORES.items():
            self._chores.register(name, partial(chore, world), every)

    async def add(self, step: str, ref: str, key: str) -> None:
        """Queue a step of a job; a key that is queued or running already is dropped.

        Raises:
            TransientError: The queue does not answer; the sweep will find the work.
        """
        try:
            await self._docket.add(step, key=key)(ref)
        except (RedisError, OSError) as error:
            sentence = f"The queue does not answer ({type(error).__name__})."
            raise TransientError(sentence) from error

    async def run(self) -> None:
        """Work until cancelled, or drained. Returning or raising otherwise means that the process must end."""
        self._working = asyncio.current_task()
        self._ticking = asyncio.create_task(self._chores.run(), name="chores")
        try:
            async with self._worker() as worker:
                await worker.run_forever()
        finally:
            await self._leave(self._ticking)

    async def _leave(self, ticking: asyncio.Task[None]) -> None:
        await ended(ticking)
        with suppress(TransientError):  # The others forget this worker by themselves.
            await self._fleet.leave()

    def _worker(self) -> Worker:
        return Worker(
            self._docket,
            concurrency=SLOTS,
            redelivery_timeout=REDELIVERY,
            reconnection_delay=RECONNECT,
            minimum_check_interval=timedelta(milliseconds=50),
            # Nothing is scheduled: what is due later stands in the index, and is queued when it is due.
            scheduling_resolution=timedelta(seconds=1),
            schedule_automatic_tasks=False,
        )

    async def drain(self) -> None:
        """Take no more tasks and no more turns, and let the tasks at work finish, for a while.

        What is interrupted counts as done for the queue: its record says what is left, and another worker's sweep
        finds that within a second. Left to the queue it would come back only when this worker counts as lost.
        """
        self._drains_at = asyncio.get_running_loop().time() + DRAIN.total_seconds()
        for scope, step in self._untold():
            scope.reschedule(self._ends_at(step))
        if self._ticking is not None:
            self._ticking.cancel()
        if self._working is not None:
            await ended(self._working, DRAIN + timedelta(seconds=1))

    def _let_go(self) -> None:
        """End what only follows a stream, because the store is away.

        Docket takes up nothing new before all that was at work then is done: a slice of watching would hold up
        everybody's work after the store has come back. The sweep brings it back as well.
        """
        for scope, step in self._untold():
            if step == _FOLLOWS:
                scope.reschedule(0)

    def _untold(self) -> tuple[tuple[asyncio.Timeout, str], ...]:
        """List what was not told yet when to end: what is ending already takes no other moment (RuntimeError)."""
        return tuple((scope, step) for scope, step in self._at_work.items() if scope.when() is None)

    def _ends_at(self, step: str) -> float | None:
        """Return when a step must have ended; a watch, which only follows a stream, at once."""
        if self._drains_at is None:
            return None
        return 0 if step == _FOLLOWS else self._drains_at

    def _task(self, world: World, step: Step) -> Callable[[str], Awaitable[None]]:
        async def task(ref: str) -> None:
            name = step.__name__
            if self._parking.is_resting(name, ref):
                return  # The sweep queues it again, until it may be tried.
            async with self._interruptible(name):
                with contained(name, ref) as inside:
                    await step(world, ref)
                self._parking.note(name, ref, is_broken=inside.is_broken)

        return task

    @asynccontextmanager
    async def _interruptible(self, step: str) -> AsyncIterator[None]:
        """Let a draining worker interrupt what is inside."""
        scope = asyncio.timeout_at(self._ends_at(step))
        try:
            async with scope:
                self._at_work[scope] = step
                yield
        except TimeoutError:
            if not scope.expired():
                raise
            _log.info("task.interrupted", step=step)
        finally:
            del self._at_work[scope]


@asynccontextmanager
async def connected(url: str, name: str) -> AsyncIterator[Docket]:
    """Connect to the queue.

    Args:
        url: As Docket takes it: ``redis://``, ``rediss://``, ``unix://``, Sentinel.
        name: Prefix of its keys.
    """
    be_brief()
    async with Docket(name=name, url=connection(url), execution_ttl=timedelta(0)) as docket:
        yield docket
