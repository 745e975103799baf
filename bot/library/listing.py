"""What is in the library, as people look for it while they type.

Slack waits three seconds for an answer and a bucket may take longer to be listed. So what was listed a while ago is
answered at once, and listed anew meanwhile.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import RelayError, TransientError
from bot.library import names

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.library.store import Entry

MOST: Final = 20_000
"""Documents that are listed; what a library has beyond them is found by its whole path only."""

LISTING_LIMIT_S: Final = 30.0
"""After so long a listing stops, and is as long as it is."""

_FRESH_S: Final = 30.0
"""For so long a listing is answered from without another one."""

_STALE_S: Final = 300.0
"""After so long another one is waited for, if it comes in time."""

_PATIENCE_S: Final = 2.0
"""Seconds; Slack waits for three."""

_MOST_WORDS: Final = 12
"""Words that are looked for: each is looked for in every path, and who types more of them has found it already."""

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """A document, ready to be looked for.

    Attributes:
        path: Inside the library.
        folded: The same without case and accents.
        name: The last part of that.
    """

    path: str
    folded: str
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What a library held at one moment.

    Attributes:
        documents: The newest first, and of several from one moment the one with the shortest path.
        is_cut: There are more.
    """

    documents: tuple[Known, ...] = ()
    is_cut: bool = False


def listed(entries: Iterable[Entry], most: int, is_over: Callable[[], bool]) -> Listed:
    """Pick the documents from among the files of a library.

    Args:
        entries: Any files.
        most: Documents to pick.
        is_over: Says whether it has taken long enough.
    """
    picked: list[Entry] = []
    is_cut = False
    for entry in entries:
        is_cut = len(picked) == most or is_over()
        if is_cut:
            break
        if not names.fault(entry.path):
            picked.append(entry)
    picked.sort(key=lambda entry: (-entry.modified, len(entry.path), entry.path))
    return Listed(tuple(_known(entry.path) for entry in picked), is_cut)


def _known(path: str) -> Known:
    folded = fold(path)
    return Known(path, folded, folded.rpartition("/")[2])


def fold(text: str) -> str:
    """Take case and accents away."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


_PARTS: Final = re.compile(r"[\W_]+")
"""What stands between the words of a name."""


def found(documents: Iterable[Known], words: str, most: int) -> tuple[str, ...]:
    """Find the documents whose paths hold all words; those that have them in their names come first, and whole.

    Of many words only the first ones are looked for.
    """
    wanted = list(dict.fromkeys(fold(words[: names.LONGEST]).split()))[:_MOST_WORDS]
    exact: list[str] = []
    named: list[str] = []
    elsewhere: list[str] = []
    for document in documents:
        if all(word in document.name for word in wanted):
            is_whole = set(wanted) <= set(_PARTS.split(document.name))
            (exact if is_whole else named).append(document.path)
            if len(exact) == most:
                break
        elif all(word in document.folded for word in wanted):
            elsewhere.append(document.path)
    return tuple([*exact, *named, *elsewhere][:most])


class Listing:
    """The last listing, and the next one while it is made.

    Args:
        lister: Lists the library.
        patience_s: How long the next one is waited for where the last is missing or old.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        lister: Callable[[], Awaitable[Listed]],
        *,
        patience_s: float = _PATIENCE_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._lister = lister
        self._patience_s = patience_s
        self._clock = clock
        self._last: Listed | None = None
        self._at = 0.0
        self._next: asyncio.Task[None] | None = None
        self._failure: RelayError | None = None

    async def current(self) -> Listed:
        """Return the last listing, or the next one where the last is too old and the next comes in time.

        Raises:
            TransientError: There is none yet.
            RefusedError: There is none, since the library cannot be listed.
        """
        age = self._clock() - self._at
        if self._last is None or age > _FRESH_S:
            self._begin()
        if self._next and (self._last is None or age > _STALE_S):
            await asyncio.wait({self._next}, timeout=self._patience_s)
        if self._last is None:
            raise self._failure or TransientError("The document library is being looked through; one moment.")
        return self._last

    def expire(self) -> None:
        """List anew when somebody looks the next time: something was written."""
        self._at = min(self._at, self._clock() - _FRESH_S - 1)

    async def close(self) -> None:
        """Stop listing."""
        if self._next:
            self._next.cancel()
            with suppress(asyncio.CancelledError):
                await self._next

    def _begin(self) -> None:
        if self._next is None or self._next.done():
            self._next = asyncio.create_task(self._renew(), name="library listing")

    async def _renew(self) -> None:
        begun_at = self._clock()
        try:
            self._last, self._at, self._failure = await self._lister(), begun_at, None
        except RelayError as error:
            self._failure = error
            _log.warning("library.not_listed", reason=str(error))
        else:
            _log.info("library.listed", documents=len(self._last.documents), cut=self._last.is_cut)
