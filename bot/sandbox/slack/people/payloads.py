"""Interaction payloads, as Slack sends them.

Source: https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.controls import controls
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.state.users import TEAM_DOMAIN, TEAM_ID

if TYPE_CHECKING:
    from bot.sandbox.slack.state.app import Command
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.users import User
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.views import View

Json = dict[str, Any]


def common(workspace: Workspace, user: User, kind: str) -> Json:
    """Give what every interaction carries."""
    return {
        "type": kind,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
        "api_app_id": workspace.app.id,
        "token": "verification-token-of-old",
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
    }


def pressed_in_message(workspace: Workspace, user: User, message: Message, action: Json, state: Json) -> Json:
    """Give block_actions of a message. An ephemeral one is not repeated in it."""
    channel = workspace.channels[message.channel]
    payload = {
        **common(workspace, user, "block_actions"),
        "container": _around(message),
        "trigger_id": workspace.tickets.trigger(user.id, channel=channel.id),
        "channel": _channel(channel),
        "state": {"values": state},
        "response_url": _response_url(workspace, user, message),
        "actions": [action],
    }
    return (
        payload if message.is_ephemeral else {**payload, "message": {**message.payload(), "type": "message"}}
    )


def pressed_in_view(workspace: Workspace, user: User, view: View, action: Json) -> Json:
    """Give block_actions of a dialog or the Home tab."""
    born_in = view.id if view.type == "modal" else None
    return {
        **common(workspace, user, "block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": workspace.tickets.trigger(user.id, view_id=born_in),
        "view": view.payload(),
        "actions": [action],
    }


def suggestion(
    workspace: Workspace, user: User, target: Message | View, ids: tuple[str, str], words: str
) -> Json:
    """Give block_suggestion: what a menu asks the app for. It carries no trigger and no response_url.

    Args:
        workspace: Where.
        user: Who types.
        target: The message or view that the menu stands in.
        ids: The menu's block_id and action_id.
        words: What stands in the menu so far.
    """
    block_id, action_id = ids
    asked = {
        **common(workspace, user, "block_suggestion"),
        "block_id": block_id,
        "action_id": action_id,
        "value": words,
    }
    if not isinstance(target, Message):
        return {**asked, "container": {"type": "view", "view_id": target.id}, "view": target.payload()}
    asked |= {"container": _around(target), "channel": _channel(workspace.channels[target.channel])}
    return asked if target.is_ephemeral else {**asked, "message": {**target.payload(), "type": "message"}}


def submitted(workspace: Workspace, user: User, view: View) -> Json:
    """Give view_submission."""
    return {
        **common(workspace, user, "view_submission"),
        "trigger_id": workspace.tickets.trigger(user.id, view_id=view.id),
        "view": view.payload(),
        "response_urls": _response_urls(workspace, user, view),
    }


def closed(workspace: Workspace, user: User, view: View, *, is_cleared: bool) -> Json:
    """Give view_closed."""
    return {**common(workspace, user, "view_closed"), "view": view.payload(), "is_cleared": is_cleared}


def message_shortcut(workspace: Workspace, user: User, callback_id: str, message: Message) -> Json:
    """Give message_action: a shortcut chosen in a message's menu."""
    return {
        **common(workspace, user, "message_action"),
        "action_ts": workspace.messages.next_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(user.id, channel=message.channel),
        "response_url": _response_url(workspace, user, message),
        "message_ts": message.ts,
        "channel": _channel(workspace.channels[message.channel]),
        "message": message.payload(),
    }


def global_shortcut(workspace: Workspace, user: User, callback_id: str) -> Json:
    """Give shortcut: one chosen from anywhere."""
    return {
        **common(workspace, user, "shortcut"),
        "action_ts": workspace.messages.next_ts(),
        "callback_id": callback_id,
        "trigger_id": workspace.tickets.trigger(user.id),
    }


def slash(workspace: Workspace, user: User, channel: Channel, command: Command, text: str) -> Json:
    """Give a slash command."""
    return {
        "token": "verification-token-of-old",
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command.command,
        "text": text,
        "api_app_id": workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": f"{workspace.url}/response/{workspace.tickets.response(user.id, channel.id)}",
        "trigger_id": workspace.tickets.trigger(user.id, channel=channel.id),
    }


def _around(message: Message) -> Json:
    """Give the container of what is done in a message."""
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.is_ephemeral,
    }
    return {**container, "thread_ts": message.thread_ts} if message.thread_ts else container


def _channel(channel: Channel) -> Json:
    return {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name}


def _response_url(workspace: Workspace, user: User, message: Message) -> str:
    ticket = workspace.tickets.response(user.id, message.channel, origin_ts=message.ts)
    return f"{workspace.url}/response/{ticket}"


def _response_urls(workspace: Workspace, user: User, view: View) -> list[Json]:
    """Give a URL for each chosen conversation that the app wants one for."""
    urls = []
    for block, element in controls(view.blocks):
        entry = view.state.get(block["block_id"], {}).get(element["action_id"], {})
        chosen = entry.get("selected_conversation") or entry.get("selected_channel")
        if element.get("response_url_enabled") and chosen:
            ticket = workspace.tickets.response(user.id, chosen)
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": chosen,
                    "response_url": f"{workspace.url}/response/{ticket}",
                }
            )
    return urls
