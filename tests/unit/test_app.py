"""Serving: what goes on in the background ends before what it uses, whatever ends the relay."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from bot import app, doors
from bot.app import Lifetime
from bot.core.errors import RefusedError, TransientError
from bot.relay.deciding import catch_up
from tests.fakes.world import FakeWorld

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

WITHIN_S = 5


class Served:
    """A relay of which only the order is real.

    Attributes:
        happened: What happened, in order.
        reads: Rings when it reads back what was said.
        ready: Rings when it is ready.
        stopped: Stops it when it is set.
    """

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.reads = asyncio.Event()
        self.ready = asyncio.Event()
        self.stopped = asyncio.Event()
        self.engine = SimpleNamespace(run=self._run, drain=self._drain)
        self._drained = asyncio.Event()

    @asynccontextmanager
    async def tied(self, _settings: object, _lifetime: Lifetime) -> AsyncIterator[SimpleNamespace]:
        try:
            yield SimpleNamespace(world=FakeWorld().given, engine=self.engine)
        finally:
            self.happened.append("clients closed")

    def doors(self, _settings: object, _inside: object) -> SimpleNamespace:
        return SimpleNamespace(slack="none", port=0, open=self._nothing, close=self._nothing)

    async def listen_again(self, _world: object) -> None:
        """Read back for ever, and take the first cancellation for nothing."""
        self.reads.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        try:
            await asyncio.Event().wait()
        finally:
            self.happened.append("reading ended")

    def serve(self) -> asyncio.Task[None]:
        settings: Any = None
        return asyncio.create_task(app._serve(settings, self.stopped, self.ready.set, Lifetime.BRIEF))

    async def _run(self) -> None:
        await self._drained.wait()

    async def _drain(self) -> None:
        self.happened.append("drained")
        self._drained.set()

    async def _nothing(self) -> None:
        pass


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    """Give a relay to be served."""
    served = Served()
    for name in ("tied", "doors", "listen_again"):
        monkeypatch.setattr(app, name, getattr(served, name))
    return served


async def test_what_reads_back_ends_before_its_clients_are_closed(served, monkeypatch):
    """Although it does not hear of it at once."""
    monkeypatch.setattr(app, "_CATCH_UP_S", 0)
    async with asyncio.timeout(WITHIN_S):
        serving = served.serve()
        await served.ready.wait()
        served.stopped.set()
        await serving
    assert served.happened == ["reading ended", "drained", "clients closed"]


async def test_a_relay_that_is_stopped_while_it_starts_leaves_nothing_running(served):
    """It was told to stop before it was ready."""
    async with asyncio.timeout(WITHIN_S):
        serving = served.serve()
        await served.reads.wait()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
    assert served.happened == ["reading ended", "clients closed"]


@pytest.mark.parametrize(
    ("error", "logged"), [(TransientError("Down."), "task.failed"), (ValueError("Oops."), "task.broken")]
)
async def test_what_breaks_while_replies_are_read_back_is_logged(monkeypatch, error, logged):
    """Nobody waits for it, so nobody else would see it; the clock tries again."""

    async def broken(_world):
        raise error

    monkeypatch.setattr(catch_up, "listen_again", broken)
    with capture_logs() as logs:
        await doors.listen_again(FakeWorld().given)
    assert [entry["event"] for entry in logs] == [logged]


@pytest.mark.parametrize(
    ("error", "logged"), [(RefusedError("No."), "relay.hampered"), (ValueError("Oops."), "task.broken")]
)
async def test_what_breaks_while_the_relay_looks_around_is_logged(error, logged):
    """The relay runs all the same."""
    world = FakeWorld()
    world.documents.fails["balance"] = [error]
    with capture_logs() as logs:
        inside: Any = SimpleNamespace(world=world.given)
        await app._look_around(inside)
    assert [entry["event"] for entry in logs] == [logged]
