"""Where people talk: channels and direct messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.state.users import TEAM_ID


@dataclass
class Channel:
    """A channel, or a direct message when `with_user` is set. Every attribute may be changed while the sandbox runs.

    Source: https://docs.slack.dev/reference/objects/conversation-object
    """

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    with_user: str | None = None
    """Whom the app's direct message is with."""
    created: int = 1700000000

    @property
    def is_im(self) -> bool:
        """Say whether this is a direct message."""
        return self.with_user is not None

    @property
    def type(self) -> str:
        """Give the `channel_type` of its message events: channel, group or im."""
        if self.is_im:
            return "im"
        return "group" if self.is_private else "channel"

    @property
    def history_scope(self) -> str:
        """Name the scope that reading its messages needs."""
        return {"im": "im:history", "group": "groups:history", "channel": "channels:history"}[self.type]

    def payload(self, reader: str) -> dict[str, Any]:
        """Give the conversation object as `reader` (a user id) gets it."""
        return self._direct() if self.is_im else self._channel(reader)

    def _direct(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": TEAM_ID,
            "user": self.with_user,
            "is_open": True,
        }

    def _channel(self, reader: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_general": self.name == "general",
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "context_team_id": TEAM_ID,
            "is_member": reader in self.members,
            "creator": "U0REQ",
            "shared_team_ids": [TEAM_ID, "T0OTHER"] if self.is_ext_shared else [TEAM_ID],
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


def all_channels() -> dict[str, Channel]:
    """Give the channels that the sandbox starts with."""
    home_team = ["U0REQ", "U0REV", "U0CAROL", "U0GUEST", "U0BOT2"]
    channels = (
        Channel("C0LEGAL", "legal-review", [*home_team, "U0RELAY"]),
        Channel("C0GENERAL", "general", home_team.copy()),
        Channel("C0SHARED", "shared", [*home_team, "U0STRANGER", "U0RELAY"], is_ext_shared=True),
    )
    return {channel.id: channel for channel in channels}
