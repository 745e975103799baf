import pytest

from bot.redline import Counts, Kind, Mark, Span, redline
from bot.redline.compose import LINE_DELETED, LINE_INSERTED
from bot.redline.model import MERGE, SPLIT
from tests.unit.redline.drawing import lines, of_words


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("within 30 days", "within 60 days", "within [-30-]{+60+} days"),
        ("shall be", "shall not be", "shall {+not +}be"),
        ("shall not be", "shall be", "shall [-not -]be"),
        ("shall", "shall not", "shall{+ not+}"),
        ("pay", "Shall pay", "{+Shall +}pay"),
        ("Shall pay", "pay", "[-Shall -]pay"),
        ("for shipment or", "for shipment, or", "for shipment{+,+} or"),
        ("the fee", "the “fee", "the {+“+}fee"),
        ("the “big fee", "the “fee", "the “[-big -]fee"),
        ("the fee", "the fee", "the fee"),
        ("Fee", "fee", "[-Fee-]{+fee+}"),
        ("", "new words", "{+new words+}"),
        ("old words", "", "[-old words-]"),
    ],
)
def test_only_what_changes_is_marked(old: str, new: str, expected: str) -> None:
    """Spaces that stay are not marked, and words are marked whole, letter case included."""
    assert lines(f"<p>{old}</p>", f"<p>{new}</p>") == [expected]


def test_a_changed_line_break_has_a_mark_that_stands_for_it() -> None:
    """What is drawn is `↵`, what the document has is a line feed."""
    inserted, deleted = of_words("one two three", "one two<br>three"), of_words("one<br>two", "one two")
    assert LINE_INSERTED in inserted.paragraphs[0].spans
    assert LINE_DELETED in deleted.paragraphs[0].spans
    assert (inserted.new_text, deleted.old_text) == ("one two\nthree", "one\ntwo")


def test_a_split_paragraph_ends_in_an_inserted_mark() -> None:
    """The rest of it is a paragraph of its own, with its words kept."""
    first, second = redline("<p>A b. C d.</p>", "<p>A b.</p><p>C d.</p>").paragraphs
    assert first.spans == (Span(Mark.KEEP, "A b."), Span(Mark.DELETE, " "), SPLIT)
    assert second.spans == (Span(Mark.KEEP, "C d."),)


def test_merged_paragraphs_are_one_with_a_deleted_mark() -> None:
    """Where the break was, a space may have come."""
    (merged,) = redline("<p>A b.</p><p>C d.</p>", "<p>A b. C d.</p>").paragraphs
    assert merged.spans == (Span(Mark.KEEP, "A b."), MERGE, Span(Mark.INSERT, " "), Span(Mark.KEEP, "C d."))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "<p>a b c d e f</p>",
            "<p>a b c</p><p>X y.</p><p>d e f</p>",
            ["a b c[- -]{+¶+}", "{+X y.+}", "d e f"],
        ),
        ("<p>a b c</p><p>X y.</p><p>d e f</p>", "<p>a b c d e f</p>", ["a b c[-¶-][-X y.-][-¶-]{+ +}d e f"]),
        ("<p>a b c</p>", "<p>N.</p><p>M a b c</p>", ["{+N.+}", "{+M +}a b c"]),
        ("<p>N.</p><p>M a b c</p>", "<p>a b c</p>", ["[-N.-]", "[-M -]a b c"]),
        ("<p>o a b c</p>", "<p>N.</p><p>M a b c</p>", ["{+N.+}", "[-o-]{+M+} a b c"]),
        ("<p>a<br>b</p>", "<p>a</p><p>b</p>", ["a[-↵-]{+¶+}", "b"]),
    ],
)
def test_paragraphs_that_come_go_and_divide_stand_in_order(old: str, new: str, expected: list[str]) -> None:
    """A whole new paragraph has no mark; a break within kept text has one."""
    assert lines(old, new) == expected


def test_a_paragraph_is_what_the_new_side_makes_it() -> None:
    """A kept paragraph that became a heading is shown as a heading, a deleted one as what it was."""
    change = redline(
        "<p>Title one</p><h2>Gone</h2><ul><li>x y z</ul>", "<h1>Title one</h1><ol start=4><li>x y z</ol>"
    )
    assert [(one.kind, one.level, one.label) for one in change.paragraphs] == [
        (Kind.HEADING, 1, ""),
        (Kind.HEADING, 2, ""),
        (Kind.LIST_ITEM, 1, "4."),
    ]
    assert [one.changed for one in change.paragraphs] == [False, True, False]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a b c", "a b c", Counts(0, 0, 0)),
        ("30 days", "60 days", Counts(1, 1, 1)),
        ("a b c", "a b c, d (e)", Counts(2, 0, 1)),
        ("a b c", "a b c.", Counts(0, 0, 1)),
        ("x a b c y", "z a b c z", Counts(2, 2, 2)),
        ("x", "x</p><p>a b</p><p>c", Counts(3, 0, 2)),
    ],
)
def test_words_and_runs_are_counted(old: str, new: str, expected: Counts) -> None:
    """Punctuation is an edit but no word, and each new paragraph is an edit of its own."""
    assert of_words(old, new).counts == expected
