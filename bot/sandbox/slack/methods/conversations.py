"""conversations.* and users.conversations: where people talk and what was said.

Source: https://docs.slack.dev/reference/methods/conversations.list and its neighbours
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.methods.pages import page

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]
TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def list_channels(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.list."""
    return _listed(workspace, arguments, list(workspace.channels.values()))


def of_user(workspace: Workspace, arguments: Arguments) -> Json:
    """users.conversations: the channels that a user, or the bot itself, is a member of."""
    user = workspace.user(arguments.text("user") or workspace.app.user_id)
    return _listed(
        workspace, arguments, [one for one in workspace.channels.values() if user.id in one.members]
    )


def info(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.info."""
    channel = workspace.channel(arguments.text("channel"))
    payload = channel.payload(workspace.app.user_id)
    if arguments.flag("include_num_members"):
        payload["num_members"] = len(channel.members)
    return {"channel": payload}


def members(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.members."""
    channel = workspace.channel(arguments.text("channel"))
    piece, leading_on = page(channel.members, arguments)
    return {"members": list(piece), **leading_on}


def history(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.history: newest first, without the replies in threads."""
    channel = _readable(workspace, arguments)
    said = [
        message
        for message in _within(workspace.messages.lasting(channel.id), arguments)
        if message.thread_ts is None or message.subtype == "thread_broadcast"
    ]
    piece, leading_on = page(said[::-1], arguments)
    return {
        "messages": _shown(workspace, piece, arguments),
        "has_more": _has_more(leading_on),
        "pin_count": 0,
        **leading_on,
    }


def replies(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.replies: a parent and its replies, oldest first."""
    channel = _readable(workspace, arguments)
    parent = workspace.messages.find(channel.id, arguments.text("ts"))
    if parent is None or parent.is_ephemeral:
        raise SlackError("thread_not_found")
    said = workspace.messages.thread(channel.id, parent.thread_ts or parent.ts)
    piece, leading_on = page([said[0], *_within(said[1:], arguments)], arguments, default=1000)
    return {"messages": _shown(workspace, piece, arguments), "has_more": _has_more(leading_on), **leading_on}


def open_direct(workspace: Workspace, arguments: Arguments) -> Json:
    """conversations.open: a direct message with one user."""
    user_ids = [one.strip() for one in arguments.text("users").split(",") if one.strip()]
    if not user_ids:
        raise SlackError("users_list_not_supplied")
    if len(user_ids) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    if workspace.user(user_ids[0]).deleted:
        raise SlackError("user_disabled")
    channel = workspace.direct_with(user_ids[0])
    if arguments.flag("return_im"):
        return {"channel": channel.payload(workspace.app.user_id)}
    return {"channel": {"id": channel.id}}


def _listed(workspace: Workspace, arguments: Arguments, channels: list[Channel]) -> Json:
    """Give the channels of the types asked for that the app may know of."""
    types = [one.strip() for one in arguments.text("types", "public_channel").split(",")]
    if any(one not in TYPES for one in types):
        raise SlackError("invalid_types")
    kinds = {TYPES[one] for one in types}
    skip_archived = arguments.flag("exclude_archived")
    found = [
        channel.payload(workspace.app.user_id)
        for channel in channels
        if channel.type in kinds
        and not (channel.is_private and not workspace.has_app(channel))
        and not (skip_archived and channel.is_archived)
    ]
    piece, leading_on = page(found, arguments)
    return {"channels": list(piece), **leading_on}


def _readable(workspace: Workspace, arguments: Arguments) -> Channel:
    """Find a channel whose messages the app may read: it must be a member and hold the scope of its kind."""
    channel = workspace.channel(arguments.text("channel"))
    scopes = workspace.app.scopes
    if channel.history_scope not in scopes:
        raise SlackError("missing_scope", needed=channel.history_scope, provided=",".join(sorted(scopes)))
    if not workspace.has_app(channel):
        raise SlackError("not_in_channel")
    return channel


def _within(messages: list[Message], arguments: Arguments) -> list[Message]:
    """Keep what lies between `oldest` and `latest`, without these unless `inclusive`."""
    oldest, latest = _ts(arguments, "oldest", 0.0), _ts(arguments, "latest", float("inf"))
    if arguments.flag("inclusive"):
        return [message for message in messages if oldest <= float(message.ts) <= latest]
    return [message for message in messages if oldest < float(message.ts) < latest]


def _ts(arguments: Arguments, name: str, default: float) -> float:
    try:
        return float(arguments.text(name) or default)
    except ValueError as error:
        raise SlackError(f"invalid_ts_{name}") from error


def _shown(workspace: Workspace, messages: Any, arguments: Arguments) -> list[Json]:
    """Give the messages with what Slack adds to a thread's parent."""
    with_metadata = arguments.flag("include_all_metadata") and workspace.settings.history_metadata
    return [
        message.payload(with_metadata=with_metadata) | _thread_summary(workspace, message)
        for message in messages
    ]


def _thread_summary(workspace: Workspace, message: Message) -> Json:
    if message.thread_ts:
        parent = workspace.messages.find(message.channel, message.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    answers = workspace.messages.thread(message.channel, message.ts)[1:]
    if not answers:
        return {}
    users = list(dict.fromkeys(answer.user for answer in answers))
    return {
        "thread_ts": message.ts,
        "reply_count": len(answers),
        "reply_users_count": len(users),
        "latest_reply": answers[-1].ts,
        "reply_users": users,
        "is_locked": False,
        "subscribed": False,
    }


def _has_more(leading_on: Json) -> bool:
    return bool(leading_on["response_metadata"]["next_cursor"])
