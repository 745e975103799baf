"""What the relay needs from Slack: `manifest.yml` in words that can be compared with what was granted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES: Final[Mapping[str, str]] = {
    "channels:history": "replies in threads of public channels; finding a message of its own again",
    "channels:read": "the review channel by its name; who is a member of it",
    "chat:write": "cards, and private answers to whoever pressed a button",
    "commands": "/superdocs, and the shortcut on a message",
    "files:read": "the document that is given in the dialog, or stands in a message",
    "files:write": "the edited document, in the thread",
    "groups:history": "as channels:history, for private channels",
    "groups:read": "as channels:read, for private channels",
    "im:history": "as channels:history, for direct messages in which an edit goes on",
    "im:read": "whose direct messages they are",
    "reactions:write": "the tick under a reply that was taken as a decision",
    "usergroups:read": "reviewers who are named as a group",
    "users:read": "guests, bots and people of other workspaces never decide",
}
"""Every scope of the bot, and what the relay does with it."""

EVENTS: Final = ("app_home_opened", "message.channels", "message.groups", "message.im")
"""Every event that the bot subscribes to. Slack tells no bot what it is subscribed to: a person must look."""
