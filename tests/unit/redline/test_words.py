import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redline.words import Sort, Token, count_words, cuts, keys, most_words, spaced, word_places, written


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_places(text)]


def pieces(text: str) -> list[str]:
    return [text[start:end] for _, start, end in cuts(text)]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "30",
            "1.5",
            ".5",
            "1,000",
            "10,000",
            "$1,000.00",
            "$.50",
            "-5",
            "-$5",
            "−3",
            "10%",
            "1'000",
            "14:30",
            "3.1.2",
        ),
        *(
            "2026-11-22",
            "22/11/2026",
            "co-operate",
            "non‑binding",
            "don't",
            "Supplier’s",
            "and/or",
            "e.g",
            "§4.1",
            "R&D",
        ),
        *(
            "https://a.example/b-c",
            "boss@a.example",
            "C++",
            "10\u00a0000",
            "1\u202f000\u202f000",
            "Größe",
            "e\u0301te\u0301",
            "n\u200bot",
        ),
        *("العقد", "договор", "हिन्दी"),
    ],
)
def test_what_is_read_as_one_word_is_one_token(word: str) -> None:
    """Amounts, decimals, dates, hyphens, apostrophes, addresses and marks on letters do not divide a word."""
    assert words(f"see {word} there") == ["see", word, "there"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("days.", ["days", "."]),
        ("shipment, or", ["shipment", ",", " ", "or"]),
        ("(a) “b”?", ["(", "a", ")", " ", "“", "b", "”", "?"]),
        ("this—that", ["this", "—", "that"]),
        ("the parties' fee", ["the", " ", "parties", "'", " ", "fee"]),
        ("one,two", ["one", ",", "two"]),
        ("5%.Next", ["5%", ".", "Next"]),
        ("in the U.S.A.", ["in", " ", "the", " ", "U.S.A", "."]),
        ("x - y", ["x", " ", "-", " ", "y"]),
        ("wait...", ["wait", "..."]),
        ("5 | 10", ["5", " ", "|", " ", "10"]),
        ("a \u00a0b", ["a", " \u00a0", "b"]),
    ],
)
def test_punctuation_and_space_are_cut_off(text: str, expected: list[str]) -> None:
    """A mark at the edge of a word is a token of its own, so that a comma alone can change."""
    assert pieces(text) == expected


def test_languages_without_spaces_are_cut_at_each_character() -> None:
    """One changed character of a Chinese sentence does not mark the whole sentence."""
    assert words("付款30天内") == ["付", "款", "30", "天", "内"]


def test_punctuation_does_not_count_as_words() -> None:
    """A reader who is told of three words finds three words."""
    assert count_words("“Yes”, he said — twice.") == 4


@given(st.text())
@settings(deadline=None)
def test_every_character_is_in_one_token(text: str) -> None:
    """Nothing falls between two tokens, whatever the text."""
    assert "".join(pieces(text)) == text


@given(st.text(alphabet="$.-,:'/@ 5a(\u00a0—"))
@settings(deadline=None)
def test_a_text_cut_at_a_word_has_the_same_words(text: str) -> None:
    """Words counted before and after a page break add up to the words of the whole."""
    for start, _ in word_places(text):
        assert words(text[:start]) + words(text[start:]) == words(text)


def test_a_border_is_no_word_of_the_same_text() -> None:
    """A `|` that somebody types is not taken for the border of a cell."""
    cell, typed = (Token(sort, "|", spaced=True, look=0) for sort in (Sort.CELL, Sort.POINT))
    assert cell.key != typed.key


@pytest.mark.parametrize(
    ("text", "expected"), [("\u200b", False), ("\u2060\u200b", False), ("a\u200b", True)]
)
def test_a_word_without_ink_is_invisible(text: str, expected: bool) -> None:
    """A word made of zero-width characters alone counts as invisible."""
    assert Token(Sort.WORD, text, spaced=False, look=0).is_visible is expected


@given(st.text(alphabet="$.-,:'/@ 5a(\u00a0—\u4e2d\n"))
@settings(deadline=None)
def test_words_are_counted_as_they_are_cut(text: str) -> None:
    """And never are there more than can be told in a moment."""
    assert count_words(text) == len(word_places(text)) <= most_words(text)


@given(st.lists(st.text(alphabet="$.-,:'/@5a([—\u4e2d", min_size=1)))
@settings(deadline=None)
def test_a_word_is_cut_by_itself_as_in_its_text(parts: list[str]) -> None:
    """So that one which stands often is cut once."""
    tokens = [token for part in parts for token in spaced(part, 7)]
    assert [token.text for token in tokens] == [piece for piece in pieces(" ".join(parts)) if piece != " "]
    assert (
        "".join(token.written for token in tokens) == "".join(f" {part}" for part in parts) == written(tokens)
    )
    assert keys(tokens) == [token.key for token in tokens]


def test_the_keys_of_borders_are_their_own() -> None:
    """As each tells for itself."""
    tokens = [Token(sort, "|", spaced=True, look=0) for sort in Sort]
    assert keys(tokens) == [token.key for token in tokens]
