"""The Web API's methods: one table of what each needs and how often it may be called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.methods import chat, connection, conversations, files, people, reactions, views
from bot.sandbox.slack.methods.validating import validate_blocks

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

    Run = Callable[[Workspace, Arguments], dict[str, Any]]

TIER_2, TIER_3, TIER_4, POSTING = 20, 50, 100, 600
"""Calls a minute in one workspace. Posting has a tier of its own: a message a second in each channel."""


@dataclass(frozen=True)
class Method:
    """One method of the Web API."""

    run: Run
    scopes: tuple[str, ...] = ()
    """Any one of these lets the app call it; none are needed if empty."""
    per_minute: int = TIER_3
    posts: bool = False
    """Whether it counts against the one message a second of its channel."""
    wants_app_token: bool = False


LISTING = ("channels:read", "groups:read", "im:read", "mpim:read")
READING = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    "apps.connections.open": Method(connection.open_connection, ("connections:write",), wants_app_token=True),
    "auth.test": Method(people.auth_test, per_minute=POSTING),
    "blocks.validate": Method(validate_blocks, per_minute=TIER_4),
    "bots.info": Method(people.bot_info, ("users:read",)),
    "chat.delete": Method(chat.delete, ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink, per_minute=POSTING),
    "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",), TIER_4, posts=True),
    "chat.postMessage": Method(chat.post_message, ("chat:write",), POSTING, posts=True),
    "chat.update": Method(chat.update, ("chat:write",)),
    "conversations.history": Method(conversations.history, READING),
    "conversations.info": Method(conversations.info, LISTING),
    "conversations.list": Method(conversations.list_channels, LISTING, TIER_2),
    "conversations.members": Method(conversations.members, LISTING, TIER_4),
    "conversations.open": Method(conversations.open_direct, ("im:write", "mpim:write")),
    "conversations.replies": Method(conversations.replies, READING),
    "files.completeUploadExternal": Method(files.complete_upload, ("files:write",), TIER_4),
    "files.getUploadURLExternal": Method(files.get_upload_url, ("files:write",), TIER_4),
    "files.info": Method(files.info, ("files:read",), TIER_4),
    "reactions.add": Method(reactions.add, ("reactions:write",)),
    "reactions.remove": Method(reactions.remove, ("reactions:write",), TIER_2),
    "team.info": Method(people.team_info, ("team:read",)),
    "usergroups.list": Method(people.list_groups, ("usergroups:read",), TIER_2),
    "usergroups.users.list": Method(people.list_group_users, ("usergroups:read",), TIER_2),
    "users.conversations": Method(conversations.of_user, LISTING),
    "users.info": Method(people.user_info, ("users:read",), TIER_4),
    "users.list": Method(people.list_users, ("users:read",), TIER_2),
    "views.open": Method(views.open_view, per_minute=TIER_4),
    "views.publish": Method(views.publish, per_minute=TIER_4),
    "views.push": Method(views.push, per_minute=TIER_4),
    "views.update": Method(views.update, per_minute=TIER_4),
}
