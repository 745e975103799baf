"""A document goes back: over what was read, or beside what somebody changed meanwhile. Never over newer text.

What a crash left undone or untold is done again, so every step first looks whether it was done already: the same
bytes under the same name are one's own earlier write, and if they are not, nothing is lost by taking them for it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.library import names
from bot.library.errors import refused
from bot.library.store import LARGEST, version_at, version_of
from bot.relay.ports import Written

if TYPE_CHECKING:
    from bot.library.store import Store

_LOOKS: Final = 3
"""How often an original is looked at whose version says yes while its store says no: somebody is writing just now."""

_MOST_BESIDE: Final = 100


def write(store: Store, path: str, content: bytes, known: str) -> Written:
    """Write a document under its name if its version is still the known one, else beside it.

    Args:
        store: The library.
        path: Of the document.
        content: Its new bytes.
        known: The version that the new bytes were made from; "" where nothing stood there.

    Raises:
        RefusedError: There are too many versions beside it.
        Exception: Whatever the store raises.
    """
    version, at_most = version_of(content), max(len(content), LARGEST)
    for _ in range(_LOOKS):
        standing = version_at(store, path, at_most)
        if standing == version:
            return Written(path, version)
        if (standing or "") != known:
            break
        if store.replace(path, content, known) if known else store.create(path, content):
            return Written(path, version)
    return Written(_beside(store, path, content), version, is_beside=True)


def _beside(store: Store, path: str, content: bytes) -> str:
    """Write an edited version beside the original, or find the one that was written before."""
    version = version_of(content)
    for beside in islice(names.besides(path), _MOST_BESIDE):
        # One's own earlier write has just this size.
        if store.create(beside, content) or version_at(store, beside, len(content)) == version:
            return beside
    raise refused(f"The library has {_MOST_BESIDE} edited versions of {path} already.")
