"""Take a request for an edit: from a filled-in dialog, or from *Ask again*, to a stored record.

The request is stored before anybody is told that it was taken.

Before: a person. After: `begin.py`.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.again import appendix, leftovers, may_ask_again, may_edit_again
from bot.core.errors import RefusedError, RelayError
from bot.core.formats import format_of
from bot.core.model import AskedAgain, Job, Mode
from bot.core.permission import check_person, check_reader
from bot.core.request import Callback, HandedText, LibraryFile
from bot.relay.asking.lineage import gone_on_with, last, left_at
from bot.relay.asking.others import OWN_SESSION
from bot.relay.audited import Act, audited
from bot.relay.targets import job_of
from bot.relay.watching.texts import SOURCE

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.request import Source
    from bot.relay.acts import Actor, EditRequest
    from bot.relay.ports import Modifier
    from bot.relay.world import World

LONGEST_INSTRUCTION: Final = 90_000
"""Characters. SuperDocs refuses messages over 100,000, and asking again adds quotes."""

NO_INSTRUCTION: Final = "Say what should be changed."
TOO_LONG: Final = f"An instruction may have {LONGEST_INSTRUCTION:,} characters at most."

_log: Final = structlog.get_logger(__name__)

_COURTESY: Final = timedelta(seconds=0.7)
"""How long what follows a stored edit may keep its dialog open, of the three seconds that Slack waits."""


async def request(world: World, wanted: EditRequest) -> str:
    """Store a request for an edit and return its ref; the same request again is the same edit.

    Raises:
        RefusedError: `code` names the field that is wrong (``instruction``, ``document``), or the rule.
    """
    ref, continues = ref_of(wanted.key), job_of(wanted.continues_ref) if wanted.continues_ref else ""
    async with audited(world, wanted.actor, Act.EDIT):
        instruction = checked_instruction(wanted.instruction)
        begun = await _continued(world, continues) if continues else _begun_with(ref, wanted)
        channel = _place(world, begun, wanted)
        # All at once: Slack waits three seconds for the whole answer.
        await asyncio.gather(
            check_starter(world, wanted.actor, channel),
            _check_reader(world, wanted.actor, begun.old),
            world.directory.check_reachable(channel),
        )
    now = await world.store.now()
    job = Job(
        ref=ref,
        session_id=begun.session_id,
        channel=channel,
        requester_id=wanted.actor.user_id,
        instruction=instruction,
        mode=wanted.mode,
        created_at=now,
        document=begun.document,
        source=begun.source,
        continues_ref=begun.old.ref if begun.old else "",
        tier=wanted.tier,
        depth=wanted.depth,
        next_at=now,
    )
    await world.store.prefer(wanted.actor.user_id, wanted.mode)
    is_new = await create(world, job, now)
    if begun.old and begun.old.ref != ref:
        await world.store.change(begun.old.ref, gone_on_with(ref))
    if is_new and channel != wanted.channel:
        await _tell_where(world, wanted.actor, channel)
    return ref


@dataclass(frozen=True, slots=True)
class _Begun:
    """What a new edit begins with.

    Attributes:
        old: The edit that it goes on after, if it does.
    """

    session_id: str
    document: str
    source: Source | None
    old: Job | None = None


def _place(world: World, begun: _Begun, wanted: EditRequest) -> str:
    if begun.old:
        return world.routes.continued_place(begun.old, wanted.channel, wanted.mode)
    return world.routes.place(begun.session_id, begun.document, wanted.channel, wanted.mode)


async def _check_reader(world: World, actor: Actor, old: Job | None) -> None:
    """Refuse to go on with a document for somebody who cannot see it where it was reviewed."""
    if old and actor.user_id != old.requester_id:
        check_reader(await world.directory.person(actor.user_id, actor.team_id, old.channel), old)


def _begun_with(ref: str, wanted: EditRequest) -> _Begun:
    if wanted.source is None:
        sentence = "Give the document to edit."
        raise RefusedError(sentence, code="document")
    if format_of(wanted.source.name) is None:
        sentence = (
            f"{wanted.source.name} cannot be edited: give HTML, Word (.docx), PDF, Markdown, text or RTF."
        )
        raise RefusedError(sentence, code="document")
    return _Begun(OWN_SESSION + ref, wanted.source.name, wanted.source)


async def finished(world: World, target: str) -> Job:
    """Return a finished edit whose document can be edited again.

    Raises:
        RefusedError: It left none.
    """
    job = await world.store.load(job_of(target))
    if not may_edit_again(job):
        sentence = "This edit left no document to edit again."
        raise RefusedError(sentence, code="document")
    return job


async def _continued(world: World, ref: str) -> _Begun:
    """Begin with the document that a finished edit left in its session; it goes back to where it came from."""
    old = await last(world, await finished(world, ref))
    return _Begun(old.session_id, old.document, left_at(old), old)


async def _tell_where(world: World, actor: Actor, channel: str) -> None:
    """Say that an edit is reviewed elsewhere than was wanted. A courtesy: it is stored, whatever becomes of this."""
    sentence = f"This edit is reviewed in <#{channel}>, as the route for its document says."
    try:
        async with asyncio.timeout(_COURTESY.total_seconds()):
            await world.notifier.tell(actor.channel, actor.user_id, sentence)
    except (RelayError, TimeoutError) as error:
        _log.warning("place.not_told", channel=channel, reason=str(error))


async def ask_again(world: World, actor: Actor, target: str) -> str:
    """Start a new job on the session of one that left something open, quoting what; return its ref.

    Raises:
        RefusedError: It cannot be asked again, or was already; the text says which.
    """
    ref = job_of(target)
    async with audited(world, actor, Act.AGAIN, ref):
        old = await world.store.load(ref)
        await check_starter(world, actor, old.channel)
        return await renew(world, old, actor.user_id)


async def renew(world: World, old: Job, user_id: str) -> str:
    """Start the new job that asks again for what an old one left; return its ref. Who asks was checked before.

    Raises:
        RefusedError: It cannot be asked again, or was already; the text says which.
    """
    ref, now = ref_of(f"again {old.ref}"), await world.store.now()
    taken_up = _taken_up(ref)
    taken_up(old, now)
    channel = world.routes.renewed_place(old)
    quoted = await _quoted(world, old)
    before = await last(world, old)
    # Of a session in which SuperDocs never began anything, nobody can go on.
    continues = before.ref if before.job_id or before.continues_ref else ""
    renewed = replace(
        _asked_again(old, quoted),
        ref=ref,
        channel=channel,
        requester_id=user_id,
        created_at=now,
        source=left_at(before) if continues else _as_given(old.source),
        continues_ref=continues,
        next_at=now,
    )
    if isinstance(renewed.source, HandedText) and not renewed.continues_ref:
        await _hand_on(world, old.ref, ref)
    # Created before the old one says so: a crash between leaves the button, and pressing it again mends it.
    is_new = await create(world, renewed, now)
    await world.change(old.ref, taken_up)
    if continues:
        await world.store.change(continues, gone_on_with(ref))
    if not is_new:
        sentence = "This was asked again already."
        raise RefusedError(sentence, code="asked_again")
    return ref


async def _quoted(world: World, old: Job) -> str:
    """Return what is quoted of what an edit left; "" where that is all of its instruction."""
    lapsed = leftovers(old)
    texts = await world.store.contents(old.ref, [c.digest for c in lapsed])
    quoted = appendix(lapsed, texts, old.instruction)
    if not (quoted or old.appendix or old.instruction):
        sentence = "There is nothing to ask again with: the texts of what lapsed are not kept any more."
        raise RefusedError(sentence, code="no_text")
    return quoted


def _asked_again(old: Job, quoted: str) -> Job:
    """Return what stays the same when an edit is asked for again, and what it is asked for."""
    return Job(
        ref=old.ref,
        session_id=old.session_id,
        channel=old.channel,
        requester_id=old.requester_id,
        instruction=old.instruction,
        mode=old.mode,
        created_at=old.created_at,
        document=old.document,
        callback=Callback(old.callback.url) if old.callback else None,
        tier=old.tier,
        depth=old.depth,
        asks_again=AskedAgain(old.ref, tuple(c.number for c in leftovers(old))),
        # One that left nothing of its own may have asked for what another had left.
        appendix=quoted or old.appendix,
    )


def _as_given(source: Source | None) -> Source | None:
    """Return a document that is to be given anew: of the library, as it is by then."""
    return LibraryFile(source.path) if isinstance(source, LibraryFile) else source


async def _hand_on(world: World, old: str, new: str) -> None:
    """Hand on the text that a program gave, which stands nowhere but in the store, before the record that needs it."""
    html = await world.store.document(old, SOURCE)
    if html is not None:
        await world.store.save_document(new, SOURCE, html)


async def check_starter(world: World, actor: Actor, channel: str) -> None:
    """Refuse those who never start edits; and everybody, while there is no room for more.

    Raises:
        RefusedError: The sentence names the rule.
    """
    check_person(await world.directory.person(actor.user_id, actor.team_id, channel))
    await check_room(world, channel)


_TOO_LONG: Final = timedelta(minutes=10)
"""A channel in which so much waits for its turn would show a new edit's changes when little of their hour is left."""


async def check_room(world: World, channel: str) -> None:
    """Refuse more while this worker has no room for it, or a channel has more than can be shown there soon.

    Raises:
        RefusedError: `code` is ``crowded``.
    """
    if world.queue.is_crowded:
        sentence = (
            "The relay has as many edits under way as it can look after. Please try again in a few minutes."
        )
        raise RefusedError(sentence, code="crowded")
    waiting = await world.notifier.backlog(channel)
    if waiting > _TOO_LONG:
        sentence = (
            f"So much waits to be shown in <#{channel}> that Slack takes {waiting // timedelta(minutes=1)} minutes "
            "for it. Please try again after that, or have it reviewed in another channel."
        )
        raise RefusedError(sentence, code="crowded")


async def preferred_mode(world: World, actor: Actor) -> Mode:
    """Return what somebody who may start edits chose last: to review each change, the first time.

    Raises:
        RefusedError: They never start any; the sentence names the rule.
    """
    async with audited(world, actor, Act.DIALOG):
        # No channel: who is a member of it does not matter yet, and a long list of members takes the trigger's time.
        check_person(await world.directory.person(actor.user_id, actor.team_id, channel=""))
    return await world.store.preference(actor.user_id) or Mode.REVIEW


def checked_instruction(given: str) -> str:
    """Return an instruction as it is kept.

    Raises:
        RefusedError: It is none; `code` is ``instruction``.
    """
    instruction = given.strip()
    if not instruction:
        raise RefusedError(NO_INSTRUCTION, code="instruction")
    if len(instruction) > LONGEST_INSTRUCTION:
        raise RefusedError(TOO_LONG, code="instruction")
    return instruction


async def create(world: World, job: Job, shown_at: datetime) -> bool:
    """Store a new job, have it begun, and shown from a moment on; False when it is there already."""
    visible = job.touched(shown_at)
    is_new = await world.store.create(visible)
    if is_new:
        await world.hurry(visible)
    return is_new


def ref_of(key: str) -> str:
    """Name a job by the request that brought it, so that a repeated delivery is recognised."""
    return hashlib.sha256(f"superdocs-relay edit {key}".encode()).hexdigest()[:16]


def _taken_up(ref: str) -> Modifier:
    """Note by which edit a job was asked again, or refuse where nothing is left to ask for."""

    def taken_up(job: Job, now: datetime) -> Job:
        if job.asked_again_by == ref:
            return job
        if not may_ask_again(job):
            sentence = (
                "There is nothing to ask again here: it is under way, settled, or was asked again already."
            )
            raise RefusedError(sentence, code="nothing_left")
        return replace(job, asked_again_by=ref).touched(now)

    return taken_up
