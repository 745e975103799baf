"""The blocks, and the surfaces they may stand on.

Source: https://docs.slack.dev/reference/block-kit/blocks
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.validate.cards import (
    ALERT,
    CARD,
    CAROUSEL,
    DATA_VISUALIZATION,
    PLAN,
    TASK_CARD,
    VIDEO,
    container,
)
from bot.sandbox.slack.validate.elements import ACCESSORY, ACTION, CONTEXT_ACTION, IMAGE, INPUT
from bot.sandbox.slack.validate.objects import SLACK_FILE, TEXT, URL, any_text, mrkdwn, plain
from bot.sandbox.slack.validate.rich_text import RICH_TEXT
from bot.sandbox.slack.validate.shapes import flag, items, one_of, record, text, typed, variant
from bot.sandbox.slack.validate.tables import DATA_TABLE, TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sandbox.slack.validate.place import Place
    from bot.sandbox.slack.validate.shapes import Check

ID = {"block_id": text(255)}
EVERYWHERE = {"message", "modal", "home"}


def _some_words(value: Mapping[str, Any], place: Place) -> None:
    """Rule: a section has a text or fields."""
    if "text" not in value and "fields" not in value:
        place.fail("must define either `text` or `fields`", "missing_field")


def _own_action_ids(value: Mapping[str, Any], place: Place) -> None:
    """Rule: no two elements of a block have one action_id."""
    seen: set[str] = set()
    for index, element in enumerate(value["elements"]):
        action_id = element.get("action_id")
        if action_id and action_id in seen:
            place.at("elements").at(index).at("action_id").fail(f"`action_id` {action_id} already exists")
        seen.add(action_id)


PLAIN_BLOCKS: dict[str, Check] = {
    "section": record(
        typed("section"),
        {
            **ID,
            "text": any_text(TEXT),
            "fields": items(any_text(2000), 10),
            "accessory": ACCESSORY,
            "expand": flag,
        },
        _some_words,
    ),
    "rich_text": RICH_TEXT,
    "markdown": record(typed("markdown") | {"text": text(12_000, 1)}, ID),
    "header": record(typed("header") | {"text": plain(150)}, ID),
    "context": record(
        typed("context")
        | {
            "elements": items(
                variant({"image": IMAGE, "plain_text": plain(TEXT), "mrkdwn": mrkdwn(TEXT)}), 10
            )
        },
        ID,
    ),
    "context_actions": record(
        typed("context_actions") | {"elements": items(CONTEXT_ACTION, 5)}, ID, _own_action_ids
    ),
    "actions": record(typed("actions") | {"elements": items(ACTION, 25)}, ID, _own_action_ids),
    "divider": record(typed("divider"), ID),
    "image": record(
        typed("image") | {"alt_text": text(2000, 1)},
        {**ID, "image_url": text(URL, 1), "slack_file": SLACK_FILE, "title": plain(2000)},
        one_of("image_url", "slack_file"),
    ),
    "input": record(
        typed("input") | {"label": plain(2000), "element": INPUT},
        {**ID, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "data_visualization": DATA_VISUALIZATION,
    "card": CARD,
    "carousel": CAROUSEL,
    "alert": ALERT,
    "plan": PLAN,
    "task_card": TASK_CARD,
    "video": VIDEO,
}
IN_CONTAINER = ("actions", "context", "divider", "header", "image", "section", "table", "video")
"""What both the documents and reports of the live validator let stand there; on input and rich_text they differ."""
BLOCKS: dict[str, Check] = {
    **PLAIN_BLOCKS,
    "container": container(variant({name: PLAIN_BLOCKS[name] for name in IN_CONTAINER})),
}
SURFACES = {
    "markdown": {"message"},
    "context_actions": {"message"},
    "table": {"message", "home"},
    "data_table": {"message", "home"},
    "data_visualization": {"message", "home"},
    "container": {"message", "home"},
    "carousel": {"message", "home"},
    "alert": {"modal"},
    "plan": {"message"},
    "task_card": {"message"},
}
"""Where a block may stand, if not everywhere."""

_check_kind = variant(BLOCKS)


def block(value: Any, place: Place) -> None:
    """Want a block, on a surface that takes it."""
    name = value.get("type") if isinstance(value, dict) else None
    if name in BLOCKS and place.surface not in SURFACES.get(name, EVERYWHERE):
        place.at("type").fail(f"{name} is not supported on this surface: {place.surface}", "unsupported_type")
    else:
        _check_kind(value, place)
