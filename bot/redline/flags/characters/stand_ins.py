"""A letter where a digit belongs, a digit where a letter belongs, and a word that gives way to one that looks the same.

Ordinary are the names of things (``B2B``, ``H2O``, ``O2``), litres (``10l``), Roman numerals, and a mistake repaired:
what ends up plain is never odd.
"""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.redline.flags.characters.findings import Finding
from bot.redline.flags.characters.look_alikes import TWINS, script
from bot.redline.flags.texts import code_point, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.redline.flags.characters.sources import Sources
    from bot.redline.flags.texts import Replaced

_WORD: Final = re.compile(r"[^\W_]+(?:[.,][^\W_]+)*")
_DIGIT_OF: Final = {"O": "0", "o": "0", "I": "1", "l": "1"}
_SAME: Final = {"O": "o", "0": "o", "I": "l", "1": "l"}
_SKELETON: Final = str.maketrans(
    {one: _SAME.get(letter, letter) for one, letter in (*TWINS.items(), *zip(_SAME, _SAME, strict=True))}
)
_COMMON: Final = frozenset({"If", "Ill", "In", "Is", "It", "Its"})
_LONGEST_NUMBER: Final = 40
"""Characters."""
_IN_NUMBER: Final = re.compile(r"[\dOoIl.,]*(?:\d[.,]?[OoIl]+[.,]?\d|\dO|[OIl][.,]\d{3})[\dOoIl.,]*")


def find(piece: Replaced, sources: Sources) -> Iterator[Finding]:
    """Give what stands in for a letter or digit in the words of a run of change."""
    gone, come = set(_WORD.findall(piece.old)), dict.fromkeys(_WORD.findall(piece.new))
    by_skeleton = dict(_skeletons([word for word in gone if word not in come]))
    for skeleton, word in _skeletons([word for word in come if word not in gone]):
        original = by_skeleton.get(skeleton)
        if original:
            yield from _replaced(original, word, sources)
        elif len(word) <= _LONGEST_NUMBER and _IN_NUMBER.fullmatch(word):
            yield _in_number(word)


def _skeletons(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give each word with what is equal for those that look the same: all are translated at once."""
    return zip("\n".join(words).translate(_SKELETON).split("\n"), words, strict=False)


def _replaced(original: str, word: str, sources: Sources) -> Iterator[Finding]:
    for was, now in zip(original, word, strict=True):
        if _deceives(was, now, word, sources):
            yield Finding("confusable", now, word, partial(_about_word, original, word, now))


def _about_word(original: str, word: str, now: str) -> str:
    return f"{quoted(word, 35)} is not {quoted(original, 35)}: “{now}” is {_named(now)}."


def _deceives(was: str, now: str, word: str, sources: Sources) -> bool:
    if was == now or was.lower() == now.lower():
        return False
    if now.isascii() and was.isascii():
        # A number that became plain is repaired, and so is what became a Roman number or a common word.
        return any(map(str.isalpha, word)) and set(word) != {"I"} and word not in _COMMON
    return script(now) != sources.script and (not now.isdigit() or not now.isascii())


def _in_number(word: str) -> Finding:
    letter = next(one for one in word if one in _DIGIT_OF)
    return Finding("confusable", letter, word, partial(_about_number, word, letter))


def _about_number(word: str, letter: str) -> str:
    return f"{quoted(word, 60)} holds {_named(letter)} where a number has the digit “{_DIGIT_OF[letter]}”."


def _named(character: str) -> str:
    return f"{code_point(character)} ({unicodedata.name(character, 'unnamed').lower()})"
