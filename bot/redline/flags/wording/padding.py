"""Emptiness and repetition that push a change out of sight: rows of blank lines, of spaces, of one letter or one word.

A signature line, a line of dots in a table of contents, two blank lines between clauses are ordinary.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import IGNORABLE, quoted
from bot.redline.model import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.texts import Replaced
    from bot.redline.flags.tree import Element, Tree
    from bot.redline.model import Flag, Paragraph

BLANK_LINES: Final = 8
BLANK_CHARACTERS: Final = 40
SAME_LETTERS: Final = 40
SAME_SIGNS: Final = 120
"""Of those that lines are drawn with."""
SAME_WORDS: Final = 20

_SIGNS: Final = frozenset("_.-=*·•…–—─━═~#+")
_SEEN: Final = re.compile(rf"[^\s{IGNORABLE}]")
_EMPTY_LINES: Final = re.compile(rf"^(?:(?:[^\S\n]|[{IGNORABLE}])*+\n){{{BLANK_LINES},}}+", re.MULTILINE)
_SPACES: Final = re.compile(rf"(?:[^\S\n]|[{IGNORABLE}]){{{BLANK_CHARACTERS},}}+")
_SAME: Final = re.compile(rf"([^\s{IGNORABLE}])\1{{{SAME_LETTERS - 1},}}+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SAME_WORD: Final = re.compile(
    rf"(?<!\w)([^\W\d_]{{2,30}}+)(?!\w)(?:\W{{1,3}}\1(?!\w)){{{SAME_WORDS - 1},}}+", re.IGNORECASE
)
_LINES: Final = frozenset(
    {
        "blockquote",
        "br",
        "center",
        "dd",
        "div",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "p",
        "pre",
    }
)
_DRAWN: Final = (
    "audio",
    "button",
    "canvas",
    "embed",
    "iframe",
    "img",
    "input",
    "math",
    "object",
    "select",
    "svg",
    "video",
)


def find(change: Compared, runs: list[Replaced]) -> Iterator[Flag]:
    """Give a flag for the first kind of padding that the change brings."""
    padding = next(chain(_blank_lines(change), *map(_in_run, runs)), "")
    if padding:
        yield raised("padding", f"{padding} in a row may push the rest of the change out of sight.")


def _blank_lines(change: Compared) -> Iterator[str]:
    drawn = max(
        (match[0].count("\n") for match in _EMPTY_LINES.finditer(_inserted(change.paragraphs))), default=0
    )
    empty = _empty_elements(change.new) - _empty_elements(change.old)
    lines = max(drawn, empty)
    if lines >= BLANK_LINES:
        yield f"{lines:,} blank lines"


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


def _in_run(run: Replaced) -> Iterator[str]:
    for spaces in _SPACES.finditer(run.new):
        if spaces[0] not in run.old:
            yield f"{len(spaces[0]):,} blank characters"
    for same in _SAME.finditer(run.new):
        if same[0] not in run.old and (same[1] not in _SIGNS or len(same[0]) >= SAME_SIGNS):
            yield f"{quoted(same[1])} {len(same[0]):,} times"
    for row in _SAME_WORD.finditer(run.new):
        if row[0] not in run.old:
            yield f"{quoted(row[1], 30)} {len(_WORD.findall(row[0])):,} times"
