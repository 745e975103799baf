"""The documents that a deployment keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Held:
    """A document of the library, as it was read.

    Attributes:
        content: Its bytes. Never logged.
        version: Names exactly these bytes.
    """

    content: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Written:
    """Where a document of the library stands now.

    Attributes:
        is_beside: Whether the original had changed meanwhile, so that this is a new file beside it.
    """

    path: str
    version: str
    is_beside: bool = False


class Library(Protocol):
    """The documents that a deployment keeps, by their paths."""

    async def search(self, words: str, most: int) -> tuple[str, ...]:
        """Return the paths that hold all of some words, the best first."""

    async def read(self, path: str) -> Held:
        """Read a document.

        Raises:
            RefusedError: There is none, or it is none that can be edited; `code` is ``document``.
        """

    async def write(self, path: str, content: bytes, known: str) -> Written:
        """Write a document if its version is the known one still, else beside it; never over anybody's newer text.

        Repeated after a crash, it finds what it wrote before. "" is known where nothing is to stand there yet.

        Raises:
            RefusedError: The library does not take it, now or ever.
        """
