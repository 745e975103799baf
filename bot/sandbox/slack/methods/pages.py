"""Lists in pieces: `limit` and `cursor`, as Slack's list methods have them.

Source: https://docs.slack.dev/apis/web-api/pagination
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeVar

from bot.sandbox.slack.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.slack.web.arguments import Arguments

Item = TypeVar("Item")
MOST = 1000


def page(
    items: Sequence[Item], arguments: Arguments, *, default: int = 100
) -> tuple[Sequence[Item], dict[str, Any]]:
    """Give the piece that was asked for, and the answer's part that leads to the next one."""
    limit = arguments.number("limit", default)
    if not 0 <= limit <= MOST:
        raise SlackError("invalid_limit")
    start = _position(arguments.text("cursor"))
    end = start + (limit or default)
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor).decode().removeprefix("next:"))
    except (ValueError, binascii.Error) as error:
        raise SlackError("invalid_cursor") from error
