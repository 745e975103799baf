"""What is drawn on each side, word by word, and what became of it.

What was drawn and is only hidden now has changed its visibility; what is hidden and was nowhere before is hidden
content; what is hidden on both sides is no change.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import LONGEST, counted, quoted
from bot.redline.flags.visibility.sight import UNHEARD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.redline.flags.tree import Element, Tree
    from bot.redline.flags.visibility.sight import Sight
    from bot.redline.model import Flag

_TOKEN: Final = re.compile(
    r"[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3041-\u30ff\u3400-\u9fff]+|[^\w\s]"
)
_NOT_TEXT: Final = frozenset({"script", "style"})
_FRESH_ENOUGH: Final = 3
"""New words beside many that were drawn before: fewer are a rewording of what is now hidden."""


def words_of(text: str) -> list[str]:
    """Divide a text into words, marks, and the single signs of scripts that set no spaces."""
    return _TOKEN.findall(text)


class _Stretch(NamedTuple):
    """Text without a border, and why it is not drawn; or why it is not heard, although it is drawn."""

    text: str
    why: str


@dataclass(frozen=True)
class Drawn:
    """A side's stretches that are drawn, and those that are not."""

    seen: Sequence[str]
    hidden: Sequence[_Stretch]

    @classmethod
    def of(cls, tree: Tree, seen: Mapping[Element | None, Sight]) -> Drawn:
        """Divide a side's text by how it is drawn."""
        runs = [
            run
            for run in tree.runs
            if run.text.strip() and (not run.holder or run.holder.tag not in _NOT_TEXT)
        ]
        drawn, hidden = [], []
        for why, group in groupby(runs, lambda run: seen[run.holder].why or seen[run.holder].unheard):
            text = " ".join("".join(run.text for run in group).split())
            if why:
                hidden.append(_Stretch(text, why))
            else:
                drawn.append(text)
        return cls(drawn, hidden)

    @cached_property
    def words(self) -> Counter[str]:
        """Counts the words that are drawn."""
        return Counter(word for text in self.seen for word in words_of(text))


def moved(old: Drawn, new: Drawn) -> Iterator[Flag]:
    """Find words that are hidden and new, are hidden now, or are drawn now."""
    if not old.hidden and not new.hidden:
        return
    covered, fresh = _hidden_now(old, new)
    shown = _shown_now(old, new)
    if fresh:
        yield raised("hidden-content", _sentence("New text is not drawn", fresh))
    if covered:
        yield raised("visibility-changed", _sentence("Text is not drawn any more", covered))
    elif shown:
        yield raised("visibility-changed", _sentence("Hidden text is drawn now", shown))


def _hidden_now(old: Drawn, new: Drawn) -> tuple[list[_Stretch], list[_Stretch]]:
    """Return the stretches that were drawn before, and those with words that were nowhere."""
    lost, kept = old.words - new.words, Counter(stretch.text for stretch in old.hidden)
    hidden_before = Counter(word for stretch in old.hidden for word in words_of(stretch.text))
    covered, fresh = [], []
    for stretch in new.hidden:
        if kept[stretch.text]:
            kept[stretch.text] -= 1
            continue
        rest = _without(words_of(stretch.text), hidden_before)
        unknown = _without(rest, lost)
        drawn = len(rest) - len(unknown)
        if drawn and drawn >= len(unknown):
            covered.append(stretch)
        if len(unknown) > drawn or len(unknown) >= _FRESH_ENOUGH:
            fresh.append(stretch)
    return covered, fresh


def _shown_now(old: Drawn, new: Drawn) -> list[_Stretch]:
    gained, kept = new.words - old.words, {stretch.text for stretch in new.hidden}
    shown = []
    for stretch in old.hidden:
        words = words_of(stretch.text)
        if stretch.text not in kept and 2 * len(_without(words, gained)) <= len(words):
            shown.append(stretch)
    return shown


def _without(words: Sequence[str], stock: Counter[str]) -> list[str]:
    """Return the words that are not in the stock, and take the others out of it."""
    left = []
    for word in words:
        if stock[word] > 0:
            stock[word] -= 1
        else:
            left.append(word)
    return left


def _sentence(fact: str, stretches: Sequence[_Stretch]) -> str:
    text, why = stretches[0]
    reason = f"Drawn, but {why}" if why == UNHEARD else f"{fact} ({why})"
    # The words themselves matter most: they have all the room there is.
    words = quoted(text, LONGEST - len(f"{reason}: “” And 10,000 more."))
    return counted(f"{reason}: {words}", len(stretches) - 1)
