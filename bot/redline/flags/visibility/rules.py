"""What style sheets and styles do beyond the words they are set on: hide them, or draw a text of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.styles import declarations
from bot.redline.flags.texts import quoted
from bot.redline.flags.visibility.marks import Mark, is_notable
from bot.redline.flags.visibility.ways import hiding_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Tree
    from bot.redline.flags.visibility.sheet import Sheet
    from bot.redline.model import Flag

_NAMES: Final = 3
"""Attributes that one declaration is followed to."""
_ATTRIBUTE: Final = re.compile(r"attr\(\s*([\w-]+)")


def of_sheets(tree: Tree, old: Sheet, new: Sheet) -> Iterator[Flag]:
    """Find new rules: they draw text of their own, hide, or change how words read."""
    known = set(old.rules)
    for selector, body in dict.fromkeys(new.rules):
        styles = {} if (selector, body) in known else declarations(body)
        rule = f"{selector} {{ {body} }}"
        if generated := _generated(styles):
            yield _generation(tree, rule, generated)
        elif why := hiding_style(styles):
            yield raised(
                "visibility-changed", f"A style sheet hides what it names ({why}): {quoted(rule, 90)}"
            )
        elif any(is_notable(mark) for mark in styles.items()):
            yield raised("style-changed", f"A style sheet changes how words are drawn: {quoted(rule, 120)}")


def in_place(change: Compared) -> Iterator[Flag]:
    """Find the first declaration in an element itself that draws something that is not in the text."""
    known = {generated for element in change.old.elements if (generated := _generated(element.styles))}
    for element in change.new.elements:
        generated = _generated(element.styles) if "style" in element.attributes else None
        if generated and generated not in known:
            yield _generation(change.new, element.attributes["style"], generated)
            return


def _generation(tree: Tree, source: str, mark: Mark) -> Flag:
    """Quote the source, which has its capitals, and what it comes to where that is written elsewhere or escaped."""
    names = list(dict.fromkeys(_ATTRIBUTE.findall(mark[1])))[:_NAMES]
    drawn = [each.attributes[name] for each in tree.elements for name in names if name in each.attributes]
    drawn += [mark[1]] * ("\\" in source)
    holds = f" It reads {quoted(' '.join(dict.fromkeys(drawn)), 50)}." if drawn else ""
    return raised(
        "css-generated-content", f"A style draws what is not in the text: {quoted(source, 90)}{holds}"
    )


def _generated(styles: Mapping[str, str]) -> Mark | None:
    """Return the declaration that draws text, or numbers, of its own."""
    for name, value in styles.items():
        draws = name == "content" and value not in {"", "none", "normal", '""', "''", "inherit", "initial"}
        counts = name in {"counter-reset", "counter-increment", "counter-set"} and value != "none"
        marks = name in {"list-style", "list-style-type"} and ('"' in value or "'" in value)
        if draws or counts or marks:
            return name, value
    return None
