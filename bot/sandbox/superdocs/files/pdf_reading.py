"""PDF files, read: their lines, put together to paragraphs by how long they are and how they begin."""

import io
import re
from collections.abc import Iterator
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from bot.sandbox.superdocs.files.blocks import Block, Paragraph, Run, tidy

_ITEM: Final = re.compile(r"\s*[•▪‣*-]\s+")
_NUMBERED: Final = re.compile(r"\s*(?:\(?[a-z0-9]{1,3}[.)]|\d+(?:\.\d+)+)\s+\S")
_SENTENCE_END: Final = re.compile(r"[.:;!?]['\"”’)]*\s*$")
_FULL: Final = 0.75
"""A line that has at least this share of the longest line's letters goes on in the next one."""
_HEADING_WORDS: Final = 12
"""A line of no more words that does not end like a sentence is a heading."""


def read(content: bytes) -> list[Block]:
    """Read a PDF file.

    Raises:
        ValueError: It is none, it is encrypted, or it has pictures of words only.
    """
    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise ValueError("the file is not a readable PDF") from error
    lines = [line.rstrip() for page in pages for line in page.split("\n") if line.strip()]
    if not lines:
        raise ValueError("the file holds no text; it may be a scan")
    return [_block(paragraph) for paragraph in _paragraphs(lines)]


def _paragraphs(lines: list[str]) -> Iterator[str]:
    full = _FULL * max(len(line) for line in lines)
    paragraph: list[str] = []
    for line in lines:
        if paragraph and _ends(paragraph[-1], line, full):
            yield " ".join(paragraph)
            paragraph = []
        paragraph.append(line)
    yield " ".join(paragraph)


def _ends(line: str, following: str, full: float) -> bool:
    """Say whether a paragraph ends with this line."""
    return len(line) < full or bool(_ITEM.match(following) or _NUMBERED.match(following))


def _block(text: str) -> Block:
    item = _ITEM.match(text)
    if item:
        return Paragraph(tidy([Run(text[item.end() :])]), "bullet")
    is_heading = len(text.split()) <= _HEADING_WORDS and not _SENTENCE_END.search(text)
    return Paragraph(
        tidy([Run(text)]), "h2" if is_heading and text[:1].isupper() | text[:1].isdigit() else "p"
    )
