"""Three validators by others, none of which knows our code: the sandbox's, Slack's own SDK, slackblocks.

Each is blind somewhere; together they see almost everything but a message's total, which our own tests assert.
"""

from __future__ import annotations

import json
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slackblocks import Block as OtherBlock
from slackblocks import Message

from bot.sandbox.slack.validate import message_problems, view_problems

Json = dict[str, Any]

READABLE = {"header", "context", "divider"}
"""What slackblocks 3.0 can read from a dictionary, of what we use."""


def check_message(blocks: list[Json]) -> None:
    """Have every validator read a message's blocks."""
    assert message_problems(blocks) == []
    for block in blocks:
        check_block(block)
    read = [OtherBlock.from_dict(block) for block in blocks if block["type"] in READABLE]
    if read:
        Message(channel="C0LEGAL", blocks=read)


def check_view(view: Json) -> None:
    """Have every validator read a dialog."""
    assert view_problems(view) == []
    for block in view["blocks"]:
        check_block(block)
    assert View(**view).to_dict()["title"] == view["title"]
    assert len(json.dumps(view)) <= 250_000


def check_block(block: Json) -> None:
    """Have Slack's SDK read a block, which it refuses beyond limits, and lose nothing of it."""
    read = Block.parse(block)
    assert read is not None
    assert read.to_dict() == block


def texts(part: Any, kind: str) -> list[str]:
    """List the texts of all objects of a type (``mrkdwn``, ``text``…) in a payload."""
    if isinstance(part, list):
        return [found for one in part for found in texts(one, kind)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if part.get("type") == kind and isinstance(part.get("text"), str) else []
    return own + [found for value in part.values() for found in texts(value, kind)]


def visible(part: Any) -> str:
    """Join everything that a payload shows."""
    if isinstance(part, list):
        return "".join(visible(one) for one in part)
    if not isinstance(part, dict):
        return ""
    own = part["text"] if isinstance(part.get("text"), str) else ""
    return own + "".join(visible(value) for key, value in part.items() if key != "value")


def action_ids(blocks: list[Json]) -> list[str]:
    """List what can be pressed, in order."""
    return [element["action_id"] for block in blocks for element in _pressable(block)]


def _pressable(block: Json) -> list[Json]:
    """List the elements of a row, or the one beside a section's text."""
    if block["type"] == "actions":
        return list(block["elements"])
    return [block["accessory"]] if "accessory" in block else []
