from dataclasses import FrozenInstanceError

import pytest

from bot.redline import Counts, Kind, Mark, Paragraph, Redline, Span
from bot.redline.model import MERGE, SPLIT


def paragraph(*spans: Span) -> Paragraph:
    return Paragraph(Kind.PARAGRAPH, 0, "3.", spans)


def redline_of(*paragraphs: Paragraph) -> Redline:
    return Redline("edit", paragraphs, Counts(0, 0, 0))


KEPT, GONE, NEW = Span(Mark.KEEP, "kept "), Span(Mark.DELETE, "gone"), Span(Mark.INSERT, "new")


def test_both_texts_are_read_back() -> None:
    """Kept and deleted words are the old text, kept and inserted words the new one; labels are no text."""
    change = redline_of(paragraph(KEPT, GONE, NEW), paragraph(KEPT))
    assert change.old_text == "kept gone\nkept "
    assert change.new_text == "kept new\nkept "


def test_a_paragraph_that_one_side_has_not_is_no_empty_line_there() -> None:
    """It is not in the other text at all."""
    change = redline_of(paragraph(KEPT), paragraph(GONE), paragraph(NEW), paragraph(KEPT))
    assert change.old_text == "kept \ngone\nkept "
    assert change.new_text == "kept \nnew\nkept "


def test_a_split_paragraph_ran_on_before() -> None:
    """Its mark is a break in the new text, and nothing in the old one."""
    change = redline_of(paragraph(KEPT, SPLIT), paragraph(NEW), paragraph(KEPT))
    assert change.old_text == "kept kept "
    assert change.new_text == "kept \nnew\nkept "


def test_merged_paragraphs_were_two_before() -> None:
    """The mark is a break in the old text, and nothing in the new one."""
    change = redline_of(paragraph(KEPT, MERGE, NEW))
    assert change.old_text == "kept \n"
    assert change.new_text == "kept new"


def test_nothing_has_two_empty_texts() -> None:
    """As a redline has that cannot be inspected."""
    assert (redline_of().old_text, redline_of().new_text) == ("", "")


def test_a_typed_pilcrow_is_text() -> None:
    """Only the mark stands for a break; the document's own sign stands for itself."""
    change = redline_of(paragraph(KEPT, Span(Mark.INSERT, "¶")))
    assert not change.paragraphs[0].is_split
    assert change.new_text == "kept ¶"


@pytest.mark.parametrize(
    ("span", "expected"), [(KEPT, False), (GONE, True), (NEW, True), (Span(Mark.GAP, "…"), False)]
)
def test_only_insertions_and_deletions_are_changes(span: Span, expected: bool) -> None:
    """Elided text is unchanged text."""
    assert span.changed is expected
    assert paragraph(KEPT, span).changed is expected


def test_a_redline_cannot_be_altered() -> None:
    """What was shown stays what was shown."""
    with pytest.raises(FrozenInstanceError):
        redline_of().operation = "delete"  # type: ignore[misc] # The point of the test.


def test_hidden_words_say_so_where_they_are_drawn() -> None:
    """After the space before them; the text is what it is."""
    span = Span(Mark.INSERT, " fees apply", hidden=True)
    assert (span.drawn, span.plain) == (" [hidden] fees apply", " fees apply")
    assert NEW.drawn == NEW.text
