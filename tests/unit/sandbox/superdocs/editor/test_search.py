"""Finding what an instruction speaks of."""

import pytest

from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.editor.search import about, numbered, phrase, section_of

CHUNKS = Document.of(
    "<h2>4. Payment</h2><p>4.1 The Buyer pays invoices in time.</p><p>4.10 Late sums bear interest.</p>"
    "<h2>5. Exclusivity</h2><p>5.1 The Buyer buys from the Supplier only.</p><h3>5.2 Detail</h3><p>More.</p>"
    "<h1>Annex</h1>"
).chunks


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("30 days", "within 30\u00a0days", True),
        ("30", "300", False),
        ("the Buyer's", "the Buyer’s order", True),
        ('"x"', "“x”", True),
        ("may", "maybe", False),
        ("5 %", "5 % a year", True),
    ],
)
def test_a_phrase_is_found_as_people_mean_it(words: str, text: str, found: bool) -> None:
    """White space and typographic quotes do not matter; whole words and whole numbers do."""
    assert bool(phrase(words).search(text)) is found


def test_any_case_only_if_asked() -> None:
    """A phrase is taken as it is written unless any case will do."""
    assert not phrase("buyer").search("Buyer")
    assert phrase("buyer", any_case=True).search("Buyer")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("the payment of invoices", "4.1"),
        ("exclusivity clause", "5.1"),
        ("interest", "4.10"),
        ("paying the payments", "4.1"),
    ],
)
def test_the_closest_block_comes_first(words: str, first: str) -> None:
    """A block counts with its own words and, less, with those of the heading above it."""
    assert about(CHUNKS, words)[0].text.startswith(first)


def test_what_nothing_is_about_is_not_found() -> None:
    """Words that are nowhere, and words that mean nothing, give nothing."""
    assert about(CHUNKS, "weather and the new section") == []


def test_a_clause_by_its_number() -> None:
    """4.1 is not 4.10, and 9 is not there."""
    found = numbered(CHUNKS, "4.1")
    assert found is not None
    assert found.text.startswith("4.1 ")
    assert numbered(CHUNKS, "9") is None


def test_a_section_ends_at_the_next_heading_of_its_rank() -> None:
    """Headings below belong to the section, headings above end it."""
    assert [chunk.tag for chunk in section_of(CHUNKS, CHUNKS[3])] == ["h2", "p", "h3", "p"]
