"""What does not fit: a change longer than a card, a word longer than a line, emptiness that pushes text out of sight.

The sentence says how the change ends, since that is where a long one hides something.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.redline.excerpt import PARAGRAPH_OVERHEAD, SPAN_OVERHEAD, excerpt
from bot.redline.flags.compared import raised
from bot.redline.flags.texts import ended, quoted
from bot.redline.model import Counts, Mark, Redline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag, Paragraph

CARD: Final = 5500
"""What a card has room for, as `excerpt` counts."""

LONGEST_WORD: Final = 300
"""Characters. Addresses of pages are seldom longer."""

_LONG_WORD: Final = re.compile(rf"\S{{{LONGEST_WORD},}}+")
_SENTENCE_END: Final = re.compile(r"[.!?;\n]\s|$")


def find(change: Compared, runs: list[Replaced]) -> Iterator[Flag]:
    """Give a flag for a change that a card must cut."""
    long_word = next((match for run in runs for match in _LONG_WORD.finditer(f"{run.old} {run.new}")), None)
    if long_word:
        start = f"One word has {len(long_word[0]):,} characters"
    elif not _fits(change):
        start = f"Too long for one card: {len(runs):,} edits" if len(runs) > 1 else "Too long for one card"
    else:
        return
    yield raised("truncated", ended(f"{start}. It ends: {_end(change.paragraphs)}"))


def _fits(change: Compared) -> bool:
    if sum(map(_least_cost, change.paragraphs)) > CARD:
        return False
    return excerpt(Redline(change.operation, change.paragraphs, Counts(0, 0, 0)), CARD).complete


def _least_cost(paragraph: Paragraph) -> int:
    """Tell how much of a card a paragraph takes at least: what changes in it is shown, and the paragraph around it."""
    changed = sum(SPAN_OVERHEAD + len(span.text) for span in paragraph.spans if span.changed)
    return changed and PARAGRAPH_OVERHEAD + changed


def _end(paragraphs: tuple[Paragraph, ...]) -> str:
    """Quote how the last paragraph that changes ends, before and after."""
    last = next(paragraph for paragraph in reversed(paragraphs) if paragraph.changed)
    old, new = (_last_sentence(last, own) for own in (Mark.DELETE, Mark.INSERT))
    return " → ".join(quoted(text, 60, from_end=True) for text in (old, new) if text.strip())


def _last_sentence(paragraph: Paragraph, own: Mark) -> str:
    """Return one side of a paragraph up to the end of the sentence that the last change is in."""
    spans = paragraph.spans
    last = max(place for place, span in enumerate(spans) if span.changed)
    text = "".join(span.plain for span in spans[: last + 1] if span.mark in {Mark.KEEP, own})
    rest = "".join(span.plain for span in spans[last + 1 :])
    end = _SENTENCE_END.search(rest)
    return text + rest[: end.start() + 1 if end else None]
