"""Words that stay and come under other markup that says something are flagged."""

from __future__ import annotations

import pytest

from bot.redline.flags.structure.meanings import find
from tests.unit.redline.flags.comparing import sentences


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<p>10<sup>6</sup> units</p>", "<p>106 units</p>", "“10<sup>6</sup>” becomes “106”"),
        ("<p>H<sub>2</sub>O</p>", "<p>H<sup>2</sup>O</p>", "“H<sup>2</sup>O”"),
        ("<p>x <sup>2</sup></p>", "<p>x 2</p>", "“2” was in <sup>, is plain"),
        ("<p>a <del>b c</del></p>", "<p>a b c</p>", "“b c” was in <del>"),
        ("<p>It is due</p>", "<p><strike>It is due</strike></p>", "“It is due” was plain, is in <s>"),
        ("<p>a</p>", "<p>a <ins>agreed</ins></p>", "“agreed” is new in <ins>"),
        ("<h2>Limits of</h2>", "<h3>Limits of</h3>", "was in <h2>, is in <h3>"),
        ("<h2>Limits of</h2>", "<p>Limits of</p>", "<h2>"),
        ("<p>Quoted words</p>", "<blockquote><p>Quoted words</p></blockquote>", "<blockquote>"),
        ("<p>a b</p>", "<p><code>a b</code></p>", "<code>"),
    ],
)
def test_markup_that_says_something_is_flagged(old: str, new: str, words: str):
    """When words that stay get it or lose it, or new words claim a decision."""
    assert words in sentences(find, old, new).get("markup-changed", "no such flag")
