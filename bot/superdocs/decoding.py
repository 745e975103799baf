"""Reading JSON that somebody else wrote: forgiving in every field, and never an error that is not ours.

A field that is missing, null or of the wrong type becomes its empty value; what is not JSON at all raises
`TransientError`. Text for people loses lone surrogates here, because nothing after this can encode them;
the texts of changes do not pass through here, they are kept exactly (`proposals.py`).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.core.errors import TransientError

_UNWRAPPINGS: Final = 3
"""How often a string is opened to see whether it holds JSON: strings in strings have been reported."""

_LONGEST_NUMBER: Final = 18
"""Digits. Longer ones are no count and no sequence, and Python refuses to read thousands of them."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Wire(BaseModel):
    """What all models of SuperDocs' JSON have in common: what they do not know, they ignore.

    Fields are added without notice (``machine_checks`` broke a strict client).
    """

    model_config = ConfigDict(extra="ignore", frozen=True)


def parse_body(body: bytes) -> object:
    """Read the body of an answer.

    Bytes that are not UTF-8 become lone surrogates, so that they spoil the one text they stand in and not
    the whole answer. Raw control characters inside strings are accepted; they have been seen.

    Raises:
        TransientError: It is not JSON, or nested too deeply to read.
    """
    try:
        return _loads(body.decode("utf-8", "surrogateescape"))
    except ValueError:
        raise TransientError("SuperDocs answered with something that is not readable JSON.") from None


def decoded(raw: object) -> object:
    """Open JSON that was written into a string, up to three times; other values stay as they are."""
    for _ in range(_UNWRAPPINGS):
        if not isinstance(raw, str):
            break
        try:
            raw = _loads(raw)
        except ValueError:
            break
    return raw


def as_object(raw: object) -> dict[str, Any]:
    """Return a JSON object, also one that was written into a string; {} for anything else."""
    opened = decoded(raw)
    return opened if isinstance(opened, dict) else {}


def has_surrogate(text: str) -> bool:
    """Say whether a text holds half a character, which no encoding can carry."""
    return _SURROGATE.search(text) is not None


def clean(text: str, limit: int | None = None) -> str:
    """Return a text that can be shown: without lone surrogates, cut at `limit` characters."""
    whole = _SURROGATE.sub("\ufffd", text)
    return whole if limit is None or len(whole) <= limit else whole[: limit - 1] + "…"


def parse_instant(raw: object) -> datetime | None:
    """Read an ISO 8601 time; one without a zone is UTC; None for anything else."""
    if not isinstance(raw, str):
        return None
    try:
        told = datetime.fromisoformat(raw.strip())
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_count(raw: object) -> int | None:
    """Read a number of something, written as a number or as digits; None for anything else."""
    if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_NUMBER:
        return int(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return int(raw) if 0 <= raw < 10**_LONGEST_NUMBER else None


def _word(raw: object) -> str:
    """Read an id or a text; a number counts as its digits, anything else as nothing."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    return clean(raw) if isinstance(raw, str) else ""


def _words(raw: object) -> str:
    """Read a sentence that comes as a string, or as an object that holds one."""
    if isinstance(raw, dict):
        candidates = (_word(raw.get(key)) for key in ("message", "content", "text", "error", "code", "type"))
        return next(filter(None, candidates), "")
    return _word(raw)


def _loads(text: str) -> object:
    """Read JSON.

    Raises:
        ValueError: It is not JSON, or nested too deeply.
    """
    try:
        return json.loads(text, strict=False, parse_int=_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else -1


Word: TypeAlias = Annotated[str, BeforeValidator(_word)]
Words: TypeAlias = Annotated[str, BeforeValidator(_words)]
Object: TypeAlias = Annotated[dict[str, Any], BeforeValidator(as_object)]
Count: TypeAlias = Annotated[int | None, BeforeValidator(parse_count)]
Instant: TypeAlias = Annotated[datetime | None, BeforeValidator(parse_instant)]
