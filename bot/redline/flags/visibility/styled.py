"""Words that stay and read differently, and new words whose style says something of its own.

Styles are judged by the words they cover: a word that stays and comes under a new style reads differently, while
a new word under an old style is an ordinary edit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import counted, quoted, spelled
from bot.redline.flags.visibility.drawn import words_of
from bot.redline.flags.visibility.marks import is_always_notable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.redline.flags.tree import Tree
    from bot.redline.flags.visibility.marks import Mark, Marks
    from bot.redline.model import Flag


@dataclass(frozen=True, slots=True)
class Styled:
    """The words of a side, counted by the notable declarations that cover them.

    Attributes:
        words: All that are drawn.
        covered: Those under each declaration.
        first: The first text under each.
    """

    words: Counter[str]
    covered: Mapping[Mark, Counter[str]]
    first: Mapping[Mark, str]

    @classmethod
    def of(cls, tree: Tree, marks: Marks) -> Styled:
        """Count a side's words."""
        words: Counter[str] = Counter()
        covered: dict[Mark, Counter[str]] = {}
        first: dict[Mark, str] = {}
        for run in tree.runs:
            found = words_of(run.text)
            words.update(found)
            for mark in marks[run.holder] if found else ():
                covered.setdefault(mark, Counter()).update(found)
                first.setdefault(mark, run.text)
        return cls(words, covered, first)


def restyled(old: Styled, new: Styled) -> Iterator[Flag]:
    """Find words that stay and read differently, and new words whose style says something of its own."""
    come = [mark for mark in new.covered if _comes(mark, old, new)]
    gone = [mark for mark in old.covered if _covers_kept_words(mark, new, old)]
    if come:
        yield raised("style-changed", _styled(new.first, come, "is now drawn with"))
    elif gone:
        yield raised("style-changed", _styled(old.first, gone, "is no longer drawn with"))
    turned = [mark for mark in come if mark[0] in {"unicode-bidi", "direction"}]
    if turned:
        yield raised("bidi-control", _styled(new.first, turned, "is drawn in another order, by"))


def _comes(mark: Mark, before: Styled, after: Styled) -> bool:
    """Say whether a declaration is new and speaks for itself, or words that stay come under it."""
    is_new = mark not in before.covered
    return (is_new and is_always_notable(mark)) or _covers_kept_words(mark, before, after)


def _covers_kept_words(mark: Mark, before: Styled, after: Styled) -> bool:
    covered = before.covered.get(mark, Counter())
    return bool(
        (after.covered[mark] - covered) & (before.words - covered) - (after.words - after.covered[mark])
    )


def _styled(first: Mapping[Mark, str], marks: Sequence[Mark], fact: str) -> str:
    named = ", ".join(f"{name[:30]}: {spelled(value[:40])}" for name, value in marks[:2])
    return counted(f"{quoted(first[marks[0]], 40)} {fact} {named}.", max(0, len(marks) - 2))
