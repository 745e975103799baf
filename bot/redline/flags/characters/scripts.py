"""Letters that look like others, measured against the scripts in which the document is written.

A Russian word in a contract about a Russian company is ordinary, and so is a Greek letter in a formula. What is odd
is one letter of another script in a word, a word of nothing but look-alikes where nothing else is of its script, and
a letter or digit in a costume among plain ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.redline.flags.characters.findings import Finding
from bot.redline.flags.characters.look_alikes import (
    PHONETIC,
    POINTS,
    STYLED,
    SYMBOLS,
    TWINS,
    WIDE,
    script,
    twin,
)
from bot.redline.flags.texts import code_point, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.characters.sources import Sources
    from bot.redline.flags.texts import Replaced

_LATIN: Final = "LATIN"
_PLAIN_DIGIT: Final = "DIGIT"
_DIGITS_OF: Final = {"ARABIC-INDIC": "ARABIC", "EXTENDED": "ARABIC"}
_WORD: Final = re.compile(r"[^\W_]+")
_FOREIGN: Final = re.compile(r"[^\x00-\u024f\u1e00-\u1eff]")
"""What is no accented Latin letter either."""
_FOREIGN_DIGIT: Final = re.compile(r"(?![0-9])\d")
_POINT: Final = re.compile(f"[{''.join(POINTS)}]")
_COSTUME: Final = STYLED | {WIDE}
_IPA: Final = range(0x250, 0x300)
_NEAR: Final = 40
"""Characters on either side of a word among which others of its script make it ordinary."""
_MIXED: Final = 2
"""Scripts."""
_SHORT: Final = 2
"""Letters. Words up to this may be symbols: ``Δx``."""


def _letters_with_twins() -> dict[str, set[str]]:
    """Return, by script, the plain letters that it has a look-alike for."""
    found: dict[str, set[str]] = defaultdict(set)
    for one, letter in TWINS.items():
        found[script(one)].add(letter)
    return found


_TWINNED: Final = _letters_with_twins()


def find(piece: Replaced, sources: Sources) -> Iterator[Finding]:
    """Give the look-alikes in the words of a run of change that did not stand there before."""
    if not _FOREIGN.search(piece.new):
        return
    known = set(_WORD.findall(piece.old))
    for word in _WORD.finditer(piece.new):
        if not word[0].isascii() and word[0] not in known and _FOREIGN.search(word[0]):
            for letter in _odd_letters(word, sources):
                yield Finding("confusable", letter, word[0], partial(_about_letter, word[0], letter))
    if _POINT.search(piece.new) and sources.script == _LATIN:
        yield from _points(piece)


def _odd_letters(word: re.Match[str], sources: Sources) -> Iterable[str]:
    """Give the letters of a word that are odd, whatever stands around it, and those of a word in disguise."""
    odd = sources.judged.get(word[0])
    if odd is None:
        odd = sources.judged[word[0]] = tuple(dict.fromkeys(_odd_anywhere(word[0], sources)))
    return odd or (_masked(word, sources) if sources.script == _LATIN else ())


def _odd_anywhere(word: str, sources: Sources) -> Iterator[str]:
    names = set(map(script, word)) - {_PLAIN_DIGIT}
    if not _COSTUME.isdisjoint(names):
        yield from _in_costume(word, sources)
    if _FOREIGN_DIGIT.search(word):
        yield from _foreign_digits(word, sources)
    if len(names) < _MIXED and PHONETIC.isdisjoint(word):
        return
    letters = _plain_letters(word)
    yield from _intruders(letters, Counter(map(script, letters)), sources)
    if _is_phonetic_mask(letters):
        yield from (letter for letter in letters if letter in PHONETIC)


def _plain_letters(word: str) -> list[str]:
    return [letter for letter in word if letter.isalpha() and script(letter) not in _COSTUME]


def _in_costume(word: str, sources: Sources) -> Iterator[str]:
    dressed = [letter for letter in word if script(letter) in STYLED]
    has_digit = any(map(str.isdecimal, dressed))
    others = sum(letter.isalpha() or has_digit for letter in word if letter not in dressed)
    # One mathematical letter is a formula, and Ⅳ alone is a number.
    if others or any(script(letter) != "ROMAN" for letter in dressed[1:]):
        yield from (letter for letter in dressed if twin(letter))
    wide = [letter for letter in word if script(letter) == WIDE]
    if len(wide) < len(word) or not sources.is_eastern:
        yield from wide


def _foreign_digits(word: str, sources: Sources) -> Iterator[str]:
    digits = [digit for digit in word if digit.isdecimal()]
    for digit in digits:
        own = _DIGITS_OF.get(script(digit), script(digit))
        if not digit.isascii() and own not in _COSTUME and (own not in sources.scripts or _has_plain(digits)):
            yield digit


def _has_plain(digits: Iterable[str]) -> bool:
    return any(map(str.isascii, digits))


def _intruders(letters: list[str], scripts: Counter[str], sources: Sources) -> Iterator[str]:
    """Give the letters of a mixed word that look like letters of the script most of it is in."""
    if len(scripts) < _MIXED:
        return
    most = max(scripts.values())
    leading = [name for name in scripts if scripts[name] == most]
    main = sources.script if sources.script in leading else leading[0]
    for letter in letters:
        is_symbol = letter in SYMBOLS and len(letters) <= _SHORT
        if script(letter) != main and not is_symbol and _passes_for(letter, main):
            yield letter


def _passes_for(letter: str, main: str) -> bool:
    if main == _LATIN:
        return twin(letter) != ""
    plain = unicodedata.normalize("NFD", letter)[0] if script(letter) == _LATIN else twin(letter)
    return plain in _TWINNED.get(main, ())


def _masked(word: re.Match[str], sources: Sources) -> Iterable[str]:
    """Give the letters of a word that is all look-alikes, in a script of which the document has nothing else."""
    letters = _plain_letters(word[0])
    scripts = set(map(script, letters))
    own = next(iter(scripts), _LATIN)
    if len(scripts) != 1 or own not in _TWINNED or own == _LATIN or not all(map(twin, letters)):
        return ()
    is_symbol = len(letters) <= _SHORT and set(letters) <= SYMBOLS
    is_ordinary = is_symbol or own in sources.genuine or _has_genuine(own, _near(word))
    return () if is_ordinary else dict.fromkeys(letters)


def _is_phonetic_mask(letters: list[str]) -> bool:
    return (
        any(letter in PHONETIC for letter in letters)
        and not any(ord(letter) in _IPA and letter not in PHONETIC for letter in letters)
        and len(letters) > _SHORT
    )


def _has_genuine(own: str, text: str) -> bool:
    return any(letter.isalpha() and script(letter) == own and not twin(letter) for letter in text)


def _near(word: re.Match[str]) -> str:
    return word.string[max(0, word.start() - _NEAR) : word.end() + _NEAR]


def _points(piece: Replaced) -> Iterator[Finding]:
    known = Counter(_POINT.findall(piece.old))
    for match in _POINT.finditer(piece.new):
        point, around = match[0], _near(match)
        if known[point]:
            known[point] -= 1
        elif _is_among(match):
            yield Finding("confusable", point, around, partial(_about_point, point, around))


def _is_among(match: re.Match[str]) -> bool:
    """Say whether a point stands where it deceives: a low quotation mark in a number, a fraction's stroke in words."""
    text, (start, end) = match.string, match.span()
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    if match[0] == "\u201a":
        return before.isdigit() and after.isdigit()
    return POINTS[match[0]] != "/" or not (before.isdigit() and after.isdigit())


def _about_point(point: str, around: str) -> str:
    return f"{_named(point)} in {quoted(around, 80)} looks like “{POINTS[point]}”."


def _about_letter(word: str, letter: str) -> str:
    looks = f", which looks like “{twin(letter)}”" if twin(letter) else ""
    return f"{quoted(word, 50)} is written with {_named(letter)}{looks}."


def _named(character: str) -> str:
    return f"{code_point(character)} ({unicodedata.name(character, 'unnamed').lower()})"
