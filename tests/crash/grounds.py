"""What runs take place on: a zygote that forks relays, a server each, and a folder for sockets and logs."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.store import embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[2]
_KEPT: Final = ("PATH", "HOME", "LANG", "TMPDIR")
"""What a relay needs of this process's environment: none of the relay's own settings."""


class Zygote:
    """Forks relays. Use as a context manager; they all end with it.

    Args:
        is_hurried: Whether they wait a tenth of what a relay usually waits.
    """

    def __init__(self, *, is_hurried: bool = True) -> None:
        self.is_hurried = is_hurried

    def __enter__(self) -> Zygote:
        pace = [] if self.is_hurried else ["unhurried"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.zygote", *pace],
            cwd=ROOT,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def fork(self, environment: dict[str, str], log: Path) -> int:
        """Start a relay and return its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"environment": environment, "log": str(log)}
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        assert told, "The zygote has ended; it says above why."
        return int(told)


@dataclass
class Grounds:
    """Where runs take place: what they share.

    Attributes:
        zygote: Forks relays.
        store: The socket of a server that is emptied before each run.
        folder: For sockets and logs.
    """

    zygote: Zygote
    store: Path
    folder: Path


Lanes = tuple[Grounds, ...]


@contextmanager
def prepared(lanes: int, *, is_hurried: bool = True) -> Iterator[Lanes]:
    """Give grounds with a server each, and one zygote for all of them."""
    with tempfile.TemporaryDirectory(prefix="crash-") as folder, Zygote(is_hurried=is_hurried) as zygote:
        places = [Path(folder) / str(number) for number in range(lanes)]
        servers = [asyncio.run(embedded.ensure(place, dies_with_parent=True)) for place in places]
        yield tuple(
            Grounds(zygote, server.socket, place) for server, place in zip(servers, places, strict=True)
        )
        for server in servers:
            asyncio.run(server.stop())
