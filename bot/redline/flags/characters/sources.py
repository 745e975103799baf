"""The texts of a change that people read, piece by piece, and the document that they stand in."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cached_property
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from bot.redline.flags.characters.look_alikes import script, twin
from bot.redline.flags.texts import Replaced, replaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.compared import Compared
    from bot.redline.flags.tree import Tree

READ: Final = frozenset(
    {"alt", "title", "value", "placeholder", "aria-label", "aria-description", "label", "summary"}
)
"""Attributes whose value is drawn, or read aloud."""

_DRAWN: Final = frozenset({("img", "alt"), ("image", "alt"), ("li", "value")})
"""Those that the redline draws among the words, or as numbers."""

_EASTERN: Final = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})


class Sources:
    """What is looked through for odd characters, made once for a change."""

    def __init__(self, change: Compared) -> None:
        self._change = change
        self.pieces = [
            *replaced(change.paragraphs),
            *_paired(_read(change.old), _read(change.new)),
            *_paired(Counter(change.old_reading.hidden), Counter(change.new_reading.hidden)),
        ]
        """Runs of change among the words; values of attributes and hidden texts that were and would be there."""
        self.judged: dict[str, tuple[str, ...]] = {}
        """Words that were looked at, and the letters that are odd in them wherever they stand."""

    @cached_property
    def script(self) -> str:
        """Return the script that most of the document is in, as its letters' names begin; Latin if it has no letters."""
        counts = _scripts(self._old) or _scripts(self._new)
        return max(counts, key=lambda name: counts[name], default="LATIN")

    @cached_property
    def scripts(self) -> frozenset[str]:
        """Return every script that either side has letters of."""
        return frozenset({*_scripts(self._old), *_scripts(self._new)})

    @cached_property
    def genuine(self) -> frozenset[str]:
        """Return the scripts that the document already has letters of which look like no others."""
        return frozenset(script(one) for one in self._old if one.isalpha() and not twin(one))

    @property
    def is_eastern(self) -> bool:
        """Whether Chinese, Japanese or Korean stands in it."""
        return not self.scripts.isdisjoint(_EASTERN)

    @cached_property
    def is_right_to_left(self) -> bool:
        """Whether Arabic, Hebrew or the like stood in it before."""
        return any(unicodedata.bidirectional(one) in {"R", "AL"} and one.isalpha() for one in self._old)

    @cached_property
    def _old(self) -> Counter[str]:
        return _characters(self._change.old)

    @cached_property
    def _new(self) -> Counter[str]:
        return _characters(self._change.new)


def _characters(tree: Tree) -> Counter[str]:
    return Counter("".join(run.text for run in tree.runs))


def _scripts(characters: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one, times in characters.items():
        if one.isalpha():
            found[script(one)] += times
    return found


def _read(tree: Tree) -> Counter[str]:
    return Counter(
        value
        for element in tree.elements
        for name, value in element.attributes.items()
        if name in READ and (element.tag, name) not in _DRAWN
    )


def _paired(old: Counter[str], new: Counter[str]) -> Iterator[Replaced]:
    """Pair what is gone with what has come, in order."""
    for gone, come in zip_longest(_more(old, new), _more(new, old), fillvalue=""):
        yield Replaced(gone, come)


def _more(one: Counter[str], other: Counter[str]) -> Iterable[str]:
    return (one - other).elements()
