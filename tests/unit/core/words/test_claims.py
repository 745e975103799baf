"""The claim beside the facts: called a contradiction only when it certainly is one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.words.claims import contradictions
from bot.redline import redline

TERM = ("The buyer shall pay within 30 days.", "The buyer shall pay within 60 days.")
DENIAL = ("The buyer shall be liable for any delay.", "The buyer shall not be liable for any delay.")
BOLD = ("The <b>buyer</b> shall pay.", "The buyer shall <b>pay</b>.")
REWRITE = (
    "The buyer shall pay the price within thirty days of receipt of the invoice.",
    "Payment of the full price falls due on the delivery of all goods to the agreed site, in advance.",
)
DAY = ("Payment falls due on 1 May 2025.", "Payment falls due on 2025-05-01.")
YEAR = ("It runs for 12 months.", "It runs for 1 year.")
CLAUSE = ("As agreed in clause 4.1 it ends.", "As agreed in clause 4.2 it ends.")
MOVED = ("First comes the price. Then comes the term.", "Then comes the term. First comes the price.")
FIVE = ("The buyer pays.", "The buyer or any of its affiliates pays.")
TYPO = ("The buyer shall not recieve it.", "The buyer shall not receive it.")
HYPHEN = ("They co-operate in the data base.", "They cooperate in the database.")


def said(claim: str, change: tuple[str, str]) -> tuple[str, ...]:
    return contradictions(claim, redline(f"<p>{change[0]}</p>", f"<p>{change[1]}</p>"))


@pytest.mark.parametrize(
    ("claim", "change", "fact"),
    [
        ("Only formatting changes.", TERM, "“Only formatting changes”, but 1 word is added and 1 removed."),
        ("Corrected formatting only", DENIAL, "“formatting only”, but 1 word is added."),
        ("Purely cosmetic; no text changes.", TERM, "“Purely cosmetic”, but 1 word is added and 1 removed."),
        ("No words were added or removed.", DENIAL, "but 1 word is added."),
        ("The wording is unchanged.", TERM, "but 1 word is added and 1 removed."),
        ("Punctuation only.", DENIAL, "“Punctuation only”, but 1 word is added."),
        ("Clearer now, no change in meaning.", DENIAL, "“no change in meaning”, but “not” is added."),
        ("Easier to read, without changing the meaning.", TERM, "but 30 becomes 60."),
        ("This doesn’t change the legal effect.", (DENIAL[1], DENIAL[0]), "but “not” is removed."),
        ("No substantive changes", ("He shall pay.", "He may pay."), "but “shall” is removed."),
        ("Numbers are unchanged.", TERM, "“Numbers are unchanged”, but 30 becomes 60."),
        ("Fixed a typo.", REWRITE, "“Fixed a typo”, but 19 words are added and 14 removed."),
        ("Fixed typo", DENIAL, "“Fixed typo”, but “not” is added."),
        ("Minor typo fix", DENIAL, "“Minor typo fix”, but “not” is added."),
        ("Nothing was removed.", (FIVE[1], FIVE[0]), "“Nothing was removed”, but 5 words are removed."),
        ("Nothing was added.", FIVE, "“Nothing was added”, but 5 words are added."),
        ("Added one word.", FIVE, "“Added one word”, but 5 words are added."),
        ("Changed one word.", FIVE, "“Changed one word”, but 5 words are added."),
        ("Removed 40 words.", (FIVE[1], FIVE[0]), "“Removed 40 words”, but 5 words are removed."),
        ("Changed the term from 30 to 45 days.", TERM, "but 30 becomes 60."),
        ("Extended 30 days to 45 days.", TERM, "“Extended 30 days to 45”, but 30 becomes 60."),
        ("Removed “shall pay”.", TERM, "“Removed 'shall pay'”, but that still stands in the new text."),
        ('Added "unless agreed".', TERM, "“Added 'unless agreed'”, but that stands nowhere in the new text."),
        ('Replaced "30 days" with "45 days".', TERM, "but that stands nowhere in the new text."),
    ],
)  # fmt: skip
def test_a_claim_that_is_not_so_is_held_against_the_facts(claim, change, fact):
    """Its own words, and what the redline shows instead."""
    (sentence,) = said(claim, change)
    assert sentence.startswith("SuperDocs says “")
    assert sentence.endswith(fact)


@pytest.mark.parametrize(
    ("claim", "change"),
    [
        ("Only formatting changes.", BOLD),
        ("Only formatting changes.", HYPHEN),
        ("Only capitalization.", ("the Buyer pays", "The buyer PAYS")),
        ("No change in wording.", MOVED),
        ("Not only formatting: the term is longer.", TERM),
        ("More than just formatting.", TERM),
        ("Changed 30 to 60; otherwise formatting only.", TERM),
        ("Formatting only, apart from the term.", TERM),
        ("Added 'not'. Only formatting elsewhere.", DENIAL),
        ("Doubled the payment term.", TERM),
        ("No change in meaning.", BOLD),
        ("No change in meaning.", DAY),
        ("No change in meaning.", YEAR),
        ("No substantive changes.", CLAUSE),
        ("No change in meaning.", ("There is no interest.", "Interest is not due.")),
        ("No change in meaning.", ("They don't pay.", "They do not pay.")),
        ("Fixed a typo.", TYPO),
        ("Fixed a typo.", ("He is now liable.", "He is not liable.")),
        ("Fixed a typo and aligned the clause with the rest.", REWRITE),
        ("Payment is now due on delivery. Formatting only.", REWRITE),
        ("Nothing was removed.", TERM),
        ("Added one word of caution.", FIVE),
        ("Replaced one word with a definition.", ("The fee is due.", "The sum of all fees so far is due.")),
        ("Changed the term from 30 to 60 days.", TERM),
        ("Changed the term from 20 to 45 days.", TERM),
        ("Applies from 30 to 45 days.", TERM),
        ("Extended from 12 to 24 months.", YEAR),
        ('Removed "not".', (DENIAL[1], DENIAL[0])),
        ('Removed "buyer" heading.', TERM),
        ('Not removed "buyer".', TERM),
        ('Added "60 days".', TERM),
        ('Added "within … days".', TERM),
        ('Added "termination" clause.', TERM),
        ("Nur Formatierung.", TERM),
        ("Solo cambios de formato.", TERM),
        ("", TERM),
    ],
)
def test_what_is_so_or_may_be_so_passes_in_silence(claim, change):
    """A reviewer who is warned for nothing reads no warning."""
    assert said(claim, change) == ()


def test_what_cannot_be_inspected_contradicts_nothing():
    """There are no facts."""
    assert contradictions("Only formatting.", redline("a\0", "b")) == ()


def test_a_long_quotation_is_cut():
    """The sentence stands on a card."""
    long = "Removed “" + "the price " * 20 + "”."
    (sentence,) = said(long, ("the price " * 20 + "x", "the price " * 20 + "y"))
    assert len(sentence) < 130
    assert "…”, but that still stands" in sentence


@given(st.text(max_size=200), st.text(max_size=80), st.text(max_size=80))
@settings(max_examples=50, deadline=None)
def test_any_claim_whatever_is_taken(claim, old, new):
    """Whatever people or machines write."""
    assert all(sentence.endswith(".") for sentence in said(f"Only formatting. {claim}", (old, new)))
