"""Start an edit that a program asks for: checked, its document kept, and then recorded like one asked for in Slack.

A program that hears no answer asks again. With a key the same request is the same edit, on whichever worker and however
often; a key that comes with anything else is refused, and starts nothing.

Before: `web/`. After: `begin.py`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.core.audit import PROGRAM
from bot.core.errors import GoneError, RefusedError
from bot.core.model import Job, Mode, Origin
from bot.core.request import Callback, HandedText
from bot.relay.acts import Actor
from bot.relay.asking import handover
from bot.relay.asking.fetch import LARGEST_DOCUMENT
from bot.relay.asking.handover import check_channel, check_requester, check_shape, find
from bot.relay.asking.others import OWN_SESSION
from bot.relay.asking.start import (
    LONGEST_INSTRUCTION,
    NO_INSTRUCTION,
    TOO_LONG,
    check_room,
    create,
    ref_of,
)
from bot.relay.audited import Act, audited
from bot.relay.watching.texts import SOURCE, UPDATED

if TYPE_CHECKING:
    from bot.core.request import Depth, Tier
    from bot.relay.world import World


MESSAGE: Final = r"[^\x00]*[^\x00\s][^\x00]*"

HTML: Final = r"[^\x00]*<[^\x00]*"

MEANINGS: Final = {
    **handover.MEANINGS,
    "message": "an instruction: text that says something, without NUL",
    "document_html": "a document in HTML, without NUL",
}
"""What each field must be, in words."""


@dataclass(frozen=True, slots=True)
class ProgramRequest:
    """An edit as a program asks for it.

    Attributes:
        message: What is to be changed.
        key: Names this very request, so that it may be repeated; "" when every one is an edit of its own.
        session_id: Whose document is edited; "" for a session of its own.
        document_html: The document; "" when the session has it already.
        channel: Where it is reviewed (channel id) unless a route says otherwise; "" for the relay's own channel.
        requester: Slack user id of who it is for; "" for nobody in Slack.
        document: The document's name, for people; "" when it has none.
        callback_url: Who is told the outcome; "" for nobody.
    """

    message: str
    key: str = ""
    session_id: str = ""
    document_html: str = ""
    channel: str = ""
    requester: str = ""
    document: str = ""
    callback_url: str = ""
    mode: Mode = Mode.REVIEW
    tier: Tier | None = None
    depth: Depth | None = None


async def request(world: World, wanted: ProgramRequest) -> Job:
    """Store an edit that a program asks for, and return its record; with a key, the same request is the same edit.

    Raises:
        RefusedError: `code` names the field that is wrong (``message``, ``document_html``, ``session_id``, ``channel``,
            ``requester``, ``document``, ``callback_url``, ``mode``), or says what is in the way: ``idempotency_key``,
            ``unbound_route``, ``crowded``.
        TransientError: Slack or the store did not answer; try again.
    """
    ref = ref_of(f"program {wanted.key or secrets.token_hex(16)} {_digest(wanted)}")
    with suppress(GoneError):
        return await world.store.load(ref)
    async with audited(world, Actor(PROGRAM, "", wanted.channel or world.channel), Act.EDIT):
        channel = await _checked(world, wanted, ref)
        await _claim(world, wanted.key, ref)
    # Before the record: whoever finds that one may count on it. Left alone by a crash, it goes by itself.
    if wanted.document_html:
        await world.store.save_document(ref, SOURCE, wanted.document_html)
    await _create(world, wanted, ref, channel)
    return await world.store.load(ref)


async def edited(world: World, name: str) -> str:
    """Return the document that a job left, by SuperDocs' id of the job or by our own ref.

    Raises:
        GoneError: There is no such job (``unknown_job``), or it has left no document (``no_document``).
    """
    job = await find(world, name)
    html = await world.store.document(job.ref, UPDATED) if job.has_document else None
    if html is None:
        sentence = "This job has left no document: it has not ended, or changed nothing."
        raise GoneError(sentence, code="no_document")
    return html


def _digest(wanted: ProgramRequest) -> str:
    """Name what is asked for, to the letter."""
    html = hashlib.sha256(wanted.document_html.encode()).hexdigest()
    rest = json.dumps(asdict(replace(wanted, document_html=html)), sort_keys=True)
    return hashlib.sha256(rest.encode()).hexdigest()


def _session(wanted: ProgramRequest, ref: str) -> str:
    return wanted.session_id or OWN_SESSION + ref


async def _checked(world: World, wanted: ProgramRequest, ref: str) -> str:
    """Return where an edit is reviewed that may be started, or refuse it."""
    _check_content(wanted)
    default = wanted.channel or world.channel
    for field in ("session_id", "document", "requester"):
        if value := getattr(wanted, field):
            check_shape(field, value)
    check_shape("channel", default)
    channel = world.routes.place(_session(wanted, ref), wanted.document, default, wanted.mode)
    await check_room(world, channel)
    await asyncio.gather(
        check_channel(world, channel),
        check_requester(world, wanted.requester),
        _check_callback(world, wanted),
    )
    return channel


def _check_content(wanted: ProgramRequest) -> None:
    for applies, code, sentence in (
        (not re.fullmatch(MESSAGE, wanted.message), "message", NO_INSTRUCTION),
        (len(wanted.message) > LONGEST_INSTRUCTION, "message", TOO_LONG),
        (not (wanted.document_html or wanted.session_id), "document_html", _NO_DOCUMENT),
        (wanted.document_html and not re.fullmatch(HTML, wanted.document_html), "document_html", _NO_HTML),
        (len(wanted.document_html.encode()) > LARGEST_DOCUMENT, "document_html", _TOO_LARGE),
    ):
        if applies:
            raise RefusedError(sentence, code=code)


_NO_DOCUMENT: Final = "Give the document to edit (document_html), or the session that has it (session_id)."
_NO_HTML: Final = "The document is not HTML."
_TOO_LARGE: Final = f"A document may have {LARGEST_DOCUMENT // 1024 // 1024} MB at most."


async def _check_callback(world: World, wanted: ProgramRequest) -> None:
    if not wanted.callback_url:
        return
    if world.callbacks is None:
        sentence = "This relay calls nobody back: CALLBACK_HOSTS and CALLBACK_SECRET are not set. Leave callback_url out."
        raise RefusedError(sentence, code="callback_url")
    await world.callbacks.check(wanted.callback_url)


async def _claim(world: World, key: str, ref: str) -> None:
    """Take a key for a request, or refuse where another one has it. What is refused for anything else takes none."""
    if key and await world.store.claim(f"program {key}", ref) != ref:
        sentence = "This Idempotency-Key came with another request before: a new edit needs a new key."
        raise RefusedError(sentence, code="idempotency_key")


async def _create(world: World, wanted: ProgramRequest, ref: str, channel: str) -> None:
    now = await world.store.now()
    job = Job(
        ref=ref,
        session_id=_session(wanted, ref),
        channel=channel,
        requester_id=wanted.requester,
        instruction=wanted.message.strip(),
        mode=wanted.mode,
        created_at=now,
        document=wanted.document,
        origin=Origin.PROGRAM,
        source=HandedText(len(wanted.document_html), wanted.document) if wanted.document_html else None,
        tier=wanted.tier,
        depth=wanted.depth,
        callback=Callback(wanted.callback_url) if wanted.callback_url else None,
        next_at=now,
    )
    await create(world, job, now)
