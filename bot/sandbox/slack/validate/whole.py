"""The rules that a list of blocks obeys as a whole."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.validate.blocks import block
from bot.sandbox.slack.validate.shapes import items

if TYPE_CHECKING:
    from bot.sandbox.slack.validate.place import Place

Json = dict[str, Any]
MARKDOWN_TOTAL = 12_000
AT_MOST = {"data_visualization": 2, "plan": 1}
"""How many blocks of a type one message may have."""


def blocks_of(most: int, value: Any, place: Place) -> None:
    """Want a list of at most so many blocks that go together."""
    before = len(place.problems)
    items(block, most, 0)(value, place)
    if len(place.problems) == before:
        _own_block_ids(value, place)
        _counts(value, place)
        _markdown_total(value, place)
        _one_focus(value, place)


def tables(blocks: list[Json]) -> int:
    """Count the tables of either kind."""
    inside = sum(tables(one.get("child_blocks", [])) for one in blocks)
    return inside + sum(one.get("type") in ("table", "data_table") for one in blocks)


def _own_block_ids(blocks: list[Json], place: Place) -> None:
    seen: set[str] = set()
    for index, one in enumerate(blocks):
        block_id = one.get("block_id")
        if block_id and block_id in seen:
            place.at(index).at("block_id").fail(f"`block_id` {block_id} already exists")
        seen.add(block_id or "")


def _counts(blocks: list[Json], place: Place) -> None:
    found = Counter(one["type"] for one in blocks)
    for name, most in AT_MOST.items():
        if found[name] > most:
            place.fail(f"no more than {most} {name} blocks allowed")


def _markdown_total(blocks: list[Json], place: Place) -> None:
    if sum(len(one["text"]) for one in blocks if one["type"] == "markdown") > MARKDOWN_TOTAL:
        place.fail(f"markdown blocks must be less than {MARKDOWN_TOTAL + 1} characters together")


def _one_focus(blocks: list[Json], place: Place) -> None:
    if _focused(blocks) > 1:
        place.fail("only one element may have focus_on_load")


def _focused(value: Any) -> int:
    if isinstance(value, list):
        return sum(_focused(one) for one in value)
    if not isinstance(value, dict):
        return 0
    return (value.get("focus_on_load") is True) + sum(_focused(one) for one in value.values())
