"""The document library as the relay sees it: searched, read and written back, each within the time that a task has."""

from __future__ import annotations

import threading
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

from bot.core.errors import RelayError
from bot.library import address, listing, names, writing
from bot.library.errors import refused, silent, translated, unwritable
from bot.library.listing import LISTING_LIMIT_S, Listed, Listing
from bot.library.store import LARGEST, version_of
from bot.library.threads import Threads
from bot.relay.ports import Held

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.library.store import Store
    from bot.relay.ports import Written

_LIMIT_S: Final = 15.0
"""How long reading or writing one document may take; a task has 20 seconds."""

T = TypeVar("T")


class FsspecLibrary:
    """The documents under one address.

    Nothing is looked at before the first call; `check` is the one to begin with.

    Args:
        url: DOCUMENTS_URL. It may hold a password, and is neither shown nor logged.
        limit_s: Seconds that reading or writing a document may take.
        listing_s: Seconds after which a listing is as long as it is.
        most: Documents that are listed.

    Raises:
        UnusableError: The address can lead to no library.
    """

    def __init__(
        self,
        url: str,
        *,
        limit_s: float = _LIMIT_S,
        listing_s: float = LISTING_LIMIT_S,
        most: int = listing.MOST,
    ) -> None:
        self._address = address.parse(url)
        self._limit_s = limit_s
        self._listing_s = listing_s
        self._most = most
        self._threads = Threads()
        self._opening = threading.Lock()
        self._store: Store | None = None
        self._listing = Listing(self.holding)

    async def check(self) -> None:
        """Make sure that there is a library which the relay may list.

        Raises:
            UnusableError: There is not; the sentence says what to do.
            TransientError: It does not answer just now.
        """
        await self._have(lambda store: store.check(), silent)

    async def search(self, words: str, most: int) -> tuple[str, ...]:
        """Return the paths that hold all of some words, in any case and with any accents, the best first.

        Raises:
            TransientError: It was not listed yet.
            RefusedError: It cannot be listed.
        """
        current = await self._listing.current()
        return listing.found(current.documents, words, most)

    async def holding(self) -> Listed:
        """List the documents, as they are now."""
        return await self._have(self._listed, silent, self._listing_s + self._limit_s)

    async def read(self, path: str) -> Held:
        """Read a document.

        Raises:
            RefusedError: There is none, or it is none that can be edited.
            TransientError: Not now.
        """
        _check_name(path)
        content = await self._have(lambda store: store.read(path, LARGEST), partial(translated, path=path))
        return Held(content, version_of(content))

    async def write(self, path: str, content: bytes, known: str) -> Written:
        """Write a document under its name if its version is the known one still, else beside it.

        Raises:
            RefusedError: The library does not take it.
            TransientError: Nobody knows; written again, it will not be there twice.
        """
        _check_name(path)
        written = await self._have(
            lambda store: writing.write(store, path, content, known),
            partial(translated, path=path, writes=True),
        )
        self._listing.expire()
        return written

    async def try_writing(self) -> None:
        """Find out whether documents could be written, and leave nothing behind.

        Raises:
            UnusableError: They could not, or not as safely as they should.
            TransientError: It does not answer just now.
        """
        await self._have(lambda store: store.try_writing(), unwritable)

    async def close(self) -> None:
        """Stop listing, and give back what is held."""
        await self._listing.close()
        if self._store is not None:
            await self._have(lambda store: store.close(), silent)

    async def _have(
        self,
        work: Callable[[Store], T],
        translate: Callable[[Exception], RelayError],
        limit_s: float | None = None,
    ) -> T:
        """Have something done in a thread, where the store is opened if that was not done yet."""
        try:
            return await self._threads.run(lambda: work(self._opened()), limit_s or self._limit_s)
        except RelayError:
            raise
        except Exception as error:
            raise translate(error) from error

    def _opened(self) -> Store:
        with self._opening:
            if self._store is None:
                self._store = address.opened(self._address)
            return self._store

    def _listed(self, store: Store) -> Listed:
        until = monotonic() + self._listing_s
        return listing.listed(store.entries(), self._most, lambda: monotonic() > until)


def _check_name(path: str) -> None:
    if wrong := names.fault(path):
        raise refused(wrong)
