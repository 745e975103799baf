"""What goes wrong with a library, as the relay's own errors. Nothing of an address is said but where it leads."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import RefusedError, RelayError, TransientError
from bot.core.words.pieces import inert
from bot.library.store import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping

_log: Final = structlog.get_logger(__name__)

_BY_NUMBER: Final[Mapping[int | None, str]] = {
    errno.EFBIG: f"{{path}} is larger than {LARGEST // 1024 // 1024} MB.",
    errno.EBADF: "The library cannot be locked, so {path} was not written.",
    errno.EISDIR: "{path} is no document.",
    errno.ENAMETOOLONG: "The library takes no name as long as {path}.",
    errno.ELOOP: "{path} is a link that leads nowhere.",
    errno.EROFS: "The library can be read only, so {path} was not written.",
    errno.EDQUOT: "The library has no room left for {path}.",
    errno.ENOSPC: "The library has no room left for {path}.",
    errno.ENOLCK: "The library cannot be locked, so {path} was not written.",
}
"""What a person is told; trying again would end in the same way."""


class UnusableError(RefusedError):
    """What DOCUMENTS_URL names is no library, or none that the relay may use.

    Attributes:
        found: What is the matter, without a full stop.
        cure: What to do about it, in a sentence.
    """

    def __init__(self, found: str, cure: str) -> None:
        super().__init__(f"DOCUMENTS_URL: {found}. {cure}", code="documents_url")
        self.found = found
        self.cure = cure


def refused(sentence: str) -> RefusedError:
    """Refuse a document. Its name is not ours: nothing in it comes alive in a message."""
    return RefusedError(inert(sentence), code="document")


def translated(error: Exception, path: str, *, writes: bool = False) -> RelayError:
    """Say what an error of a store means for a document.

    Args:
        error: Whatever a store's library raises.
        path: Of the document.
        writes: Whether it was to be written.
    """
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        gone = "The folder of {path} is gone from the library." if writes else "The library has no {path}."
        return refused(gone.format(path=path))
    if isinstance(error, PermissionError):
        return refused(f"The relay may not {'write' if writes else 'read'} {path}.")
    number = error.errno if isinstance(error, OSError) else None
    if number in _BY_NUMBER:
        return refused(_BY_NUMBER[number].format(path=path))
    return silent(error)


def silent(error: Exception) -> TransientError:
    """Say that a store does not do as it should just now. The error's own words may quote an address."""
    kind = type(error).__name__
    _log.warning("library.failed", kind=kind)
    return TransientError(f"The document library does not answer ({kind}).")


def unwritable(error: Exception) -> RelayError:
    """Say why nothing can be written into a library."""
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno in _BY_NUMBER):
        cure = "Give the relay the right to write there, or let results come back in Slack only."
        return UnusableError("documents can be read, and cannot be written back", cure)
    return silent(error)
