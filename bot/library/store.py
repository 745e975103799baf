"""What every kind of library can do. All of it blocks, and raises `OSError` or whatever its own library does."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of a document; it is what a file given in the dialog may have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the library, or a folder of it.

    Attributes:
        path: Inside the library; a folder's ends in ``/``.
        modified: When it was, in seconds since 1970; 0.0 where nobody knows.
    """

    path: str
    modified: float = 0.0

    @property
    def is_folder(self) -> bool:
        """Say whether it is no file."""
        return self.path.endswith("/")


class Store(Protocol):
    """A library's files, by their paths inside it."""

    def check(self) -> None:
        """Make sure that there is a library which the relay may list.

        Raises:
            UnusableError: There is not.
        """

    def entries(self) -> Iterator[Entry]:
        """Find the files, one after the other, those of the upper folders first where that is possible.

        Folders are found, too, where there are any: whoever has had enough can stop among those that hold no files.
        """

    def read(self, path: str, at_most: int) -> bytes:
        """Read a file whole.

        Args:
            path: Of the file.
            at_most: Bytes; `EFBIG` is raised for a larger one, before it is read.
        """

    def replace(self, path: str, content: bytes, known: str) -> bool:
        """Write over a file if its version is the known one; False when it is not, or when it is gone."""

    def create(self, path: str, content: bytes) -> bool:
        """Write a new file, whole or not at all; False when there is one of that name."""

    def try_writing(self) -> None:
        """Find out whether files can be written, and leave none behind.

        Raises:
            UnusableError: It works, and not as safely as it should.
        """

    def close(self) -> None:
        """Give back what the store holds."""


def version_of(content: bytes) -> str:
    """Name exactly these bytes."""
    return hashlib.sha256(content).hexdigest()


def version_at(store: Store, path: str, at_most: int = LARGEST) -> str | None:
    """Return the version of what stands under a name; None when nothing does, or what is larger than that."""
    try:
        return version_of(store.read(path, at_most))
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        return None
