"""The document that an edit is about, from wherever it comes: Slack, the library, a program, or the session itself.

It is fetched once and kept, so that every later look is at what the edit began with. HTML goes to SuperDocs with the
instruction, as it is; what SuperDocs must convert is uploaded into the session before.

Before: `start.py`. After: SuperDocs.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.core.errors import RefusedError, TransientError
from bot.core.formats import Format, format_of
from bot.core.request import HandedText, LibraryFile, SourceFile
from bot.core.words.pieces import inert
from bot.relay.watching.texts import SOURCE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.ports import Modifier
    from bot.relay.world import World

LARGEST_DOCUMENT: Final = 10 * 1024 * 1024
"""Bytes; what Slack's own file input takes."""

_FETCHING: Final = timedelta(seconds=10)
"""How long the document may take to come from Slack, since tasks are short."""


async def document(world: World, job: Job) -> str | None:
    """Return the HTML that goes along with the instruction; None when the session has the document already.

    Raises:
        RefusedError: There is no such document, or it is none that can be edited.
        TransientError: It cannot be had now.
    """
    if job.continues_ref:
        return None
    match job.source:
        case None:
            return None
        case HandedText():
            return await _handed(world, job)
        case LibraryFile():
            return await _of_library(world, job, job.source)
        case SourceFile():
            kept = await world.store.document(job.ref, SOURCE)
            kept = kept or await _kept(world, job, SOURCE, await _downloaded(world, job.source))
            return _sent_along(job.source.name, kept)


async def _handed(world: World, job: Job) -> str:
    kept = await world.store.document(job.ref, SOURCE)
    if kept is None:
        sentence = "The text that the program gave is not kept any more."
        raise RefusedError(sentence, code="document")
    return kept


async def _of_library(world: World, job: Job, source: LibraryFile) -> str | None:
    """Return a document of the library as the record says that it was read.

    The version is noted before the text is used, and the first one noted counts: whichever of two tasks reads
    something else, both go on with that one, and what comes back later is compared with it.
    """
    if world.library is None:
        sentence = f"{inert(source.path)} cannot be read: the relay has no document library any more (DOCUMENTS_URL)."
        raise RefusedError(sentence, code="document")
    kept = await world.store.document(job.ref, _version(source.version)) if source.version else None
    if kept is None:
        held = await world.library.read(source.path)
        kept = await _kept(world, job, _version(held.version), held.content)
        noted = (await world.store.change(job.ref, _began_with(source, held.version))).source
        if isinstance(noted, LibraryFile) and noted.version != held.version:
            kept = await _handed_version(world, job, noted.version)
    await world.store.save_document(job.ref, SOURCE, kept)
    return _sent_along(source.path, kept)


async def _handed_version(world: World, job: Job, version: str) -> str:
    kept = await world.store.document(job.ref, _version(version))
    if kept is None:
        raise TransientError("The document changed while it was being read.")
    return kept


def _version(version: str) -> str:
    """Name the place of one version of a library's document in the store."""
    return f"library:{version}"


def _began_with(source: LibraryFile, version: str) -> Modifier:
    def began(job: Job, _now: datetime) -> Job:
        is_noted = isinstance(job.source, LibraryFile) and job.source.version
        return job if is_noted else replace(job, source=replace(source, version=version))

    return began


async def _downloaded(world: World, source: SourceFile) -> bytes:
    try:
        async with asyncio.timeout(_FETCHING.total_seconds()):
            return await world.notifier.download(source)
    except TimeoutError as error:
        raise TransientError("Slack takes too long to hand the document over.") from error


async def _kept(world: World, job: Job, name: str, raw: bytes) -> str:
    """Make HTML of a document and keep it: our own reading of HTML, SuperDocs' of everything else.

    An upload replaces the session's document, so one that is repeated after a crash brings the same text; what is
    kept is what the last one made of it.
    """
    title = _title(job)
    if len(raw) > LARGEST_DOCUMENT:
        sentence = f"{inert(title)} is larger than {LARGEST_DOCUMENT // 1024 // 1024} MB."
        raise RefusedError(sentence, code="too_large")
    if _is_html(title):
        html = _decoded(title, raw)
    else:
        html = (await world.documents.upload(job.session_id, title, raw)).html
    await world.store.save_document(job.ref, name, html)
    return html


def _title(job: Job) -> str:
    return job.source.name if job.source else job.document


def _sent_along(name: str, html: str) -> str | None:
    """Return what is sent with the instruction: nothing, where the upload has brought it into the session."""
    return html if _is_html(name) else None


def _is_html(name: str) -> bool:
    """Say whether a document is read here; one whose name does not say what it is, is taken for HTML."""
    return format_of(name) in {Format.HTML, None}


def _decoded(name: str, raw: bytes) -> str:
    try:
        html = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"{inert(name)} is not UTF-8 text: save it as UTF-8 HTML and try again."
        raise RefusedError(sentence, code="encoding") from error
    if "<" not in html or "\0" in html:
        sentence = f"{inert(name)} is not an HTML document."
        raise RefusedError(sentence, code="not_html")
    return html
