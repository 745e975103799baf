"""Events, as the Events API tells them to an app.

Source: https://docs.slack.dev/reference/events
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.state.users import TEAM_ID

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]


def message_posted(channel: Channel, message: Message) -> Json:
    """Tell that a message was posted, by a person or an app."""
    return {
        **message.payload(),
        "channel": channel.id,
        "event_ts": message.ts,
        "channel_type": channel.type,
    }


def message_changed(channel: Channel, before: Message, after: Message) -> Json:
    """Tell that a message was edited."""
    event_ts = (after.edited or {"ts": after.ts})["ts"]
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": after.payload(),
        "previous_message": before.payload(),
        "channel": channel.id,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel.type,
    }


def message_deleted(channel: Channel, message: Message, event_ts: str) -> Json:
    """Tell that a message is gone."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "previous_message": message.payload(),
        "deleted_ts": message.ts,
        "channel": channel.id,
        "ts": event_ts,
        "event_ts": event_ts,
        "channel_type": channel.type,
    }


def reaction(kind: str, user: str, name: str, message: Message, event_ts: str) -> Json:
    """Tell of `reaction_added` or `reaction_removed`."""
    return {
        "type": kind,
        "user": user,
        "reaction": name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": event_ts,
    }


def home_opened(user: str, channel: Channel, event_ts: str, view: Json | None) -> Json:
    """Tell that somebody looks at the app's Home tab; the view is the one they see."""
    event = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel.id,
        "tab": "home",
        "event_ts": event_ts,
    }
    return {**event, "view": view} if view else event


def wanted(workspace: Workspace, event: Json) -> bool:
    """Say whether the app is subscribed to an event, may read it, and is where it happened."""
    kind = event["type"]
    if kind != "message":
        return kind in workspace.app.events
    channel = workspace.channels[event["channel"]]
    name = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}[channel.type]
    return (
        name in workspace.app.events
        and channel.history_scope in workspace.app.scopes
        and workspace.has_app(channel)
    )


def callback(workspace: Workspace, event: Json) -> Json:
    """Wrap an event as it is delivered."""
    app = workspace.app
    channel = workspace.channels.get(event.get("channel", ""))
    authorization = {
        "enterprise_id": None,
        "team_id": TEAM_ID,
        "user_id": app.user_id,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    return {
        "token": "verification-token-of-old",
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": workspace.new_id("Ev"),
        "event_time": int(workspace.clock()),
        "authorizations": [authorization],
        "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
        "event_context": f"4-{workspace.new_id('EC')}",
    }
