"""The operations on documents: upload, export, the roster of a session, and which of it is focused."""

import asyncio
import base64
import binascii
import json
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from aiohttp import web
from pydantic import BaseModel, Field, ValidationError

from bot.sandbox.superdocs.account import Account
from bot.sandbox.superdocs.desk import Asked, Desk
from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.errors import (
    RefusalError,
    export_too_large,
    invalid,
    missing,
    not_found,
    too_large,
)
from bot.sandbox.superdocs.files.reading import reader_of
from bot.sandbox.superdocs.files.writing import SUFFIXES, TYPES, Format, write
from bot.sandbox.superdocs.session import PAGE_SETUP, OpenMode, Session, SessionId
from bot.sandbox.superdocs.wire import Json

LONGEST_NAME: Final = 31
"""Letters of a file's name that an export keeps (seen at the real one, as is the loss of `&`)."""


class _Form(BaseModel):
    """The plain fields of an upload."""

    session_id: SessionId | None = None
    open_mode: OpenMode = "replace"


class _Encoded(_Form):
    """The body of `POST /v1/documents/upload-base64`."""

    filename: str
    file_base64: str
    return_html: bool = False


class _Place(BaseModel):
    """The query of an upload."""

    index: int | None = Field(default=None, ge=0)


class _ExportOptions(BaseModel):
    """What is obeyed of an export's options; the rest is taken without a word."""

    filename: str | None = None


class _Export(BaseModel):
    """The body of `POST /v1/documents/export`. A `document_id` in it is ignored (seen at the real one)."""

    session_id: str | None = None
    html: str | None = None
    upload_id: str | None = None
    format: Format = "docx"
    filename: str | None = None
    options: _ExportOptions = _ExportOptions()


class _Roster(BaseModel):
    """The query of a session's documents."""

    include_html: bool = False


class _File(NamedTuple):
    """A file that was sent."""

    name: str
    content: bytes


class FileOperations:
    """Answers the requests that the desk has received."""

    def __init__(self, account: Account, desk: Desk) -> None:
        self._account = account
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        """Return all routes, beginning `/v1/`."""
        documents = "/v1/sessions/{session_id}/documents"
        keyed = [
            ("POST", "/v1/documents/upload", "upload", self.upload),
            ("POST", "/v1/documents/upload-base64", "upload_base64", self.upload_base64),
            ("POST", "/v1/documents/export", "export", self.export),
            ("GET", documents, "list_documents", self.list_documents),
            ("POST", documents + "/{document_id}/focus", "focus", self.focus),
        ]
        return [self._desk.keyed_route(method, path, name, answer) for method, path, name, answer in keyed]

    async def upload(self, asked: Asked) -> web.StreamResponse:
        """Take a file, sent as a form."""
        part = asked.form.get("file")
        if part is None or part.filename is None:
            raise missing("body", "file")
        try:
            form = _Form.model_validate({name: part.text for name, part in asked.form.items()})
        except ValidationError as error:
            raise invalid(error, "body") from None
        told = await self._take(asked, _File(part.filename, part.content), form)
        return web.json_response(told)

    async def upload_base64(self, asked: Asked) -> web.StreamResponse:
        """Take a file, sent as JSON; its HTML is told only if it is asked for."""
        sent = asked.parsed(_Encoded)
        try:
            content = base64.b64decode(sent.file_base64, validate=True)
        except binascii.Error:
            raise RefusalError(400, "Invalid base64 content") from None
        told = await self._take(asked, _File(sent.filename, content), sent)
        if sent.session_id and not sent.return_html:
            del told["html"]
        return web.json_response(told)

    async def _take(self, asked: Asked, file: _File, form: _Form) -> Json:
        """Read a file, open it where it was asked to go, and say what became of it."""
        index = asked.queried(_Place).index
        html = await self._read(file)
        if not form.session_id:
            return _converted(html, file.name)
        session = self._account.session(form.session_id)
        slot = session.upload(html, file.name, form.open_mode, index)
        self._account.tell_documents(session)
        return {
            "html": slot.document.html,
            "session_id": session.session_id,
            "document_id": slot.document_id,
            "version_id": slot.version_id,
            "chunks_count": len(slot.document.chunks),
            "filename": file.name,
            "page_setup": PAGE_SETUP,
            "persisted": True,
            "roster": session.roster(self._account.clock()),
        }

    async def _read(self, file: _File) -> str:
        """Return a file as HTML, or refuse it: its format, its size, or what is in it."""
        limits = self._account.behaviour
        read = reader_of(file.name)
        if read is None:
            raise _unsupported(file.name)
        if len(file.content) > limits.max_upload_bytes:
            raise too_large(limits.max_upload_bytes)
        try:
            html = await asyncio.to_thread(read, file.content)
        except ValueError as problem:
            raise RefusalError(
                limits.broken_file_status, f"Could not read {file.name}: {problem}"
            ) from problem
        if not any(chunk.text for chunk in Document.of(html).chunks):
            raise RefusalError(limits.broken_file_status, f"Could not read {file.name}: it is empty")
        return html

    async def export(self, asked: Asked) -> web.StreamResponse:
        """Give a session's focused document, or HTML that comes along, as a file."""
        wanted = asked.parsed(_Export)
        html, title = self._exported(wanted)
        content, warnings = await asyncio.to_thread(write, html, wanted.format)
        limit = self._account.behaviour.max_export_bytes
        if len(content) > limit:
            raise export_too_large(limit)
        name = _file_name(wanted.options.filename or wanted.filename or title or "document", wanted.format)
        headers = {"Content-Disposition": _disposition(name)}
        if warnings:
            headers["X-Export-Warnings"] = base64.b64encode(json.dumps(warnings).encode()).decode()
        return web.Response(body=content, content_type=TYPES[wanted.format], headers=headers)

    def _exported(self, wanted: _Export) -> tuple[str, str | None]:
        """Return the HTML to export and its title; what an approval brought may not be in it yet."""
        if wanted.html is not None:
            return wanted.html, None
        if wanted.upload_id is not None:
            raise not_found("Upload")
        if wanted.session_id is None:
            raise RefusalError(400, "One of session_id, html or upload_id is required")
        focused = self._session(wanted.session_id).focused
        if focused is None:
            raise not_found("Document")
        return focused.exported(self._account.clock()).html, focused.title

    async def list_documents(self, asked: Asked) -> web.StreamResponse:
        """Show a session's documents."""
        wanted = asked.queried(_Roster)
        session = self._session(asked.path("session_id"))
        roster = session.roster(self._account.clock(), include_html=wanted.include_html)
        return web.json_response(
            {"session_id": session.session_id, "documents": roster, "total": len(roster)}
        )

    async def focus(self, asked: Asked) -> web.StreamResponse:
        """Put a document in front of its session's others."""
        wanted = asked.queried(_Roster)
        session = self._session(asked.path("session_id"))
        slot = session.slot(asked.path("document_id"))
        if slot is None:
            raise not_found("Document")
        session.focused = slot
        self._account.tell_documents(session)
        told = slot.entry(self._account.clock(), include_html=wanted.include_html, focused=True)
        focus = {"session_id": session.session_id, "focused_document_id": slot.document_id}
        return web.json_response({**focus, **told})

    def _session(self, session_id: str) -> Session:
        session = self._account.sessions.get(session_id)
        if session is None:
            raise not_found("Session")
        return session


def _converted(html: str, name: str) -> Json:
    """Say what a file holds that goes into no session."""
    document = Document.of(html, name)
    told: dict[str, Any] = {"html": document.html, "session_id": None, "document_id": None}
    told |= {"version_id": None, "chunks_count": len(document.chunks), "filename": name}
    return {**told, "page_setup": PAGE_SETUP, "persisted": False, "roster": []}


def _unsupported(name: str) -> RefusalError:
    if name.lower().endswith(".doc"):
        return RefusalError(
            400, "Legacy .doc files are not supported. Please convert to .docx format and try again."
        )
    return RefusalError(400, "Unsupported file type. Supported: .docx, .pdf, .txt, .html, .md, .rtf")


def _file_name(wanted: str, form: Format) -> str:
    """Return the name that an exported file gets."""
    stem = wanted.removesuffix(SUFFIXES[form]).replace("&", "")
    return stem[:LONGEST_NAME].strip() + SUFFIXES[form]


def _disposition(name: str) -> str:
    """Return the header that names a file; a name that is not plain ASCII has a form of its own."""
    if name.isascii() and name.isprintable() and not set(name) & {'"', "\\"}:
        return f'attachment; filename="{name}"'
    return f"attachment; filename*=UTF-8''{quote(name)}"
