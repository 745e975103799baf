"""Slash commands and shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.delivery import UndeliveredError
from bot.sandbox.slack.errors import ImpossibleActError, SlackError
from bot.sandbox.slack.people import payloads, writing
from bot.sandbox.slack.state.tickets import ResponseTicket
from bot.sandbox.slack.web.arguments import Arguments
from bot.sandbox.slack.web.responses import respond

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.people.desk import Desk
    from bot.sandbox.slack.people.shown import Shown
    from bot.sandbox.slack.state.channels import Channel

Json = dict[str, Any]


async def slash(desk: Desk, channel_id: str, name: str, written: list[Json]) -> Shown:
    """Type a slash command, and see its private answer if the ack brings one."""
    workspace, channel = desk.workspace, desk.channel(channel_id)
    command = workspace.app.command(name)
    if command is None:
        raise ImpossibleActError(f"{name} is not a command of any app")
    sent = writing.command_text(workspace, written, should_escape=command.should_escape)
    try:
        ack = await desk.courier.interaction(
            "slash_commands", payloads.slash(workspace, desk.user, channel, command, sent)
        )
        answer = _answered(desk, channel, ack.body)
    except UndeliveredError as failure:
        return desk.failed(name, failure.code)
    except SlackError as refusal:
        return desk.failed(name, refusal.code)
    return desk.shown(message=answer)


async def shortcut(desk: Desk, callback_id: str, channel_id: str | None, ts: str | None) -> Shown:
    """Choose a shortcut: in the menu of a message, or a global one when none is named."""
    workspace = desk.workspace
    kind = "message" if ts else "global"
    known = [one for one in workspace.app.shortcuts if (one.callback_id, one.type) == (callback_id, kind)]
    if not known:
        raise ImpossibleActError(f"the app has no {kind} shortcut {callback_id}")
    if channel_id and ts:
        desk.channel(channel_id)
        message = workspace.message(channel_id, ts)
        payload = payloads.message_shortcut(workspace, desk.user, callback_id, message)
    else:
        payload = payloads.global_shortcut(workspace, desk.user, callback_id)
    try:
        await desk.courier.interaction("interactive", payload)
    except UndeliveredError as failure:
        return desk.failed(known[0].name, failure.code)
    return desk.shown()


def _answered(desk: Desk, channel: Channel, body: Any) -> Message | None:
    """Post what came with the ack: privately, unless it says `in_channel`; and give it if it is private."""
    if not body:
        return None
    arguments = Arguments(body if isinstance(body, dict) else {"text": str(body)})
    ticket = ResponseTicket(desk.user_id, channel.id, expires_at=0, uses_left=0)
    answer = respond(desk.workspace, ticket, arguments)
    return answer if answer and answer.is_ephemeral else None
