"""A library that is a local folder, or one mounted from elsewhere.

What is written stands there whole or not at all, also after a crash: it is written under another name, forced to the
disk, and then given its name in one step. Workers of one machine, and of several that share the folder over NFS, take
turns by locking the document itself, so no lock file is left behind.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
import time
from collections import deque
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from bot.library import names
from bot.library.errors import UnusableError, refused
from bot.library.store import Entry, version_at

if TYPE_CHECKING:
    from collections.abc import Iterator

_log: Final = structlog.get_logger(__name__)

_READING: Final = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
"""A pipe in the library must not keep anybody waiting, and a link that was put there a moment ago is not followed."""

_ENTERING: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
_MODE: Final = 0o666

_LOCK_LIMIT_S: Final = 5.0
_LOCK_PAUSE_S: Final = 0.02
"""Seconds; another worker holds a lock for as long as two files of a document's size take."""

_NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
"""What a file system says that gives no file a second name, such as FAT."""


class Folder:
    """A local folder.

    Args:
        root: Its absolute path.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def check(self) -> None:
        """Make sure that the folder is there and can be listed."""
        if not self._root.exists():
            cure = "Make it, mount it, or set DOCUMENTS_URL to a folder that is there."
            raise UnusableError(f"there is no folder {self._root}", cure)
        if not self._root.is_dir():
            raise UnusableError(f"{self._root} is no folder", "Set DOCUMENTS_URL to one.")
        if not os.access(self._root, os.R_OK | os.X_OK):
            cure = "Give the user that the relay runs as the right to read and to enter it."
            raise UnusableError(f"the relay may not read the folder {self._root}", cure)

    def entries(self) -> Iterator[Entry]:
        """Find the files and folders below the folder, the uppermost first. Links to folders are not followed."""
        waiting = deque([""])
        while waiting:
            folder = waiting.popleft()
            for found in self._listed(folder):
                entry = None if found.name.startswith(".") else self._entry(found, f"{folder}{found.name}")
                if entry is None:
                    continue
                yield entry
                if entry.is_folder and not names.is_too_deep(entry.path):
                    waiting.append(entry.path)

    def _listed(self, folder: str) -> Iterator[os.DirEntry[str]]:
        """List one folder. One below the root that cannot be read, or went away, is left out."""
        try:
            with os.scandir(self._root / folder) as found:
                yield from found
        except OSError as error:
            if not folder:
                raise
            _log.warning("library.folder_skipped", kind=type(error).__name__)

    def _entry(self, found: os.DirEntry[str], path: str) -> Entry | None:
        """Return what was found, if it is a folder or may be read from here; what vanishes meanwhile is nothing."""
        try:
            if found.is_dir(follow_symlinks=False):
                return Entry(f"{path}/")
            is_ours = found.is_file() and (not found.is_symlink() or self._is_inside(self._real(path)))
            return Entry(path, found.stat().st_mtime) if is_ours else None
        except OSError:
            return None

    def read(self, path: str, at_most: int) -> bytes:
        """Read a file whole."""
        descriptor = _opened_below(os.path.realpath(self._root), self._inside(path))
        with os.fdopen(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            if not stat.S_ISREG(state.st_mode):
                raise IsADirectoryError(errno.EISDIR, "not a file")
            content = file.read(at_most + 1) if state.st_size <= at_most else b""
        if max(state.st_size, len(content)) > at_most:
            raise OSError(errno.EFBIG, "too large")
        return content

    def replace(self, path: str, content: bytes, known: str) -> bool:
        """Write over a file, while no other worker does, if its version is the known one."""
        place = self._inside(path)
        try:
            with _locked(place) as state:
                if version_at(self, path) != known:
                    return False
                with _written(place.parent, content) as fresh:
                    _resemble(fresh, state)
                    fresh.replace(place)
        except FileNotFoundError:
            return False
        return True

    def create(self, path: str, content: bytes) -> bool:
        """Write a new file, whole or not at all; False when there is one of that name."""
        place = self._inside(path)
        if place.exists():
            return False
        try:
            with _written(place.parent, content) as fresh:
                _name(fresh, place)
        except FileExistsError:
            return False
        return True

    def try_writing(self) -> None:
        """Write a hidden file into the folder, lock it, and take it away."""
        with _written(self._root, b"") as fresh, _locked(fresh):
            pass

    def close(self) -> None:
        """Nothing is held."""

    def _inside(self, path: str) -> Path:
        """Return where a path leads, every link followed.

        Raises:
            RefusedError: Out of the library.
        """
        place = self._real(path)
        if not self._is_inside(place):
            raise refused(f"{path} is a link that leads out of the library.")
        return place

    def _real(self, path: str) -> Path:
        return Path(os.path.realpath(self._root / path))

    def _is_inside(self, place: Path) -> bool:
        return place.is_relative_to(os.path.realpath(self._root))


def _opened_below(root: str, place: Path) -> int:
    """Open a file for reading, folder by folder: one that became a link since it was looked at is not entered."""
    *folders, name = place.relative_to(root).parts or (".",)
    folder = os.open(root, _ENTERING)
    try:
        for part in folders:
            inner = os.open(part, _ENTERING | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, _READING, dir_fd=folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(place: Path) -> Iterator[os.stat_result]:
    """Hold the lock of a file, and give its state; another file may have taken its place while one waited."""
    while True:
        descriptor = _opened(place)
        try:
            _lock(descriptor)
            state = os.fstat(descriptor)
            if os.path.samestat(state, place.stat()):
                yield state
                return
        finally:
            os.close(descriptor)


def _opened(place: Path) -> int:
    """Open a file in order to lock it: over NFS that takes the right to write it, locally it does not."""
    try:
        return os.open(place, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except PermissionError:
        return os.open(place, _READING)


def _lock(descriptor: int) -> None:
    """Wait for a lock, but not for ever: programs of others may hold one."""
    until = time.monotonic() + _LOCK_LIMIT_S
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
        time.sleep(_LOCK_PAUSE_S)


@contextmanager
def _written(folder: Path, content: bytes) -> Iterator[Path]:
    """Write a hidden file that is on the disk for certain; whoever gives it a name has that on the disk, too."""
    fresh = folder / f".superdocs-relay-{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(fresh, _NEW, _MODE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)
    _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _resemble(fresh: Path, state: os.stat_result) -> None:
    """Let a file belong to those whose the other one was, as far as this user may say so."""
    with suppress(PermissionError):
        os.chown(fresh, state.st_uid, state.st_gid)
    fresh.chmod(stat.S_IMODE(state.st_mode))


def _name(fresh: Path, place: Path) -> None:
    """Give a file a name that no other has.

    Raises:
        FileExistsError: Another one has it.
    """
    try:
        os.link(fresh, place)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # The name is taken first, so that two never think that it is theirs.
        os.close(os.open(place, _NEW, _MODE))
        fresh.replace(place)
