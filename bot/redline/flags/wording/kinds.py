"""Differences that are easy to overlook: of case, of punctuation, of white space, of how a letter is stored.

*Only* is said of the change as a whole. Two kinds are named beside others too, since nobody sees them: words that
run together or apart, and letters that stay the same to the eye. Curly quotation marks, dashes and dots for plain
ones are typography, and nothing is said about them.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import code_point, counted, ended, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag

_TYPOGRAPHY: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—−", "-"),
        "…": "...",
    }
)
_MEANINGFUL: Final = frozenset("%‰&#@*/§†‡")
"""Punctuation by Unicode's categories, but words to a reader."""
_DRAWN_LINE: Final = re.compile(r"([_.=·•*-])\1{3,}+")
_SPACE: Final = re.compile(r"\s+")
_ODD_SPACE: Final = re.compile(r"[^\S\x00-\x20\x7f-\x9f]")


def find(runs: list[Replaced]) -> Iterator[Flag]:
    """Give a flag for each kind of small difference that is all there is, and for those that are never seen."""
    needed = _needed_by_all(runs)
    for name, (says, _) in _KINDS.items():
        if name in needed:
            yield raised(name, counted(says(needed[name][0]), len(needed[name]) - 1))
    if "whitespace-change" not in needed:
        yield from _one("whitespace-change", _says_joined, filter(_is_joined, runs))
    if "normalization-only" not in needed:
        yield from _one("normalization-only", _says_stored, filter(_is_stored_otherwise, runs))


def _one(name: str, says: Callable[[Replaced], str], runs: Iterable[Replaced]) -> Iterator[Flag]:
    first, *others = (*runs,) or (None,)
    if first:
        yield raised(name, counted(says(first), len(others)))


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
    old, new = _set_plainly(run.old), _set_plainly(run.new)
    if _folded(old) != _folded(new):
        return None
    if old == new or (_has_named_space(run) and _without_space(old) == _without_space(new)):
        return []
    needed = [name for name in _KINDS if _folded(old, but=name) != _folded(new, but=name)]
    # Each of two kinds may explain the difference alone: then the first one that does is named.
    return needed or [name for name, (_, fold) in _KINDS.items() if fold(old) == fold(new)][:1]


def _set_plainly(text: str) -> str:
    """Undo typography; drawn lines are equal however long they are."""
    return _DRAWN_LINE.sub(r"\1\1\1\1", text.translate(_TYPOGRAPHY))


def _folded(text: str, but: str = "") -> str:
    for name, (_, fold) in _KINDS.items():
        if name != but:
            text = fold(text)
    return text


def _has_named_space(run: Replaced) -> bool:
    """Say whether the new side has more spaces that have a name: those have flags of their own."""
    return len(_ODD_SPACE.findall(run.new)) > len(_ODD_SPACE.findall(run.old))


def _without_points(text: str) -> str:
    return "".join(
        letter for letter in text if letter in _MEANINGFUL or not unicodedata.category(letter).startswith("P")
    )


def _without_space(text: str) -> str:
    return _SPACE.sub("", text)


def _plain(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _says_case(run: Replaced) -> str:
    return ended(f"Only capital letters differ: {_both(run)}")


def _says_points(run: Replaced) -> str:
    return ended(f"Only punctuation differs: {_both(run)}")


def _says_space(run: Replaced) -> str:
    if _is_joined(run):
        return _says_joined(run)
    if run.old.strip() == run.new.strip():
        return f"Only white space or line breaks differ, after {quoted(run.before + run.old, 60, from_end=True)}."
    return ended(f"Only white space or line breaks differ: {_both(run)}")


def _says_joined(run: Replaced) -> str:
    return ended(f"Words run together or apart: {_both(run)}")


def _says_stored(run: Replaced) -> str:
    was, now = next(
        ((one, other) for one, other in zip(run.old, run.new, strict=False) if one != other),
        (run.old[-1:], run.new[-1:]),
    )
    codes = f" ({code_point(was)} is now {code_point(now)})" if was and now else ""
    return ended(f"Letters that read the same are stored as others{codes}: {_both(run)}")


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
    return bool(spare) and any(one + other in spare for one, other in pairwise(apart))


def _is_stored_otherwise(run: Replaced) -> bool:
    if run.old.isascii() and run.new.isascii():
        return False
    old, new = _without_space(run.old), _without_space(run.new)
    return old != new and _plain(old) == _plain(new)


_KINDS: Final[dict[str, tuple[Callable[[Replaced], str], Callable[[str], str]]]] = {
    "whitespace-change": (_says_space, _without_space),
    "normalization-only": (_says_stored, _plain),
    "case-only": (_says_case, str.casefold),
    "punctuation-only": (_says_points, _without_points),
}
"""By flag: what is said about a run, and what overlooks such a difference in a text."""
