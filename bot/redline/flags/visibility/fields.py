"""Form fields that are not drawn and hold a value."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Tree
    from bot.redline.model import Flag


def filled(change: Compared) -> Iterator[Flag]:
    """Find form fields that are not drawn and hold a value."""
    new = Counter(_hidden_fields(change.new)) - Counter(_hidden_fields(change.old))
    for name, value in new:
        sentence = f"A form field that is not drawn ({quoted(name, 30)}) holds {quoted(value, 100)}."
        yield raised("hidden-content", sentence)
        return


def _hidden_fields(tree: Tree) -> Iterator[tuple[str, str]]:
    for field in tree.of("input"):
        value = field.attributes.get("value", "")
        if value.strip() and field.attributes.get("type", "").strip().lower() == "hidden":
            yield field.attributes.get("name", ""), value
