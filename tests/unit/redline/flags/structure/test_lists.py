"""List numbers that change because the list says so are flagged."""

from __future__ import annotations

import pytest

from bot.redline.flags.structure.lists import find
from tests.unit.redline.flags.comparing import sentences


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "<ol><li>Pay<li>Go</ol>",
            "<ol start=4><li>Pay<li>Go</ol>",
            "“Pay” was 1. (ol), is 4. (ol start=4) now",
        ),
        ("<ol><li>Pay<li>Go</ol>", "<ul><li>Pay<li>Go</ul>", "is without a number (ul)"),
        ("<ul><li>Pay<li>Go</ul>", "<ol><li>Pay<li>Go</ol>", "is 1. (ol)"),
        ("<ol><li>Pay</ol>", "<ol type=a><li>Pay</ol>", "is a. (ol type=a)"),
        ("<ol><li>Pay<li>Go</ol>", "<ol reversed><li>Pay<li>Go</ol>", "is 2. (ol reversed)"),
        ("<ol><li>Pay<li>Go<li>Ask</ol>", "<ol><li>Pay<li value=7>Go<li>Ask</ol>", "“Go” was 2. (ol), is 7."),
        ("<ol><li>Pay<li>Ask</ol>", "<ol><li>Pay<li value=7>New<li>Ask</ol>", "“Ask” was 2. (ol), is 8."),
        ("<ol><li>Pay</ol>", "<ol style='list-style-type:upper-roman'><li>Pay</ol>", "is I."),
        ("<ol><li>Pay</ol>", "<ol style='list-style:none'><li>Pay</ol>", "without a number"),
        ("<ol><li>Pay x<li>Go x</ol>", "<ol start=3><li>Pay y<li>Go y</ol>", "is 3."),
    ],
)
def test_other_list_numbers_are_flagged(old: str, new: str, words: str):
    """When the list, or an item's own number, says so."""
    assert words in sentences(find, old, new).get("list-numbering-changed", "no such flag")
