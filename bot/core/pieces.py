"""Pieces of sentences that several messages share: a count, a cut, a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.model import Job


def changes(count: int) -> str:
    """Count changes in words."""
    return "1 change" if count == 1 else f"{count} changes"


def cut(text: str, limit: int) -> str:
    """Shorten a text to at most `limit` characters, an ellipsis included."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def link(job: Job, slot: str) -> str:
    """Return the address of one of a job's messages; "" while it is not known."""
    message = job.messages.get(slot)
    return message.permalink if message else ""
