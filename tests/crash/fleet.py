"""The relay processes of one run: started from the zygote, killed, replaced, and listened to."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tests.crash.front import CALLED, Front, Outcome
from tests.crash.wires import Meter, Point, Wires

if TYPE_CHECKING:
    from pathlib import Path

    from bot.sandbox.server import Sandbox
    from tests.crash.grounds import Grounds

READY_WITHIN_S: Final = 20


@dataclass
class Relay:
    """One process and its wires."""

    wires: Wires
    pid: int = 0
    port: int = 0
    ended: asyncio.Event | None = None
    was_killed: bool = False

    def kill(self) -> None:
        """End it as a crash does."""
        self.was_killed = True
        with suppress(ProcessLookupError):  # It has just ended by itself, which comes to the same.
            os.kill(self.pid, signal.SIGKILL)


class Fleet:
    """So many relays that always run: whichever dies is replaced at once. Use as an async context manager.

    Attributes:
        kills: When a process was killed, by the loop's clock.
        mishaps: Sentences about processes that ended by themselves.
    """

    def __init__(
        self, grounds: Grounds, sandbox: Sandbox, settings: dict[str, str], point: Point | None = None, workers: int = 1
    ) -> None:  # fmt: skip
        self.meter = Meter(point)
        self.kills: list[float] = []
        self.restarts: list[float] = []
        self.mishaps: list[str] = []
        self._front = Front(sandbox)
        self._grounds = grounds
        self._sandbox = sandbox
        self._settings = settings
        self._workers = workers
        self._relays: list[Relay] = []
        self._posts: list[asyncio.Task[None]] = []
        self._number = 0

    @property
    def log(self) -> str:
        """Return everything that the processes wrote."""
        return "".join(path.read_text(errors="replace") for path in self._logs())

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Return what a program was told of its edits, each time."""
        return tuple(self._front.outcomes)

    @property
    def called(self) -> str:
        """Return the address of that program."""
        return f"{self._front.url}{CALLED}"

    @property
    def relays(self) -> list[Relay]:
        """Return the processes that run now."""
        return [relay for relay in self._relays if relay.ended and not relay.ended.is_set()]

    async def __aenter__(self) -> Fleet:
        await self._front.__aenter__()
        self._posts = [asyncio.create_task(self._keep_one()) for _ in range(self._workers)]
        await self.ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        for post in self._posts:
            post.cancel()
        await asyncio.gather(*self._posts, return_exceptions=True)
        for relay in self.relays:
            relay.kill()
            assert relay.ended is not None
            await relay.ended.wait()
        await asyncio.gather(*(relay.wires.close() for relay in self._relays))
        await self._front.__aexit__()

    async def ready(self) -> None:
        """Wait until all of them listen to Slack.

        Raises:
            TimeoutError: They do not.
        """
        sockets = self._sandbox.slack.sockets
        await self._sandbox.slack.until(lambda: len(sockets) >= self._workers, within_s=READY_WITHIN_S)

    async def _keep_one(self) -> None:
        """Have one process run, and another one when it ends."""
        while True:
            relay = await self._start()
            assert relay.ended is not None
            await relay.ended.wait()
            if relay.was_killed:
                self.kills.append(asyncio.get_running_loop().time())
            else:
                self.mishaps.append("A relay ended by itself.")
                await asyncio.sleep(0.2)
            self.restarts.append(asyncio.get_running_loop().time())

    async def _start(self) -> Relay:
        self._number += 1
        own = self._grounds.folder / f"{id(self):x}-{self._number}.sock"
        relay: Relay
        wires = Wires(self._front, self._grounds.store, own, self.meter, lambda: relay.kill())  # noqa: PLW0108 -- it is not known yet
        relay = Relay(wires)
        self._relays.append(relay)
        through = await wires.open()
        environment = {**self._sandbox.environment(), **self._settings, **self._doors(relay), **through}
        relay.pid = self._grounds.zygote.fork(environment, self._log(self._number))
        relay.ended = asyncio.Event()
        _watch(relay.pid, relay.ended)
        return relay

    def _doors(self, relay: Relay) -> dict[str, str]:
        """Let programs in, where the story has one, each process by a port of its own; and call them back."""
        if "RELAY_API_TOKEN" not in self._settings:
            return {}
        relay.port = free_port()
        return {"PORT": str(relay.port), "CALLBACK_HOSTS": self._front.url.removeprefix("http://")}

    def _log(self, number: int) -> Path:
        return self._grounds.folder / f"{id(self):x}-{number}.log"

    def _logs(self) -> list[Path]:
        paths = [self._log(number) for number in range(1, self._number + 1)]
        return [path for path in paths if path.exists()]


def free_port() -> int:
    """Find a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _watch(pid: int, ended: asyncio.Event) -> None:
    """Set an event when a process, which need not be a child, has ended."""
    loop = asyncio.get_running_loop()
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        ended.set()
        return

    def note(*_: Any) -> None:
        loop.remove_reader(descriptor)
        os.close(descriptor)
        ended.set()

    loop.add_reader(descriptor, note)
