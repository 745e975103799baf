"""The `Library` port: documents in memory, which somebody else may change at any time."""

from __future__ import annotations

import hashlib

from bot.core.errors import RefusedError
from bot.relay.ports import Held, Written
from tests.fakes.failing import Failing


class FakeLibrary(Failing):
    """A library.

    Attributes:
        documents: Their bytes, by path.
    """

    def __init__(self, **documents: bytes) -> None:
        super().__init__()
        self.documents: dict[str, bytes] = dict(documents)

    async def search(self, words: str, most: int) -> tuple[str, ...]:
        self.note("search", words, most)
        return tuple(path for path in self.documents if words.lower() in path.lower())[:most]

    async def read(self, path: str) -> Held:
        self.note("read", path)
        if path not in self.documents:
            sentence = f"{path} is not in the library."
            raise RefusedError(sentence, code="document")
        return Held(self.documents[path], version_of(self.documents[path]))

    async def write(self, path: str, content: bytes, known: str) -> Written:
        self.note("write", path, content, known)
        standing = self.documents.get(path)
        if standing == content:
            return Written(path, version_of(content))
        is_beside = known != ("" if standing is None else version_of(standing))
        place = f"{path} (edited)" if is_beside else path
        self.documents[place] = content
        return Written(place, version_of(content), is_beside)


def version_of(content: bytes) -> str:
    """Name exactly these bytes."""
    return hashlib.sha256(content).hexdigest()
