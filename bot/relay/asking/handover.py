"""Take over a job that another program started: from there on it is reviewed like one of our own.

One job at SuperDocs is one record, whoever brings it and how often: its ref follows from the job's id, and a job
that the relay started itself is found, never taken a second time. Two records would be two approvals.

Before: another program, by HTTP or by the command line; or `survey.py`. After: `watch.py`.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.core.deadline import GLANCE, window
from bot.core.errors import GoneError, RefusedError
from bot.core.model import Job, JobState, Mode, Origin
from bot.core.permission import check_person
from bot.core.sighting import ENDED, Status
from bot.relay.asking.start import check_room, create, ref_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.sighting import Sighting
    from bot.relay.world import World

ID: Final = r"[0-9A-Za-z_][!-~]{0,255}"
"""Ids of SuperDocs. Sessions are named by whoever opens them: anything visible that fits an address is taken."""

REF: Final = r"[0-9a-f]{16}"
"""Our own names of jobs; see `start.ref_of`."""

CHANNEL: Final = r"[CG][0-9A-Z]{2,30}"
PERSON: Final = r"[UW][0-9A-Z]{2,30}"
"""Slack's ids."""

DOCUMENT: Final = r"[^\x00-\x1f\x7f]{0,200}"

_ID_IN_WORDS: Final = "up to 256 visible ASCII characters, the first a letter, a digit or _"

_SHAPES: Final = {
    "job_id": ID,
    "session_id": ID,
    "channel": CHANNEL,
    "requester": f"({PERSON})?",
    "document": DOCUMENT,
}

MEANINGS: Final = {
    "job_id": f"a job's id: {_ID_IN_WORDS}",
    "session_id": f"a session's id: {_ID_IN_WORDS}",
    "channel": "a channel's id, such as C0123456789, or its name, such as #legal",
    "requester": "a person's Slack id, such as U0123456789, or left out",
    "document": "a name of up to 200 characters on one line, or left out",
}
"""What each field of a hand-over must be, in words."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A job that another program wants to have reviewed.

    Attributes:
        job_id: SuperDocs' name for it.
        session_id: The session it was started in.
        channel: Where it is to be reviewed (channel id) unless a route says otherwise; "" for the relay's own channel.
        requester: Slack user id of who asked for it; "" when nobody in Slack did.
        document: The document's name, for people; "" when it has none.
    """

    job_id: str
    session_id: str
    channel: str = ""
    requester: str = ""
    document: str = ""


async def take_over(world: World, wanted: HandOver) -> tuple[Job, bool]:
    """Look after a job from now on; return its record, and whether that is new. Repeating changes nothing.

    Raises:
        RefusedError: `code` names the field that is malformed (``job_id``, ``session_id``, ``channel``,
            ``requester``, ``document``), or says what is in the way: ``session_mismatch``, ``unknown_job``,
            ``job_ended``, ``too_late``, ``session_starting``, ``crowded``,
            ``unbound_route``.
        TransientError: SuperDocs, Slack or the store did not answer; try again.
    """
    wanted = replace(wanted, channel=wanted.channel or world.channel)
    _check_shapes(wanted)
    known = await _known(world, wanted)
    if known is not None:
        return known, False
    wanted = replace(wanted, channel=placed(world, wanted))
    await check_room(world, wanted.channel)
    await asyncio.gather(check_channel(world, wanted.channel), check_requester(world, wanted.requester))
    return await enlist(world, wanted, Origin.HANDED_OVER)


def placed(world: World, wanted: HandOver) -> str:
    """Return where a job is reviewed: where its route says, or else in the channel that was wanted.

    Raises:
        RefusedError: No route is for it; `code` is ``unbound_route``.
    """
    return world.routes.place(wanted.session_id, wanted.document, wanted.channel, Mode.REVIEW)


async def enlist(world: World, wanted: HandOver, origin: Origin) -> tuple[Job, bool]:
    """Read a job and, if there is something in it to review, keep a record of it; see `take_over`.

    Where it is shown and who is named with it was checked before.
    """
    _check_shapes(wanted)
    now = await world.store.now()
    _check_job(world, wanted, await world.documents.read(wanted.job_id), now)
    await _check_session(world, wanted.session_id)
    # Only now: an edit that was being started when this began may have learned its job's id since.
    known = await _known(world, wanted)
    if known is not None:
        return known, False
    job = _record(wanted, origin, now)
    is_new = await create(world, job, now + GLANCE)
    return _of_session(await world.store.load(job.ref), wanted), is_new


async def find(world: World, name: str) -> Job:
    """Return the record of a job, by SuperDocs' id or by our own ref: one that was just asked for has no id yet.

    Raises:
        GoneError: There is none; `code` is ``unknown_job``.
    """
    known = await world.store.ref_of_job(name) if re.fullmatch(ID, name) else None
    ref = known or (name if re.fullmatch(REF, name) else "")
    with suppress(GoneError):
        if ref:
            return await world.store.load(ref)
    sentence = "No such job was started or handed over here, or it was retained no longer."
    raise GoneError(sentence, code="unknown_job")


def _record(wanted: HandOver, origin: Origin, now: datetime) -> Job:
    return Job(
        ref=ref_of(f"job {wanted.job_id}"),
        session_id=wanted.session_id,
        channel=wanted.channel,
        requester_id=wanted.requester,
        instruction="",
        # What it was started with is not told; asking again for what it leaves means a review.
        mode=Mode.REVIEW,
        created_at=now,
        job_id=wanted.job_id,
        document=wanted.document,
        origin=origin,
        state=JobState.WORKING,
        next_at=now,
    )


def _check_shapes(wanted: HandOver) -> None:
    for field in _SHAPES:
        check_shape(field, getattr(wanted, field))


def check_shape(field: str, value: str) -> None:
    """Refuse what a field cannot be; `code` names the field."""
    if not re.fullmatch(_SHAPES[field], value):
        sentence = f"{field} must be {MEANINGS[field]}."
        raise RefusedError(sentence, code=field)


async def _known(world: World, wanted: HandOver) -> Job | None:
    ref = await world.store.ref_of_job(wanted.job_id)
    with suppress(GoneError):
        return _of_session(await world.store.load(ref), wanted) if ref else None
    return None


def _of_session(job: Job, wanted: HandOver) -> Job:
    if job.session_id != wanted.session_id:
        raise _mismatch(wanted)
    return job


def _mismatch(wanted: HandOver) -> RefusedError:
    sentence = (
        f"Job {wanted.job_id} does not belong to session {wanted.session_id}: "
        "name the session in which it was started."
    )
    return RefusedError(sentence, code="session_mismatch")


async def check_channel(world: World, channel: str) -> None:
    """Refuse a channel that the relay cannot post in; `code` is ``channel``."""
    try:
        await world.directory.check_reachable(channel)
    except RefusedError as error:
        sentence = (
            f"The relay cannot post in channel {channel}: it is not in it, or the channel is archived. "
            "Invite it there (/invite), or name another channel."
        )
        raise RefusedError(sentence, code="channel") from error


async def check_requester(world: World, requester: str) -> None:
    """Refuse to name whoever could not ask for an edit; `code` is ``requester``, and "" is nobody."""
    if not requester:
        return
    try:
        check_person(await world.directory.named(requester))
    except RefusedError as error:
        sentence = f"{requester} cannot be named as the requester. {error}"
        raise RefusedError(sentence, code="requester") from error


def _check_job(world: World, wanted: HandOver, sighting: Sighting, now: datetime) -> None:
    """Refuse a job in which there is nothing for people to decide, or no time left to do it."""
    if sighting.status is Status.GONE:
        sentence = (
            f"SuperDocs knows no job {wanted.job_id}: check the id, and that the relay's key is of the account "
            "that started it. If it was started this very moment, try again in a few seconds."
        )
        raise RefusedError(sentence, code="unknown_job")
    if sighting.session_id not in {"", wanted.session_id}:
        raise _mismatch(wanted)
    if sighting.status in ENDED:
        sentence = f"Job {wanted.job_id} has ended ({sighting.status}): there is nothing left to review."
        raise RefusedError(sentence, code="job_ended")
    _check_time(world, wanted, sighting, now)


def _check_time(world: World, wanted: HandOver, sighting: Sighting, now: datetime) -> None:
    """Refuse a job that waits since so long ago that its round would be sent, denied, before anybody saw it."""
    waits_since = min(sighting.updated_at or now, now)
    _deadline_at, submit_at = window(waits_since, world.timing)
    if sighting.status is Status.REVIEW and submit_at <= now:
        sentence = (
            f"Job {wanted.job_id} has been waiting since {waits_since:%H:%M} UTC, and SuperDocs may forget it "
            "any moment: it is too late to have it reviewed here."
        )
        raise RefusedError(sentence, code="too_late")


async def _check_session(world: World, session_id: str) -> None:
    """Refuse while an edit of ours is being started in the session: the job may be that edit's.

    One that only waits for the session has started nothing.
    """
    unended = await world.store.load_all(await world.store.unended())
    starting = (job for job in unended if job.state is JobState.STARTING and job.steps)
    if any(job.session_id == session_id for job in starting):
        sentence = (
            f"The relay is starting an edit in session {session_id}, and this job may be it: "
            "try again in a moment."
        )
        raise RefusedError(sentence, code="session_starting")
