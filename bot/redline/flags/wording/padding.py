"""Emptiness and repetition that push a change out of sight: rows of blank lines, of spaces, of one letter or one word.

A signature line, a line of dots in a table of contents, two blank lines between clauses are ordinary.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import IGNORABLE, quoted
from bot.redline.flags.wording import emptiness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag

BLANK_CHARACTERS: Final = 40
SAME_LETTERS: Final = 40
SAME_SIGNS: Final = 120
"""Of those that lines are drawn with."""
SAME_WORDS: Final = 20

_SIGNS: Final = frozenset("_.-=*·•…–—─━═~#+")
_SPACES: Final = re.compile(rf"(?:[^\S\n]|[{IGNORABLE}]){{{BLANK_CHARACTERS},}}+")
_SAME: Final = re.compile(rf"([^\s{IGNORABLE}])\1{{{SAME_LETTERS - 1},}}+")
_WORD: Final = re.compile(r"[^\W\d_]+")
_SAME_WORD: Final = re.compile(
    rf"(?<!\w)([^\W\d_]{{2,30}}+)(?!\w)(?:\W{{1,3}}\1(?!\w)){{{SAME_WORDS - 1},}}+", re.IGNORECASE
)


def find(change: Compared, runs: list[Replaced]) -> Iterator[Flag]:
    """Give a flag for the first kind of padding that the change brings."""
    padding = next(chain(emptiness.find(change), *map(_in_run, runs)), "")
    if padding:
        yield raised("padding", f"{padding} may push the rest of the change out of sight.")


def _in_run(run: Replaced) -> Iterator[str]:
    for spaces in _SPACES.finditer(run.new):
        if spaces[0] not in run.old:
            yield f"{len(spaces[0]):,} blank characters in a row"
    for same in _SAME.finditer(run.new):
        if same[0] not in run.old and (same[1] not in _SIGNS or len(same[0]) >= SAME_SIGNS):
            yield f"{quoted(same[1])} {len(same[0]):,} times in a row"
    for row in _SAME_WORD.finditer(run.new):
        if row[0] not in run.old:
            yield f"{quoted(row[1], 30)} {len(_WORD.findall(row[0])):,} times in a row"
