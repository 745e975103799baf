"""The relay as a process: started with an environment, listened to, stopped or killed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.sandbox.bell import Bell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

LISTENS_WITHIN_S = 30
ENDS_WITHIN_S = 20
"""Long enough for a busy machine; a story that goes well never waits for it."""

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
"""What a relay needs of this process's environment: none of the relay's own settings."""

_LINE = 1024 * 1024


@dataclass
class Process:
    """One running relay.

    Attributes:
        log: What it has written so far, line by line.
    """

    process: subprocess.Popen[bytes]
    log: list[str] = field(default_factory=list)
    _bell: Bell = field(default_factory=Bell)
    _reader: asyncio.Task[None] | None = None

    @property
    def said(self) -> str:
        """Return everything that it has written so far."""
        return "".join(self.log)

    def told(self, event: str) -> list[dict[str, Any]]:
        """Return its log's entries about something."""
        entries = (json.loads(line) for line in self.log if line.startswith("{"))
        return [entry for entry in entries if entry.get("event") == event]

    async def tells(self, event: str) -> dict[str, Any]:
        """Wait until its log tells of something, and return that entry.

        Raises:
            AssertionError: It ended without.
        """
        self._reader = self._reader or asyncio.create_task(self._read())
        await self._bell.until(
            lambda: self.told(event) or (self._reader and self._reader.done()), within_s=LISTENS_WITHIN_S
        )
        assert self.told(event), self.said
        return self.told(event)[0]

    async def kill(self) -> None:
        """End it as a crash does."""
        self.process.kill()
        await self.gone()

    async def stop(self) -> int:
        """End it in order, and return its exit code."""
        self.process.terminate()
        return await self.gone()

    async def gone(self) -> int:
        """Wait until it has ended, and return its exit code."""
        self._reader = self._reader or asyncio.create_task(self._read())
        async with asyncio.timeout(ENDS_WITHIN_S):
            await self._reader
        return self.process.wait(ENDS_WITHIN_S)

    async def _read(self) -> None:
        lines = asyncio.StreamReader(limit=_LINE)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(lines), self.process.stderr
        )
        async for line in lines:
            self.log.append(line.decode())
            self._bell.ring()
        asyncio.get_running_loop().call_soon(self._bell.ring)


def spawn(environment: Mapping[str, str]) -> Process:
    """Start a relay, whatever becomes of it."""
    return Process(_python("bot", "run", stdin=subprocess.DEVNULL, environment=environment))


async def launch(environment: Mapping[str, str]) -> Process:
    """Start a relay, and wait until it listens."""
    relay = Process(_nursery.take())
    assert relay.process.stdin is not None
    with relay.process.stdin as stdin:
        stdin.write(json.dumps(dict(environment)).encode())
    try:
        await relay.tells("relay.ready")
    except BaseException:
        await relay.kill()
        raise
    return relay


def beside(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of a further worker on the same machine: one that listens on no port."""
    return {**environment, "PORT": "0"}


@asynccontextmanager
async def running(environment: Mapping[str, str]) -> AsyncIterator[Process]:
    """Run a relay for a story; a traceback in its log fails the story.

    It is killed afterwards: a story says what it waits for, and what is still to be shown then takes seconds.
    """
    relay = await launch(environment)
    try:
        yield relay
    finally:
        await relay.kill()
    assert "Traceback" not in relay.said, relay.said


class _Nursery:
    """Keeps one relay ready to be told its settings: it gets so far while the story before waits for something."""

    def __init__(self) -> None:
        self._next: subprocess.Popen[bytes] | None = None

    def take(self) -> subprocess.Popen[bytes]:
        """Return a relay that waits for its settings, and let the next one get ready."""
        taken, self._next = self._next or self._warm(), self._warm()
        return taken

    def clear(self) -> None:
        """End the one that nobody took."""
        if self._next is not None:
            self._next.kill()
            self._next.communicate()
            self._next = None

    def _warm(self) -> subprocess.Popen[bytes]:
        return _python("tests.e2e.warm", stdin=subprocess.PIPE, environment={})


_nursery = _Nursery()


def nursery() -> Iterator[None]:
    """Let stories take relays that are ready; afterwards, none is left."""
    yield
    _nursery.clear()


def _python(*module: str, stdin: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={**kept, **environment},
        stdin=stdin,
        stderr=subprocess.PIPE,
    )
