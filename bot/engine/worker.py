"""The worker: Docket, set up as it was measured to be safe.

- `execution_ttl` 0: results would be pickled, and an exception with a URL in it would store the key.
- `redelivery_timeout` 20 s: a task is shorter than that, so what is redelivered was lost with its worker.
- Nothing that a task raises reaches Docket: it is logged here, and the sweep brings the work back.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import structlog
from docket import Docket, Worker
from redis.exceptions import RedisError

from bot.core.errors import GoneError, RelayError, TransientError
from bot.engine.tasks import CHORES, STEPS, Chore, Step, perpetual

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from docket import Perpetual

    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

SLOTS: Final = 100
"""Tasks that one worker runs at a time; a watched job takes one of them."""

_CROWDED: Final = 0.8
"""Share of its slots at which a worker takes on no new edits."""

REDELIVERY: Final = timedelta(seconds=20)

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
        self._at_work: dict[asyncio.Timeout, str] = {}
        self._drains_at: float | None = None
        self._working: asyncio.Task[Any] | None = None

    @property
    def is_crowded(self) -> bool:
        """Say whether most slots of this worker are taken."""
        return len(self._at_work) >= SLOTS * _CROWDED

    @property
    def is_working(self) -> bool:
        """Say whether this worker takes tasks."""
        return self._working is not None and not self._working.done() and self._drains_at is None

    async def has_workers(self) -> bool:
        """Say whether any worker takes tasks now, of whichever process."""
        return bool(await self._docket.workers())

    def register(self, world: World) -> None:
        """Teach the queue every step and chore; nothing can be queued before."""
        for name, step in STEPS.items():
            self._docket.register(self._task(world, step), names=[name])
        for name, (chore, every) in CHORES.items():
            self._docket.register(self._chore(world, name, chore, every), names=[name])

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
        async with Worker(
            self._docket,
            concurrency=SLOTS,
            redelivery_timeout=REDELIVERY,
            minimum_check_interval=timedelta(milliseconds=50),
            scheduling_resolution=timedelta(milliseconds=100),
        ) as worker:
            await worker.run_forever()

    async def drain(self) -> None:
        """Take no more tasks and let those at work finish, for a while.

        What is interrupted counts as done for the queue: its record says what is left, and another worker's sweep
        finds that within a second. Left to the queue it would come back only when this worker counts as lost.
        """
        self._drains_at = asyncio.get_running_loop().time() + DRAIN.total_seconds()
        for scope, step in self._at_work.items():
            scope.reschedule(self._ends_at(step))
        if self._working is not None:
            self._working.cancel()
            await asyncio.gather(self._working, return_exceptions=True)

    def _ends_at(self, step: str) -> float | None:
        """Return when a step must have ended; a watch, which only follows a stream, at once."""
        if self._drains_at is None:
            return None
        return 0 if step == _FOLLOWS else self._drains_at

    def _task(self, world: World, step: Step) -> Callable[[str], Awaitable[None]]:
        async def task(ref: str) -> None:
            async with self._interruptible(step.__name__), _contained(step.__name__, ref):
                await step(world, ref)

        return task

    def _chore(
        self, world: World, name: str, chore: Chore, every: timedelta
    ) -> Callable[..., Awaitable[None]]:  # fmt: skip
        async def task(again: Perpetual = perpetual(every)) -> None:  # noqa: ARG001, B008 -- how Docket is told
            async with self._interruptible(name), _contained(name, ""):
                await chore(world)

        task.__name__ = name
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
    async with Docket(name=name, url=connection(url), execution_ttl=timedelta(0)) as docket:
        yield docket


@asynccontextmanager
async def _contained(step: str, ref: str) -> AsyncIterator[None]:
    """Let nothing out: the record says what is still to be done, and the sweep finds it."""
    try:
        yield
    except GoneError:
        _log.info("task.dropped", step=step, ref=ref)
    except RelayError as error:
        _log.warning("task.failed", step=step, ref=ref, reason=str(error))
    except Exception:  # noqa: BLE001 -- the one place where a bug stops a work item and not the worker
        _log.exception("task.broken", step=step, ref=ref)
