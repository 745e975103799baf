"""The document library: is it there, what is in it, and can it be read and written? Nothing in it is changed."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.core.errors import RefusedError, RelayError
from bot.doctor.finding import checked, fault, ok, warning
from bot.library.errors import UnusableError
from bot.library.library import FsspecLibrary

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.doctor.finding import Finding, Findings
    from bot.library.listing import Listed

_NAME: Final = "DOCUMENTS_URL"
_READING: Final = "library reading"
_WRITING: Final = "library writing"

_TRIED: Final = 3
"""Documents of which one should be readable; the newest may be too large, or just going."""

_SHARE: Final = 0.3
"""Of the time that the look may take: how much of it each of its steps may."""

_UNREACHED: Final = "Look at the network, and at whatever keeps the library."
_EMPTY: Final = (
    "Put documents there, or set DOCUMENTS_URL to where they are: HTML, DOCX, PDF, MD, TXT or RTF."
)
_CUT: Final = "Set DOCUMENTS_URL to a folder further down, so that people find everything that is in it."
_RIGHTS: Final = "Give the relay the right to read the documents."


async def examine(settings: Settings, limit_s: float) -> Findings:
    """Look at the library, if there is one."""
    if not settings.documents_url:
        return ()
    return await checked(_NAME, shelves(settings.documents_url, limit_s), limit_s)


async def shelves(url: str, limit_s: float) -> Findings:
    """Look into the library under an address.

    Args:
        url: As it is set.
        limit_s: Seconds that it may take.
    """
    try:
        library = FsspecLibrary(url, limit_s=limit_s * _SHARE, listing_s=limit_s * _SHARE)
    except UnusableError as error:
        return (_fault(error),)
    try:
        await library.check()
        listed = await library.holding()
        return (_content(listed), *await _read(library, listed), await _written(library))
    except RelayError as error:
        return (_fault(error),)
    finally:
        await library.close()


def _fault(error: RelayError) -> Finding:
    if isinstance(error, UnusableError):
        return fault(_NAME, error.found, error.cure)
    return fault(_NAME, str(error), _UNREACHED)


def _content(listed: Listed) -> Finding:
    count = len(listed.documents)
    if listed.is_cut:
        return warning(_NAME, f"more than {count:,} documents: people find only those by searching", _CUT)
    if not count:
        return warning(_NAME, "no document that can be edited is there", _EMPTY)
    return ok(_NAME, f"{count:,} {'document' if count == 1 else 'documents'} that can be edited")


async def _read(library: FsspecLibrary, listed: Listed) -> Findings:
    """Read one document, whichever can be read; nothing is said where there is none."""
    said: Findings = ()
    for document in islice(listed.documents, _TRIED):
        try:
            await library.read(document.path)
        except RefusedError as error:
            said = (fault(_READING, str(error), _RIGHTS),)
        else:
            return (ok(_READING, "a document was read"),)
    return said


async def _written(library: FsspecLibrary) -> Finding:
    """Say whether documents could be written back; where not, edits still come back in Slack."""
    try:
        await library.try_writing()
    except UnusableError as error:
        return warning(_WRITING, error.found, error.cure)
    return ok(_WRITING, "documents can be written back")
