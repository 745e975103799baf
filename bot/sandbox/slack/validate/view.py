"""Dialogs and Home tabs.

Source: https://docs.slack.dev/reference/views/modal-views and .../home-tab-views
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.validate.objects import plain
from bot.sandbox.slack.validate.shapes import flag, record, text, typed, variant
from bot.sandbox.slack.validate.whole import blocks_of

if TYPE_CHECKING:
    from bot.sandbox.slack.validate.place import Place

VIEW_BLOCKS = 100
COMMON = {"private_metadata": text(3000), "callback_id": text(255), "external_id": text(255)}


def _blocks(value: Any, place: Place) -> None:
    blocks_of(VIEW_BLOCKS, value, place)


def _sendable(value: dict[str, Any], place: Place) -> None:
    """Rule: a dialog with inputs has a submit button."""
    if "submit" not in value and any(block["type"] == "input" for block in value["blocks"]):
        place.fail("missing required field: submit", "missing_field")


MODAL = record(
    typed("modal") | {"title": plain(24), "blocks": _blocks},
    {
        **COMMON,
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    },
    _sendable,
)
HOME = record(typed("home") | {"blocks": _blocks}, COMMON)
view = variant({"modal": MODAL, "home": HOME})
