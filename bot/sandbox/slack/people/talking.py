"""What a person says: messages, replies, files, reactions; and a look at the app's Home tab."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import ImpossibleActError
from bot.sandbox.slack.events import home_opened, message_changed, message_deleted, message_posted
from bot.sandbox.slack.messages import Message
from bot.sandbox.slack.methods.files import new_file
from bot.sandbox.slack.methods.reactions import put_reaction
from bot.sandbox.slack.people import writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.slack.people.desk import Desk
    from bot.sandbox.slack.state.files import File
    from bot.sandbox.slack.views import View

Json = dict[str, Any]


async def say(
    desk: Desk,
    channel_id: str,
    written: list[Json],
    *,
    thread_ts: str | None = None,
    files: Sequence[File] = (),
) -> Message:
    """Post a message, in a thread if told so, and wait until the app has acked the event or failed to once.

    Args:
        desk: Of the person.
        channel_id: Where.
        written: What, as `writing.typed` gives it.
        thread_ts: Which thread.
        files: What goes with it.
    """
    workspace, channel = desk.workspace, desk.channel(channel_id)
    if thread_ts and workspace.messages.find(channel_id, thread_ts) is None:
        raise ImpossibleActError(f"there is no message {thread_ts} in {channel_id}")
    if channel.is_archived:
        raise ImpossibleActError(f"{channel_id} is archived")
    message = Message(
        channel_id,
        workspace.messages.next_ts(),
        desk.user_id,
        writing.stored_text(written),
        writing.as_blocks(written),
        files=tuple(files),
        subtype="file_share" if files else None,
        thread_ts=thread_ts,
        client_msg_id=str(uuid.uuid4()),
    )
    for file in files:
        file.shares = (*file.shares, (channel_id, message.ts))
    workspace.store(message)
    await desk.courier.event(message_posted(channel, message))
    return message


async def edit(desk: Desk, channel_id: str, ts: str, written: list[Json]) -> Message:
    """Change one's own message, and wait as `say` does."""
    workspace, channel = desk.workspace, desk.channel(channel_id)
    before = _own(desk, channel_id, ts)
    edited = {"user": desk.user_id, "ts": workspace.messages.next_ts()}
    text, blocks = writing.stored_text(written), writing.as_blocks(written)
    after = workspace.store(replace(before, text=text, blocks=blocks, edited=edited))
    await desk.courier.event(message_changed(channel, before, after))
    return after


async def delete(desk: Desk, channel_id: str, ts: str) -> None:
    """Take back one's own message, or as an admin anybody's, and wait as `say` does."""
    workspace, channel = desk.workspace, desk.channel(channel_id)
    is_admin = workspace.user(desk.user_id).is_admin
    message = workspace.message(channel_id, ts) if is_admin else _own(desk, channel_id, ts)
    workspace.messages.remove(message)
    workspace.changes.ring()
    await desk.courier.event(message_deleted(channel, message, workspace.messages.next_ts()))


def _own(desk: Desk, channel_id: str, ts: str) -> Message:
    message = desk.workspace.messages.find(channel_id, ts)
    if message is None or message.user != desk.user_id:
        raise ImpossibleActError(f"{ts} in {channel_id} is no message of {desk.user_id}")
    return message


async def react(desk: Desk, channel_id: str, ts: str, name: str) -> None:
    """React to a message with an emoji, and wait for the app's ack."""
    desk.channel(channel_id)
    await desk.courier.event(
        put_reaction(desk.workspace, desk.workspace.message(channel_id, ts), name, desk.user_id)
    )


async def open_home(desk: Desk) -> View | None:
    """Open the app's Home tab, wait for the app's ack, and give what stands there."""
    workspace = desk.workspace
    before = workspace.views.homes.get(desk.user_id)
    channel = workspace.direct_with(desk.user_id)
    view = before.payload() if before else None
    await desk.courier.event(home_opened(desk.user_id, channel, workspace.messages.next_ts(), view))
    return workspace.views.homes.get(desk.user_id)


def upload(desk: Desk, name: str, content: bytes) -> File:
    """Upload a file, to be put into a message or a dialog afterwards."""
    limit = desk.workspace.settings.upload_bytes
    if len(content) > limit:
        raise ImpossibleActError(f"{name} is larger than {limit // 2**20} MB")
    file = new_file(desk.workspace, name, desk.user_id)
    file.content, file.has_come, file.is_complete = content, True, True
    desk.workspace.changes.ring()
    return file
