"""Which channel a name means.

Source: https://docs.slack.dev/reference/methods/conversations.list
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.core.errors import RefusedError
from bot.slack.errors import ask

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

_ID: Final = re.compile(r"[CG][A-Z0-9]{2,30}")
_PAGE: Final = 1000


async def channel_id(client: AsyncWebClient, name: str) -> str:
    """Return the id of a channel that is given by id or as ``#name``.

    Raises:
        RefusedError: The relay sees no such channel; the text says what to do.
    """
    if _ID.fullmatch(name):
        return name
    wanted, cursor = name.removeprefix("#"), ""
    while True:
        answer = await ask(
            client.conversations_list(
                types="public_channel,private_channel",
                exclude_archived=True,
                limit=_PAGE,
                cursor=cursor or None,
            )
        )
        for channel in answer.get("channels") or []:
            if channel.get("name") == wanted:
                return str(channel["id"])
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            sentence = (
                f"There is no channel #{wanted} that the relay can see: check the name, or invite it there."
            )
            raise RefusedError(sentence, code="channel_not_found")
