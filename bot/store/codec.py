"""Records to bytes and back. Whatever text a person or an AI wrote, a record can be stored and read again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.core.backlog import Digest
from bot.core.errors import BugError
from bot.core.model import Job
from bot.core.proposal import Content
from bot.relay.ports import Reading

Record = TypeVar("Record")


class Codec(Generic[Record]):
    """Writes and reads one kind of record as JSON."""

    def __init__(self, kind: type[Record]) -> None:
        self._adapter = TypeAdapter(kind)
        self._name = kind.__name__.lower()

    def dump(self, record: Record) -> bytes:
        """Return the record as UTF-8 JSON. A lone surrogate, which UTF-8 cannot hold, becomes a question mark."""
        plain = self._adapter.dump_python(record, mode="json")
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    def load(self, stored: bytes | str) -> Record:
        """Return the record that `dump` wrote; fields that a newer version added take their defaults.

        Raises:
            BugError: It is none; the text names the field and never what it holds.
        """
        try:
            return self._adapter.validate_json(stored)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False, include_context=False)[0]
            field = ".".join(map(str, fault["loc"])) or "all of it"
            sentence = f"A stored {self._name} cannot be read: {field} ({fault['type']})."
            raise BugError(sentence) from None


JOB: Final = Codec(Job)
CONTENT: Final = Codec(Content)
READING: Final = Codec(Reading)
DIGEST: Final = Codec(Digest)


def text(stored: object) -> str:
    """Return what Redis holds as text, whichever way the client was told to answer."""
    return stored.decode() if isinstance(stored, bytes) else str(stored)


def moment(time: tuple[int, int]) -> datetime:
    """Return the time that Redis tells, in seconds and microseconds."""
    seconds, microseconds = time
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


def milliseconds(at: datetime) -> int:
    """Return a moment as Redis keeps it."""
    return round(at.timestamp() * 1000)
