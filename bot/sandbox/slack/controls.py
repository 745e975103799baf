"""Where in a list of blocks the elements stand that a person can use, and what Slack adds to blocks it is given."""

from __future__ import annotations

import copy
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]


def controls(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Go through all elements of blocks that can be used, each with the block it stands in."""
    for block in blocks:
        yield from ((block, element) for element in _elements(block) if "action_id" in element)
        yield from controls(block.get("child_blocks", []))
        if block["type"] == "carousel":
            yield from controls(block.get("elements", []))


def find_control(blocks: list[Json], action_id: str, block_id: str | None = None) -> tuple[Json, Json] | None:
    """Find an element, and its block, by action_id and, where that is not enough, block_id."""
    for block, element in controls(blocks):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    return None


def completed(blocks: list[Json]) -> list[Json]:
    """Give the blocks as Slack stores them: every block and element has its id, every text its flags."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        _complete_block(block)
    return blocks


def _elements(block: Json) -> list[Json]:
    """List what a block holds that might be used: accessory, input element, elements or a card's actions."""
    single = [block[key] for key in ("accessory", "element") if isinstance(block.get(key), dict)]
    many = [one for key in ("elements", "actions") for one in block.get(key, []) if isinstance(one, dict)]
    return single + many


def _complete_block(block: Json) -> None:
    block.setdefault("block_id", secrets.token_urlsafe(4))
    if block["type"] == "markdown":
        del block["block_id"]  # As Slack does with this one.
    for element in _elements(block):
        if element.get("type") in INTERACTIVE:
            element.setdefault("action_id", secrets.token_urlsafe(4))
    if block["type"] == "container":
        block["child_blocks"] = completed(block.get("child_blocks", []))
    if block["type"] == "carousel":
        block["elements"] = completed(block.get("elements", []))
    if block["type"] == "input":
        block.setdefault("optional", False)
        block.setdefault("dispatch_action", False)
    _complete_texts(block)


def _complete_texts(value: Any) -> None:
    """Add the flags that Slack adds to text objects, all the way down."""
    if isinstance(value, list):
        for one in value:
            _complete_texts(one)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for one in value.values():
            _complete_texts(one)


INTERACTIVE = frozenset(
    {
        "button", "channels_select", "checkboxes", "conversations_select", "datepicker", "datetimepicker",
        "email_text_input", "external_select", "feedback_buttons", "file_input", "icon_button",
        "multi_channels_select", "multi_conversations_select", "multi_external_select", "multi_static_select",
        "multi_users_select", "number_input", "overflow", "plain_text_input", "radio_buttons", "rich_text_input",
        "static_select", "timepicker", "url_text_input", "users_select", "workflow_button",
    }
)  # fmt: skip
"""The element types that have an action_id."""
