"""Documents on their way in and out: what an upload, an export and a roster say. Pure.

Sources: https://docs.superdocs.app/concepts/documents and https://docs.superdocs.app/guides/multi-document
"""

from __future__ import annotations

import base64
import binascii
import unicodedata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from bot.core.errors import RefusedError, TransientError
from bot.core.formats import Format
from bot.core.sighting import Rostered, Uploaded
from bot.superdocs.decoding import Wire, Word, as_object, decoded
from bot.superdocs.errors import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

_STEM_LIMIT: Final = 100
"""Characters of a name before its suffix. SuperDocs itself was seen to cut at about 31."""

_WARNINGS_LIMIT: Final = 64 * 1024
"""Characters of a header that are looked into."""

_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_MEDIA: Final[Mapping[Format, str]] = {
    Format.HTML: "text/html",
    Format.DOCX: _WORD,
    Format.PDF: "application/pdf",
    Format.MARKDOWN: "text/markdown",
    Format.TEXT: "text/plain",
    Format.RTF: "application/rtf",
}

_EXPORTS: Final[Mapping[Format, str]] = {
    Format.HTML: "html",
    Format.DOCX: "docx",
    Format.PDF: "pdf",
    Format.MARKDOWN: "markdown",
    Format.TEXT: "txt",
}
"""SuperDocs' words for what it exports; RTF it only takes in."""

_BEGINS: Final[Mapping[Format, bytes]] = {Format.DOCX: b"PK\x03\x04", Format.PDF: b"%PDF-"}
"""How a file begins that is what it should be, whatever its content type says."""

_PREAMBLE: Final = 1024
"""Bytes within which a PDF may begin."""


class _Uploaded(Wire):
    html: Word = ""
    document_id: Word = ""


class _Document(Wire):
    document_id: Word = ""
    durable_document_id: Word = ""
    title: Word = ""
    filename: Word = ""
    html: Word = ""


def render_upload(session_id: str) -> dict[str, str]:
    """Return the fields beside the file of `POST /v1/documents/upload`."""
    return {"session_id": session_id, "open_mode": "replace", "return_html": "true"}


def render_file_name(name: str) -> str:
    """Return a file's name so that every header can carry it: no path, no controls, not long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join("_" if _is_unfit(character) else character for character in last).strip()
    path = PurePosixPath(printable)
    return f"{path.stem[:_STEM_LIMIT]}{path.suffix[:_STEM_LIMIT]}" or "document"


def _is_unfit(character: str) -> bool:
    """Say whether a character controls something, is half of one, or ends a quoted name."""
    return character == '"' or unicodedata.category(character).startswith("C")


def media_type(form: Format | None) -> str:
    """Return the content type of a format."""
    return _MEDIA[form] if form else "application/octet-stream"


def parse_uploaded(payload: object) -> Uploaded:
    """Read the answer to an upload."""
    told = _Uploaded.model_validate(as_object(payload))
    return Uploaded(told.html, told.document_id)


def render_export(session_id: str, form: Format, name: str) -> dict[str, object]:
    """Return the body of `POST /v1/documents/export`.

    Raises:
        RefusedError: SuperDocs does not export this format.
    """
    if form not in _EXPORTS:
        raise RefusedError(f"SuperDocs does not export {form.name} files.", code=Code.UNSUPPORTED)
    return {"session_id": session_id, "format": _EXPORTS[form], "filename": render_file_name(name)}


def check_exported(content: bytes, content_type: str, form: Format) -> None:
    """Make sure that an answer is a file of this format.

    Raises:
        TransientError: It is something else: a gateway's page, a message, or nothing.
    """
    kind = content_type.partition(";")[0].strip().lower()
    beginning = _BEGINS.get(form)
    if beginning is not None:
        is_it = beginning in content[:_PREAMBLE]
    else:
        is_it = bool(content) and kind != "application/json" and (form is Format.HTML or kind != "text/html")
    if not is_it:
        raise TransientError(f"SuperDocs answered with something else than a file in {form.name}.")


def count_warnings(header: str) -> int:
    """Count what SuperDocs warns of about an export: a JSON list in base64. What cannot be read counts as one."""
    if not header:
        return 0
    try:
        told = decoded(base64.b64decode(header[:_WARNINGS_LIMIT], validate=True).decode())
    except (binascii.Error, ValueError):
        return 1
    return len(told) if isinstance(told, list) else 1


def parse_roster(payload: object) -> tuple[Rostered, ...]:
    """Read a session's documents, ``{"documents": […]}`` or the bare list, in its order; the focused is first."""
    opened = decoded(payload)
    listed = decoded(opened.get("documents")) if isinstance(opened, dict) else opened
    found = listed if isinstance(listed, list) else []
    told = (_Document.model_validate(item) for item in found if isinstance(item, dict))
    return tuple(map(_rostered, (document for document in told if document.document_id)))


def _rostered(told: _Document) -> Rostered:
    return Rostered(told.document_id, told.title or told.filename, told.html, told.durable_document_id)
