import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.reading.looks import Looks, Piece
from bot.redline.reading.writer import Writer
from bot.redline.words import END, Sort


@pytest.fixture
def writer() -> Writer:
    return Writer(Looks())


def add(writer: Writer, text: str, *, preformatted: bool = False) -> None:
    writer.add(Piece(text, 0), preformatted=preformatted)


def written(writer: Writer) -> str:
    return "".join(token.written for token in writer.take())


def test_nothing_written_is_no_paragraph(writer: Writer) -> None:
    """White space alone is not drawn, so it is no paragraph either."""
    add(writer, " \n ")
    assert writer.take() == ()


def test_a_paragraph_ends_with_its_end(writer: Writer) -> None:
    """The end is a token, so that a difference never joins two paragraphs unseen."""
    add(writer, "a")
    assert writer.take()[-1] is END


def test_a_paragraph_of_text_alone_is_read_once() -> None:
    """What stands on both sides is the same object, so that comparing it takes no time."""
    looks = Looks()
    one, other, styled = (Writer(looks) for _ in range(3))
    for writer, look in ((one, 0), (other, 0), (styled, 1)):
        writer.add(Piece("a b. ", look), preformatted=False)
    tokens = one.take()
    assert other.take() is tokens
    assert [token.look for token in styled.take()] == [1, 1, 1, 0]


def test_a_space_belongs_to_the_word_after_it(writer: Writer) -> None:
    """The first word of a line has none."""
    add(writer, " a b")
    writer.break_line()
    add(writer, " c d ")
    assert [(token.text, token.spaced) for token in writer.take()[:-1]] == [
        ("a", False), ("b", True), ("\n", False), ("c", False), ("d", True),
    ]  # fmt: skip


def test_white_space_that_browsers_keep_is_a_token(writer: Writer) -> None:
    """With the ordinary spaces around it as a browser draws them."""
    add(writer, " \u00a0a \u00a0\n b \u2003 ")
    assert [(token.sort, token.text) for token in writer.take()[:-1]] == [
        (Sort.SPACE, "\u00a0"), (Sort.WORD, "a"), (Sort.SPACE, " \u00a0 "), (Sort.WORD, "b"), (Sort.SPACE, " \u2003"),
    ]  # fmt: skip


def test_a_space_between_two_pieces_is_one_space(writer: Writer) -> None:
    """However many tags stand in it."""
    add(writer, "a ")
    writer.add_word("[image]", 0)
    add(writer, " ")
    add(writer, " \u00a0b")
    assert written(writer) == "a [image] \u00a0b\n"


def test_lines_in_a_cell_are_broken_only_between_words(writer: Writer) -> None:
    """Empty blocks in a cell leave no empty lines, and the border needs none."""
    writer.break_line_in_cell()
    add(writer, "a")
    writer.break_line_in_cell()
    writer.break_line_in_cell()
    add(writer, " b")
    writer.break_line_in_cell()
    writer.begin_cell()
    writer.break_line_in_cell()
    add(writer, "c")
    writer.break_line_in_cell()
    assert written(writer) == "a\nb | c\n"


def test_a_line_break_at_the_end_is_not_drawn(writer: Writer) -> None:
    """One is swallowed by the end of the block, a second one is an empty line."""
    add(writer, "a")
    writer.break_line()
    writer.break_line()
    assert written(writer) == "a\n\n"


def test_preformatted_text_may_begin_within_a_paragraph(writer: Writer) -> None:
    """As in a cell of a table."""
    add(writer, "a  b")
    add(writer, "  c\n d ", preformatted=True)
    assert written(writer) == "a b  c\n d\n"


def test_a_typed_bar_is_no_border(writer: Writer) -> None:
    """Only cells make borders."""
    add(writer, "a | b")
    writer.begin_cell()
    assert [token.sort for token in writer.take()] == [
        Sort.WORD, Sort.POINT, Sort.WORD, Sort.CELL, Sort.END,
    ]  # fmt: skip


@given(st.lists(st.tuples(st.text(alphabet="a1.,$-\u00a0 \n", max_size=8), st.integers(0, 2)), max_size=8))
def test_a_paragraph_of_several_looks_has_the_words_of_its_text(pieces: list[tuple[str, int]]) -> None:
    """Where a look begins no word ends."""
    mixed, plain = Writer(Looks()), Writer(Looks())
    for text, look in pieces:
        mixed.add(Piece(text, look), preformatted=False)
        plain.add(Piece(text, 0), preformatted=False)
    assert [token[:3] for token in mixed.take()] == [token[:3] for token in plain.take()]


def test_a_word_in_a_paragraph_of_several_looks_has_that_of_its_piece(writer: Writer) -> None:
    """Only one that stands in two of them has a look of its own."""
    for text, look in (("Pay ", 1), ("not la", 2), ("ter than", 3), (" now", 1)):
        writer.add(Piece(text, look), preformatted=False)
    *tokens, _ = writer.take()
    looks = {token.text: token.look for token in tokens}
    assert [looks.pop(word) for word in ("Pay", "not", "than", "now")] == [1, 2, 3, 1]
    assert list(looks) == ["later"]
