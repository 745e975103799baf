"""Workers that a test drives call by call: each call to a port waits until it is told what becomes of it.

What a dead worker would still do never happens: from its death on, every call of it dies, too.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bot.core.errors import OutcomeUnknownError, TransientError
from bot.engine.tasks import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.relay.world import World


class Fate(StrEnum):
    """What becomes of one call."""

    GO = "goes well"
    FAIL = "is not taken"
    LOSE = "is done, and its answer is lost"
    DIE_BEFORE = "kills the worker before it is made"
    DIE_AFTER = "is done, and kills the worker before its answer"


class DeadError(BaseException):
    """The worker is dead. Nothing in the product catches this."""


EFFECTS: Final = {
    "store": {"create", "change", "note", "save_contents", "save_document", "once", "save_reading"},
    "documents": {"start", "read", "submit", "resume", "cancel", "jobs_of"},
    "notifier": {"post", "find", "update", "publish", "tell", "acknowledge", "download", "permalink"},
    "library": {"read", "write"},
    "callbacks": {"deliver"},
}
"""What a call may die at: everything that others see, and every look at the world outside."""

_POSTS: Final = {"post", "publish", "start", "submit", "cancel"}
"""Calls whose lost answer is an unknown outcome."""


@dataclass(frozen=True, slots=True)
class Work:
    """A step that is queued for a record."""

    step: str
    ref: str
    key: str


class Queue:
    """The `Queue` port: at least once. A key that is queued or running is dropped."""

    is_crowded = False

    def __init__(self) -> None:
        self.waiting: dict[str, Work] = {}
        self.running: dict[str, Work] = {}

    async def add(self, step: str, ref: str, key: str) -> None:
        if key not in self.running:
            self.waiting.setdefault(key, Work(step, ref, key))

    def take(self) -> Work | None:
        """Give the work that has waited longest."""
        if not self.waiting:
            return None
        work = self.waiting.pop(next(iter(self.waiting)))
        self.running[work.key] = work
        return work

    def done(self, work: Work, *, is_lost: bool) -> None:
        """Take work back; what was lost with its worker is delivered again."""
        del self.running[work.key]
        if is_lost:
            self.waiting[work.key] = work


class Worker:
    """One worker: the world as it sees it, and the step that it is at.

    Attributes:
        world: Its ports, behind gates.
        at: The call that it waits at, such as ``documents.submit``; "" when it does nothing.
        plan: Decides what becomes of each call; None when the test says so, one by one.
    """

    def __init__(self, world: World, queue: Queue) -> None:
        self.queue = queue
        gated: dict[str, Any] = {name: _Gated(self, name, getattr(world, name)) for name in EFFECTS}
        self.world = replace(world, **gated)
        self.at = ""
        self.plan: Callable[[str], Fate] | None = None
        self._is_dead = False
        self._work: Work | None = None
        self._task: asyncio.Task[None] | None = None
        self._fate: asyncio.Future[Fate] | None = None
        self._moved = asyncio.Event()

    @property
    def is_busy(self) -> bool:
        """Say whether it is at a step."""
        return self._task is not None

    async def begin(self) -> None:
        """Take a step from the queue, up to its first call."""
        self._work = self.queue.take()
        if self._work is not None:
            self._task = asyncio.ensure_future(self._take(self._work))
            await self._until_it_waits()

    async def go_on(self, fate: Fate) -> None:
        """Let the call that it waits at have its fate, and go on to the next one."""
        if self._fate is not None:
            self._fate.set_result(fate)
            self._fate = None
            await self._until_it_waits()

    async def finish(self, plan: Callable[[str], Fate] | None = None) -> None:
        """Go on to the end of the step, or of the worker."""
        while self.is_busy:
            await self.go_on(plan(self.at) if plan else Fate.GO)

    async def turn(self, call: str) -> Fate:
        """Wait for what becomes of a call."""
        if self._is_dead:
            raise DeadError
        if self.plan is not None:
            fate = self.plan(call)
        else:
            self.at, self._fate = call, asyncio.get_running_loop().create_future()
            self._moved.set()
            fate = await self._fate
        return fate

    def die(self) -> DeadError:
        """Be dead from now on."""
        self._is_dead = True
        return DeadError()

    async def _take(self, work: Work) -> None:
        await STEPS[work.step](self.world, work.ref)

    async def _until_it_waits(self) -> None:
        assert self._task is not None
        moved = asyncio.create_task(self._moved.wait())
        await asyncio.wait({self._task, moved}, return_when=asyncio.FIRST_COMPLETED)
        moved.cancel()
        self._moved.clear()
        if self._task.done():
            self._end()

    def _end(self) -> None:
        assert self._task is not None
        assert self._work is not None
        self.queue.done(self._work, is_lost=self._is_dead)
        task, self._task, self._work, self.at = self._task, None, None, ""
        error = task.exception()
        self._is_dead = False  # Whoever supervises it has started another one.
        if error is not None and not isinstance(error, DeadError | TransientError | OutcomeUnknownError):
            raise error  # The engine contains the others: the record says what is left.


class _Gated:
    """A port, each of whose effects waits for its fate."""

    def __init__(self, worker: Worker, name: str, port: Any) -> None:
        self._worker, self._name, self._port = worker, name, port

    def __getattr__(self, method: str) -> Any:
        real = getattr(self._port, method)
        if method not in EFFECTS[self._name]:
            return real

        async def call(*arguments: Any, **rest: Any) -> Any:
            fate = await self._worker.turn(f"{self._name}.{method}")
            if fate is Fate.DIE_BEFORE:
                raise self._worker.die()
            if fate is Fate.FAIL:
                raise TransientError("It does not answer.")
            self._port.by = self._worker
            answer = await real(*arguments, **rest)
            if fate is Fate.DIE_AFTER:
                raise self._worker.die()
            if fate is Fate.LOSE and method in _POSTS:
                raise OutcomeUnknownError("No answer came.")
            if fate is Fate.LOSE:
                raise TransientError("No answer came.")
            return answer

        return call
