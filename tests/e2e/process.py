"""The relay as a process: started with an environment, listened to, stopped or killed."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
    _reader: asyncio.Task[None] | None = None

    async def ready(self) -> None:
        """Wait until it listens."""
        told = asyncio.Event()
        self._reader = asyncio.create_task(self._read(told))
        async with asyncio.timeout(LISTENS_WITHIN_S):
            await told.wait()
        assert "relay.ready" in self.said, self.said

    @property
    def said(self) -> str:
        """Return everything that it has written so far."""
        return "".join(self.log)

    async def kill(self) -> None:
        """End it as a crash does."""
        if self.process.returncode is None:
            self.process.kill()
        await self._gone()

    async def stop(self) -> int:
        """End it in order, and return its exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        return await self._gone()

    async def _gone(self) -> int:
        async with asyncio.timeout(ENDS_WITHIN_S):
            code = await self.process.wait()
            if self._reader is not None:
                await self._reader
        return code

    async def _read(self, told: asyncio.Event) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode())
            if b"relay.ready" in line:
                told.set()
        told.set()


async def spawn(environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start a relay, whatever becomes of it."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env={**kept, **environment},
        stderr=asyncio.subprocess.PIPE,
        limit=1024 * 1024,
    )


async def launch(environment: Mapping[str, str]) -> Process:
    """Start a relay, and wait until it listens."""
    relay = Process(await spawn(environment))
    try:
        await relay.ready()
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
