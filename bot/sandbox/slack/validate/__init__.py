"""What Slack accepts: messages, views, attachments, metadata. One call each, which refuses in Slack's way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.controls import completed
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.validate.place import Place, Problem, Surface
from bot.sandbox.slack.validate.totals import BLOCK_TOTAL, weight
from bot.sandbox.slack.validate.view import view
from bot.sandbox.slack.validate.whole import blocks_of, tables

if TYPE_CHECKING:
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]
MESSAGE_BLOCKS = 50
ATTACHMENTS = 100
METADATA_BYTES = 16 * 1024
VIEW_BYTES = 250_000
ATTACHMENT_KEYS = frozenset(
    {
        "author_icon", "author_link", "author_name", "blocks", "callback_id", "color", "fallback", "fields",
        "footer", "footer_icon", "image_url", "mrkdwn_in", "pretext", "text", "thumb_url", "title", "title_link", "ts",
    }
)  # fmt: skip


def message_problems(blocks: Any) -> list[Problem]:
    """List what is wrong with a message's blocks, each by itself and together."""
    place = Place("message", "/blocks")
    blocks_of(MESSAGE_BLOCKS, blocks, place)
    return place.problems


def view_problems(content: Any) -> list[Problem]:
    """List what is wrong with a view."""
    surface: Surface = "home" if isinstance(content, dict) and content.get("type") == "home" else "modal"
    place = Place(surface, "/view")
    view(content, place)
    return place.problems


def check_message_blocks(blocks: Any, *, total_matters: bool = True) -> None:
    """Refuse a message's blocks that break a rule.

    Args:
        blocks: As they came.
        total_matters: Whether the undocumented limit on the total of all blocks applies.

    Raises:
        SlackError: `invalid_blocks`, `msg_blocks_too_long` and others.
    """
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = message_problems(blocks)
    if problems:
        lines = [problem.line() for problem in problems]
        raise SlackError("invalid_blocks", errors=lines, response_metadata=_messages(lines))
    if tables(blocks) > 1:
        raise SlackError("invalid_attachments", response_metadata=_messages(["only_one_table_allowed"]))
    if total_matters and weight(blocks) > BLOCK_TOTAL:
        raise SlackError("msg_blocks_too_long")


def check_attachments(attachments: Any) -> None:
    """Refuse attachments that break a rule."""
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise SlackError("too_many_attachments")
    place = Place("message", "/attachments")
    for index, attachment in enumerate(attachments):
        if attachment.keys() - ATTACHMENT_KEYS:
            raise SlackError("invalid_attachments", response_metadata=_messages(["invalid_keys"]))
        blocks_of(MESSAGE_BLOCKS, attachment.get("blocks", []), place.at(index).at("blocks"))
    if place.problems:
        lines = [problem.line() for problem in place.problems]
        raise SlackError("invalid_attachments", response_metadata=_messages(lines))


def check_metadata(metadata: Any) -> None:
    """Refuse message metadata that is not an event type with an object, or is too large."""
    if not metadata:
        return
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise SlackError("metadata_too_large")


def checked_view(arguments: Arguments, *types: str) -> Json:
    """Read a call's `view`, which must be of one of these types, and complete it.

    Raises:
        SlackError: `invalid_arguments` with what is wrong, or `view_too_large`.
    """
    content = arguments.parsed("view", "invalid_arguments")
    return checked_content(content, *types)


def checked_content(content: Any, *types: str) -> Json:
    """Check and complete a view, as `checked_view` does."""
    problems = view_problems(content)
    if not problems and content["type"] not in types:
        problems = [Problem("/view/type", "failed_constraint", f"must be one of: {', '.join(types)}")]
    if problems:
        raise SlackError(
            "invalid_arguments", response_metadata=_messages([problem.line() for problem in problems])
        )
    if len(json.dumps(content)) > VIEW_BYTES:
        raise SlackError("view_too_large")
    return {**content, "blocks": completed(content["blocks"])}


def _messages(lines: list[str]) -> Json:
    return {"messages": [f"[ERROR] {line}" for line in lines]}
