"""The relay as a process: started with an environment, listened to, stopped or killed."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.bell import Bell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

LISTENS_WITHIN_S = 30
ENDS_WITHIN_S = 20
"""Long enough for a busy machine; a story that goes well never waits for it."""

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
"""What a relay needs of this process's environment: none of the relay's own settings."""


@dataclass
class Process:
    """One running relay.

    Attributes:
        log: What it has written so far, line by line.
    """

    process: asyncio.subprocess.Process
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
        if self.process.returncode is None:
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
            return await self.process.wait()

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode())
            self._bell.ring()
        asyncio.get_running_loop().call_soon(self._bell.ring)


async def spawn(environment: Mapping[str, str]) -> Process:
    """Start a relay, whatever becomes of it."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={**kept, **environment},
        stderr=asyncio.subprocess.PIPE,
        limit=1024 * 1024,
    )
    return Process(process)


async def launch(environment: Mapping[str, str]) -> Process:
    """Start a relay, and wait until it listens."""
    relay = await spawn(environment)
    try:
        await relay.tells("relay.ready")
    except BaseException:
        await relay.kill()
        raise
    return relay


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
    assert "Traceback" not in relay.said
