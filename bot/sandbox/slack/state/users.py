"""Who is in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TEAM_ID = "T0SANDBOX"
TEAM_NAME = "Sandbox"
TEAM_DOMAIN = "sandbox"


@dataclass
class User:
    """A person or a bot. Every attribute may be changed while the sandbox runs.

    Source: https://docs.slack.dev/reference/objects/user-object
    """

    id: str
    name: str
    real_name: str
    team_id: str = TEAM_ID
    is_bot: bool = False
    deleted: bool = False
    is_restricted: bool = False
    """A guest of several channels."""
    is_ultra_restricted: bool = False
    """A guest of one channel; then `is_restricted` is set too."""
    is_stranger: bool = False
    """Somebody of another workspace, seen through a shared channel."""
    is_admin: bool = False
    """Somebody who may delete what others have written."""
    bot_id: str | None = None
    tz: str = "Europe/London"

    @property
    def kind(self) -> str:
        """Say in one word who this is: member, guest, stranger or bot."""
        if self.is_bot:
            return "bot"
        if self.is_stranger:
            return "stranger"
        return "guest" if self.is_restricted else "member"

    def payload(self) -> dict[str, Any]:
        """Give the user object as users.info returns it."""
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": 0,
            "profile": self._profile(),
            "is_admin": self.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "is_email_confirmed": True,
            "updated": 1700000000,
            **({"is_stranger": True} if self.is_stranger else {}),
        }

    def _profile(self) -> dict[str, Any]:
        profile = {
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.name,
            "display_name_normalized": self.name,
            "team": self.team_id,
        }
        return {**profile, "bot_id": self.bot_id, "api_app_id": "A0RELAY"} if self.bot_id else profile


@dataclass
class UserGroup:
    """A named group of users that can be mentioned."""

    id: str
    handle: str
    name: str
    users: list[str]

    def payload(self) -> dict[str, Any]:
        """Give the user group object as usergroups.list returns it."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "is_usergroup": True,
            "name": self.name,
            "handle": self.handle,
            "description": "",
            "is_external": False,
            "date_create": 1700000000,
            "date_update": 1700000000,
            "date_delete": 0,
            "user_count": len(self.users),
        }


def everybody() -> dict[str, User]:
    """Give the people whom the sandbox starts with."""
    people = (
        User("U0REQ", "rita", "Rita Requester"),
        User("U0REV", "bob", "Bob Reviewer"),
        User("U0CAROL", "carol", "Carol Counsel"),
        User("U0GUEST", "gus", "Gus Guest", is_restricted=True),
        User("U0STRANGER", "sam", "Sam Stranger", team_id="T0OTHER", is_stranger=True),
        User("U0BOT2", "otherbot", "Other Bot", is_bot=True, bot_id="B0BOT2"),
        User("U0RELAY", "superdocs", "SuperDocs Relay", is_bot=True, bot_id="B0RELAY"),
    )
    return {user.id: user for user in people}


def groups() -> dict[str, UserGroup]:
    """Give the user groups that the sandbox starts with."""
    return {"S0LEGAL": UserGroup("S0LEGAL", "legal", "Legal", ["U0REV", "U0CAROL"])}
