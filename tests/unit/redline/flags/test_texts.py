"""What changes is listed as it stands, and a sentence quotes nothing that cannot be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline import redline
from bot.redline.flags.texts import Replaced, counted, ended, quoted, replaced, visible


def test_every_run_of_change_is_listed_with_what_stands_before_it():
    """Line breaks are line feeds; a paragraph that holds nothing else is known."""
    change = redline("<p>The fee is<br>5 euros a day.</p><p>Gone.</p>", "<p>The fee is 6 euros a day.</p>")
    first, *_, last = replaced(change.paragraphs)
    assert first == Replaced("\n5", " 6", "The fee is", is_alone=False)
    assert last == Replaced("Gone.", "", "", is_alone=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n\u200bot", "“n[U+200B]ot”"),
        (" a\nb ", "“a↵b”"),
        ("\u00a0\u2800", "“[U+00A0][U+2800]”"),
        ("\ue000\U000e0041", "“[U+E000][U+E0041]”"),
        ("Société — 5 €", "“Société — 5 €”"),
        ("abcdefghijklmnopqrstuvwxyz", "“abcdefghijklmnopqrs…”"),
        ("abcdefghijklmno\u200bp", "“abcdefghijklmno…”"),
    ],
)
def test_a_quotation_draws_only_what_can_be_seen(text: str, expected: str):
    """What cannot is named, and no name is cut in two."""
    assert quoted(text, 20) == expected


def test_a_quotation_may_keep_the_end():
    """Where a long change hides something."""
    assert quoted("abcdefghijklmnopqrstuvwxyz", 10, from_end=True) == "“…rstuvwxyz”"
    assert quoted("abc", 10, from_end=True) == "“abc”"


@given(st.text(), st.integers(10, 60), st.booleans())
def test_a_quotation_is_never_longer_than_it_may_be(text: str, longest: int, from_end: bool):
    """Whatever it quotes, and it is one line."""
    quotation = quoted(text, longest, from_end=from_end)
    assert len(quotation) <= longest + 2
    assert quotation.isprintable()


def test_sentences_count_and_end():
    """One full stop, and the number of other places."""
    assert (counted("One.", 0), counted("One.", 1200)) == ("One.", "One. And 1,200 more.")
    assert (ended("It ends: “here.”"), ended("It is “here”")) == ("It ends: “here.”", "It is “here”.")


def test_what_is_drawn_as_nothing_can_be_left_out():
    """But nothing else."""
    assert visible("n\u200bo\u00adt é\U000e0041") == "not é"
