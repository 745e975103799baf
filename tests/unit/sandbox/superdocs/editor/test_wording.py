"""Pretend edits for vague instructions."""

import pytest

from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.editor.draft import Draft
from bot.sandbox.superdocs.editor.wording import AMOUNT, MOST, clause_about, freely


def edits(html: str, instruction: str) -> list[str | None]:
    """Return the new HTML of each proposal."""
    draft = Draft(Document.of(html))
    freely(draft, instruction)
    return [proposal.new_html for proposal in draft.proposals()]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("In order to pay, one must have money.", "To pay, one must have money."),
        ("He may choose what he likes.", "He shall choose what he likes."),
        ("In May he may not choose.", "In May he shall not choose."),
        ("It is due in 30 days.", "It is due in 60 days."),
        ("Tell us without undue delay, please.", "Tell us within five working days, please."),
        ("He uses his best efforts daily.", "He uses his reasonable efforts daily."),
        ("A very good idea indeed, colleagues.", "A good idea indeed, colleagues."),
    ],
)
def test_rules_of_good_wording(old: str, new: str) -> None:
    """Each rule changes its words and keeps the rest, a capital at the beginning included."""
    assert edits(f"<p>{old}</p>", "improve this") == [f"<p>{new}</p>"]


def test_never_more_than_three() -> None:
    """A vague instruction on a long document gives three changes, each by another rule."""
    rules = [
        "In order to win we run.",
        "He may choose it freely.",
        "He should choose it freely.",
        "We will win it all.",
    ]
    assert len(edits("".join(f"<p>{rule}</p>" for rule in rules), "improve this")) == MOST


def test_first_where_the_instruction_points() -> None:
    """A rule that fits the block that is spoken of is preferred to one that fits elsewhere."""
    html = "<h2>Payment</h2><p>The Buyer may pay later.</p><h2>Delivery</h2><p>The goods may come later.</p>"
    assert edits(html, "make the delivery stricter") == ["<p>The goods shall come later.</p>"]


def test_an_amount_goes_where_its_unit_is() -> None:
    """A bare amount finds the one that differs, in the block that is spoken of."""
    html = "<p>Delivery takes 10 days.</p><p>Payment takes 30 days or EUR 5.</p>"
    assert edits(html, "payment: 45 days please") == ["<p>Payment takes 45 days or EUR 5.</p>"]


def test_an_amount_that_is_nowhere_changes_no_other() -> None:
    """A table without figures, or a block without that unit, is not forced to take it."""
    table = "<table><tr><th>Price of the shaft</th></tr></table>"
    assert edits(table, "the price of the shaft is EUR 5") == []
    assert edits("<p>Payment takes two hours, or so.</p>", "payment: 45 days") == [
        "<p>Payment takes two hours, or so. For the avoidance of doubt: payment: 45 days.</p>"
    ]


def test_at_the_last_the_instruction_itself_is_written() -> None:
    """Where no rule applies there is still one change, and it shows what was asked."""
    assert edits("<p>Das Wetter bleibt leider sehr schlecht.</p>", "bitte kürzen.") == [
        "<p>Das Wetter bleibt leider sehr schlecht. For the avoidance of doubt: bitte kürzen.</p>"
    ]


def test_a_document_without_prose_is_left_alone() -> None:
    """Headings and labels are not edited for want of anything better; the answer says so."""
    draft = Draft(Document.of("<h1>Only a heading that may stay</h1><p>Short one</p>"))
    freely(draft, "improve this")
    assert draft.proposals() == []
    assert "nothing" in draft.notes[0]


@pytest.mark.parametrize(
    "text", ["60 days", "5 %", "EUR 1,000.50", "$5", "3 working days", "14-day", "12 months"]
)
def test_amounts(text: str) -> None:
    """Figures with a unit before or behind them are amounts."""
    assert AMOUNT.fullmatch(text) or AMOUNT.search(text)


def test_clauses_on_known_and_unknown_subjects() -> None:
    """A known subject has its usual text; an unknown one is named."""
    assert "breach" in clause_about("Data Protection")
    assert "the canteen" in clause_about("the canteen.")
