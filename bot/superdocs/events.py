"""One event of a job's stream, and what it hints at. Pure.

Source: https://docs.superdocs.app/guides/streaming , in ages that name five, six and eleven kinds of events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from bot.core.sighting import Glimpse, Hint
from bot.superdocs.decoding import Count, Wire, Word, Words, clean, decoded, parse_count

HINTS: Final = {
    "intermediate": Hint.PROGRESS,
    "proposed_change": Hint.PAUSED,
    "proposed_change_batch": Hint.PAUSED,
    "continue_prompt": Hint.PAUSED,
    "final": Hint.ENDED,
    "error": Hint.ENDED,
    "document_sync": Hint.DOCUMENT,
    "documents_changed": Hint.NOISE,
    "model_fallback": Hint.NOISE,
    "ui_pointer": Hint.NOISE,
    "usage": Hint.NOISE,
}
"""Every kind of event that is known. Others are noise, too, but worth counting."""

_PROGRESS_LIMIT: Final = 300
"""Characters of what SuperDocs says it is doing."""

# Documented only as "an auth error occurred": the words are a guess, and cost no more than a second try.
_ABOUT_THE_KEY: Final = re.compile(
    r"(?i)\bauth(?!ors?\b)|\bunauthori[sz]ed|\bapi[ _-]?key|\bcredential|\b(?:invalid|missing|expired)\b.*\btoken\b"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as far as the follower must tell events apart.

    Attributes:
        kind: SuperDocs' word for it.
        refuses_key: Whether it is an ``error`` about the key: a stream cannot always answer 401.
    """

    kind: str
    glimpse: Glimpse
    refuses_key: bool = False

    @property
    def is_known(self) -> bool:
        """Say whether the documentation knows this kind of event."""
        return self.kind in HINTS


class _Data(Wire):
    type: Word = ""
    content: Any = None
    sequence: Count = None
    error: Words = ""


def parse_event(name: str, data: str, event_id: str = "") -> Event:
    """Read one event.

    Args:
        name: Of its ``event:`` line; "message" when there was none, and then ``data.type`` names it.
        data: Its data, normally a JSON object. Anything else counts as its content.
        event_id: Of an ``id:`` line; only a number in it is used, where the data has no sequence.
    """
    opened = decoded(data)
    told = _Data.model_validate(opened if isinstance(opened, dict) else {"content": data})
    kind = told.type if name in {"", "message"} else name
    hint = HINTS.get(kind, Hint.NOISE)
    content = clean(told.content) if isinstance(told.content, str) else ""
    glimpse = Glimpse(
        hint,
        sequence=told.sequence or parse_count(event_id) or 0,
        text=clean(" ".join(content.split()), _PROGRESS_LIMIT) if hint is Hint.PROGRESS else "",
        document_html=content if hint is Hint.DOCUMENT else "",
    )
    return Event(kind, glimpse, kind == "error" and _ABOUT_THE_KEY.search(told.error) is not None)
