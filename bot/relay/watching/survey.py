"""See once a minute what was decided or ended elsewhere: in SuperDocs' own app, or by another program.

One list tells which jobs wait; a job is read in full only where that differs from the record. Where the deployment
wants it, jobs in that list that nobody looks after are taken over. And Slack tells nobody that a channel was archived
or left: where people have to decide, it is asked.

Before: the clock. After: `intake.py`; for a job that was taken over, `watch.py`; for a closed channel, `announce.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.away import unread
from bot.core.backlog import is_open
from bot.core.errors import GoneError, RefusedError, RelayError
from bot.core.model import Job, JobState, Origin, RoundState
from bot.core.sighting import Status
from bot.core.standing import CLOSED, moved
from bot.relay.asking.handover import HandOver, enlist, placed
from bot.relay.asking.start import check_room
from bot.relay.showing.announce import elsewhere
from bot.relay.turns import in_turn
from bot.relay.watching.intake import reread

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from typing import TypeVar

    from bot.core.sighting import Listed
    from bot.relay.ports import Modifier
    from bot.relay.world import World

    Item = TypeVar("Item")

_BUDGET: Final = timedelta(seconds=10)
"""A survey begins no further read after this long, since tasks are short; the next one goes on."""

_SHARE: Final = 0.6
"""How much of it goes to the jobs that are looked after already."""

_LOOKS: Final = 10
"""Channels that a survey asks about: Slack allows fifty such calls a minute, and those who start edits need some."""

_log: Final = structlog.get_logger(__name__)


async def survey(world: World) -> None:
    """Read every waiting job that SuperDocs' list shows differently, or not at all; adopt those that nobody has."""
    refs = await world.store.unended()
    if not refs and not world.adopts:
        return
    await _leave_closed(world, refs)
    try:
        waiting = await world.documents.waiting()
    except RelayError:
        await _note_unread(world, refs)
        raise
    now = await world.store.now()
    begun_at = asyncio.get_running_loop().time()
    ends_at = begun_at + _BUDGET.total_seconds()
    listed = {item.job_id: item for item in waiting}
    # What nobody has yet gets its share of the time, however slowly SuperDocs reads.
    compares_until = begun_at + _BUDGET.total_seconds() * (_SHARE if world.adopts else 1)
    for ref in _until(compares_until, in_turn(refs, now)):
        await _compare(world, ref, listed)
    if world.adopts:
        for stranger in _until(ends_at, in_turn(await _strangers(world, waiting), now)):
            await _adopt(world, stranger)


async def _leave_closed(world: World, refs: Sequence[str]) -> None:
    """Look whether the relay is still in the channels where people have to decide; go on elsewhere where it is not.

    Otherwise that shows only with the next message, which may be a reminder half an hour later.
    """
    open_jobs = [job for job in await world.store.load_all(refs) if is_open(job) and not job.moved_from]
    channels = in_turn(sorted({job.channel for job in open_jobs}), await world.store.now(), _LOOKS)[:_LOOKS]
    are_closed = await asyncio.gather(*(_is_closed(world, channel) for channel in channels))
    closed = {channel for channel, is_closed in zip(channels, are_closed, strict=True) if is_closed}
    for job in open_jobs:
        if job.channel in closed:
            await world.change(job.ref, _left(job.channel, world.channel))


async def _is_closed(world: World, channel: str) -> bool:
    """Say whether Slack says so; when it says anything else, or nothing, nobody moves."""
    try:
        await world.directory.check_reachable(channel)
    except RelayError as error:
        code = error.code if isinstance(error, RefusedError) else ""
        _log.warning("channel.unreachable", channel=channel, reason=str(error), code=code)
        return code in CLOSED
    return False


def _left(channel: str, fallback: str) -> Modifier:
    """Have a job go on elsewhere that still waits in a closed channel; one that has nowhere to go stays as it is."""

    def left(job: Job, now: datetime) -> Job:
        is_there = is_open(job) and job.channel == channel and moved(job, fallback) is not job
        return elsewhere(fallback)(job, now) if is_there else job

    return left


async def _note_unread(world: World, refs: Sequence[str]) -> None:
    """Note that SuperDocs cannot be asked about what only this list watches: jobs that ask whether to go on."""
    for job in await world.store.load_all(refs):
        if job.state is JobState.PROMPTED:
            await world.change(job.ref, unread)


async def _compare(world: World, ref: str, listed: dict[str, Listed]) -> None:
    try:
        job = await world.store.load(ref)
        if job.unread_since is not None or _differs(job, listed.get(job.job_id)):
            await reread(world, ref)
    except GoneError:
        await world.store.forget(ref)
    except RelayError as error:  # One job that cannot be read holds up no other.
        _log.warning("survey.failed", ref=ref, reason=str(error))


async def _strangers(world: World, waiting: Sequence[Listed]) -> tuple[Listed, ...]:
    """Return the waiting jobs that nobody looks after, if there is room and a place for them."""
    # What waits in a session of an edit of ours is that edit's, even before it knows; but not if it has started nothing.
    unended = await world.store.load_all(await world.store.unended())
    ours = {job.session_id for job in unended if job.state is not JobState.STARTING or job.steps}
    strangers = [
        item
        for item in waiting
        if item.session_id not in ours and await world.store.ref_of_job(item.job_id) is None
    ]
    if not strangers:
        return ()
    try:
        await check_room(world, world.channel)
        await world.directory.check_reachable(world.channel)
    except RelayError as error:
        _log.warning("adoption.put_off", jobs=len(strangers), reason=str(error))
        return ()
    return tuple(strangers)


async def _adopt(world: World, stranger: Listed) -> None:
    wanted = HandOver(stranger.job_id, stranger.session_id, world.channel)
    try:
        channel = placed(world, wanted)
        if channel != world.channel:
            await check_room(world, channel)
            await world.directory.check_reachable(channel)
        await enlist(world, replace(wanted, channel=channel), Origin.FOUND)
    except RelayError as error:  # One job that cannot be taken over holds up no other.
        _log.warning("adoption.failed", job_id=stranger.job_id, reason=str(error))


def _until(ends_at: float, items: Sequence[Item]) -> Iterator[Item]:
    """Give one after the other for as long as there is time."""
    clock = asyncio.get_running_loop().time
    for item in items:
        if clock() >= ends_at:
            return
        yield item


def _differs(job: Job, listed: Listed | None) -> bool:
    if job.state is JobState.PROMPTED:
        return listed is None or listed.status is not Status.PROMPT
    if job.state is not JobState.REVIEWING or job.round is None or job.round.state is not RoundState.OPEN:
        return False  # Everything else is watched, or being asked about.
    if listed is None:
        return True
    # A list may leave the ids out; then it says only that the job waits.
    return bool(listed.change_ids) and set(listed.change_ids) != {c.change_id for c in job.round.live}
