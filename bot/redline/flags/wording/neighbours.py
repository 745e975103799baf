"""What a text passed that moved: the kept text beside which it stands now."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.texts import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.model import Paragraph

_LENGTH: Final = 60
"""Characters of what was passed."""
_LETTER: Final = re.compile(r"\w")


class _Kept(NamedTuple):
    """A text that stays where it is."""

    text: str
    is_alone: bool
    """Whether it is a whole paragraph."""
    runs: int
    """How many runs of change stand before it."""


def passed_by(paragraphs: Iterable[Paragraph], was: int, now: int) -> str:
    """Say after or before which kept text a moved one stands now: ``after “4.5 Liability…”``; empty if none is between.

    Args:
        paragraphs: The redline.
        was: The number of the run of change that the text was taken out of, from 0.
        now: The number of the run that it was put in with.
    """
    passed = [kept for kept in _kept(paragraphs) if min(was, now) < kept.runs <= max(was, now)]
    if not passed:
        return ""
    if was < now:
        last = passed[-1]
        return f"after {quoted(last.text, _LENGTH, from_end=not last.is_alone)}"
    return f"before {quoted(passed[0].text, _LENGTH)}"


def _kept(paragraphs: Iterable[Paragraph]) -> Iterator[_Kept]:
    runs = 0
    for paragraph in paragraphs:
        parts = [
            (is_changed, "".join(span.plain for span in group))
            for is_changed, group in groupby(paragraph.spans, key=lambda span: span.changed)
        ]
        for is_changed, text in parts:
            runs += is_changed
            if not is_changed and _LETTER.search(text):
                yield _Kept(text, len(parts) == 1, runs)
