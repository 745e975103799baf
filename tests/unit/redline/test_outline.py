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


NUMBERED = (
    "<h1>Supply</h1><h2>4.1 Data processing</h2><p data-chunk-id=intro>Intro.</p>"
    "<ol data-chunk-id=list><li data-chunk-id=one>One<ol type=a><li>aa<li data-chunk-id=b><p data-chunk-id=p>bb</p>"
    "<ul><li data-chunk-id=bullet>cc</ul></ol></ol>"
    "<h3>Fees</h3><table data-chunk-id=table><tr data-chunk-id=head><th>Party<th>Term"
    "<tr data-chunk-id=row><td>Buyer<td data-chunk-id=cell>30 days"
    "<tr><td><p data-chunk-id=first>Seller</p></td><td><p data-chunk-id=inner>60</p></td>"
    "<tr data-chunk-id=nameless><td><td>5</table>"
    "<p data-chunk-id=written>4.1.2 The Buyer.</p><p data-chunk-id=lettered>(b) the Seller.</p>"
    "<p data-chunk-id=sentence>4 days. See <b data-chunk-id=bold>below</b></p>"
)


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        ("intro", "4.1 Data processing"),
        ("list", "4.1 Data processing"),
        ("one", "4.1 Data processing, item 1"),
        ("b", "4.1 Data processing, item 1 (b)"),
        ("p", "4.1 Data processing, item 1 (b)"),
        ("bullet", "4.1 Data processing, item 1 (b)"),
        ("table", "Fees"),
        ("head", "Fees, first row"),
        ("row", "Fees, row Buyer"),
        ("cell", "Fees, row Buyer, Term"),
        ("first", "Fees, row Seller"),
        ("inner", "Fees, row Seller, Term"),
        ("nameless", "Fees, row 4"),
        ("written", "Fees, 4.1.2"),
        ("lettered", "Fees (b)"),
        ("sentence", "Fees"),
        ("bold", "Fees"),
    ],
)
def test_a_piece_is_told_by_its_number_or_its_row(chunk: str, expected: str) -> None:
    """As its list, its table or its own first words count it; a whole list or table has none."""
    assert place(NUMBERED, ("data-chunk-id", chunk), "<p>x</p>", 60) == expected


def test_a_neighbour_s_number_is_not_one_s_own() -> None:
    """A new piece has no number yet; it stands under its neighbour's heading."""
    assert place(NUMBERED, ("data-chunk-id", "b"), None, 60) == "4.1 Data processing"


def test_a_piece_found_by_its_words_has_its_number_too() -> None:
    """And without any heading, the number is the place."""
    assert place(NUMBERED, None, "<p>aa</p>", 60) == "4.1 Data processing, item 1 (a)"
    assert place("<ol><li>x<li>y</ol>", None, "<p>y</p>", 60) == "item 2"


def test_the_number_stays_when_the_heading_is_cut() -> None:
    """It is what tells a piece from its neighbours."""
    long = f"<h1>{'Heading ' * 20}</h1><table><tr><td>Party<tr data-chunk-id=c><td>Buyer</table>"
    found = place(long, ("data-chunk-id", "c"), "<tr><td>Buyer", 40)
    assert found.endswith("…, row Buyer")
    assert len(found) <= 40


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
