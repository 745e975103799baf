"""Rows of blank lines and heights of blank space, in the words of the redline and in the markup around them.

The redline draws no empty paragraph, so that rows of them must be counted in the markup.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bot.redline.flags.styles import number
from bot.redline.flags.texts import IGNORABLE
from bot.redline.model import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Element, Tree
    from bot.redline.model import Paragraph

BLANK_LINES: Final = 8
TALL: Final = 1500
"""Pixels. More than a page of paper."""

_SEEN: Final = re.compile(rf"[^\s{IGNORABLE}]")
_EMPTY_LINES: Final = re.compile(rf"^(?:(?:[^\S\n]|[{IGNORABLE}])*+\n){{{BLANK_LINES},}}+", re.MULTILINE)


def _names(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_LINES: Final = _names("blockquote br center dd div dt h1 h2 h3 h4 h5 h6 hr li p pre")
_DRAWN: Final = _names("audio button canvas embed iframe img input math object select svg video")
_SPACING: Final = _names(
    "height line-height margin margin-bottom margin-top min-height padding padding-bottom padding-top"
)
_PIXELS: Final = {"px": 1, "pt": 1.33, "em": 16, "rem": 16, "vh": 10, "cm": 38, "mm": 3.8, "in": 96}


def find(change: Compared) -> Iterator[str]:
    """Name the emptiness that a change brings."""
    yield from _blank_lines(change)
    yield from _blank_space(change)


def _blank_lines(change: Compared) -> Iterator[str]:
    drawn = max(
        (match[0].count("\n") for match in _EMPTY_LINES.finditer(_inserted(change.paragraphs))), default=0
    )
    empty = _empty_elements(change.new) - _empty_elements(change.old)
    lines = max(drawn, empty)
    if lines >= BLANK_LINES:
        yield f"{lines:,} blank lines in a row"


def _blank_space(change: Compared) -> Iterator[str]:
    new = _tallest(change.new)
    if new >= TALL and new > _tallest(change.old):
        yield f"{new:,.0f} pixels of space"


def _tallest(tree: Tree) -> float:
    """Return the most space that a style sets aside above, in or below an element, in pixels."""
    sizes = (
        number(part)
        for element in tree.elements
        if "style" in element.attributes
        for name, value in element.styles.items()
        if name in _SPACING
        for part in value.split()
    )
    return max((size * _PIXELS.get(unit, 0) for size, unit in filter(None, sizes)), default=0)


def _inserted(paragraphs: Iterable[Paragraph]) -> str:
    """Return the new text line by line, with a letter for whatever stays."""
    return "".join(
        "".join(
            span.plain if span.mark is Mark.INSERT else "k"
            for span in paragraph.spans
            if span.mark is not Mark.DELETE
        )
        + "\n"
        for paragraph in paragraphs
        if any(span.mark is not Mark.DELETE for span in paragraph.spans)
    )


def _empty_elements(tree: Tree) -> int:
    """Count the longest row of elements that are lines with nothing in them."""
    filled = {outer for drawn in tree.of(*_DRAWN) for outer in drawn.ancestors()}
    empty = {one for one in tree.elements if one.tag in _LINES and one not in filled and not _has_text(one)}
    if len(empty) < BLANK_LINES:
        return 0
    writing = {run.holder for run in tree.runs if _SEEN.search(run.text)}
    families: dict[Element | None, list[Element]] = defaultdict(list)
    for element in tree.elements:
        families[element.parent].append(element)
    return max(_longest_row(family, empty, has_text=parent in writing) for parent, family in families.items())


def _longest_row(family: list[Element], empty: set[Element], *, has_text: bool) -> int:
    """Count the longest row of empty ones; between line breaks beside text there may be text."""
    rows = groupby(family, key=lambda one: one in empty and not (has_text and one.tag == "br"))
    return max((len(list(row)) for is_empty, row in rows if is_empty), default=0)


def _has_text(element: Element) -> bool:
    return any(_SEEN.search(run.text) for run in element.runs)
