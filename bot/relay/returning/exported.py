"""Bring the document back in the format that it came in, once SuperDocs' export holds what was decided.

What was exported is kept: the file in the thread and the one in the library are the same bytes, and so is what a
crash has repeated.

Before: `publish.py`. After: people, and `returned.py`.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.core import returning
from bot.core.errors import RefusedError, TransientError
from bot.core.returning import EXPORT
from bot.core.words.pieces import inert
from bot.relay.asking.others import BUSY
from bot.relay.showing.filing import Paper, file, is_filed
from bot.relay.watching.texts import before

if TYPE_CHECKING:
    from bot.core.formats import Format
    from bot.core.model import Job
    from bot.relay.ports import Modifier
    from bot.relay.showing.posting import Pass
    from bot.relay.world import World


async def export(one: Pass, job: Job, html: str) -> Job:
    """Export a job's document, if it came in another format than HTML, and post it.

    Raises:
        TransientError: SuperDocs, or Slack, is to be asked again.
        OutcomeUnknownError: It may be posted.
        RefusedError: Slack does not take it.
    """
    form = returning.export_form(job)
    if form is None or job.export_trouble or is_filed(job, EXPORT):
        return job
    try:
        content, caution = await _exported(one.world, job, form, html)
    except _LackingError as lacking:
        return await one.world.change(job.ref, _troubled(str(lacking)))
    except RefusedError as error:
        if error.code in _PASSING:
            raise TransientError(str(error)) from error
        sentence = f"SuperDocs does not write this document as {returning.form_name(job)}: {error}"
        return await one.world.change(job.ref, _troubled(sentence))
    name = returning.edited_name(job.document, form.value)
    sentence = f"{inert(name)}: the same document as {returning.form_name(job)}.{caution}"
    return await file(one, job, Paper(EXPORT, name, content, sentence))


_PASSING: Final = frozenset({BUSY, "key_refused"})
"""Codes of a no that does not last: somebody uses the session, or the key is being changed."""


async def kept_export(world: World, job: Job) -> bytes | None:
    """Return the bytes that a job's document was exported as; None when they are not kept, or lack who knows what."""
    return await _kept(world, job, EXPORT)


async def is_unread(world: World, job: Job) -> bool:
    """Say whether a job's document was exported so that nobody can tell what is in it."""
    return await world.store.document(job.ref, _UNREAD) is not None


_UNREAD: Final = "export-unread"
"""Under which name the store keeps an export that could not be looked into."""

_CAUTION: Final = " It could not be read to see whether it holds every change; the HTML file does."


async def _kept(world: World, job: Job, name: str) -> bytes | None:
    kept = await world.store.document(job.ref, name)
    return base64.b64decode(kept) if kept is not None else None


class _LackingError(Exception):
    """SuperDocs' export does not hold what was decided, however long one waits."""


async def _exported(world: World, job: Job, form: Format, html: str) -> tuple[bytes, str]:
    """Return the export, kept or new, and what is to be said of it with care."""
    for name, caution in ((EXPORT, ""), (_UNREAD, _CAUTION)):
        kept = await _kept(world, job, name)
        if kept is not None:
            return kept, caution
    given = await world.documents.export(job.session_id, form, job.document)
    if given.text:
        await _check(world, job, html, given.text)
    name, caution = (EXPORT, "") if given.text else (_UNREAD, _CAUTION)
    await world.store.save_document(job.ref, name, base64.b64encode(given.content).decode())
    return given.content, caution


async def _check(world: World, job: Job, html: str, text: str) -> None:
    """Make sure that an export holds what was decided; for a while, it is asked for again."""
    was = await before(world, job) or ""
    # Of a long document this takes longer than other tasks should wait.
    if await asyncio.to_thread(returning.holds, was, html, text):
        return
    if returning.is_patient(job, await world.store.now()):
        raise TransientError("SuperDocs' export lacks what was decided.")
    raise _LackingError(
        f"The document does not come back as {returning.form_name(job)}: SuperDocs' export lacks changes that are in "
        "the document. The HTML file has everything."
    )


def _troubled(sentence: str) -> Modifier:
    return lambda job, now: replace(job, export_trouble=sentence).touched(now)
