"""The worker: room for every task, and nothing that a task raises gets out of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from structlog.testing import capture_logs

from bot.core.errors import BugError, GoneError, RefusedError, TransientError
from bot.engine import worker
from bot.engine.tasks import STEPS
from bot.engine.worker import SLOTS, Engine, connection
from tests.fakes.world import FakeWorld

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from docket import Docket


class FakeDocket:
    """Remembers what was registered and added.

    Attributes:
        tasks: By name.
        added: (step, key, arguments), in order.
        error: What adding raises, if anything.
    """

    def __init__(self) -> None:
        self.tasks: dict[str, Callable[..., Awaitable[None]]] = {}
        self.added: list[tuple[str, str, tuple[Any, ...]]] = []
        self.error: Exception | None = None

    def register(self, task: Callable[..., Awaitable[None]], names: list[str]) -> None:
        self.tasks |= dict.fromkeys(names, task)

    def add(self, step: str, key: str) -> Callable[..., Awaitable[None]]:
        async def schedule(*arguments: Any) -> None:
            if self.error is not None:
                raise self.error
            self.added.append((step, key, arguments))

        return schedule


@pytest.fixture
def docket() -> FakeDocket:
    """Give a queue that nobody works on."""
    return FakeDocket()


@pytest.fixture
def engine(docket: Docket) -> Engine:
    """Give a worker of that queue."""
    return Engine(docket)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://h:6379/0", "redis://h:6379/0?max_connections=300"),
        (
            "rediss://u:p%40ss@h/1?ssl_cert_reqs=none",
            "rediss://u:p%40ss@h/1?ssl_cert_reqs=none&max_connections=300",
        ),
        ("redis://h?max_connections=50", "redis://h?max_connections=50"),
    ],
)
def test_the_store_s_address_has_room_for_every_slot(url, expected):
    """Docket's own pool stops at 100; whoever sets a number keeps it."""
    assert connection(url) == expected
    assert SLOTS * 3 == 300


def test_a_socket_s_path_stays():
    """However many slashes stand before it."""
    address = urlsplit(connection("unix:///run/relay.sock"))
    assert (address.scheme, address.path, address.query) == ("unix", "/run/relay.sock", "max_connections=300")


def test_every_step_is_registered_by_its_name(engine, docket):
    """As the queue knows them; what is done by itself is not queued."""
    engine.register(FakeWorld().given)
    assert set(docket.tasks) == set(STEPS)


async def test_work_is_queued_under_its_key(engine, docket):
    """The ref is all that it carries."""
    await engine.add("watch", "ref1", "watch:ref1:0")
    assert docket.added == [("watch", "watch:ref1:0", ("ref1",))]


@pytest.mark.parametrize("error", [RedisConnectionError("secret"), ConnectionResetError("secret")])
async def test_a_queue_that_does_not_answer_can_be_tried_again(engine, docket, error):
    """Its kind is named, its words are not."""
    docket.error = error
    with pytest.raises(TransientError, match=type(error).__name__) as raised:
        await engine.add("watch", "ref1", "key")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (GoneError("It is gone."), ("info", "task.dropped")),
        (TransientError("Down."), ("warning", "task.failed")),
        (RefusedError("No."), ("warning", "task.failed")),
        (BugError("Wrong."), ("warning", "task.failed")),
        (ValueError("Oops."), ("error", "task.broken")),
    ],
)
async def test_nothing_that_a_task_raises_gets_out(engine, docket, monkeypatch, error, logged):
    """It is logged by its kind; the record says what is still to be done, and the sweep finds it."""

    async def broken(_world, _ref):
        raise error

    monkeypatch.setitem(STEPS, "watch", broken)
    engine.register(FakeWorld().given)
    with capture_logs() as logs:
        await docket.tasks["watch"]("ref1")
    assert [(entry["log_level"], entry["event"]) for entry in logs] == [logged]
    assert logs[0]["ref"] == "ref1"


@pytest.mark.parametrize(
    ("error", "tries"), [(ValueError("Oops."), 1), (BugError("Wrong."), 1), (TransientError("Down."), 3)]
)
async def test_what_breaks_rests_before_it_is_tried_again(engine, docket, monkeypatch, error, tries):
    """Queued again at once by every sweep, a bug is not run at once; what only waits for somebody is."""
    tried = []

    async def broken(_world, ref):
        tried.append(ref)
        raise error

    monkeypatch.setitem(STEPS, "watch", broken)
    engine.register(FakeWorld().given)
    with capture_logs():
        for _ in range(3):
            await docket.tasks["watch"]("ref1")
    assert len(tried) == tries


async def test_a_worker_is_crowded_when_most_of_its_slots_are_taken(engine, docket, monkeypatch):
    """Counted while tasks run, and only then."""
    crowded = []

    async def nested(_world, ref):
        crowded.append(engine.is_crowded)
        if int(ref):
            await docket.tasks["watch"](str(int(ref) - 1))

    monkeypatch.setitem(STEPS, "watch", nested)
    engine.register(FakeWorld().given)
    await docket.tasks["watch"]("79")
    assert crowded == [False] * 79 + [True]
    assert not engine.is_crowded


async def test_a_task_that_breaks_gives_its_slot_back(engine, docket, monkeypatch):
    """Otherwise a worker would be crowded for ever."""

    async def broken(_world, _ref):
        raise KeyboardInterrupt

    monkeypatch.setitem(STEPS, "watch", broken)
    monkeypatch.setattr(worker, "_CROWDED", 0.01)
    engine.register(FakeWorld().given)
    with pytest.raises(KeyboardInterrupt):
        await docket.tasks["watch"]("ref1")
    assert not engine.is_crowded


async def test_a_draining_worker_lets_go_of_a_stream_at_once(engine, docket, monkeypatch):
    """Following only listens: another worker takes the stream up where this one left it."""
    follows = asyncio.Event()

    async def follow(_world, _ref):
        follows.set()
        await asyncio.Event().wait()

    monkeypatch.setitem(STEPS, "watch", follow)
    follow.__name__ = "watch"
    engine.register(FakeWorld().given)
    task = asyncio.create_task(docket.tasks["watch"]("ref1"))
    await follows.wait()
    with capture_logs() as logs:
        await engine.drain()
        await task
    assert [entry["event"] for entry in logs] == ["task.interrupted"]
    assert not engine.is_working


async def test_a_draining_worker_lets_other_steps_finish(engine, docket, monkeypatch):
    """What speaks with SuperDocs or Slack is asked for its outcome; only what takes too long is interrupted."""
    goes_on, done = asyncio.Event(), []

    async def submit(_world, ref):
        await goes_on.wait()
        done.append(ref)

    monkeypatch.setitem(STEPS, "submit", submit)
    engine.register(FakeWorld().given)
    task = asyncio.create_task(docket.tasks["submit"]("ref1"))
    await asyncio.sleep(0)
    await engine.drain()
    goes_on.set()
    await task
    assert done == ["ref1"]


async def test_a_draining_worker_waits_only_so_long(engine, docket, monkeypatch):
    """A step that hangs is interrupted, and counts as done for the queue: the sweep brings it back elsewhere."""

    async def submit(_world, _ref):
        await asyncio.Event().wait()

    monkeypatch.setitem(STEPS, "submit", submit)
    monkeypatch.setattr(worker, "DRAIN", timedelta(milliseconds=1))
    engine.register(FakeWorld().given)
    task = asyncio.create_task(docket.tasks["submit"]("ref1"))
    await asyncio.sleep(0)
    await engine.drain()
    await task


class Stream:
    """A watch that is slow to end.

    Attributes:
        begun: Counts how often it began.
        told: Counts how often it was told to end.
        closes: Lets it end then.
    """

    __name__ = "watch"

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.told = asyncio.Semaphore(0)
        self.closes = asyncio.Event()

    async def __call__(self, _world: object, _ref: str) -> None:
        self.begun.release()
        try:
            await asyncio.Event().wait()
        finally:
            self.told.release()
            await self.closes.wait()


@pytest.fixture
async def stream(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stream]:
    """Give a watch that the queue knows; none outlives its test."""
    stream = Stream()
    monkeypatch.setitem(STEPS, "watch", stream)
    engine.register(FakeWorld().given)
    yield stream
    stream.closes.set()


async def test_a_store_that_stays_away_lets_go_of_every_stream(engine, docket, stream):
    """Of those that began since as well: a stream that is closing already hinders nobody."""
    async with asyncio.timeout(5):
        tasks = []
        for ref in ("ref1", "ref2"):
            tasks.append(asyncio.create_task(docket.tasks["watch"](ref)))
            await stream.begun.acquire()
            engine._let_go()
            await stream.told.acquire()
        stream.closes.set()
        await asyncio.gather(*tasks)


async def test_a_worker_drains_although_a_stream_is_closing_already(engine, docket, stream):
    """The store went away, and then the worker was told to stop."""
    async with asyncio.timeout(5):
        task = asyncio.create_task(docket.tasks["watch"]("ref1"))
        await stream.begun.acquire()
        engine._let_go()
        await stream.told.acquire()
        await engine.drain()
        engine._let_go()
        stream.closes.set()
        await task
