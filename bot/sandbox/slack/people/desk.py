"""Where a person sits: their workspace, who they are there, and the courier who takes their acts to the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import ImpossibleActError
from bot.sandbox.slack.people.shown import Shown

if TYPE_CHECKING:
    from bot.sandbox.slack.delivery.courier import Courier
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.users import User
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """One person's place."""

    workspace: Workspace
    courier: Courier
    user_id: str

    @property
    def user(self) -> User:
        """Give the person as they are now."""
        return self.workspace.users[self.user_id]

    def channel(self, channel_id: str) -> Channel:
        """Find a channel that the person is in, or a direct message of theirs."""
        channel = self.workspace.channels.get(channel_id)
        if channel is None or self.user_id not in channel.members:
            raise ImpossibleActError(f"{self.user_id} is not in {channel_id}")
        return channel

    def shown(self, **what: Any) -> Shown:
        """Give what the person sees now: the open dialog, and this."""
        return Shown(dialog=self.workspace.views.top(self.user_id), **what)

    def failed(self, what: str, code: str) -> Shown:
        """Tell the person that the app did not do it, as Slack's client does."""
        self.workspace.notify(self.user_id, f'{what} failed with the error "{code}"')
        return self.shown(error=code)
