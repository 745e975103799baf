"""A class that commonly hides is known by the words in its name."""

from __future__ import annotations

import pytest

from bot.redline.flags.visibility.classes import hides


@pytest.mark.parametrize(
    "name",
    [
        *("d-none", "hidden", "is-hidden", "isHidden", "srOnly", "visually-hidden", "screen-reader-text"),
        *(
            "md:invisible",
            "offscreen",
            "off-screen",
            "hide",
            "collapse",
            "no-print",
            "d-print-none",
            "opacity-0",
        ),
    ],
)
def test_classes_that_commonly_hide_are_known_by_their_words(name: str):
    """In whatever style they are written."""
    assert hides(name)


@pytest.mark.parametrize(
    "name", ["", "text-center", "overflow-hidden", "border-collapse", "p-0", "nonetheless"]
)
def test_other_classes_do_not_hide(name: str):
    """Although some have such a word."""
    assert not hides(name)
