import pytest

from bot.redline import place, visible_text

DOCUMENT = (
    "<h1>😀 Terms</h1>\r\n<p data-chunk-id=a>😀 First.</p>\n"
    "<h2 data-chunk-id=b>Fees</h2><p>Fees are due.</p><p data-chunk-id='c'>Last.</p>"
)


@pytest.mark.parametrize(("chunk", "expected"), [("a", "😀 Terms"), ("b", "Fees"), ("c", "Fees")])
def test_a_piece_stands_under_the_heading_before_it(chunk: str, expected: str) -> None:
    """A heading stands under itself."""
    assert place(DOCUMENT, ("data-chunk-id", chunk), None, 80) == expected


def test_a_piece_without_a_name_is_found_by_its_words() -> None:
    """The first paragraph that says the same counts."""
    assert place(DOCUMENT, None, "<p>Fees are <b>due</b>.</p>", 80) == "Fees"


@pytest.mark.parametrize("document", [None, DOCUMENT, "<p data-chunk-id=z>No heading</p>"])
def test_a_piece_that_is_nowhere_is_called_by_its_first_words(document: str | None) -> None:
    """Cut to the limit."""
    assert place(document, ("data-chunk-id", "z"), "<p>Words of\nits own</p><p>x</p>", 10) == "Words of …"


def test_nothing_known_has_no_place() -> None:
    """Then the card says nothing about it."""
    assert place(None, None, None, 80) == ""


def test_the_visible_text_is_what_a_reader_reads() -> None:
    """Paragraphs joined by line feeds, without scripts."""
    assert visible_text("<p>a <b>b</b></p><script>c</script><p>d</p>") == "a b\nd"
