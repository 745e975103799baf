"""A file that comes: which formats are taken, and what is read of it."""

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final, TypeAlias

from bot.sandbox.superdocs.files import docx_reading, markdown, pdf_reading, rtf, text
from bot.sandbox.superdocs.files.blocks import html_of
from bot.sandbox.superdocs.files.webpage import uploaded

Reader: TypeAlias = Callable[[bytes], str]
"""Turns a file into HTML; a `ValueError` says why it cannot."""


def reader_of(filename: str) -> Reader | None:
    """Return what reads a file of this name; None where its format is not taken, as `.doc` is not."""
    return _READERS.get(PurePath(filename).suffix.lower())


def _webpage(content: bytes) -> str:
    return uploaded(text.decoded(content))


_READERS: Final[Mapping[str, Reader]] = {
    ".docx": lambda content: html_of(docx_reading.read(content)),
    ".pdf": lambda content: html_of(pdf_reading.read(content)),
    ".md": lambda content: html_of(markdown.read(content)),
    ".rtf": lambda content: html_of(rtf.read(content)),
    ".txt": lambda content: html_of(text.read(content)),
    ".html": _webpage,
    ".htm": _webpage,
}
