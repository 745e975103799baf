from bot.redline.reading.looks import Looks, Piece


def test_equal_markup_has_an_equal_number() -> None:
    """The number depends on all elements around a word and on their attributes."""
    looks = Looks()
    bold = looks.inside(0, "b", ())
    assert bold == looks.inside(0, "b", ())
    assert (
        len(
            {
                0,
                bold,
                looks.inside(bold, "b", ()),
                looks.inside(0, "i", ()),
                looks.inside(0, "b", (("id", "x"),)),
            }
        )
        == 5
    )


def test_a_word_across_pieces_looks_like_none_of_them() -> None:
    """`10<sup>6</sup>` is neither a plain nor a raised word, and differs from `1<sup>06</sup>`."""
    looks = Looks()
    raised = looks.inside(0, "sup", ())
    first = looks.reader([Piece("10", 0), Piece("6", raised), Piece(" u", 0)])
    mixed = first(0, 3)
    assert mixed not in {0, raised}
    assert first(4, 5) == 0
    assert looks.reader([Piece("x 10", 0), Piece("6", raised)])(2, 5) == mixed
    assert looks.reader([Piece("1", 0), Piece("06", raised)])(0, 3) != mixed


def test_empty_pieces_have_no_look() -> None:
    """A pair of tags around nothing changes no word."""
    looks = Looks()
    bold = looks.inside(0, "b", ())
    look = looks.reader([Piece("", bold), Piece("a", 0), Piece("", bold), Piece("b", 0)])
    assert look(0, 1) == 0
