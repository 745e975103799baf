"""What a person types, as Slack stores it: mentions and links marked, `&`, `<` and `>` escaped, and a rich_text block.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]
MARK = re.compile(r"<@(?P<user>\w+)(?:\|[^>]*)?>|<#(?P<channel>\w+)(?:\|[^>]*)?>")
TYPED = re.compile(
    r"(?<!\w)@(?P<user>[\w.-]*\w)|(?<!\w)#(?P<channel>[\w-]*\w)|(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)])"
)


def typed(workspace: Workspace, text: str) -> list[Json]:
    """Split what was typed into rich-text elements: words, links, and mentions by name or as `<@U…>`, `<#C…>`."""
    return list(_joined(_marked(workspace, text, escaped=False)))


def on_wire(workspace: Workspace, text: str) -> list[Json]:
    """Split what a client has already marked and escaped into rich-text elements."""
    return list(_joined(_marked(workspace, text, escaped=True)))


def stored_text(written: list[Json]) -> str:
    """Give the `text` of a message made of these elements."""
    return "".join(_written(part) for part in written)


def command_text(workspace: Workspace, written: list[Json], *, should_escape: bool) -> str:
    """Give the `text` of a command: with `should_escape` ids and names, `<@U1|bob>`, else as it was typed."""

    def one(part: Json) -> str:
        if part["type"] == "user":
            name = workspace.users[part["user_id"]].name
            return f"<@{part['user_id']}|{name}>" if should_escape else f"@{name}"
        if part["type"] == "channel":
            name = workspace.channels[part["channel_id"]].name
            return f"<#{part['channel_id']}|{name}>" if should_escape else f"#{name}"
        return _written(part) if should_escape else escape(part.get("text") or part["url"])

    return "".join(one(part) for part in written)


def as_blocks(written: list[Json]) -> list[Json]:
    """Give the rich_text block that Slack's composer makes of what was typed."""
    if not written:
        return []
    section = {"type": "rich_text_section", "elements": written}
    return [{"type": "rich_text", "block_id": secrets.token_urlsafe(4), "elements": [section]}]


def escape(text: str) -> str:
    """Escape the three characters that mean something to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _marked(workspace: Workspace, text: str, *, escaped: bool) -> Iterator[Json]:
    """Find what stands in angle brackets, and leave the words between for `_named`."""
    end = 0
    for match in MARK.finditer(text):
        part = _mention(workspace, match["user"], match["channel"])
        if part:
            yield from _named(workspace, _plain(text[end : match.start()], escaped=escaped))
            yield part
            end = match.end()
    yield from _named(workspace, _plain(text[end:], escaped=escaped))


def _named(workspace: Workspace, text: str) -> Iterator[Json]:
    """Find names and links among words."""
    users = {user.name: user.id for user in workspace.users.values()}
    channels = {channel.name: channel.id for channel in workspace.channels.values()}
    end = 0
    for match in TYPED.finditer(text):
        found = _mention(workspace, users.get(match["user"] or ""), channels.get(match["channel"] or ""))
        part = {"type": "link", "url": match["url"]} if match["url"] else found
        if part:
            yield {"type": "text", "text": text[end : match.start()]}
            yield part
            end = match.end()
    yield {"type": "text", "text": text[end:]}


def _joined(parts: Iterator[Json]) -> Iterator[Json]:
    """Leave out the empty words between the others."""
    return (part for part in parts if part.get("text") != "")


def _mention(workspace: Workspace, user_id: str | None, channel_id: str | None) -> Json | None:
    if user_id in workspace.users:
        return {"type": "user", "user_id": user_id}
    return {"type": "channel", "channel_id": channel_id} if channel_id in workspace.channels else None


def _plain(text: str, *, escaped: bool) -> str:
    return unescape(text) if escaped else text


def _written(part: Json) -> str:
    if part["type"] == "user":
        return f"<@{part['user_id']}>"
    if part["type"] == "channel":
        return f"<#{part['channel_id']}>"
    return f"<{part['url']}>" if part["type"] == "link" else escape(part["text"])
