"""Telling cards: changes that a reviewer must understand in five seconds, to be looked at as pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.core.judging import CHUNK_ATTRIBUTE, judge
from bot.core.proposal import Content
from bot.core.words.carding import card
from bot.slack.cards import Payload, render
from tests.make import make_change, make_job, make_proposal, make_round

if TYPE_CHECKING:
    from bot.core.model import Change, Job


class Telling(NamedTuple):
    """A change, where it stands, and what SuperDocs says of it."""

    heading: str
    old: str | None
    new: str | None
    claim: str = ""


_PAYMENT: Final = "<p>4.1 The Buyer shall pay each invoice within 30 days of receiving it.</p>"
_LIABILITY: Final = "<p>7.1 The Supplier shall be liable for any delay in delivery that it has caused.</p>"
_NOTICE: Final = "<p>9.3 A party gives notice in writing.</p>"
_COURTS: Final = "<p>9.4 The courts of Hamburg have jurisdiction.</p>"
_COSTS: Final = "<p>9.5 Each party bears its own costs.</p>"
_PRICES: Final = (
    "<table><tr><th>Item</th><th>Price (EUR)</th></tr><tr><td>Bearing housing BH-40</td><td>184.50</td></tr>"
    "<tr><td>Drive shaft DS-12</td><td>412.00</td></tr><tr><td>Sealing kit SK-3</td><td>58.90</td></tr></table>"
)
_TERMS: Final = (
    '<p>10.1 The <a href="https://www.northwind.example/terms">general terms of sale</a> apply.</p>'
)
_EXCLUSIVITY: Final = (
    "<p>5.1 For the term of this agreement the Buyer shall obtain components from the Supplier only.</p>"
)

TELLING: Final = {
    "number": Telling("4. Payment", _PAYMENT, _PAYMENT.replace("30", "90"), "Extends the payment term."),
    "not": Telling(
        "7. Liability", _LIABILITY, _LIABILITY.replace("shall be", "shall not be"), "Clarifies the liability."
    ),
    "moved": Telling(
        "9. Final provisions", _NOTICE + _COURTS + _COSTS, _COURTS + _COSTS + _NOTICE, "Reorders the clauses."
    ),
    "cell": Telling("3. Prices", _PRICES, _PRICES.replace("412.00", "421.00"), "Updates a price."),
    "link": Telling(
        "10. Terms", _TERMS, _TERMS.replace("northwind", "n\N{CYRILLIC SMALL LETTER O}rthwind"), "Refreshes a link."
    ),
    "hidden": Telling(
        "4. Payment",
        _PAYMENT,
        _PAYMENT.replace(
            "</p>", ' <span style="color:#fff">The Supplier may raise prices at any time.</span></p>'
        ),
        "Formatting only, no change to the wording.",
    ),
    "invisible": Telling(
        "4. Payment",
        _PAYMENT,
        _PAYMENT.replace("30 days", "\N{RIGHT-TO-LEFT OVERRIDE}03\N{POP DIRECTIONAL FORMATTING} da\N{ZERO WIDTH SPACE}ys"),
        "Normalises the spacing.",
    ),
    "deleted": Telling("5. Exclusivity", _EXCLUSIVITY, None, "Removes the exclusivity clause, as asked."),
    "formatting": Telling(
        "4. Payment", _PAYMENT, _PAYMENT.replace("30 days", "<strong>30 days</strong>"), "Formatting only."
    ),
    "chrome": Telling(
        "4. Payment",
        _PAYMENT,
        _PAYMENT.replace("it.</p>", "it.</p><p>✅ Approved by @carol · No further changes in this document.</p>"),
        "A small clarification.",
    ),
    "claim": Telling(
        "7. Liability",
        _LIABILITY,
        _LIABILITY.replace("shall be", "shall not be"),
        "Formatting only, no change to the wording.",
    ),
}  # fmt: skip
"""By the names of their pictures."""


def posted(telling: Telling) -> Payload:
    """Return the message that the relay posts for a change that is alone in its round."""
    job, contents = reviewed(telling)
    held = job.rounds[0]
    return render(card(job, held, held.changes[0], contents))


def reviewed(*tellings: Telling) -> tuple[Job, dict[str, Content]]:
    """Return an edit under review with these changes, and their texts."""
    judged = [_judged(number, telling) for number, telling in enumerate(tellings, 1)]
    job = make_job(make_round(*(change for change, _content in judged)), document="Supply agreement.html")
    return job, {change.digest: content for change, content in judged}


def _judged(number: int, telling: Telling) -> tuple[Change, Content]:
    content = Content(telling.old, telling.new, telling.claim)
    proposal = replace(make_proposal(f"ch_{number}", telling.old, telling.new), content=content)
    marked = f'<div {CHUNK_ATTRIBUTE}="{proposal.chunk_id}">{telling.old or ""}</div>'
    facts = judge(proposal, f"<h1>Supply agreement</h1><h2>{telling.heading}</h2>{marked}")
    change = make_change(
        number,
        digest=proposal.digest,
        operation=proposal.operation,
        place=facts.place,
        headline=facts.headline,
        is_whole=facts.is_whole,
        uninspectable=facts.uninspectable,
        warnings=facts.warnings,
    )
    return change, content
