"""Words that turn an obligation, a condition, an amount or a date, in lower case.

English first, and the plainest of German, French, Spanish and Russian; left out are those that mean something
ordinary in another of these languages.
"""

from __future__ import annotations

from typing import Final


def _words(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


TURNING: Final = _words(
    "no not nor never none neither nothing nobody cannot without unless except excepting excluding excludes only solely "
    "shall must may might should can if until otherwise provided notwithstanding irrespective regardless "
    "nicht kein keine keinen keiner nie niemals muss müssen darf dürfen sofern ausgenommen ohne außer "
    "sauf jamais doit doivent sans salvo nunca debe deben excepto "
    "не ни нельзя никогда должен должна должны может могут если кроме без только"
)
"""Negations, obligations and permissions, conditions and exceptions; contractions (*don't*) beside them."""

MEASURES: Final = _words(
    "million millions billion billions thousand hundred dozen double triple half twice "
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "percent usd eur gbp chf jpy cad aud cny inr dollar dollars euro euros pounds cents "
    "january february april june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)
"""Numbers in words, currencies, months and days. *One* and *March* mean too much else."""

SPANS: Final = _words(
    "second seconds minute minutes hour hours day days week weeks month months quarter quarters year years"
)
"""Spans of time: they matter where one gives way to another."""

OPPOSITES: Final[dict[str, frozenset[str]]] = {
    word: _words(others)
    for word, others in (
        *(("and", "or"), ("or", "and"), ("all", "any some"), ("any", "all each every"), ("each", "any"), ("before", "after")),
        *(("after", "before"), ("more", "less fewer"), ("less", "more"), ("fewer", "more"), ("least", "most")),
        *(("most", "least"), ("minimum", "maximum"), ("maximum", "minimum"), ("above", "below"), ("below", "above")),
        *(("with", "without"), ("includes", "excludes"), ("including", "excluding"), ("exclusive", "non-exclusive")),
        *(("non-exclusive", "exclusive"), ("increase", "decrease"), ("decrease", "increase"), ("earlier", "later")),
        *(("later", "earlier"), ("waives", "retains"), ("retains", "waives"), ("refundable", "non-refundable")),
        *(("non-refundable", "refundable"), ("lessor", "lessee"), ("lessee", "lessor"), ("licensor", "licensee")),
        *(("licensee", "licensor"), ("will", "shall may must"), ("joint", "several"), ("several", "joint")),
    )
}  # fmt: skip
"""Words that matter only where one of them gives way to another."""
