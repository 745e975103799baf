"""A file that goes: a document in the format that was asked for."""

from typing import Final, Literal, NamedTuple, TypeAlias

from bot.sandbox.superdocs.files import docx_writing, markdown, pdf_writing, text
from bot.sandbox.superdocs.files.blocks import Block, blocks_of

Format: TypeAlias = Literal["docx", "pdf", "html", "markdown", "txt", "doc"]

SUFFIXES: Final[dict[Format, str]] = {
    "docx": ".docx",
    "pdf": ".pdf",
    "html": ".html",
    "markdown": ".md",
    "txt": ".txt",
    "doc": ".doc",
}
TYPES: Final[dict[Format, str]] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html",
    "markdown": "text/markdown",
    "txt": "text/plain",
    "doc": "application/msword",
}


class Written(NamedTuple):
    """A file, and what could not go into it."""

    content: bytes
    warnings: list[str]


def write(html: str, form: Format) -> Written:
    """Write a document; HTML as it stands, which Word takes for its old format too."""
    if form in ("html", "doc"):
        return Written(html.encode(errors="replace"), [])
    blocks, warnings = blocks_of(html)
    content, more = _written(blocks, form)
    return Written(content, warnings + more)


def _written(blocks: list[Block], form: Format) -> tuple[bytes, list[str]]:
    if form == "pdf":
        return pdf_writing.write(blocks)
    if form == "docx":
        return docx_writing.write(blocks), []
    words = markdown.write(blocks) if form == "markdown" else text.write(blocks)
    return words.encode(errors="replace"), []
