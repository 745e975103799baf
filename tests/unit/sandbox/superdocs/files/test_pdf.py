"""PDF files, written and read."""

import io

import pytest
from pypdf import PdfReader, PdfWriter

from bot.sandbox.superdocs.files import pdf_reading, pdf_writing
from bot.sandbox.superdocs.files.blocks import Block, Paragraph, Run, blocks_of, html_of


def words(content: bytes) -> list[str]:
    """Return the words of a PDF, as another program reads them."""
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content), strict=True).pages).split()


def test_all_words_are_in_the_file(blocks: list[Block]) -> None:
    """Whatever their letters; those that the font lacks are told."""
    content, warnings = pdf_writing.write(blocks)
    assert words(content)[:7] == ["Supply", "agreement", "1.", "Payment*", "Pay", "within", "30"]
    assert {"“meant”", "—", "Ж", "日本", "😀", "412.00"} <= set(words(content))
    assert "• two 1. first 2. second Between. 1. first again Item Price" in " ".join(words(content))
    assert warnings == ["4 characters have no glyph in the font of the PDF."]


def test_a_long_document_has_many_pages() -> None:
    """Nothing is lost between two pages or two lines, not even a word that has no room on one."""
    text = " ".join(f"word{number}" for number in range(3000)) + " " + "x" * 200
    content, warnings = pdf_writing.write([Paragraph((Run(text),)), Paragraph((Run("end"),))])
    assert words(content) == [*text.split(), "end"]
    assert len(PdfReader(io.BytesIO(content)).pages) > 3
    assert warnings == []


def test_broken_lines_are_paragraphs_again() -> None:
    """Long paragraphs, clauses, items and headings are told apart by their lines."""
    clause = "4.1 The Buyer shall pay each invoice within 30 days of receiving it, in full and without any deduction."
    html = f"<h2>4. Payment</h2>\n<p>{clause}</p>\n<p>{clause}</p>\n<ul>\n<li>one thing;</li>\n<li>another.</li>\n</ul>"
    content, _ = pdf_writing.write(blocks_of(html)[0])
    assert html_of(pdf_reading.read(content)) == html


def test_a_file_without_words_is_refused() -> None:
    """It may be a scan, which nobody here can read."""
    with pytest.raises(ValueError, match="scan"):
        pdf_reading.read(pdf_writing.write([])[0])


@pytest.mark.parametrize("damage", ["none", "cut", "locked"])
def test_a_file_that_cannot_be_read(damage: str) -> None:
    """No PDF, half of one, or one with a password: a sentence says so."""
    whole, _ = pdf_writing.write([Paragraph((Run("secret"),))])
    with pytest.raises(ValueError, match="not a readable PDF"):
        pdf_reading.read({"none": b"hello", "cut": whole[:60], "locked": locked(whole)}[damage])


def locked(content: bytes) -> bytes:
    """Return a PDF that needs a password."""
    writer, file = PdfWriter(PdfReader(io.BytesIO(content))), io.BytesIO()
    writer.encrypt("password", algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()
