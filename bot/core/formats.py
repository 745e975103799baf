"""The formats of documents that SuperDocs edits, known by their names.

HTML is edited as it is; the others come in by an upload. Source: https://docs.superdocs.app/concepts/documents
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class Format(StrEnum):
    """What a document is written in. Its value is the suffix that it usually has."""

    HTML = "html"
    DOCX = "docx"
    PDF = "pdf"
    MARKDOWN = "md"
    TEXT = "txt"
    RTF = "rtf"


_BY_SUFFIX: Final[Mapping[str, Format]] = {
    **{form.value: form for form in Format},
    "htm": Format.HTML,
    "markdown": Format.MARKDOWN,
}


SUFFIXES: Final = tuple(_BY_SUFFIX)
"""The ends of the names of documents that are taken, in small letters and without the dot."""


def format_of(name: str) -> Format | None:
    """Say in which format a document is, by the suffix of its name in any case; None: it is not taken.

    Word's old ``.doc`` is none of them.
    """
    return _BY_SUFFIX.get(PurePosixPath(name).suffix.removeprefix(".").lower())
