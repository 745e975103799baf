"""What one person sees of the sandbox's Slack, as the page draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.state.users import TEAM_ID, TEAM_NAME

if TYPE_CHECKING:
    from bot.sandbox.slack import Slack
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.people.person import Person
    from bot.sandbox.slack.state.channels import Channel
    from bot.sandbox.slack.state.files import File

Json = dict[str, Any]


def view_of(slack: Slack, user: str, channel: str) -> Json:
    """Give everything that a person sees with a channel open."""
    person = slack.person(user)
    return {
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "me": user,
        "channel": channel,
        "users": {one.id: _user(one) for one in slack.people.values()},
        "channels": [_channel(slack, one, user) for one in slack.channels.values() if _is_seen(one, user)],
        "messages": [_message(one) for one in _messages(slack, user, channel)],
        "dialog": _dialog(person),
        "home": person.home.payload() if person.home else None,
        "commands": [
            {"command": one.command, "description": one.description, "usage_hint": one.usage_hint}
            for one in slack.app.commands
        ],
        "shortcuts": [
            {"callback_id": one.callback_id, "name": one.name, "type": one.type}
            for one in slack.app.shortcuts
        ],
        "notices": [{"id": notice_id, "text": text} for notice_id, text in person.notices.items()],
    }


def file_of(file: File) -> Json:
    """Give a file as the page shows it, with an address that needs no token."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "size": file.size,
        "url": f"/sandbox/files/{file.path()}",
    }


def _user(user: Any) -> Json:
    return {"id": user.id, "name": user.name, "real_name": user.real_name, "kind": user.kind}


def _channel(slack: Slack, channel: Channel, user: str) -> Json:
    name = slack.people[slack.app.user_id].real_name if channel.is_im else channel.name
    return {"id": channel.id, "name": name, "is_member": user in channel.members}


def _is_seen(channel: Channel, user: str) -> bool:
    """Say whether a channel stands in somebody's list: theirs, and public ones."""
    return user in channel.members or not (channel.is_private or channel.is_im)


def _messages(slack: Slack, user: str, channel: str) -> list[Message]:
    """List a channel's messages, thread replies and this person's private ones included, in order."""
    if user not in slack.channels[channel].members:
        return []
    return [
        message
        for message in slack.workspace.messages
        if message.channel == channel and message.seen_by in (None, user)
    ]


def _message(message: Message) -> Json:
    return {
        "channel": message.channel,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "files": [file_of(file) for file in message.files],
        "reactions": [{"name": name, "users": list(users)} for name, users in message.reactions],
        "edited": message.edited is not None,
        "ephemeral": message.is_ephemeral,
        "is_bot": message.is_bot,
    }


def _dialog(person: Person) -> Json | None:
    view = person.dialog
    return {"view": view.payload(), "errors": view.errors, "waiting": view.is_waiting} if view else None
