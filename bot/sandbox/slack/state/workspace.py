"""Everything this Slack knows, and how to find it or refuse."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import Message, Messages
from bot.sandbox.slack.state.app import App
from bot.sandbox.slack.state.changes import Changes
from bot.sandbox.slack.state.channels import Channel, all_channels
from bot.sandbox.slack.state.settings import Settings
from bot.sandbox.slack.state.tickets import Tickets
from bot.sandbox.slack.state.users import User, everybody, groups
from bot.sandbox.slack.views import View, Views

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.slack.state.files import File

Json = dict[str, Any]


class Workspace:
    """The state of the workspace and of the one app installed in it.

    Args:
        clock: Gives the time in seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.url = "http://127.0.0.1/slack"
        """Where this Slack can be reached, without a slash at the end; the server sets it."""
        self.app = App()
        self.settings = Settings()
        self.users = everybody()
        self.groups = groups()
        self.channels = all_channels()
        self.messages = Messages(clock)
        self.files: dict[str, File] = {}
        self.views = Views()
        self.typed: dict[tuple[str, str, str], Json] = {}
        """What somebody has put into a message's inputs, as `state.values`: (user, channel, ts) → state."""
        self.tickets = Tickets(clock, self.settings)
        self.notices: dict[str, dict[str, str]] = {}
        """The errors that Slack shows to each person: user → id → sentence."""
        self.changes = Changes()
        self.emit: Callable[[Json], object] = lambda _: None
        """Where events go: to the app, once the facade has set this."""
        self._numbers: dict[str, int] = {}

    def new_id(self, prefix: str) -> str:
        """Give an id that nothing has: the prefix and a number."""
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}0SANDBOX{self._numbers[prefix]:04d}"

    def user(self, user_id: str) -> User:
        """Find a user or bot, or refuse."""
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def channel(self, channel_id: str) -> Channel:
        """Find a channel that the app may know of, or refuse: private ones only from within."""
        channel = self.channels.get(channel_id)
        if channel is None or (channel.is_private and not self.has_app(channel)):
            raise SlackError("channel_not_found")
        return channel

    def channel_id(self, named: str) -> str:
        """Give the id of a channel that is named by `#name` or by its id already."""
        by_name = {f"#{channel.name}": channel.id for channel in self.channels.values() if channel.name}
        return by_name.get(named, named)

    def has_app(self, channel: Channel) -> bool:
        """Say whether the app's bot is a member."""
        return self.app.user_id in channel.members

    def message(self, channel_id: str, ts: str) -> Message:
        """Find a message that everybody sees, or refuse."""
        message = self.messages.find(channel_id, ts)
        if message is None or message.is_ephemeral:
            raise SlackError("message_not_found")
        return message

    def direct_with(self, user_id: str) -> Channel:
        """Find the app's direct message with a user, or begin it."""
        for channel in self.channels.values():
            if channel.with_user == user_id:
                return channel
        channel = Channel(self.new_id("D"), "", [user_id, self.app.user_id], with_user=user_id)
        self.channels[channel.id] = channel
        return channel

    def store(self, message: Message) -> Message:
        """Put a message in its place, new or changed, and let everybody know."""
        self.messages.put(message)
        self.changes.ring()
        return message

    def store_view(self, view: View) -> View:
        """Put an open view in its new shape, and let everybody know."""
        self.views.put(view)
        self.changes.ring()
        return view

    def set_dialogs(self, user_id: str, views: list[View]) -> None:
        """Let these be a person's open dialogs, the lowest first, and let everybody know."""
        self.views.set_stack(user_id, views)
        self.changes.ring()

    def notify(self, user_id: str, sentence: str) -> None:
        """Show an error to one person, as Slack's client does."""
        self.notices.setdefault(user_id, {})[self.new_id("N")] = sentence
        self.changes.ring()
