"""How much text there is in blocks altogether."""

from __future__ import annotations

from typing import Any

BLOCK_TOTAL = 13_200
PER_BLOCK = 100
"""A message was seen to be refused where characters plus about 100 for each block exceed that total."""


def characters(value: Any) -> int:
    """Count the characters of all texts in a payload, by code point; a link without a text shows its address."""
    if isinstance(value, list):
        return sum(characters(one) for one in value)
    if not isinstance(value, dict):
        return 0
    words = value.get("text")
    own = len(words) if isinstance(words, str) else 0
    if value.get("type") == "link" and not words:
        own = len(str(value.get("url", "")))
    return own + sum(characters(one) for one in value.values() if isinstance(one, dict | list))


def weight(blocks: list[Any]) -> int:
    """Give what counts against a message's total: the characters, and something for each block."""
    return characters(blocks) + PER_BLOCK * len(blocks)
