"""What a denial asks for is put together and taken apart in one place."""

from __future__ import annotations

import pytest

from bot.core.feedback import exact_wording, worded


@pytest.mark.parametrize("words", ["", "Too long.", "Too long,\nreally."])
def test_the_wording_comes_back_as_it_was_asked_for(words):
    """Whatever was said beside it."""
    assert exact_wording(worded(words, "Pay in\n45 days.")) == "Pay in\n45 days."


def test_without_a_wording_none_is_asked_for():
    """Words alone leave the wording to SuperDocs, also those that speak of it."""
    assert worded("Shorter.", "") == "Shorter."
    assert exact_wording("Shorter.") == ""
    assert exact_wording("Please use exactly this wording: no.") == ""
