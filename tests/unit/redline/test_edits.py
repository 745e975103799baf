import pytest

from bot.redline import Kind, Mark, Paragraph, Span, redline
from bot.redline.edits import Edit, Frame, Shortener, edits
from tests.unit.redline.drawing import draw

FRAME = Frame(words=2, characters=60, header=20)


def show(old: str, new: str, frame: Frame = FRAME, chosen: slice = slice(None)) -> list[str]:
    paragraphs = redline(old, new).paragraphs
    return draw(Shortener(paragraphs, frame).show(edits(paragraphs)[chosen]))


def words(count: int, start: int = 0) -> str:
    return " ".join(f"w{number}" for number in range(start, start + count))


def test_every_run_of_change_is_one_edit() -> None:
    """A replaced word is one, two inserted paragraphs are two."""
    paragraphs = redline("<p>a b c d</p>", "<p>x b c d e</p><p>f</p>").paragraphs
    assert [(edit.paragraph, edit.run, len(edit.spans)) for edit in edits(paragraphs)] == [
        (0, 0, 2),
        (0, 2, 1),
        (1, 0, 1),
    ]


def test_some_words_of_context_are_shown() -> None:
    """The rest of the paragraph is elided before and after."""
    assert show(f"<p>{words(9)} old {words(9)}</p>", f"<p>{words(9)} new {words(9)}</p>") == [
        "<…> w7 w8 [-old-]{+new+} w0 w1 <…>"
    ]


def test_a_short_paragraph_is_shown_whole() -> None:
    """Nothing is elided where nothing is left out."""
    assert show("<p>Due in 30 days.</p>", "<p>Due in 60 days.</p>") == ["Due in [-30-]{+60+} days."]


def test_long_text_between_two_edits_is_elided() -> None:
    """Short text is not: `…` for a word would only be a riddle."""
    long, short = (f"<p>{{0}} {words(count)} {{0}}</p>" for count in (10, 9))
    assert show(long.format("old"), long.format("new")) == ["[-old-]{+new+} w0 w1 <…> w8 w9 [-old-]{+new+}"]
    assert show(short.format("old"), short.format("new")) == [f"[-old-]{{+new+}} {words(9)} [-old-]{{+new+}}"]


def test_a_few_words_are_not_elided() -> None:
    """At neither end of a paragraph: it takes a sixth word, or long ones, to be worth a `…`."""
    for before, drawn in ((7, words(7)), (8, "<…> w6 w7")):
        text = f"<p>{words(before)} {{}} {words(before)}</p>"
        after = words(7) if before == 7 else "w0 w1 <…>"
        assert show(text.format("old"), text.format("new")) == [f"{drawn} [-old-]{{+new+}} {after}"]
    long = f"<p>{'a' * 40} {'b' * 40} c d {{}}</p>"
    assert show(long.format("old"), long.format("new")) == ["<…> c d [-old-]{+new+}"]


@pytest.mark.parametrize(
    "number",
    [
        "4.2",
        "4.",
        "1.2.3.4",
        "(a)",
        "(iv)",
        "b)",
        "12)",
        "§ 3",
        "§§ 3",
        "Section 12.",
        "Art. IV",
        "Clause 7:",
    ],
)
def test_the_number_of_a_clause_is_never_elided(number: str) -> None:
    """A lawyer knows a clause by it."""
    text = f"<p>{number} {words(9)} {{}}</p>"
    assert show(text.format("old"), text.format("new")) == [f"{number} <…> w7 w8 [-old-]{{+new+}}"]


@pytest.mark.parametrize("word", ["30", "A", "The", "2026", "(see", "Sections", "3.5x"])
def test_a_word_at_the_beginning_is_no_number(word: str) -> None:
    """Nor is a plain number."""
    text = f"<p>{word} {words(9)} {{}}</p>"
    assert show(text.format("old"), text.format("new")) == ["<…> w7 w8 [-old-]{+new+}"]


def test_the_number_stands_before_a_later_edit_and_a_later_part_too() -> None:
    """Also where the edits before it are left out; but a number that changes is an edit."""
    text = f"<p>4.2 {words(9)} old {words(9)} old</p>"
    last = "<…> w7 w8 [-old-]{+new+}"
    assert show(text, text.replace("old", "new"), chosen=slice(1, 2)) == [f"4.2 {last}"]
    assert show(text, text.replace("old", "new").replace("4.2", "4.3"), chosen=slice(2, 3)) == [last]


def test_hidden_words_are_known_as_such_around_an_edit() -> None:
    """Where context is cut as well."""
    text = f"<p>{words(9)} <i hidden>x y z</i> {{}} <i hidden>u v w</i> {words(9)}</p>"
    paragraphs = redline(text.format("old"), text.format("new")).paragraphs
    spans = Shortener(paragraphs, FRAME).show(edits(paragraphs))[0].spans
    assert [span.drawn for span in spans] == ["…", " [hidden] y z ", "old", "new", " [hidden] u v ", "…"]


def test_whole_paragraphs_are_elided() -> None:
    """Before, between and after those that change."""
    old = "".join(f"<p>{text}</p>" for text in ("one", "two", words(9), "four", "five"))
    assert show(old, old.replace("two", "2").replace("four", "4")) == [
        "<…>",
        "[-two-]{+2+}",
        "<…>",
        "[-four-]{+4+}",
        "<…>",
    ]
    # A heading between two changes takes no more room than what would stand for it.
    short = old.replace(words(9), "4. Payment")
    assert show(short, short.replace("two", "2").replace("four", "4"))[2] == "4. Payment"
    assert show("<p>one</p><p>two</p>", "<p>1</p><p>2</p>") == ["[-one-]{+1+}", "[-two-]{+2+}"]


def test_edits_that_are_not_chosen_are_elided_too() -> None:
    """An excerpt that shows the second of three edits says that there is more on both sides."""
    old = f"<p>old {words(3)} old {words(3)} old</p>"
    assert show(old, old.replace("old", "new"), chosen=slice(1, 2)) == ["<…> w1 w2 [-old-]{+new+} w0 w1 <…>"]
    assert show(old, old.replace("old", "new"), chosen=slice(0)) == []
    short = f"<p>old {words(5)} old</p>"
    frame = Frame(words=9, characters=60, header=20)
    assert show(short, short.replace("old", "new"), frame, slice(1, 2)) == [
        f"<…> {words(5)} [-old-]{{+new+}}"
    ]


def test_context_is_cut_by_characters_too() -> None:
    """A word may be as long as a page."""
    frame = Frame(words=2, characters=10, header=20)
    assert show(f"<p>{'a' * 50} old {'b' * 50}</p>", f"<p>{'a' * 50} new {'b' * 50}</p>", frame) == [
        f"<…>{'a' * 9} [-old-]{{+new+}} {'b' * 9}<…>"
    ]


def test_without_context_only_the_edit_is_shown() -> None:
    """Between two edits as well."""
    frame = Frame(words=0, characters=0, header=0)
    old = f"<p>{words(9)} old {words(9)} old {words(9)}</p>"
    assert show(old, old.replace("old", "new"), frame) == ["<…>[-old-]{+new+}<…>[-old-]{+new+}<…>"]


def test_above_a_changed_row_stands_the_first_row() -> None:
    """So that one knows what the columns are; cut if it is long, and once for the table."""
    rows = [("Name", "Fee"), ("Alice", "5"), ("Bob", "6"), ("Carol", "7")]
    old = "<p>x</p><table>" + "".join(f"<tr><td>{name}<td>{fee}" for name, fee in rows) + "</table>"
    new = old.replace("6", "9").replace("7", "8")
    assert show(old, new) == ["<…>", "Name | Fee", "<…>", "Bob | [-6-]{+9+}", "Carol | [-7-]{+8+}"]
    assert show(
        old.replace("Fee", "Fee in euros, without tax"), new.replace("Fee", "Fee in euros, without tax")
    )[1] == ("Name | Fee in euros,<…>")


def test_a_first_row_that_changes_is_an_edit_like_others() -> None:
    """It is not shown beside an edit as if it stayed."""
    old = "<tr><td>Name<td>Fee<tr><td>Alice<td>5<tr><td>Bob<td>6"
    new = old.replace("Fee", "Sum").replace("6", "9")
    assert show(old, new, chosen=slice(1, 2)) == ["<…>", "Bob | [-6-]{+9+}"]


def test_a_part_of_an_edit_says_that_it_goes_on() -> None:
    """At the edge where it was cut, and only there has it no context."""
    paragraphs = (
        Paragraph(
            Kind.PARAGRAPH, 0, "", (Span(Mark.KEEP, "a "), Span(Mark.INSERT, "b c"), Span(Mark.KEEP, " d"))
        ),
    )
    shortener = Shortener(paragraphs, FRAME)
    first = Edit(0, 1, (Span(Mark.INSERT, "b "),), is_end=False)
    last = Edit(0, 1, (Span(Mark.INSERT, "c"),), is_start=False)
    assert draw(shortener.show([first])) == ["a {+b +}<…>"]
    assert draw(shortener.show([last])) == ["<…>{+c+} d"]
    assert draw(shortener.show([first, last])) == ["a {+b +}{+c+} d"]


def test_the_opening_of_a_text_is_shown() -> None:
    """For changes without edits."""
    paragraphs = redline(
        "<p>one two three four five</p><p>six</p>", "<p>one two three four five</p><p>six</p>"
    ).paragraphs
    assert draw(Shortener(paragraphs, FRAME).show_opening()) == ["one two three four f<…>", "<…>"]
    assert Shortener((), FRAME).show_opening() == ()
