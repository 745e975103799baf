import doctest
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import bot.redline
from bot.redline import Counts, Kind, Mark, redline
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read
from tests.unit.redline.drawing import changed_text, changes, htmls, lines, of_words

words = st.lists(st.sampled_from([*"abcdefgh", "30", "1.5", "1,000", "don't", "end."]), max_size=60)


def text_of(html: str) -> str:
    return read(html, Looks()).text


def test_the_examples_of_the_package_are_true() -> None:
    """What its documentation shows is what it does."""
    results = doctest.testmod(bot.redline)
    assert results.attempted > 5
    assert results.failed == 0


@given(changes())
@example(("<p>a b</p><p>c</p>", "<p>a</p><p>b c</p>"))
@settings(max_examples=200, deadline=None)
def test_both_texts_can_be_read_back(change: tuple[str, str]) -> None:
    """Kept and deleted words are the old text, kept and inserted ones the new text, whatever the HTML."""
    result = redline(*change)
    if not result.uninspectable:
        assert (result.old_text, result.new_text) == (text_of(change[0]), text_of(change[1]))


@given(words, words)
@settings(deadline=None)
def test_both_lists_of_words_can_be_read_back(old: list[str], new: list[str]) -> None:
    """Within one paragraph."""
    result = of_words(" ".join(old), " ".join(new))
    if not result.uninspectable:
        assert (result.old_text, result.new_text) == (" ".join(old), " ".join(new))


@given(changes())
@settings(deadline=None)
def test_no_paragraph_is_empty(change: tuple[str, str]) -> None:
    """And no span is, and neighbours with one fate are one span unless one is a mark, or hidden."""
    for paragraph in redline(*change).paragraphs:
        assert paragraph.spans
        assert all(span.text for span in paragraph.spans)
        plain = [None if span.stands_for else (span.mark, span.hidden) for span in paragraph.spans]
        assert all(one is not other or one is None for one, other in pairwise(plain))


@given(
    st.one_of(st.none(), st.text(alphabet=st.characters())),
    st.one_of(st.none(), st.text()),
    st.text(max_size=10),
)
@settings(deadline=None)
def test_it_never_raises(old: str | None, new: str | None, operation: str) -> None:
    """Whatever text comes, half characters and NULs included."""
    assert redline(old, new, operation).operation == operation


@given(htmls)
@settings(deadline=None)
def test_equal_sides_have_no_change_and_a_remark(html: str) -> None:
    """Nothing is marked, and it is said."""
    result = redline(html, html)
    assert result.counts == Counts(0, 0, 0)
    assert not any(paragraph.changed for paragraph in result.paragraphs)
    assert result.remark or result.uninspectable


@given(st.sets(st.integers(0, 59)), st.integers(4, 9))
@settings(deadline=None)
def test_edited_words_far_apart_are_exactly_as_many_edits(edited: set[int], distance: int) -> None:
    """Replaced words show as just as many edits, of one word each."""
    old = [f"word{number}" for number in range(60 * distance)]
    new = [f"new{n}" if n % distance == 0 and n // distance in edited else word for n, word in enumerate(old)]
    assert of_words(" ".join(old), " ".join(new)).counts == Counts(len(edited), len(edited), len(edited))


def test_one_inserted_not_shows_as_one_word() -> None:
    """In a paragraph of 260 words that repeats itself, where naive differences drown it."""
    clause = "the party of the first part shall pay the party of the second part the sum due "
    old = (clause * 16)[:-1]
    new = old[: 8 * len(clause)] + old[8 * len(clause) :].replace("shall pay", "shall not pay", 1)
    result = of_words(old, new)
    assert len(old.split()) > 260
    assert result.counts == Counts(1, 0, 1)
    assert changed_text(result.paragraphs, Mark.INSERT) == "not "


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("30", "300"),
        ("1.5", "1.6"),
        ("1,000", "10,000"),
        ("$1,000.00", "$1,000.50"),
        ("5%", "50%"),
        ("10,000", "1O,000"),
    ],
)
def test_a_number_is_replaced_whole(old: str, new: str) -> None:
    """30 to 300 is not an added 0."""
    assert lines(f"<p>A fee of {old} is due.</p>", f"<p>A fee of {new} is due.</p>") == [
        f"A fee of [-{old}-]{{+{new}+}} is due."
    ]


def test_a_rewrite_is_one_deletion_and_one_insertion() -> None:
    """Confetti of shared small words is unreadable."""
    old = "The Supplier shall use its best efforts to deliver the goods to the place that the Buyer names in the order."
    new = "Delivery is made to the door of the Buyer, at the price and on the day which the parties agree in writing."
    (line,) = lines(f"<p>{old}</p>", f"<p>{new}</p>")
    assert line == f"[-{old[:-1]}-]{{+{new[:-1]}+}}."


def test_words_that_change_places_are_seen() -> None:
    """The same words in another order are another sentence."""
    assert lines("<p>Seller shall indemnify Buyer.</p>", "<p>Buyer shall indemnify Seller.</p>") == [
        "[-Seller shall indemnify Buyer-]{+Buyer shall indemnify Seller+}."
    ]


def test_a_created_text_is_all_inserted() -> None:
    """And a deleted one all deleted; neither has anything kept."""
    html = "<h2>Title</h2><ol><li>One</ol>"
    created, deleted = redline(None, html, "create"), redline(html, None, "delete")
    assert [(one.kind, one.label) for one in created.paragraphs] == [
        (Kind.HEADING, ""),
        (Kind.LIST_ITEM, "1."),
    ]
    assert (created.old_text, created.new_text) == ("", "Title\nOne")
    assert (deleted.old_text, deleted.new_text) == ("Title\nOne", "")
    assert created.counts == Counts(2, 0, 2)
    assert deleted.counts == Counts(0, 2, 2)


def test_a_change_in_a_whole_contract_is_found_where_it_is() -> None:
    """Ten pages of paragraphs that look alike, one word in the middle, one paragraph gone."""
    paragraphs = [
        f"<p>{n}. The parties shall co-operate in good faith with respect to item {n}.</p>"
        for n in range(300)
    ]
    old, new = (
        "".join(paragraphs),
        "".join(paragraphs[:200] + paragraphs[201:]).replace("item 150", "item 151", 1),
    )
    changed = [paragraph for paragraph in redline(old, new).paragraphs if paragraph.changed]
    assert len(changed) == 2
    assert {span.mark for span in changed[1].spans} == {Mark.DELETE}
