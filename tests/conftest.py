"""One embedded server for all tests of a process, started when the first of them needs it."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from redis.asyncio import Redis

from bot.store import embedded

# How long an example takes says how busy the machine is.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(scope="session")
def server() -> Iterator[embedded.Embedded]:
    """Serve what the relay brings along; it ends with the tests, whatever ends them."""
    with tempfile.TemporaryDirectory(prefix="relay-") as folder:
        started = asyncio.run(embedded.ensure(Path(folder), dies_with_parent=True))
        yield started
        asyncio.run(started.stop())


@pytest.fixture
async def redis(server: embedded.Embedded) -> AsyncIterator[Redis]:
    """Give a client of an empty store."""
    async with Redis(unix_socket_path=str(server.socket)) as client:
        await client.flushall()
        yield client


@pytest.fixture(scope="session")
def soaks() -> bool:
    """Say whether all is to be tried that takes long (`make soak`), and not only what a gate has time for."""
    return bool(os.environ.get("SOAK"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of all runs, whichever process made them."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    for report in reports:
        for name, said in getattr(report, "user_properties", ()):
            if name == "crash":
                terminalreporter.write_line(f"crash {said}")
