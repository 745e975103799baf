"""What a denial asks for is put together and taken apart in one place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feedback import exact_wording, heeded, worded


@pytest.mark.parametrize("words", ["", "Too long.", "Too long,\nreally."])
def test_the_wording_comes_back_as_it_was_asked_for(words):
    """Whatever was said beside it."""
    assert exact_wording(worded(words, "Pay in\n45 days.")) == "Pay in\n45 days."


def test_without_a_wording_none_is_asked_for():
    """Words alone leave the wording to SuperDocs, also those that speak of it."""
    assert worded("Shorter.", "") == "Shorter."
    assert exact_wording("Shorter.") == ""
    assert exact_wording("Please use exactly this wording: no.") == ""


@pytest.mark.parametrize(
    ("asked", "proposed"), [("26 days", "26 days"), ("26  days\n", " 26 days"), ("a <b> & c", "a <b> & c")]
)
def test_a_wording_is_used_when_the_words_are_the_same(asked, proposed):
    """White space is not a word; markup in it is only letters."""
    assert heeded(asked, proposed) == "SuperDocs uses exactly the wording that was asked for."


@pytest.mark.parametrize(
    ("asked", "proposed", "departs"),
    [
        ("26 days", "25 days", "removed “26 days”, added “25 days”"),
        ("one two", "one, two", "removed “one”, added “one,”"),
        ("within a week", "within a week of receipt", "added “of receipt”"),
        ("within a week", "", "removed “within a week”"),
        ("a <b> c", "a <b> c & d", "added “& d”"),
    ],
)
def test_a_wording_that_is_not_used_is_compared(asked, proposed, departs):
    """What was left out, and what is there instead: a comma counts."""
    words = heeded(asked, proposed)
    assert words == f"SuperDocs does not use the wording that was asked for. Compared with that: {departs}."


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(asked, proposed):
    """In one short sentence that says one of the two."""
    words = heeded(asked, proposed)
    assert words.startswith("SuperDocs uses exactly") == (asked.split() == proposed.split())
    assert len(words) < 400
