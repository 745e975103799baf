"""files.*: an upload in three steps, of which the middle one is a plain POST to the upload_url.

Source: https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.events import message_posted
from bot.sandbox.slack.methods.chat import by_app
from bot.sandbox.slack.methods.content import Content
from bot.sandbox.slack.state.files import File

if TYPE_CHECKING:
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]
SNIPPET_BYTES = 1_000_000
ALT_TEXT = 1000


def get_upload_url(workspace: Workspace, arguments: Arguments) -> Json:
    """files.getUploadURLExternal: where to send the bytes."""
    name, length = arguments.needed("filename"), arguments.number("length", 0)
    if length <= 0:
        raise SlackError("missing_argument")
    if arguments.text("snippet_type") and length > SNIPPET_BYTES:
        raise SlackError("snippet_too_large")
    if len(arguments.text("alt_txt")) > ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file = new_file(workspace, name, workspace.app.user_id)
    file.expected_bytes = length
    return {"upload_url": f"{workspace.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(workspace: Workspace, arguments: Arguments) -> Json:
    """files.completeUploadExternal: make files visible, and share them as one message a little later. Once only."""
    entries = arguments.parsed("files", "invalid_arguments")
    if not isinstance(entries, list) or not entries:
        raise SlackError("invalid_arguments")
    files = [_uploaded(workspace, entry) for entry in entries]
    channel_ids = arguments.text("channels") or arguments.text("channel_id")
    channels = [_shareable(workspace, one) for one in channel_ids.split(",") if one]
    for file, entry in zip(files, entries, strict=True):
        file.title, file.is_complete = entry.get("title", ""), True
    for channel in channels:
        loop = asyncio.get_running_loop()
        loop.call_later(workspace.settings.share_delay_s, _share, workspace, channel, files, arguments)
    workspace.changes.ring()
    return {"files": [file.payload() for file in files]}


def info(workspace: Workspace, arguments: Arguments) -> Json:
    """files.info."""
    file = workspace.files.get(arguments.text("file"))
    if file is None or not file.is_complete:
        raise SlackError("file_not_found")
    return {"file": file.payload(), "comments": [], "response_metadata": {"next_cursor": ""}}


def new_file(workspace: Workspace, name: str, user: str) -> File:
    """Begin a file whose bytes are still to come."""
    file = File(workspace.new_id("F"), name, user, created=int(workspace.clock()))
    file.url = f"{workspace.url}/files/{file.path()}"
    workspace.files[file.id] = file
    return file


def _uploaded(workspace: Workspace, entry: Any) -> File:
    """Find a file whose bytes have come and which was not completed before."""
    file = workspace.files.get(entry.get("id", "")) if isinstance(entry, dict) else None
    if file is None or not file.has_come or file.is_complete:
        raise SlackError("file_not_found")
    return file


def _shareable(workspace: Workspace, channel_id: str) -> Channel:
    channel = workspace.channel(channel_id)
    if not workspace.has_app(channel):
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("posting_to_channel_denied")
    return channel


def _share(workspace: Workspace, channel: Channel, files: list[File], arguments: Arguments) -> None:
    """Post the message that carries the files."""
    content = Content(arguments.text("initial_comment"), [], [], None)
    message = replace(
        by_app(workspace, channel, content),
        files=tuple(files),
        subtype="file_share",
        thread_ts=arguments.text("thread_ts") or None,
    )
    for file in files:
        file.shares = (*file.shares, (channel.id, message.ts))
    workspace.store(message)
    workspace.emit(message_posted(channel, message))
