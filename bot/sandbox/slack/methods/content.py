"""What a message is made of, read from a call's arguments and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.controls import completed
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.validate import check_attachments, check_message_blocks, check_metadata

if TYPE_CHECKING:
    from bot.sandbox.slack.web.arguments import Arguments

Json = dict[str, Any]
TEXT_KEPT = 40_000
"""Longer texts are cut there. Source: https://docs.slack.dev/reference/methods/chat.postMessage"""


@dataclass(frozen=True)
class Content:
    """Text, blocks, attachments and metadata of a message, as they are stored."""

    text: str
    blocks: list[Json]
    attachments: list[Json]
    metadata: Json | None


def content_of(arguments: Arguments, *, total_matters: bool = True) -> Content:
    """Read and check a message's content.

    Args:
        arguments: Of the call.
        total_matters: Whether the total of all blocks is limited. At a response_url it is not.

    Raises:
        SlackError: The content breaks a rule, or there is none.
    """
    blocks = arguments.parsed("blocks", "invalid_blocks_format") or []
    attachments = arguments.parsed("attachments", "invalid_attachments") or []
    metadata = arguments.parsed("metadata", "invalid_metadata_format")
    if not (arguments.text("text") or blocks or attachments):
        raise SlackError("no_text")
    check_message_blocks(blocks, total_matters=total_matters)
    check_attachments(attachments)
    check_metadata(metadata)
    return Content(
        arguments.text("text")[:TEXT_KEPT], completed(blocks), _completed(attachments), metadata or None
    )


def _completed(attachments: list[Json]) -> list[Json]:
    return [{**one, "blocks": completed(one["blocks"])} if "blocks" in one else one for one in attachments]
