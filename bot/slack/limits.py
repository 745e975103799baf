"""What Slack takes. Each number stands beside the page that names it; what Slack does not publish was measured.

Everything that is rendered here is cut to these numbers, counted in code points, and never inside an escape:
a cut that fell into ``&amp;``, ``[U+202E]`` or ``<@U0BOB>`` would show something that was never written.
"""

from __future__ import annotations

import re
from typing import Any, Final

MESSAGE_BLOCKS: Final = 50
"""https://docs.slack.dev/reference/block-kit/blocks"""

VIEW_BLOCKS: Final = 100
"""https://docs.slack.dev/reference/block-kit/blocks"""

VIEW_BYTES: Final = 250_000
"""A larger view is refused (``view_too_large``): https://docs.slack.dev/reference/methods/views.open"""

VIEW_TITLE: Final = 24
"""Also of a view's two buttons: https://docs.slack.dev/reference/views/modal-views"""

PRIVATE_METADATA: Final = 3000
"""https://docs.slack.dev/reference/views/modal-views"""

HEADER: Final = 150
"""https://docs.slack.dev/reference/block-kit/blocks/header-block"""

TEXT_OBJECT: Final = 3000
"""Of a context element or a section: https://docs.slack.dev/reference/block-kit/blocks/context-block"""

PLACEHOLDER: Final = 150
"""https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""

LABEL: Final = 2000
"""Of an input, and its hint: https://docs.slack.dev/reference/block-kit/blocks/input-block"""

INPUT_TEXT: Final = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element"""

BUTTON: Final = 75
"""A button's text, and its description for screen readers:
https://docs.slack.dev/reference/block-kit/block-elements/button-element"""

BUTTON_VALUE: Final = 2000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""

OPTION_TEXT: Final = 75
"""https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""

OPTION_VALUE: Final = 150
"""https://docs.slack.dev/reference/block-kit/composition-objects/option-object"""

CONFIRM_TITLE: Final = 100
"""https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""

CONFIRM_TEXT: Final = 300
"""https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""

CONFIRM_BUTTON: Final = 30
"""https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"""

FILE_BYTES: Final = 10 * 1024 * 1024
"""https://docs.slack.dev/reference/block-kit/block-elements/file-input-element"""

MESSAGE_TOTAL: Final = 9000
"""Our budget for all blocks of a message, as `measure` counts. Slack refuses more with ``msg_blocks_too_long``
and publishes no number; messages were seen to be refused from about 11,300 characters on:
https://github.com/slackapi/bolt-js/issues/2867"""

BLOCK_EXTRA: Final = 100
"""What a block itself counts against that total: https://github.com/slackapi/bolt-js/issues/2509"""

TEXT_BYTES: Final = 3800
"""Our budget for a message's ``text``. Above 4,000, measured in bytes of UTF-8, it cannot be edited any more
(``msg_too_long``): https://docs.slack.dev/reference/methods/chat.update"""

ELLIPSIS: Final = "…"
"""Stands where something was cut."""

_ESCAPE: Final = re.compile(r"&(?:amp|lt|gt);|\[U\+[0-9A-F]{4,6}\]|<[^<>\s][^<>]*>")
_LONGEST_ESCAPE: Final = 300
"""Characters. A longer link in a sentence of ours may be cut, and is then no link."""

_UNSEEN: Final = frozenset({"type", "block_id", "action_id", "callback_id", "value", "style", "format"})
"""What of a block is never drawn."""


def cut(text: str, limit: int) -> str:
    """Shorten a text to at most `limit` code points, an ellipsis included; what fits stays as it is."""
    if len(text) <= limit:
        return text
    return text[: _before_escape(text, limit - 1)] + ELLIPSIS if limit > 0 else ""


def cut_start(text: str, limit: int) -> str:
    """Shorten a text to at most `limit` code points of its end, after an ellipsis; what fits stays as it is."""
    if len(text) <= limit:
        return text
    return ELLIPSIS + text[_after_escape(text, len(text) - limit + 1) :] if limit > 0 else ""


def cut_bytes(text: str, limit: int) -> str:
    """Shorten a text to at most `limit` bytes of UTF-8, an ellipsis included."""
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    room = len(encoded[: limit - len(ELLIPSIS.encode())].decode(errors="ignore"))
    return text[: _before_escape(text, room)] + ELLIPSIS


def measure(blocks: list[dict[str, Any]]) -> int:
    """Count what blocks hold against `MESSAGE_TOTAL`: every drawn character and address, and something a block."""
    return sum(BLOCK_EXTRA + characters(block) for block in blocks)


def characters(part: object) -> int:
    """Count the drawn characters of any part of a block, addresses of links included."""
    if isinstance(part, str):
        return len(part)
    if isinstance(part, list):
        return sum(characters(one) for one in part)
    if isinstance(part, dict):
        return sum(characters(value) for key, value in part.items() if key not in _UNSEEN)
    return 0


def _before_escape(text: str, end: int) -> int:
    """Move a cut that would fall inside an escape to where the escape begins."""
    escape = _around(text, end)
    return escape.start() if escape else end


def _after_escape(text: str, start: int) -> int:
    """Move a cut that would fall inside an escape to where the escape ends."""
    escape = _around(text, start)
    return escape.end() if escape else start


def _around(text: str, place: int) -> re.Match[str] | None:
    """Find the escape that a place is inside of."""
    for escape in _ESCAPE.finditer(text, max(0, place - _LONGEST_ESCAPE), place + _LONGEST_ESCAPE):
        if escape.start() < place < escape.end():
            return escape
    return None
