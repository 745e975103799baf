"""reactions.*: the app's own reactions to messages.

Source: https://docs.slack.dev/reference/methods/reactions.add
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.events import reaction
from bot.sandbox.slack.messages import Message, reacted

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]
EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(workspace: Workspace, arguments: Arguments) -> Json:
    """reactions.add."""
    message, name = _subject(workspace, arguments)
    if workspace.app.user_id in dict(message.reactions).get(name, ()):
        raise SlackError("already_reacted")
    workspace.emit(put_reaction(workspace, message, name, workspace.app.user_id))
    return {}


def remove(workspace: Workspace, arguments: Arguments) -> Json:
    """reactions.remove."""
    message, name = _subject(workspace, arguments)
    users = dict(message.reactions).get(name, ())
    if workspace.app.user_id not in users:
        raise SlackError("no_reaction")
    workspace.store(reacted(message, name, tuple(user for user in users if user != workspace.app.user_id)))
    workspace.emit(
        reaction("reaction_removed", workspace.app.user_id, name, message, workspace.messages.next_ts())
    )
    return {}


def put_reaction(workspace: Workspace, message: Message, name: str, user: str) -> Json:
    """Let a user react to a message, and give the event that tells of it."""
    workspace.store(reacted(message, name, (*dict(message.reactions).get(name, ()), user)))
    return reaction("reaction_added", user, name, message, workspace.messages.next_ts())


def _subject(workspace: Workspace, arguments: Arguments) -> tuple[Message, str]:
    """Find the message and the emoji that are meant, or refuse."""
    name = arguments.text("name").strip(":")
    if not EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    if not arguments.text("channel") or not arguments.text("timestamp"):
        raise SlackError("no_item_specified")
    channel = workspace.channel(arguments.text("channel"))
    if channel.is_archived:
        raise SlackError("is_archived")
    if not workspace.has_app(channel):
        raise SlackError("not_in_channel")
    return workspace.message(channel.id, arguments.text("timestamp")), name
