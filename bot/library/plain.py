"""A library in any other store that fsspec knows: Google's and Azure's, SFTP, SMB, WebDAV and more.

Such a store is not asked to compare by itself, so a document is looked at and written right after. Within one relay
nothing comes between; what somebody else writes in that moment is lost. See docs/library.md.
"""

from __future__ import annotations

import errno
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.library import names
from bot.library.errors import UnusableError, silent
from bot.library.store import Entry, version_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_log: Final = structlog.get_logger(__name__)

_TIMES: Final = ("mtime", "LastModified", "last_modified", "modified", "updated", "created")
"""What stores call the moment at which a file changed; fsspec has no word of its own."""

_PROBE: Final = ".superdocs-relay-probe"


@dataclass(frozen=True, slots=True)
class Plain:
    """A folder in a store.

    Attributes:
        files: fsspec's file system.
        root: The folder, as the file system names it.
        kind: The scheme of its address.
    """

    files: Any = field(repr=False)
    root: str
    kind: str
    _turn: Lock = field(default_factory=Lock, repr=False)

    def check(self) -> None:
        """Make sure that the folder is there and can be listed."""
        try:
            self._listed("")
        except (FileNotFoundError, NotADirectoryError) as error:
            cure = "Make it, or set DOCUMENTS_URL to one that is there."
            raise UnusableError(f"there is no such folder ({self.kind})", cure) from error
        except PermissionError as error:
            cure = "Give the relay's account the right to list and to read it."
            raise UnusableError(f"the relay may not list the folder ({self.kind})", cure) from error
        except Exception as error:
            raise silent(error) from error

    def entries(self) -> Iterator[Entry]:
        """Find the files and folders below the folder, the uppermost first."""
        waiting = deque([""])
        while waiting:
            folder = waiting.popleft()
            for found in self._readable(folder):
                path = f"{folder}{found['name'].rstrip('/').rpartition('/')[2]}"
                if path.rpartition("/")[2].startswith("."):
                    continue
                entry = (
                    Entry(f"{path}/") if found.get("type") == "directory" else Entry(path, _modified(found))
                )
                yield entry
                if entry.is_folder and not names.is_too_deep(entry.path):
                    waiting.append(entry.path)

    def read(self, path: str, at_most: int) -> bytes:
        """Read a file whole."""
        info = self.files.info(self._at(path))
        if info.get("type") == "directory":
            raise IsADirectoryError(errno.EISDIR, "not a file")
        if (info.get("size") or 0) > at_most:
            raise OSError(errno.EFBIG, "too large")
        with self.files.open(self._at(path), "rb") as file:
            content = bytes(file.read(at_most + 1))
        if len(content) > at_most:
            raise OSError(errno.EFBIG, "too large")
        return content

    def replace(self, path: str, content: bytes, known: str) -> bool:
        """Look at a file, and write over it if its version is the known one."""
        with self._turn:
            if version_at(self, path) != known:
                return False
            self.files.pipe_file(self._at(path), content)
        return True

    def create(self, path: str, content: bytes) -> bool:
        """Write a new file, if there is none of that name."""
        with self._turn:
            if self.files.exists(self._at(path)):
                return False
            self.files.pipe_file(self._at(path), content)
        return True

    def try_writing(self) -> None:
        """Write a hidden file into the folder, and take it away."""
        self.files.pipe_file(self._at(_PROBE), b"")
        self.files.rm_file(self._at(_PROBE))

    def close(self) -> None:
        """What fsspec holds, it closes when nobody holds it any more."""

    def _at(self, path: str) -> str:
        return f"{self.root}/{path}".rstrip("/") or "/"

    def _listed(self, folder: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = self.files.ls(self._at(folder), detail=True)
        return found

    def _readable(self, folder: str) -> list[Mapping[str, Any]]:
        """List one folder. One below the root that cannot be read, or went away, is left out."""
        try:
            return self._listed(folder)
        except (FileNotFoundError, PermissionError) as error:
            if not folder:
                raise
            _log.warning("library.folder_skipped", kind=type(error).__name__)
            return []


def _modified(found: Mapping[str, Any]) -> float:
    for name in _TIMES:
        moment = found.get(name)
        if isinstance(moment, datetime):
            return moment.timestamp()
        if isinstance(moment, int | float):
            return float(moment)
    return 0.0
