"""/response: answers to an interaction, at its response_url.

Source: https://docs.slack.dev/interactivity/handling-user-interaction
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.events import message_changed, message_deleted, message_posted
from bot.sandbox.slack.methods.chat import by_app
from bot.sandbox.slack.methods.content import Content, content_of
from bot.sandbox.slack.web.api import read_arguments
from bot.sandbox.slack.web.arguments import Arguments

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.state.tickets import ResponseTicket
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.edge import Edge

Json = dict[str, Any]


class Responses:
    """Takes what the app posts to response_urls."""

    def __init__(self, workspace: Workspace, edge: Edge) -> None:
        self._workspace = workspace
        self._edge = edge

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one post."""
        body = await read_arguments(request)
        ticket_id = request.match_info["id"]
        return await self._edge.serve(
            "response_url", request, body, lambda: self._answer(ticket_id, Arguments(body))
        )

    def _answer(self, ticket_id: str, arguments: Arguments) -> web.Response:
        try:
            respond(self._workspace, self._workspace.tickets.use_response(ticket_id), arguments)
        except SlackError as refusal:
            return web.json_response(refusal.answer(), status=404 if refusal.code.endswith("_url") else 400)
        return web.json_response({"ok": True})


def respond(workspace: Workspace, ticket: ResponseTicket, arguments: Arguments) -> Message | None:
    """Do what a response asks: delete or replace the message that was acted on, or post one, privately by default.

    Returns:
        The message that now stands there, if one does.

    Raises:
        SlackError: The content is refused.
    """
    origin = workspace.messages.find(ticket.channel, ticket.origin_ts or "")
    if arguments.flag("delete_original"):
        if origin:
            _delete(workspace, origin)
        return None
    content = content_of(arguments, total_matters=False)
    if arguments.flag("replace_original") and origin:
        return _replace(workspace, origin, content)
    message = by_app(workspace, workspace.channels[ticket.channel], content)
    is_public = arguments.text("response_type") == "in_channel"
    # Without an explicit thread_ts the answer stands in the channel, even to a press in a thread.
    in_thread = arguments.text("thread_ts") or None
    return _post(workspace, replace(message, seen_by=None if is_public else ticket.user, thread_ts=in_thread))


def _delete(workspace: Workspace, origin: Message) -> None:
    workspace.messages.remove(origin)
    workspace.changes.ring()
    if not origin.is_ephemeral:
        channel = workspace.channels[origin.channel]
        workspace.emit(message_deleted(channel, origin, workspace.messages.next_ts()))


def _replace(workspace: Workspace, origin: Message, content: Content) -> Message:
    edited = {"user": origin.user, "ts": workspace.messages.next_ts()}
    after = workspace.store(
        replace(
            origin, text=content.text, blocks=content.blocks, attachments=content.attachments, edited=edited
        )
    )
    if not origin.is_ephemeral:
        workspace.emit(message_changed(workspace.channels[origin.channel], origin, after))
    return after


def _post(workspace: Workspace, message: Message) -> Message:
    workspace.store(message)
    if not message.is_ephemeral:
        workspace.emit(message_posted(workspace.channels[message.channel], message))
    return message
