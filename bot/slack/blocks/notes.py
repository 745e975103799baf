"""What stands around the words that are judged: where things stand, until when, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.slack.blocks.richtext import block, section, status, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.summary import Line

Json = dict[str, Any]

DIVIDER: Final[Json] = {"type": "divider"}

SENTENCE: Final = 300
"""Characters of a sentence of ours."""

QUOTE: Final = 300
"""Characters of the words that it quotes."""


def paragraphs(parts: Sequence[Json]) -> list[Json]:
    """Give lines of rich text as a block; none when there are no lines."""
    return [block(*parts)] if parts else []


def standing(line: Line | None) -> list[Json]:
    """Say where something stands, if there is anything to say."""
    return paragraphs([section(*status(line, SENTENCE, QUOTE))] if line else [])


def context(words: str, before: Sequence[Json] = ()) -> list[Json]:
    """Give a context block of our own words, if there are any, after what is inert."""
    ours = [{"type": "mrkdwn", "text": words[:1].upper() + words[1:]}] if words else []
    elements = [*before, *ours]
    return [{"type": "context", "elements": elements}] if elements else []


def decide_by(deadline_at: datetime | None) -> str:
    """Give the deadline in each reader's own zone, as markup; "" when there is none.

    Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
    """
    if deadline_at is None:
        return ""
    return f"decide by <!date^{int(deadline_at.timestamp())}^{{time}}|{deadline_at:%H:%M} UTC>"


def moment(at: datetime) -> str:
    """Give a moment in each reader's own zone, as markup."""
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{at:%d %B at %H:%M} UTC>"


def rest(count: int, where: str = "") -> Json:
    """Say in a line how many more there are, and where they stand."""
    return section(text(f"and {count} more {where}".rstrip(), "italic"))
