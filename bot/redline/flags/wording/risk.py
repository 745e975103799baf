"""Words that turn obligations, and numbers, among the words that change: what stood there, and what would.

Each run of change is weighed for itself, so that a *not* that leaves one sentence for another does not cancel out.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import LONGEST, quoted, visible
from bot.redline.flags.wording.terms import MEASURES, OPPOSITES, TURNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag

_NUMBER: Final = (
    r"(?<![\w])(?<!\w[.])(?:(?<!\S)[-−+])?[$€£¥₹]?(?:\d|[½⅓⅔¼¾])"
    r"(?:[\w.,:/%‰’–½¼¾-]|[\u00a0\u202f\u2009](?=\d{3}))*+"
)
_WORD: Final = r"(?<![\w’'])[^\W\d_]+(?:[-’'][^\W\d_]+)*+"
_TERM: Final = re.compile(rf"(?P<number>{_NUMBER})|(?P<word>{_WORD})")
_LOOSE_END: Final = ".,:/’–-"
_CONTRACTION: Final = re.compile(r"n['’]t$")


def find(runs: Iterable[Replaced]) -> Iterator[Flag]:
    """Give one flag that names what changes, run by run, as far as a sentence holds it."""
    named = dict.fromkeys(item for run in runs for item in _items(run))
    if named:
        yield raised("risk-word", _sentence(list(named)))


def _items(run: Replaced) -> Iterator[str]:
    old, new = list(_terms(visible(run.old))), list(_terms(visible(run.new)))
    gone, come = _more(old, new), _more(new, old)
    for matters in (_is_number, _turns):
        yield from _pairs([term for term in gone if matters(term)], [term for term in come if matters(term)])
    yield from _opposites(gone, come)


def _terms(text: str) -> Iterator[str]:
    for match in _TERM.finditer(text):
        yield match[0].rstrip(_LOOSE_END) if match.lastgroup == "number" else match[0].replace("’", "'")


def _more(one: list[str], other: list[str]) -> list[str]:
    """Return the terms that one side has more often, in its order; case does not count."""
    spare = Counter(term.lower() for term in other)
    spare.subtract(term.lower() for term in one)
    left = []
    for term in reversed(one):
        if spare[term.lower()] < 0:
            spare[term.lower()] += 1
            left.append(term)
    return left[::-1]


def _is_number(term: str) -> bool:
    return not term[0].isalpha() or term.lower() in MEASURES


def _turns(term: str) -> bool:
    return term.lower() in TURNING or _CONTRACTION.search(term.lower()) is not None


def _pairs(gone: list[str], come: list[str]) -> Iterator[str]:
    for old, new in zip_longest(gone, come):
        if old and new:
            yield f"{quoted(old, 30)} → {quoted(new, 30)}"
        else:
            yield f"{quoted(new, 30)} added" if new else f"{quoted(old, 30)} removed"


def _opposites(gone: list[str], come: list[str]) -> Iterator[str]:
    arrived = {term.lower() for term in come}
    for old in gone:
        for new in OPPOSITES.get(old.lower(), frozenset()) & arrived:
            if not (_turns(old) or _turns(new)):
                yield f"{quoted(old, 30)} → {quoted(new, 30)}"


def _sentence(items: list[str]) -> str:
    said = f"Among the words that change: {items[0]}"
    for number, item in enumerate(items[1:], start=1):
        if len(said) + len(item) > LONGEST - len(" and 10,000 more."):
            return f"{said} and {len(items) - number:,} more."
        said += f", {item}"
    return f"{said}."
