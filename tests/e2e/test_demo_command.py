"""`superdocs-relay demo`, as a process: it opens by itself, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

OPEN_WITHIN_S = 40
"""Three cards at Slack's pace, on a busy machine."""

ENDED_WITHIN_S = 10

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Processes are read from /proc.")


@dataclass
class Demo:
    """A demo that runs."""

    process: asyncio.subprocess.Process
    url: str

    async def cards(self) -> list[str]:
        """List the notification lines of the cards that wait in the review channel."""
        async with httpx.AsyncClient(trust_env=False) as client:
            view = (await client.get(f"{self.url}/sandbox/view", params={"user": "U0REV"})).json()
        return [text for text in _texts(view) if re.match(r"Change \d+ in .* Decide by ", text)]

    async def page(self) -> str:
        """Fetch the page."""
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{self.url}/")
        assert answer.status_code == 200
        return answer.text

    async def end(self, number: signal.Signals) -> tuple[int, str]:
        """Interrupt it, and return its exit code and what it said on stderr."""
        self.process.send_signal(number)
        async with asyncio.timeout(ENDED_WITHIN_S):
            _, said = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, said.decode()


async def spawned(temporary: Path, *arguments: str) -> asyncio.subprocess.Process:
    """Start the command, with a folder of its own for what is temporary."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "demo", *arguments),
        env={**plain, "TMPDIR": str(temporary)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def demo(temporary: Path) -> AsyncIterator[Demo]:
    """Run a demo until its invitation stands there; whatever happens, it does not outlive the test."""
    process = await spawned(temporary, "--port", "0")
    assert process.stdout is not None
    try:
        async with asyncio.timeout(OPEN_WITHIN_S):
            url = ""
            while not url:
                line = (await process.stdout.readline()).decode()
                assert line, "the demo ended before it was open"
                url = next(iter(re.findall(r"http://127\.0\.0\.1:\d+", line)), "")
            while b"Ctrl-C" not in await process.stdout.readline():
                pass
        yield Demo(process, url)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_opens_by_itself_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    """The printed address shows the page and three cards; an interrupt ends all of it, in silence, though somebody looks."""
    async with demo(tmp_path) as running:
        assert '<div id="' in await running.page()
        assert len(await running.cards()) == 3
        started = _descendants(running.process.pid)
        assert started
        assert _content(tmp_path)
        async with (
            httpx.AsyncClient(trust_env=False) as client,
            client.stream("GET", f"{running.url}/sandbox/changes") as watching,
        ):
            assert watching.status_code == 200
            code, said = await running.end(number)

    assert (code, said) == (0, "")
    assert not any(_is_alive(pid) for pid in started)
    assert _content(tmp_path) == []


async def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    """Where somebody else listens, the demo says so and what to type instead, and ends with exit code 1."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        process = await spawned(tmp_path, "--port", str(port))
        async with asyncio.timeout(OPEN_WITHIN_S):
            told, said = await process.communicate()

    assert process.returncode == 1
    assert told == b""
    assert len(said.splitlines()) == 1
    assert f"port {port}: Address already in use" in said.decode()
    assert "demo --port 0`" in said.decode()


def _content(folder: Path) -> list[Path]:
    """List what lies in a folder."""
    return list(folder.iterdir())


def _texts(value: Any) -> list[str]:
    """Collect the notification lines of everything that is shown."""
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    if isinstance(value, dict):
        own = [value["text"]] if "blocks" in value and isinstance(value.get("text"), str) else []
        return own + [text for part in value.values() for text in _texts(part)]
    return []


def _descendants(pid: int) -> list[int]:
    """List the processes that a process started: here, its store."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()]
    return found + [below for child in found for below in _descendants(child)]


def _is_alive(pid: int) -> bool:
    """Say whether a process still runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
