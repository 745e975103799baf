"""What the body of a refusal tells, whichever of its shapes it has. Pure.

``{"detail": text | object | list}``, the same at the top level, or no JSON at all.
Source: https://docs.superdocs.app/errors/error-codes
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.superdocs.decoding import as_object, clean, decoded, parse_count

if TYPE_CHECKING:
    from collections.abc import Mapping

_QUOTE_LIMIT: Final = 200
"""Characters of SuperDocs' own words that a sentence of ours quotes."""

_KEY: Final = re.compile(r"\b(?:sk|lce)_\w+")


@dataclass(frozen=True, slots=True)
class Told:
    """What a refusal tells.

    Attributes:
        text: In SuperDocs' words, fit to be quoted; "" when there is nothing fit.
        code: SuperDocs' own code; "" without.
        active_jobs: How many jobs keep the session busy; None when not said.
        used: Operations used this month; None when not said.
        limit: Operations a month; None when not said.
        max_bytes: The largest size that would be taken; None when not said.
        is_json: Whether SuperDocs itself answered, and not a gateway before it.
    """

    text: str = ""
    code: str = ""
    active_jobs: int | None = None
    used: int | None = None
    limit: int | None = None
    max_bytes: int | None = None
    is_json: bool = False

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Say whether its code or its words match."""
        return pattern.search(f"{self.code} {self.text}") is not None

    @property
    def quote(self) -> str:
        """Return its words as the end of a sentence, full stop not included; "" when there are none."""
        return f": {self.text.rstrip('.')}" if self.text else ""


def parse_refusal(body: bytes) -> Told:
    """Read the body of an answer that is not a success; its beginning suffices."""
    opened = decoded(body.decode("utf-8", "replace"))
    if not isinstance(opened, dict):
        return Told(is_json=isinstance(opened, list))
    detail = opened.get("detail")
    inner = {**opened, **as_object(detail)}
    usage = {**inner, **as_object(inner.get("usage"))}
    return Told(
        text=_text(detail, inner),
        code=next((inner[key] for key in ("error_code", "code") if isinstance(inner.get(key), str)), ""),
        active_jobs=parse_count(inner.get("active_jobs")),
        used=_first_count(usage, "monthly_used", "used"),
        limit=_first_count(usage, "monthly_limit", "limit"),
        max_bytes=_first_count(inner, "max_bytes", "max_size_bytes", "limit_bytes"),
        is_json=True,
    )


def _first_count(named: Mapping[str, object], *names: str) -> int | None:
    counts = (parse_count(named.get(name)) for name in names)
    return next((count for count in counts if count is not None), None)


def _text(detail: object, inner: Mapping[str, object]) -> str:
    if isinstance(detail, list):
        return _quotable("; ".join(filter(None, map(_problem, detail))))
    candidates = (detail, inner.get("message"), inner.get("error"))
    return _quotable(next((text for text in candidates if isinstance(text, str)), ""))


def _problem(item: object) -> str:
    """Name one field of a 422 and what is wrong with it, never what it held."""
    problem = as_object(item)
    place = problem.get("loc")
    named = ".".join(str(part) for part in place if part != "body") if isinstance(place, list) else ""
    message = problem.get("msg")
    return f"{named}: {message}" if named and isinstance(message, str) else ""


def _quotable(text: str) -> str:
    """Return SuperDocs' words as part of a sentence of ours; "" for markup, a page or a piece of a document."""
    line = _KEY.sub("(key)", " ".join(clean(text).split()))
    return "" if "<" in line else clean(line, _QUOTE_LIMIT)
