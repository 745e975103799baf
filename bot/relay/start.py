"""Start an edit: from a filled-in dialog, or from *Ask again*, to a running job at SuperDocs.

The request is stored before anybody is told that it was taken. The job is started by a task that may run twice:
a job that an earlier, unanswered attempt started is found in the session, and taken over.

Before: a person. After: `watch.py`.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.again import appendix, leftovers, may_ask_again
from bot.core.deadline import CALL_LIMIT, DAY, GLANCE, STALE, pause
from bot.core.errors import OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.core.lifecycle import JobEvent, advance_job
from bot.core.model import AskedAgain, Job, JobState, Mode, SourceFile
from bot.core.permission import check_person
from bot.core.sighting import ENDED
from bot.relay.audited import Act, audited
from bot.relay.stop import never_started
from bot.relay.targets import job_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.sighting import Listed
    from bot.relay.acts import Actor, EditRequest
    from bot.relay.ports import Modifier
    from bot.relay.world import World

LONGEST_INSTRUCTION: Final = 90_000
"""Characters. SuperDocs refuses messages over 100,000, and asking again adds quotes."""

_log: Final = structlog.get_logger(__name__)

OWN_SESSION: Final = "slack-"
"""How the ids of the sessions begin that the relay opens; asking again may lead into another program's."""

_COURTESY: Final = timedelta(seconds=0.7)
"""How long what follows a stored edit may keep its dialog open, of the three seconds that Slack waits."""

_GIVES_UP_AFTER: Final = timedelta(hours=1)
"""How long an edit is tried to be started; then it is looked for once more, for a day at most, and ends in words."""

_NEVER_TAKEN: Final = "SuperDocs did not take the edit within an hour."

LARGEST_DOCUMENT: Final = 10 * 1024 * 1024
"""Bytes; what Slack's own file input takes."""

_FETCHING: Final = timedelta(seconds=15)
"""How long the document may take to come from Slack, since tasks are short."""


async def request(world: World, wanted: EditRequest) -> str:
    """Store a request for an edit and return its ref; the same request again is the same edit.

    Raises:
        RefusedError: `code` names the field that is wrong (``instruction``, ``document``), or the rule.
    """
    ref = ref_of(wanted.key)
    async with audited(world, wanted.actor, Act.EDIT):
        document = wanted.source.name if wanted.source else ""
        channel = world.routes.place(OWN_SESSION + ref, document, wanted.channel, wanted.mode)
        # Both at once: Slack waits three seconds for the whole answer.
        await asyncio.gather(
            check_starter(world, wanted.actor, channel), world.directory.check_reachable(channel)
        )
        source, instruction = _filled_in(wanted)
    now = await world.store.now()
    job = Job(
        ref=ref,
        session_id=OWN_SESSION + ref,
        channel=channel,
        requester_id=wanted.actor.user_id,
        instruction=instruction,
        mode=wanted.mode,
        created_at=now,
        document=source.name,
        source=source,
        next_at=now,
    )
    await world.store.prefer(wanted.actor.user_id, wanted.mode)
    if await create(world, job, now) and channel != wanted.channel:
        await _tell_where(world, wanted.actor, channel)
    return ref


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
    lapsed = leftovers(old)
    texts = await world.store.contents(old.ref, [c.digest for c in lapsed])
    quoted = appendix(lapsed, texts, old.instruction)
    if not (quoted or old.appendix or old.instruction):
        sentence = "There is nothing to ask again with: the texts of what lapsed are not kept any more."
        raise RefusedError(sentence, code="no_text")
    renewed = Job(
        ref=ref,
        session_id=old.session_id,
        channel=channel,
        requester_id=user_id,
        instruction=old.instruction,
        mode=old.mode,
        created_at=now,
        document=old.document,
        source=None if old.job_id else old.source,
        asks_again=AskedAgain(old.ref, tuple(c.number for c in lapsed)),
        # One that left nothing of its own may have asked for what another had left.
        appendix=quoted or old.appendix,
        next_at=now,
    )
    # Created before the old one says so: a crash between leaves the button, and pressing it again mends it.
    is_new = await create(world, renewed, now)
    await world.change(old.ref, taken_up)
    if not is_new:
        sentence = "This was asked again already."
        raise RefusedError(sentence, code="asked_again")
    await _pass_on(world, old.ref, ref)
    return ref


async def _pass_on(world: World, old: str, new: str) -> None:
    """Pass on the document as the last edit left it: the session has it, and cards say where in it they stand."""
    for name in ("updated", "synced", "source"):
        html = await world.store.document(old, name)
        if html is not None:
            await world.store.save_document(new, "synced", html)
            return


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


async def start(world: World, ref: str) -> None:
    """Start a stored edit at SuperDocs; the task behind `request` and `ask_again`."""
    job = await world.store.load(ref)
    now = await world.store.now()
    if job.state is not JobState.STARTING or job.next_at is None or job.next_at > now:
        return
    try:
        job_id = await _begun_before(world, job)
        if job_id is None and now >= job.created_at + _GIVES_UP_AFTER:
            await world.change(ref, _fail(job.progress or _NEVER_TAKEN))
            return
        job_id = job_id or await _begin(world, job)
    except (TransientError, OutcomeUnknownError) as error:
        await world.change(ref, _try_later(error))
    except RefusedError as error:
        # An earlier attempt, unanswered, may be what the session is busy with: it shows up in a moment.
        is_ours = error.code == "session_busy" and job.steps > 0
        await world.change(ref, _try_later(error) if is_ours else _fail(str(error)))
    else:
        await world.change(ref, _run(job_id) if job_id else never_started)


def _filled_in(wanted: EditRequest) -> tuple[SourceFile, str]:
    instruction = wanted.instruction.strip()
    if not instruction:
        sentence = "Say what should be changed."
        raise RefusedError(sentence, code="instruction")
    if len(instruction) > LONGEST_INSTRUCTION:
        sentence = f"An instruction may have {LONGEST_INSTRUCTION:,} characters at most."
        raise RefusedError(sentence, code="instruction")
    if wanted.source is None:
        sentence = "Give the document to edit: an HTML file."
        raise RefusedError(sentence, code="document")
    return wanted.source, instruction


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


async def _begun_before(world: World, job: Job) -> str | None:
    """Find the job that an earlier attempt started without our hearing of it."""
    if job.steps == 0:
        return None
    for listed in await world.documents.jobs_of(job.session_id):
        if not await _is_anothers(world, job, listed):
            return listed.job_id
    return None


async def _is_anothers(world: World, job: Job, listed: Listed) -> bool:
    """Say whether a job of the session is not the one that this record started.

    Every other job of ours has its record; what is retained no longer here has long left SuperDocs' list as well.
    In a session of another program, what has ended without a record is that program's.
    """
    is_foreign = not job.session_id.startswith(OWN_SESSION)
    if is_foreign and listed.status in ENDED:
        return True
    return await world.store.ref_of_job(listed.job_id) is not None


async def _begin(world: World, job: Job) -> str:
    """Start the job and return its id; "" when somebody stopped the edit before."""
    html = await _document(world, job, job.source) if job.source else None
    job = await world.store.change(job.ref, _attempted)
    if not _is_wanted(job):
        return ""
    message = (job.instruction + job.appendix).strip()
    return await world.documents.start(job.session_id, message, job.mode, html)


def _is_wanted(job: Job) -> bool:
    return job.state is JobState.STARTING and not job.stop_requested_by


def _attempted(job: Job, now: datetime) -> Job:
    """Note an attempt before the call; while its answer may still come, no other task makes one."""
    if not _is_wanted(job):
        return job
    return replace(job, steps=job.steps + 1, next_at=now + CALL_LIMIT + STALE)


async def _document(world: World, job: Job, source: SourceFile) -> str:
    """Return the document as it was when the edit was asked for: fetched once, and kept."""
    kept = await world.store.document(job.ref, "source")
    if kept is not None:
        return kept
    html = _decoded(source.name, await _downloaded(world, source))
    await world.store.save_document(job.ref, "source", html)
    return html


async def _downloaded(world: World, source: SourceFile) -> bytes:
    try:
        async with asyncio.timeout(_FETCHING.total_seconds()):
            return await world.notifier.download(source)
    except TimeoutError as error:
        raise TransientError("Slack takes too long to hand the document over.") from error


def _decoded(name: str, raw: bytes) -> str:
    if len(raw) > LARGEST_DOCUMENT:
        sentence = f"{name} is larger than {LARGEST_DOCUMENT // 1024 // 1024} MB."
        raise RefusedError(sentence, code="too_large")
    try:
        html = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"{name} is not UTF-8 text: save it as UTF-8 HTML and try again."
        raise RefusedError(sentence, code="encoding") from error
    if "<" not in html or "\0" in html:
        sentence = f"{name} is not an HTML document."
        raise RefusedError(sentence, code="not_html")
    return html


def _run(job_id: str) -> Modifier:
    def run(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING:
            return job
        started = replace(job, job_id=job_id, next_at=now, steps=job.steps + 1, failures=0)
        return advance_job(started, JobEvent.START).touched(now + GLANCE)

    return run


def _fail(reason: str) -> Modifier:
    def fail(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING:
            return job
        failed = replace(job, reason=reason, ended_at=now, next_at=None)
        return advance_job(failed, JobEvent.FAIL).touched(now)

    return fail


def _try_later(error: RelayError) -> Modifier:
    def try_later(job: Job, now: datetime) -> Job:
        if job.state is not JobState.STARTING:
            return job
        if now >= job.created_at + DAY:
            return _fail(str(error))(job, now)
        failures = job.failures + 1
        # What an unanswered attempt has started shows up in the session only after a moment.
        is_unanswered = isinstance(error, OutcomeUnknownError)
        asked = pause(failures, job.ref, getattr(error, "retry_after_s", None))
        wait = max(STALE, asked) if is_unanswered else asked
        # Each attempt is a task of its own; and from the second on, earlier ones are looked for first.
        waiting = replace(job, failures=failures, next_at=now + wait, steps=max(1, job.steps) + 1)
        return replace(waiting, progress=str(error)).touched(now) if failures == 1 else waiting

    return try_later
