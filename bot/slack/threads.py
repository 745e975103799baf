"""Threads, read back: which have something new, and what people said in them.

Sources: https://docs.slack.dev/reference/methods/conversations.history,
https://docs.slack.dev/reference/methods/conversations.replies
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.core.errors import RefusedError
from bot.relay.acts import Replies
from bot.slack.errors import ask
from bot.slack.payloads import message_id, parse_said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient
    from slack_sdk.web.async_slack_response import AsyncSlackResponse

    from bot.relay.acts import Reply

Json = dict[str, Any]

_log: Final = structlog.get_logger(__name__)

_PAGE: Final = 200
"""As many messages as Slack recommends to ask for at once."""

_PAGES: Final = 5
"""How many of these one look takes: 1,000 messages of a channel, or replies of a thread."""


@dataclass(frozen=True, slots=True)
class Threads:
    """The threads of one workspace.

    Attributes:
        team_id: The workspace that the relay is installed in.
    """

    client: AsyncWebClient
    team_id: str

    async def latest_replies(self, channel: str, since: str) -> dict[str, str]:
        """Return the latest reply to each message of a channel from one on, by message; "" where there is none.

        Raises:
            RefusedError: The relay may not read there.
        """
        read = partial(self.client.conversations_history, channel=channel, oldest=since, inclusive=True)
        return {
            message_id(message.get("ts")): message_id(message.get("latest_reply"))
            async for message in messages(read)
            if message.get("latest_reply") or not message.get("reply_count")
        }

    async def replies(self, channel: str, thread_ts: str, since: str) -> Replies:
        """Read back what people said in a thread after a message, the earliest first.

        Raises:
            RefusedError: The relay may not read there.
        """
        read = partial(self.client.conversations_replies, channel=channel, ts=thread_ts, oldest=since)
        try:
            said = [message async for message in messages(read) if message.get("ts") != thread_ts]
        except RefusedError as error:
            if error.code != "thread_not_found":
                raise
            said = []
        replies = (self._reply(message, channel) for message in said)
        until = [ts for message in said if (ts := message_id(message.get("ts")))]
        return Replies(tuple(reply for reply in replies if reply is not None), until[-1] if until else since)

    def _reply(self, message: Json, channel: str) -> Reply | None:
        """Read one message; what cannot be read is nobody's reply, and keeps nobody else's from being heard."""
        try:
            return parse_said(message, channel, self.team_id)
        except RefusedError:
            _log.warning("reply.unreadable", channel=channel)
            return None


async def messages(read: Callable[..., Awaitable[AsyncSlackResponse]]) -> AsyncIterator[Json]:
    """Read the messages of a thread or of a channel, a few pages of them."""
    cursor = ""
    for _ in range(_PAGES):
        answer = await ask(read(limit=_PAGE, cursor=cursor or None))
        for message in answer.get("messages") or []:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
