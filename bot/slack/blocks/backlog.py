"""A backlog: what waits, line by line, each with the button that leads on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.slack import limits
from bot.slack.blocks.buttons import plain, row

if TYPE_CHECKING:
    from bot.core.summary import BacklogSummary

Json = dict[str, Any]


def backlog(summary: BacklogSummary) -> list[Json]:
    """Render what waits."""
    return [
        {"type": "header", "text": plain(summary.title, limits.HEADER)},
        *row(summary.actions, summary.title),
    ]
