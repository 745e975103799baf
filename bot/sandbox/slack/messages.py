"""Messages, and the order they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.state.users import TEAM_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.sandbox.slack.state.files import File

Json = dict[str, Any]
MICROSECONDS = 1_000_000


@dataclass(frozen=True)
class Message:
    """A message as it stands now; editing makes a new value, so that one in hand stays what was seen.

    Source: https://docs.slack.dev/reference/events/message
    """

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    files: tuple[File, ...] = ()
    thread_ts: str | None = None
    """The parent's ts, for a reply. A parent itself has none here."""
    bot_id: str | None = None
    app_id: str | None = None
    subtype: str | None = None
    metadata: Json | None = None
    client_msg_id: str | None = None
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Pairs of an emoji's name and the users who reacted with it, in order."""
    edited: Json | None = None
    seen_by: str | None = None
    """The only user who sees it, for an ephemeral message."""

    @property
    def is_bot(self) -> bool:
        """Say whether an app wrote it."""
        return self.bot_id is not None

    @property
    def is_ephemeral(self) -> bool:
        """Say whether only one person sees it."""
        return self.seen_by is not None

    def payload(self, *, with_metadata: bool = False) -> Json:
        """Give the message object as Slack's answers and events carry it."""
        optional = {
            "subtype": self.subtype,
            "thread_ts": self.thread_ts,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "client_msg_id": self.client_msg_id,
            "edited": self.edited,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "files": [file.payload() for file in self.files],
            "reactions": [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions
            ],
            "metadata": self.metadata if with_metadata else None,
        }
        always = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": TEAM_ID}
        return always | {key: value for key, value in optional.items() if value}


class Messages:
    """All messages of the workspace, ephemeral ones included, in the order of their ts."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0
        self._all: dict[tuple[str, str], Message] = {}

    def __iter__(self) -> Iterator[Message]:
        return iter(tuple(self._all.values()))

    def next_ts(self) -> str:
        """Give a ts that no message has: seconds with six decimals, later than all before."""
        self._last = max(self._last + 1, int(self._clock() * MICROSECONDS))
        return f"{self._last // MICROSECONDS}.{self._last % MICROSECONDS:06d}"

    def put(self, message: Message) -> Message:
        """Store a message, new or in its new shape."""
        self._all[message.channel, message.ts] = message
        return message

    def remove(self, message: Message) -> None:
        """Forget a message."""
        del self._all[message.channel, message.ts]

    def find(self, channel: str, ts: str) -> Message | None:
        """Find a message, ephemeral or not."""
        return self._all.get((channel, ts))

    def lasting(self, channel: str) -> list[Message]:
        """List a channel's messages that everybody sees, thread replies included, oldest first."""
        return [message for message in self if message.channel == channel and not message.is_ephemeral]

    def thread(self, channel: str, thread_ts: str) -> list[Message]:
        """List a parent and its replies, oldest first."""
        return [message for message in self.lasting(channel) if thread_ts in (message.ts, message.thread_ts)]

    def ephemerals(self, channel: str, user: str) -> list[Message]:
        """List what only this person sees in a channel, oldest first."""
        return [message for message in self if message.channel == channel and message.seen_by == user]

    def with_client_msg_id(self, channel: str, client_msg_id: str) -> Message | None:
        """Find the message that was posted under a client's own id."""
        return next(
            (message for message in self.lasting(channel) if message.client_msg_id == client_msg_id), None
        )


def reacted(message: Message, name: str, users: tuple[str, ...]) -> Message:
    """Give the message with exactly these users reacting with that emoji."""
    others = dict(message.reactions)
    others[name] = users
    return replace(message, reactions=tuple((emoji, who) for emoji, who in others.items() if who))
