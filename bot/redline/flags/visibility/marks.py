"""Declarations that change how words read, rather than how they look."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from bot.redline.flags.visibility.colours import pixels

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from bot.redline.flags.tree import Element, Tree
    from bot.redline.flags.visibility.sheet import Sheet
    from bot.redline.flags.visibility.sight import Sight

Mark = tuple[str, str]
"""A property and its value."""

Marks = dict["Element | None", tuple[Mark, ...]]
"""The notable declarations that the text in each element is under."""

_ALWAYS: Final = frozenset({
    "clip-path", "direction", "flex-direction", "mask", "mask-image", "order", "position", "rotate",
    "scale", "text-orientation", "transform", "translate", "unicode-bidi", "word-spacing", "writing-mode",
    "-webkit-text-security",
})  # fmt: skip
"""A text that has it reads differently from what its characters say, also a new one."""

_ON_KEPT_WORDS: Final = frozenset({
    "filter", "float", "font-feature-settings", "font-size", "grid-area", "grid-row", "opacity",
    "text-combine-upright", "text-transform", "vertical-align", "-webkit-line-clamp",
})  # fmt: skip
"""New words may well come with it; words that get it were meant otherwise."""

_PLAIN: Final = frozenset({
    "0", "0%", "1", "1.0", "100%", "auto", "baseline", "bottom", "capitalize", "column", "embed",
    "horizontal-tb", "inherit", "initial", "isolate", "ltr", "middle", "mixed", "none", "normal",
    "plaintext", "relative", "revert", "row", "static", "sticky", "text-bottom", "text-top", "top",
    "unset",
})  # fmt: skip
_SMALL_PRINT: Final = 9.0
"""Pixels of type below which it is small print."""
_GLYPHS: Final = ("wingdings", "webdings", "symbol", "dingbats")
_STRUCK: Final = frozenset({"del", "s", "strike"})
_RIGHT_TO_LEFT: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_SAYING: Final = frozenset({"dir", "style"})
"""Attributes that may say how words read."""
_MOST: Final = 64
"""Declarations, the innermost, that a text is judged by: more of them around one text are a trick."""


@lru_cache(maxsize=1024)
def is_notable(mark: Mark) -> bool:
    """Say whether a declaration changes how words read, rather than how they look."""
    name, value = mark
    if name.startswith("text-decoration") or name in {"font", "font-family"}:
        return is_always_notable(mark)
    if name == "font-size":
        return pixels(value) < _SMALL_PRINT
    return name in _ALWAYS | _ON_KEPT_WORDS and value not in _PLAIN


def is_always_notable(mark: Mark) -> bool:
    """Say whether it does so also where it comes with new words."""
    name, value = mark
    if name.startswith("text-decoration"):
        return "line-through" in value or "overline" in value
    if name in {"font", "font-family"}:
        return any(glyphs in value for glyphs in _GLYPHS)
    return name in _ALWAYS and value not in _PLAIN


def marked(tree: Tree, sheet: Sheet, seen: Mapping[Element | None, Sight]) -> Marks:
    """Return what the text in each element is under; nothing where it is not drawn at all."""
    marks: Marks = {None: ()}
    turning = _holding_right_to_left(tree)
    for element in tree.elements:
        outer = marks[element.parent]
        is_bare = not sheet.by_key and element.attributes.keys().isdisjoint(_SAYING) and element.tag != "bdo"
        own = [] if is_bare or seen[element].why else _marks(element, sheet.styles(element), turning)
        marks[element] = tuple(dict.fromkeys((*outer, *own)))[-_MOST:] if own else outer
    return marks


def _holding_right_to_left(tree: Tree) -> set[Element]:
    """Return the elements with a letter in them that is written from right to left."""
    found: set[Element] = set()
    for run in tree.runs:
        if run.holder and run.holder not in found and _RIGHT_TO_LEFT.search(run.text):
            found.update(takewhile(lambda outer: outer not in found, run.holder.ancestors()))
    return found


def _marks(element: Element, styles: Mapping[str, str], turning: Set[Element]) -> list[Mark]:
    """Return the declarations of an element that change how its words read; some are as it must be in `turning`."""
    if element.tag == "bdo" or "dir" in element.attributes:
        styles = {"direction": element.attributes.get("dir", "").lower(), **styles}
    found = [mark for mark in styles.items() if is_notable(mark)]
    if element.tag == "bdo":
        found.append(("unicode-bidi", "bidi-override"))
    if element.tag in _STRUCK and "none" in styles.get(
        "text-decoration", styles.get("text-decoration-line", "")
    ):
        found.append(("text-decoration", "none"))
    if any(name == "direction" for name, _ in found) and element in turning:
        found = [mark for mark in found if mark[0] != "direction"]
    return found
