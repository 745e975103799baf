"""What a reader must know about one proposal before it has a card."""

from __future__ import annotations

from dataclasses import replace

from bot.core import judging
from bot.core.judging import HEADLINE, PLACE, compared, judge
from bot.core.model import Content
from bot.core.opening import Facts
from bot.redline import Flag, redline
from tests.make import make_proposal

DOCUMENT = '<h1>Supply agreement</h1><p data-chunk-id="a">Intro.</p><h2>4.1 Terms</h2><p data-chunk-id="b">30 days</p>'


def test_a_change_stands_under_its_heading():
    """The nearest heading before its chunk, when the document is known."""
    assert judge(make_proposal(chunk_id="b"), DOCUMENT).place == "4.1 Terms"
    assert judge(make_proposal(chunk_id="a"), DOCUMENT).place == "Supply agreement"


def test_a_new_piece_stands_by_its_neighbour():
    """It has no chunk of its own yet."""
    new = make_proposal(old=None, new="No set-off.", chunk_id="", after_id="b")
    assert judge(new, DOCUMENT).place == "4.1 Terms"


def test_without_the_document_its_own_words_name_the_place():
    """As far as it has any."""
    assert judge(make_proposal(), None).place == "30 days"
    assert judge(make_proposal(old=None, new="No set-off."), None).place == ""


def test_one_line_says_what_changes():
    """Short enough for a phone, and so is the place."""
    assert judge(make_proposal(), None).headline == "“30 days” → “60 days”"
    long = judge(make_proposal(old="very long words " * 50, new="short"), None)
    assert len(long.headline) <= HEADLINE
    assert len(long.place) <= PLACE


def test_a_change_too_long_for_a_card_is_not_whole():
    """Then Approve stands in the reading dialog only."""
    assert judge(make_proposal(), None).is_whole
    assert not judge(make_proposal(new="word " * 2000), None).is_whole


def test_what_must_be_named_counts_with_its_name():
    """A card names what is invisible, and has no room for hundreds of names: it is not whole, and no reply approves it."""
    assert judge(make_proposal(new="60\u200b days"), None).is_whole
    assert not judge(make_proposal(new="60" + "\u200b" * 1500 + " days"), None).is_whole


def test_what_cannot_be_inspected_says_why():
    """A defect in what SuperDocs sent is not even compared; too deep nesting is found by the redline."""
    assert judge(make_proposal(defect="It has no id."), DOCUMENT) == Facts(uninspectable="It has no id.")
    deep = replace(make_proposal(), content=Content("<p>x</p>", "<b>" * 300 + "x"))
    assert "nests deeper" in judge(deep, None).uninspectable


def test_dangerous_flags_become_warnings(monkeypatch):
    """In the redline's order; plain flags are told elsewhere and do not make Approve ask again."""
    flags = (
        Flag("hidden-content", "Hidden text.", dangerous=True),
        Flag("risk-word", "“not” is among them.", dangerous=False),
        Flag("bidi-control", "Letters run backwards.", dangerous=True),
    )
    flagged = replace(redline("<p>a</p>", "<p>flagged</p>"), flags=flags)
    monkeypatch.setattr(judging, "redline", lambda *_sides: flagged)
    proposal = make_proposal(old="a", new="compared in this test only")
    assert judge(proposal, None).warnings == ("Hidden text.", "Letters run backwards.")


def test_the_same_change_is_compared_once():
    """A job's cards are rendered again and again."""
    content = Content("<p>old</p>", "<p>new</p>")
    assert compared(content, "edit") is compared(Content("<p>old</p>", "<p>new</p>"), "edit")
