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
from bot.redline.flags.wording.terms import MEASURES, OPPOSITES, SPANS, TURNING
from bot.redline.flags.wording.typography import set_plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag

_NUMBER: Final = (
    r"(?<![\w])(?<!\w[.])(?:(?<!\S)[-+])?[$€£¥₹]?(?:\d|[½⅓⅔¼¾])"
    r"(?:[\w.,:/%‰'½¼¾-]|[\u00a0\u202f\u2009](?=\d{3}))*+"
)
_WORD: Final = r"(?<![\w'])[^\W\d_]+(?:[-'][^\W\d_]+)*+"
_TERM: Final = re.compile(f"{_NUMBER}|{_WORD}")
_CLAUSE: Final = re.compile(r"\A\s*(?:§\s*)?\d+(?:\.\d+)*[.)]?\s")
_LOOSE_END: Final = ".,:/'-"
_MATTERING: Final = TURNING.union(MEASURES, SPANS, OPPOSITES, *OPPOSITES.values())


Item = tuple[str, str]
"""What was there and what would be; "" for nothing."""


def find(runs: Iterable[Replaced]) -> Iterator[Flag]:
    """Give one flag that names what changes, run by run, as far as a sentence holds it."""
    items = dict.fromkeys(item for run in runs for item in _items(run))
    if items:
        yield raised("risk-word", _sentence(list(items)))


def _items(run: Replaced) -> Iterator[Item]:
    old, new = _terms(_unnumbered(run, run.old)), _terms(_unnumbered(run, run.new))
    gone, come = _more(old, new), _more(new, old)
    for matters in (_is_number, _turns):
        yield from zip_longest(filter(matters, gone), filter(matters, come), fillvalue="")
    yield from zip(filter(_is_span, gone), filter(_is_span, come), strict=False)
    yield from _opposites(gone, come)


def _unnumbered(run: Replaced, text: str) -> str:
    """Leave out the number that a whole clause begins with: it comes and goes with the clause, and obliges nobody."""
    return _CLAUSE.sub("", text) if run.is_alone and not (run.old and run.new) else text


def _terms(text: str) -> list[str]:
    """List the terms of a text that may matter."""
    found = (term.rstrip(_LOOSE_END) for term in _TERM.findall(set_plainly(visible(text))))
    return [term for term in found if not term[:1].isalpha() or term.lower() in _MATTERING or _turns(term)]


def _more(one: list[str], other: list[str]) -> list[str]:
    """Return the terms that one side has more often, in its order; case does not count."""
    more = Counter(map(str.lower, one)) - Counter(map(str.lower, other)) if one else Counter[str]()
    left = []
    for term in one if more else ():
        if more[term.lower()] > 0:
            more[term.lower()] -= 1
            left.append(term)
    return left


def _is_number(term: str) -> bool:
    return not term[:1].isalpha() or term.lower() in MEASURES


def _is_span(term: str) -> bool:
    return term.lower() in SPANS


def _turns(term: str) -> bool:
    return term.lower() in TURNING or term.lower().endswith("n't")


def _opposites(gone: list[str], come: list[str]) -> Iterator[Item]:
    arrived = {term.lower() for term in come}
    for old in gone:
        for new in OPPOSITES.get(old.lower(), frozenset()) & arrived:
            if not (_turns(old) or _turns(new)):
                yield old, new


def _sentence(items: list[Item]) -> str:
    said = f"Watch: {_said(items[0])}"
    for number, item in enumerate(items[1:], start=1):
        if len(said) + len(_said(item)) > LONGEST - len(" and 10,000 more."):
            return f"{said} and {len(items) - number:,} more."
        said += f", {_said(item)}"
    return f"{said}."


def _said(item: Item) -> str:
    old, new = item
    if old and new:
        return f"{quoted(old, 30)} → {quoted(new, 30)}"
    return f"{quoted(new, 30)} added" if new else f"{quoted(old, 30)} removed"
