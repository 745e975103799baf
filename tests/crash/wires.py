"""What stands between one relay process and its three worlds.

It passes everything on, counts what is an external call, and kills the process at a chosen one. Slack and SuperDocs
are behind one small HTTP proxy (`front.py`), Redis behind one that reads commands and answers.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from aiohttp import web

from bot.sandbox.bell import Bell
from tests.crash import resp
from tests.crash.front import without_hop
from tests.crash.naming import StoreNames

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import aiohttp

    from tests.crash.front import Front

TAKES_IN_S: Final = 0.03
"""How long a process may take an answer in before it dies: long enough for an ack to leave, too."""
_LARGEST: Final = 64 * 1024 * 1024


class Phase(StrEnum):
    """Where in a call the process dies."""

    BEFORE = "before it is sent"
    LOST = "sent, but the answer is lost"
    UNRECORDED = "answered, but not recorded"


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """A moment to die: the n-th call of a name, and where in it."""

    name: str
    nth: int
    phase: Phase

    def __str__(self) -> str:
        return f"{self.name} #{self.nth}, {self.phase}"


@dataclass
class Meter:
    """Counts the external calls of all processes of a run, and knows at which of them one dies.

    Attributes:
        calls: The names, in the order in which they came.
        is_hit: Whether the moment came.
        names: Knows the store's writes.
        bell: Rung at every answer of the store, so that whoever waits for a record looks again.
    """

    point: Point | None = None
    calls: list[str] = field(default_factory=list)
    is_hit: bool = False
    bell: Bell = field(default_factory=Bell)
    names: StoreNames = field(default_factory=StoreNames)
    _counts: Counter[str] = field(default_factory=Counter)

    def count(self, name: str) -> Phase | None:
        """Note a call, and return where in it the process dies, if it is the one."""
        self.calls.append(name)
        self._counts[name] += 1
        point = self.point
        if self.is_hit or point is None or (point.name, point.nth) != (name, self._counts[name]):
            return None
        self.is_hit = True
        return point.phase


class Wires:
    """The wires of one process. Use as an async context manager.

    Args:
        front: Slack and SuperDocs.
        store: Redis' socket.
        own: Where this process' own socket is to lie.
        meter: Counts.
        kill: Ends the process, at once.
    """

    def __init__(
        self, front: Front, store: Path, own: Path, meter: Meter, kill: Callable[[], None]
    ) -> None:  # fmt: skip
        self._front = front
        self._store = store
        self._own = own
        self._meter = meter
        self._kill = kill
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._pumps: set[asyncio.Task[None]] = set()

    async def open(self) -> dict[str, str]:
        """Listen, and return the settings that lead a relay through here."""
        self._server = await asyncio.start_unix_server(self._connected, self._own, limit=_LARGEST)
        url = self._front.address_of(self)
        return {
            "SLACK_API_URL": f"{url}/slack/api/",
            "SUPERDOCS_BASE_URL": f"{url}/superdocs",
            "REDIS_URL": f"unix://{self._own}",
        }

    async def close(self) -> None:
        """Hang up."""
        self._server.close()
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        self._own.unlink(missing_ok=True)

    async def _die(self) -> None:
        """Kill the process, and let nothing pass any more."""
        self._is_open.clear()
        self._kill()
        await asyncio.Event().wait()

    async def _take_in(self) -> None:
        """Let the process have its answer for a moment, and then kill it."""
        await asyncio.sleep(TAKES_IN_S)
        await self._die()

    # Slack and SuperDocs.

    async def pass_on(self, request: web.Request, path: str) -> web.StreamResponse:
        """Have a call to Slack or SuperDocs answered, unless the process is to die at it."""
        body = await request.read()
        await self._is_open.wait()
        phase = self._meter.count(self._front.name(request, path, body))
        if phase is Phase.BEFORE:
            await self._die()
        async with self._front.ask(request, path, body) as answer:
            if phase is Phase.LOST:
                await answer.content.read(1 if _is_stream(answer) else -1)
                await self._die()
            return await self._give_back(request, answer, phase)

    async def _give_back(
        self, request: web.Request, answer: aiohttp.ClientResponse, phase: Phase | None
    ) -> web.StreamResponse:
        await self._is_open.wait()
        given = web.StreamResponse(status=answer.status, headers=without_hop(answer.headers))
        await given.prepare(request)
        with suppress(ConnectionResetError):  # A stream that the process has left.
            async for part in answer.content.iter_any():
                await self._is_open.wait()
                await given.write(self._front.led_around(part))
                if phase is Phase.UNRECORDED and _is_stream(answer):
                    break
        if phase is not Phase.UNRECORDED:
            return given
        self._is_open.clear()
        if not _is_stream(answer):
            await given.write_eof()
        await self._take_in()
        return given

    async def take(self, request: web.Request, note: Callable[[], None]) -> web.StreamResponse:
        """Take what the process tells a program, unless it is to die at that."""
        await self._is_open.wait()
        phase = self._meter.count("callback")
        if phase is Phase.BEFORE:
            await self._die()
        note()
        if phase is Phase.LOST:
            await self._die()
        given = web.StreamResponse()
        await given.prepare(request)
        if phase is Phase.UNRECORDED:
            self._is_open.clear()
        await given.write_eof()
        if phase is Phase.UNRECORDED:
            # Whoever has been answered hangs up, and that would end this.
            self._pumps.add(asyncio.create_task(self._take_in()))
        return given

    # The store.

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection of the relay's pool until either side ends it."""
        try:
            up_reader, up_writer = await asyncio.open_unix_connection(self._store, limit=_LARGEST)
        except OSError:  # The server itself has died: the process learns that as it would without us.
            writer.close()
            return
        asked: deque[Phase | None] = deque()
        pumps = [
            asyncio.create_task(self._ask(reader, up_writer, asked)),
            asyncio.create_task(self._answer(up_reader, writer, asked)),
        ]
        self._pumps.update(pumps)
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._pumps.difference_update(pumps)
            for end in (writer, up_writer):
                end.close()

    async def _ask(
        self, reader: asyncio.StreamReader, store: asyncio.StreamWriter, asked: deque[Phase | None]
    ) -> None:
        while True:
            raw, command = await resp.read_command(reader)
            await self._is_open.wait()
            name = self._meter.names.name(command)
            phase = self._meter.count(name) if name else None
            if phase is Phase.BEFORE:
                await self._die()
            asked.append(phase)
            store.write(raw)

    async def _answer(
        self, store: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: deque[Phase | None]
    ) -> None:
        while True:
            reply = await resp.read_reply(store)
            phase = asked.popleft() if asked and not resp.is_push(reply) else None
            if phase is Phase.LOST:
                await self._die()
            await self._is_open.wait()
            if phase is Phase.UNRECORDED:
                self._is_open.clear()
            writer.write(reply)
            self._meter.bell.ring()
            if phase is Phase.UNRECORDED:
                await self._take_in()


def _is_stream(answer: aiohttp.ClientResponse) -> bool:
    """Say whether an answer is one that goes on: it counts as had with its first part."""
    return answer.content_type == "text/event-stream"
