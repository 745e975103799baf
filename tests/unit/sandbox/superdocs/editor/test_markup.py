"""Exchanging words in HTML without touching its tags."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.superdocs.editor.markup import (
    Splice,
    plain,
    retold,
    spliced,
    squeezed,
    swap,
    tokens,
    wrapped,
)

FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<b class='a>b'>",
            "</b>",
            "<br>",
            "<!-- <p> -->",
            "30 days",
            "&amp;",
            "&nbsp;",
            " ",
            "ü",
            "<",
            "&",
            "<script>if (a < b) {}</script>",
            "<td>",
            "</td>",
            "\n",
            "&#8212;",
            "x < y",
        ]
    )
).map("".join)


@given(FRAGMENTS)
def test_tokens_follow_each_other_without_a_gap(source: str) -> None:
    """Joined, they are the source, however broken it is."""
    assert "".join(source[token.start : token.end] for token in tokens(source)) == source


@given(FRAGMENTS)
def test_what_does_not_match_keeps_its_bytes(source: str) -> None:
    """A pattern that is nowhere changes nothing, nor does an exchange of words for the same words."""
    assert swap(source, re.compile("nowhere"), "x") == source
    assert swap(source, re.compile("30 days"), "30 days") == source


@given(FRAGMENTS.filter(lambda source: "<30" not in source))
def test_an_exchange_changes_the_words_and_nothing_else(source: str) -> None:
    """The words read as if exchanged in plain text, and the tags are the same ones.

    Behind a bare `<` only a letter makes a tag, so words that come there are not the same ones.
    """
    changed = swap(source, re.compile("30 days"), "sixty")
    assert plain(changed) == plain(source).replace("30 days", "sixty")
    assert tags_of(changed) == tags_of(source)


def tags_of(source: str) -> list[str]:
    """Return everything in a source that is not text."""
    return [source[token.start : token.end] for token in tokens(source) if token.kind != "text"]


@pytest.mark.parametrize(
    ("source", "pattern", "new", "changed"),
    [
        ("<p>within <b>30</b> days</p>", "30 days", "60 days", "<p>within <b>60</b> days</p>"),
        ("<p>within <b>30</b> days</p>", "30 days", "a week", "<p>within <b>a week</b></p>"),
        ("<p>5&nbsp;% a year</p>", r"5\s%", "8\u00a0%", "<p>8&nbsp;% a year</p>"),
        ("<p>A &amp; B</p>", "A & B", "A < C", "<p>A &lt; C</p>"),
        ("<p>Hello</p>", "Hello", "Oh, Hello", "<p>Oh, Hello</p>"),
        ("<td>A</td><td>B</td>", "B", "C", "<td>A</td><td>C</td>"),
        ("Hello you", " you", "", "Hello"),
    ],
)
def test_examples_of_exchanges(source: str, pattern: str, new: str, changed: str) -> None:
    """Only the letters that differ are touched; the rest keeps its tags and entities."""
    assert swap(source, re.compile(pattern), new) == changed


def test_only_so_many_matches() -> None:
    """A count stops the exchange early."""
    assert swap("<p>a a a</p>", re.compile("a"), "b", count=2) == "<p>b b a</p>"


def test_words_read_as_a_person_reads_them() -> None:
    """Blocks and line breaks part words; comments and scripts are no words."""
    assert squeezed("<p>one</p><p>two<br>three&amp;</p><!-- no --><script>no</script>") == "one two three&"


def test_an_element_is_put_around_each_piece() -> None:
    """Where a tag divides the words, the emphasis does not cross it."""
    html = wrapped("<p>in <b>30</b> days</p>", re.compile("30 days"), "em")
    assert html == "<p>in <b><em>30</em></b><em> days</em></p>"
    assert wrapped("<p>x</p>", re.compile("y"), "em") == "<p>x</p>"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('<li class="x">old <b>words</b></li>', '<li class="x">a &lt; b</li>'),
        ("<table><tr><td>1</td></tr></table>", "<p>a &lt; b</p>"),
        ("bare", "<p>a &lt; b</p>"),
    ],
)
def test_an_element_told_anew_keeps_its_tag(source: str, told: str) -> None:
    """Only a table, which cannot hold bare text, becomes a paragraph."""
    assert retold(source, "a < b") == told


def test_insertions_at_one_place_keep_their_order() -> None:
    """Two insertions before a replacement stand before it, first come first."""
    assert spliced("abc", [Splice(1, 2, "B"), Splice(1, 1, "1"), Splice(1, 1, "2")]) == "a12Bc"
