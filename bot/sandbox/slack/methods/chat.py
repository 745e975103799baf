"""chat.*: posting, changing and removing messages.

Source: https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.events import message_changed, message_deleted, message_posted
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.methods.content import Content, content_of

if TYPE_CHECKING:
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]
UPDATE_TEXT_BYTES = 4000


def post_message(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.postMessage."""
    channel = destination(workspace, arguments)
    content = content_of(arguments)
    thread_ts = _thread(workspace, channel, arguments)
    _refuse_duplicate(workspace, channel, arguments)
    is_dropped = workspace.settings.client_msg_id == "dropped"
    message = workspace.store(
        replace(
            by_app(workspace, channel, content),
            thread_ts=thread_ts,
            subtype="thread_broadcast" if thread_ts and arguments.flag("reply_broadcast") else None,
            client_msg_id=None if is_dropped else arguments.text("client_msg_id") or None,
        )
    )
    workspace.emit(message_posted(channel, message))
    return {"channel": channel.id, "ts": message.ts, "message": message.payload(with_metadata=True)}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.postEphemeral."""
    channel = destination(workspace, arguments)
    user = workspace.user(arguments.needed("user"))
    if user.id not in channel.members:
        raise SlackError("user_not_in_channel")
    content = content_of(arguments)
    thread_ts = _thread(workspace, channel, arguments)
    message = replace(by_app(workspace, channel, content), seen_by=user.id, thread_ts=thread_ts)
    return {"message_ts": workspace.store(message).ts}


def update(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.update: text without blocks removes the blocks; attachments and metadata stay unless given."""
    channel = _reachable(workspace, arguments)
    if channel.is_archived:
        raise SlackError("is_inactive")
    before = _own(workspace, channel, arguments, "cant_update_message")
    if len(arguments.text("text").encode()) > UPDATE_TEXT_BYTES:
        raise SlackError("msg_too_long")
    content = content_of(arguments)
    after = workspace.store(
        replace(
            before,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments if "attachments" in arguments else before.attachments,
            metadata=content.metadata if "metadata" in arguments else before.metadata,
            edited={"user": before.user, "ts": workspace.messages.next_ts()},
        )
    )
    workspace.emit(message_changed(channel, before, after))
    return {
        "channel": channel.id,
        "ts": after.ts,
        "text": after.text,
        "message": after.payload(with_metadata=True),
    }


def delete(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.delete."""
    channel = _reachable(workspace, arguments)
    message = _own(workspace, channel, arguments, "cant_delete_message")
    workspace.messages.remove(message)
    workspace.changes.ring()
    workspace.emit(message_deleted(channel, message, workspace.messages.next_ts()))
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> Json:
    """chat.getPermalink."""
    channel = _reachable(workspace, arguments)
    message = workspace.message(channel.id, arguments.needed("message_ts"))
    link = f"https://sandbox.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + thread}


def destination(workspace: Workspace, arguments: Arguments) -> Channel:
    """Find where to post: a channel by id or #name, or a user's direct message. The bot must be a member."""
    named = arguments.text("channel")
    if named in workspace.users:
        return workspace.direct_with(named)
    channel = workspace.channel(workspace.channel_id(named))
    if channel.is_archived:
        raise SlackError("is_archived")
    if not workspace.has_app(channel):
        raise SlackError("not_in_channel")
    return channel


def by_app(workspace: Workspace, channel: Channel, content: Content) -> Message:
    """Give a message of the app that is not stored yet."""
    app = workspace.app
    return Message(
        channel.id,
        workspace.messages.next_ts(),
        app.user_id,
        content.text,
        content.blocks,
        content.attachments,
        bot_id=app.bot_id,
        app_id=app.id,
        metadata=content.metadata,
    )


def _reachable(workspace: Workspace, arguments: Arguments) -> Channel:
    """Find the channel of an existing message: by id only."""
    return workspace.channel(arguments.text("channel"))


def _own(workspace: Workspace, channel: Channel, arguments: Arguments, refusal: str) -> Message:
    """Find a message that the app itself wrote, or refuse."""
    message = workspace.message(channel.id, arguments.needed("ts"))
    if message.bot_id != workspace.app.bot_id:
        raise SlackError(refusal)
    return message


def _thread(workspace: Workspace, channel: Channel, arguments: Arguments) -> str | None:
    """Give the parent's ts; a reply's ts leads to its parent. Refuse where nothing stands."""
    thread_ts = arguments.text("thread_ts")
    if not thread_ts:
        return None
    parent = workspace.messages.find(channel.id, thread_ts)
    if parent is None or parent.is_ephemeral:
        raise SlackError("thread_not_found")
    return parent.thread_ts or parent.ts


def _refuse_duplicate(workspace: Workspace, channel: Channel, arguments: Arguments) -> None:
    """Refuse a second post under one client_msg_id, where that is honoured."""
    client_msg_id = arguments.text("client_msg_id")
    is_honoured = workspace.settings.client_msg_id == "honoured"
    if client_msg_id and is_honoured and workspace.messages.with_client_msg_id(channel.id, client_msg_id):
        raise SlackError("duplicate_message_not_found")
