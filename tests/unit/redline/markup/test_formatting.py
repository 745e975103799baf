"""Where the words stay the same, what became bold is named, and what no longer is."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.redline import redline
from bot.redline.flags.tree import parse
from bot.redline.markup.formatting import formatting
from tests.unit.redline.drawing import changes

SAME = "The words are the same, but "


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<p>It shall not go.</p>", "<p>It <b>shall not</b> go.</p>", "“shall not” is now bold."),
        ("<p>a <em>b c</em></p>", "<p>a b c</p>", "“b c” is no longer italic."),
        ("<p>a <i>b</i></p>", "<p>a <u>b</u></p>", "“b” is now underlined and is no longer italic."),
        ("<p>a</p>", "<p><b><i>a</i></b></p>", "“a” is now bold and italic."),
        ("<p>Terms</p>", "<h2>Terms</h2>", "“Terms” is now a heading of level 2."),
        ("<h2>Terms</h2>", "<h3>Terms</h3>", "“Terms” is now a heading of level 3."),
        ("<p>a</p>", "<p style='text-align:center'>a</p>", "“a” is now centred."),
        ("<p>a b</p>", "<p>a <span style='font-weight:700'>b</span></p>", "“b” is now bold."),
        ("<b>a b</b>", "<b>a <span style='font-weight:normal'>b</span></b>", "“b” is no longer bold."),
        ("<p>a <b>b</b> c</p>", "<p><b>a b</b> c</p>", "“a” is now bold."),
        ("<p>unable</p>", "<p>un<b>able</b></p>", "“able” is now bold."),
        ("<p>a b</p>", "<p><b>a</b> <b>b</b></p>", "“a b” is now bold."),
        ("<p>a</p><p>b</p>", "<p><b>a</b></p><p><b>b</b></p>", "“a” and “b” are now bold."),
        ("<p>a</p><p>b</p>", "<h1>a</h1><h1>b</h1>", "“a” and “b” are now headings of level 1."),
        (
            "<p>a b c d e f</p>",
            "<p><b>a</b> b <b>c</b> d <i>e</i> <b>f</b></p>",
            "“a” and “c” are now bold, “e” is now italic. And 1 more.",
        ),
    ],
)
def test_what_looks_otherwise_is_named(old: str, new: str, expected: str) -> None:
    """The first few; the others are counted. Nothing else is said where nothing else differs."""
    assert redline(old, new).remark == f"Formatting only: {expected}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<p>10<sup>6</sup></p>", "<p>106</p>", "“6” is no longer superscript."),
        ("<p>a b</p>", "<p>a <del>b</del></p>", "“b” is now struck."),
        ("<p>a</p>", "<p style='color:red'>a</p>", "“a” is now in another colour."),
        ("<p>a</p>", "<p style='font:bold'><b>a</b></p>", "“a” is now bold; the markup differs (tags, attributes)."),
        ("<p>a</p>", "<ul><li>a</ul>", "“a” is now in a list; the markup differs (tags)."),
        ("<a href=x>a</a>", "<a href=y><b>a</b></a>", "“a” is now bold; the markup differs (a link's target)."),
        ("<p>a</p>", "<p hidden><b>a</b></p>", "“a” is now bold; the markup differs (tags, attributes)."),
        ("<p>a</p>", "<p><b>a</b><!-- x --></p>", "“a” is now bold; the markup differs (comments)."),
    ],
)  # fmt: skip
def test_what_is_more_than_formatting_is_not_called_that(old: str, new: str, expected: str) -> None:
    """What turns the sense of words, what may hide them, and whatever else differs in the markup."""
    assert redline(old, new).remark == f"{SAME}{expected}"


def test_nothing_is_told_of_other_words_or_of_equal_looks() -> None:
    """Two tags for one look are one look, and what is not read as text is not formatted."""
    for old, new in (
        ("<p>a</p>", "<p><b>b</b></p>"),
        ("<p><b>a</b></p>", "<p><strong>a</strong></p>"),
        ("<p>a</p><script>x</script>", "<p>a</p><b><script>x</script></b>"),
    ):
        assert not formatting(parse(old), parse(new)).told


@given(changes())
def test_only_words_that_are_there_are_named(change: tuple[str, str]) -> None:
    """Whatever the markup is, it neither fails nor speaks of what looks the same."""
    old, new = map(parse, change)
    told = formatting(old, new)
    assert bool(told.told) <= (change[0] != change[1])
    assert not formatting(new, new).told
