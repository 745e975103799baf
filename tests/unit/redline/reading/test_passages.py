"""What stands in each marked element of a document."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline import form, passages, visible_text

MARK = "data-chunk-id"
WORDS = st.lists(st.sampled_from(["30", "days", "&amp;", "shall", "<b>not</b>", "the"]), min_size=1).map(
    " ".join
)
TAGS = st.sampled_from(["p", "h2", "blockquote", "pre", "div"])


def texts(html: str) -> dict[str, str]:
    """Read a document; give the words of each passage."""
    return {mark: found.text for mark, found in passages(html, MARK).items()}


def test_a_passage_holds_what_its_element_holds():
    """In document order, and nothing of its neighbours."""
    html = (
        '<h1 data-chunk-id="a">Terms</h1><p>Unmarked.</p><p data-chunk-id="b">Pay in <b>30</b>\n days.</p>x'
    )
    assert texts(html) == {"a": "Terms", "b": "Pay in 30 days."}
    assert list(passages(html, MARK)) == ["a", "b"]


def test_end_tags_that_are_left_out_end_a_passage_as_in_a_browser():
    """The next paragraph, item or cell does."""
    html = (
        "<p data-chunk-id=a>One<p data-chunk-id=b>Two<ul><li data-chunk-id=c>Three<li data-chunk-id=d>Four</ul>"
        "<table><tr><td data-chunk-id=e>Five<td data-chunk-id=f>Six</table>Seven"
    )
    assert texts(html) == {"a": "One", "b": "Two", "c": "Three", "d": "Four", "e": "Five", "f": "Six"}


def test_a_passage_within_another_is_a_part_of_it():
    """A row of a table, an item of a list: both can be asked for."""
    html = (
        "<table data-chunk-id=t><tr data-chunk-id=r><td data-chunk-id=c>Fee<td>5</tr><tr><td>x<td>y</table>"
    )
    assert texts(html) == {"t": "Fee | 5\nx | y", "r": "Fee | 5", "c": "Fee"}


def test_elements_that_bear_the_same_mark_are_one_passage():
    """A paragraph that was split may have left its mark twice."""
    assert texts("<p data-chunk-id=a>One</p><p data-chunk-id=b>x</p><p data-chunk-id=a>Two</p>") == {
        "a": "One\nTwo",
        "b": "x",
    }


def test_what_holds_nothing_or_is_not_drawn_has_no_words():
    """A line, a template; of an image its words are said."""
    html = (
        "<hr data-chunk-id=a><template><p data-chunk-id=b>No</p></template><img data-chunk-id=c alt='A map'>x"
    )
    assert texts(html) == {"a": "", "b": "", "c": "[image: A map]"}


@pytest.mark.parametrize("html", ["", "no tags", "<p data-chunk-id>x</p>", "<p data-chunk-id=''>x</p>", "<p"])
def test_what_is_not_marked_is_no_passage(html):
    """An empty mark names nothing."""
    assert passages(html, MARK) == {}


def test_what_is_nested_too_deep_is_read_with_what_holds_it():
    """Time stays linear, whatever nests."""
    html = "".join(f"<div data-chunk-id={n}>" for n in range(9)) + "x"
    assert texts(html) == {"0": "x", "1": "x", "2": "x", "3": "x"}


def test_the_form_leaves_out_the_marks_and_how_things_are_written():
    """Quotes, order of attributes, white space and end tags at the end tell nothing; an address does."""
    held = passages("<p id=x data-chunk-id=a class='y'><a href=https://a.example>Pay  now</a></p><p>z", MARK)
    assert held["a"].form == form('<p class="y" id="x"><a href="https://a.example">Pay\nnow</a>', MARK)
    assert held["a"].form != form('<p class="y" id="x"><a href="https://b.example">Pay now</a>', MARK)
    assert held["a"].form != form('<p class="y" id="x"><a href="https://a.example">Pay later</a>', MARK)


@given(st.lists(st.tuples(TAGS, WORDS), max_size=8))
def test_passages_that_stand_side_by_side_are_the_document(pieces):
    """Their words joined are the document's, whatever stands in them; each form is that of its own source."""
    sources = [f"<{tag} data-chunk-id=c{n}>{words}</{tag}>" for n, (tag, words) in enumerate(pieces)]
    found = passages("".join(sources), MARK)
    assert "\n".join(one.text for one in found.values()) == visible_text("".join(sources))
    assert [one.form for one in found.values()] == [form(source, MARK) for source in sources]


@given(st.text(alphabet="<>/pdiv ='\"data-chunk-id&;!\n", max_size=120))
def test_whatever_comes_is_read(html):
    """No text is no HTML; and every word of a passage is one of the document."""
    words = visible_text(html).split()
    for found in passages(html, MARK).values():
        assert set(found.text.split()) <= set(words)


def test_a_contract_is_read_in_a_moment():
    """25,000 words in 300 marked paragraphs: far below a second even on a slow machine."""
    html = "".join(f"<p data-chunk-id={n} class=x>{'the party shall pay ' * 21}</p>" for n in range(300))
    began_at = time.perf_counter()
    assert len(passages(html, MARK)) == 300
    assert time.perf_counter() - began_at < 2
