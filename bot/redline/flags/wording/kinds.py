"""Differences that are easy to overlook: of case, of punctuation, of white space, of how a letter is stored.

*Only* is said of the change as a whole. Two kinds are named beside others too, since nobody sees them: words that
run together or apart, and letters that stay the same to the eye. Curly quotation marks, dashes and dots for plain
ones are typography, and nothing is said about them.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice, zip_longest
from operator import concat
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import code_point, counted, ended, quoted
from bot.redline.flags.wording.typography import set_plainly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag

_MEANINGFUL: Final = frozenset("%‰&#@*/§†‡")
"""Punctuation by Unicode's categories, but words to a reader."""
_WHAT: Final = {
    "whitespace-change": "white space or line breaks differ",
    "normalization-only": "letters that read the same are stored as other characters",
    "case-only": "capital letters differ",
    "punctuation-only": "punctuation differs",
}
_BEGINNING: Final = 100
"""Characters."""
_SPACE: Final = re.compile(r"\s+")
_ODD_SPACE: Final = re.compile(r"[^\S\x00-\x20\x7f-\x9f]")


def find(runs: list[Replaced]) -> Iterator[Flag]:
    """Give a flag for each kind of small difference that is all there is, and for those that are never seen."""
    needed = _needed_by_all(runs)
    for name in _FOLDS:
        if name in needed:
            first, *others = needed[name]
            said = _said(name, first, is_alone=len(needed) == 1)
            yield raised(name, counted(said, len(others)))
    for name, is_unseen in (("whitespace-change", _is_joined), ("normalization-only", _is_stored_otherwise)):
        unseen = [run for run in runs if name not in needed and is_unseen(run)]
        if unseen:
            yield raised(name, counted(_said(name, unseen[0], is_alone=False), len(unseen) - 1))


def _said(name: str, run: Replaced, *, is_alone: bool) -> str:
    """Say of one run what kind of difference it is, and whether the change has no other."""
    if name == "whitespace-change" and _is_joined(run):
        return ended(f"Words run together or apart: {_both(run)}")
    what = f"Only {_WHAT[name]}" if is_alone else _WHAT[name].capitalize()
    if run.old.strip() == run.new.strip():
        return f"{what}, after {quoted(run.before + run.old, 60, from_end=True)}."
    stored = f" ({_stored(run)})" if name == "normalization-only" else ""
    return ended(f"{what}{stored}: {_both(run)}")


def _stored(run: Replaced) -> str:
    """Name the first characters that differ, since they look the same."""
    pairs = ((was, now) for was, now in zip_longest(run.old, run.new, fillvalue="") if was != now)
    return " → ".join(code_point(one) if one else "nothing" for one in next(pairs))


def _needed_by_all(runs: list[Replaced]) -> dict[str, list[Replaced]]:
    """Return what must be overlooked for both sides to be equal, with the runs; nothing if no overlooking helps."""
    found: dict[str, list[Replaced]] = {}
    for run in runs:
        kinds = _needed(run)
        if kinds is None:
            return {}
        for kind in kinds:
            found.setdefault(kind, []).append(run)
    return found


def _needed(run: Replaced) -> list[str] | None:
    old, new = set_plainly(run.old), set_plainly(run.new)
    if _begins_otherwise(old, new) or _folded(old) != _folded(new):
        return None
    if old == new or (_has_named_space(run) and _without_space(old) == _without_space(new)):
        return []
    needed = [name for name in _FOLDS if _folded(old, but=name) != _folded(new, but=name)]
    # Each of two kinds may explain the difference alone: then the first one that does is named.
    return needed or [name for name, fold in _FOLDS.items() if fold(old) == fold(new)][:1]


def _begins_otherwise(old: str, new: str) -> bool:
    """Say whether the beginnings alone show that words differ: most runs that are long are rewritten."""
    begins = [_folded(text[: 4 * _BEGINNING])[:_BEGINNING] for text in (old, new)]
    return begins[0] != begins[1] and all(len(text) == _BEGINNING for text in begins)


def _folded(text: str, but: str = "") -> str:
    for name, fold in _FOLDS.items():
        if name != but:
            text = fold(text)
    return text


def _has_named_space(run: Replaced) -> bool:
    """Say whether the new side has more spaces that have a name: those have flags of their own."""
    return len(_ODD_SPACE.findall(run.new)) > len(_ODD_SPACE.findall(run.old))


class _Points(dict[int, int | None]):
    """A table that takes punctuation out of a text, and learns each character when it first meets it."""

    def __missing__(self, code: int) -> int | None:
        is_point = unicodedata.category(chr(code)).startswith("P") and chr(code) not in _MEANINGFUL
        return self.setdefault(code, None if is_point else code)


_POINTS: Final = _Points()


def _without_points(text: str) -> str:
    return text.translate(_POINTS)


def _without_space(text: str) -> str:
    return _SPACE.sub("", text)


def _plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _both(run: Replaced) -> str:
    word = run.before.rpartition(" ")[2]
    return f"{quoted(word + run.old, 50, from_end=True)} → {quoted(word + run.new, 50, from_end=True)}"


def _is_joined(run: Replaced) -> bool:
    """Say whether words of the old side are one in the new, or the other way about."""
    if not run.old or not run.new or _has_named_space(run):
        return False
    old, new = run.old.split(), run.new.split()
    if len(old) != len(new) and "".join(old) == "".join(new):
        return True
    return _holds_joined(old, new) or _holds_joined(new, old)


def _holds_joined(apart: list[str], joined: list[str]) -> bool:
    spare = set(joined) - set(apart)
    return bool(spare) and not spare.isdisjoint(map(concat, apart, islice(apart, 1, None)))


def _is_stored_otherwise(run: Replaced) -> bool:
    if run.old.isascii() and run.new.isascii():
        return False
    old, new = _without_space(run.old), _without_space(run.new)
    return old != new and _plain(old) == _plain(new)


_FOLDS: Final[dict[str, Callable[[str], str]]] = {
    "whitespace-change": _without_space,
    "normalization-only": _plain,
    "case-only": str.casefold,
    "punctuation-only": _without_points,
}
"""By flag: what overlooks such a difference in a text."""
