"""Make the messages equal the record: post what is missing, edit what says something else, touch nothing twice.

The intent is stored before a message is posted. When the outcome of a post is unknown, the next pass looks for the
message before it posts again, so that no card stands there twice.

Before: every step that changes a record. After: people.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.core import deciding
from bot.core.deadline import DAY, backoff
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.judging import afresh
from bot.core.lifecycle import has_ended
from bot.core.model import MessageRef
from bot.core.standing import CLOSED, arrived, is_here, is_left_behind, is_needed, moved, urgent_by
from bot.core.summary import NoticeSummary, fingerprint
from bot.relay.aside import aside
from bot.relay.ports import Place, Urgency
from bot.relay.showing.posting import Pass, noting, post_once
from bot.relay.showing.wanted import Wanted, WantedFile, messages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Sequence
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.ports import Check, Modifier
    from bot.relay.world import World

    _Task = tuple[str, Callable[[Pass, Job], Awaitable[Job]]]

_log: Final = structlog.get_logger(__name__)

_BUDGET: Final = timedelta(seconds=12)
"""A pass posts for this long; what is left comes with the next one, since tasks are short."""

_LIMIT: Final = timedelta(seconds=18)
"""What a pass may take in all: what is cut off then is looked for by the next one."""

_LEASE: Final = timedelta(seconds=20)
"""When a pass counts as lost: later than it can end by itself."""

_REFUSED_PAUSE: Final = timedelta(seconds=30)
"""After Slack refused a message (not in the channel, archived): somebody must mend that first."""


_TRIES: Final = 5
"""How often a file is tried: the dialog shows all that is in it, and no card may wait behind it for ever."""


async def refresh(world: World, ref: str) -> None:
    """Bring all messages of a job up to date, as far as the time of one task lets it."""
    one = Pass.begin(world, _BUDGET, _LIMIT)
    try:
        async with asyncio.timeout_at(one.over_at):
            await _bring_up_to_date(one, ref)
    except (TransientError, OutcomeUnknownError, TimeoutError) as error:
        wait_s = getattr(error, "retry_after_s", None)
        note = _log.warning if wait_s is None else _log.info
        note("refresh.postponed", ref=ref, reason=str(error))
        await world.change(ref, _later(wait_s))
    except RefusedError as error:
        _log.error("refresh.refused", ref=ref, reason=str(error), code=error.code)
        await world.change(ref, elsewhere(world.channel) if error.code in CLOSED else _refused)


async def _bring_up_to_date(one: Pass, ref: str) -> None:
    job = await one.world.store.load(ref)
    while await _is_wanted_now(one.world, job):
        job = await _do(one, job)
        if one.is_time_up:
            break


async def _is_wanted_now(world: World, job: Job) -> bool:
    """Say whether something is to be shown at once, and not only if it lasts."""
    return job.refresh_at is not None and job.refresh_at <= await world.store.now()


async def _do(one: Pass, job: Job) -> Job:
    """Post what is missing, then edit what differs, until the record says something else or time is up.

    One message that Slack refuses does not hold up the others, unless it refuses all of them.

    Returns:
        The record as it is then.

    Raises:
        RefusedError: Slack refused a message; the others are up to date.
    """
    job = await one.world.store.change(job.ref, _begun)
    revision = job.revision
    refused: dict[str, RefusedError] = {}
    while todo := _todo(job, await _wanted(one.world, job), refused):
        for slot, make in todo:
            if one.is_time_up:
                return await one.world.change(job.ref, _again)
            try:
                job = await make(one, job)
            except RefusedError as error:
                if error.code in CLOSED:
                    raise
                refused[slot] = error
            if job.revision != revision:
                return job
    if refused:
        raise next(iter(refused.values()))
    return await one.world.store.change(job.ref, _settled(revision))


def _todo(job: Job, wanted: list[Wanted | WantedFile], refused: Container[str]) -> Sequence[_Task]:
    """List the posts that are to be made; when there are none, the edits, and of these the cards' first; then files.

    Whoever pressed a button looks at its card, and of an edit that has ended whoever asked for it at the job's message.
    No file, however long it takes, keeps a card from saying what is.
    """
    open_to = [one for one in wanted if one.slot not in refused]
    messages = [one for one in open_to if isinstance(one, Wanted)]
    files = [one for one in open_to if isinstance(one, WantedFile)]
    waiting = sum(not _is_up(job, one.slot) for one in open_to)
    missing = [one for one in messages if _is_missing(job, one)]
    posts = [
        (one.slot, partial(_post, wanted=one, turns=waiting - before)) for before, one in enumerate(missing)
    ]
    urgent_first = messages if has_ended(job) else reversed(messages)
    edits = [(one.slot, partial(_edit, wanted=one)) for one in urgent_first if _says_otherwise(job, one)]
    return (
        posts
        or edits
        or [(one.slot, partial(_attach, wanted=one)) for one in files if _is_to_be_tried(job, one)]
    )


def _is_to_be_tried(job: Job, wanted: WantedFile) -> bool:
    """Say whether a file is missing, and was not refused or lost so often that nothing will change."""
    earlier = job.messages.get(wanted.slot)
    return _is_missing(job, wanted) and (earlier is None or earlier.attempt < _TRIES)


async def _wanted(world: World, job: Job) -> list[Wanted | WantedFile]:
    """List every message and file that the record wants, parents before their threads."""
    digests = [c.digest for held in job.rounds for c in held.changes]
    contents, policy = await world.store.contents(job.ref, digests), world.policy_of(job)
    return await aside(contents.values(), lambda: list(messages(afresh(job, contents), contents, policy)))


def _is_up(job: Job, slot: str) -> bool:
    message = job.messages.get(slot)
    return message is not None and message.ts != ""


def _is_missing(job: Job, wanted: Wanted | WantedFile) -> bool:
    """Say whether a message must be posted and can be: one in a thread needs its parent first."""
    return not _is_up(job, wanted.slot) and (not wanted.thread_slot or is_here(job, wanted.thread_slot))


def _says_otherwise(job: Job, wanted: Wanted) -> bool:
    """Say whether a message must be edited; a reminder said what it said."""
    if not is_here(job, wanted.slot) or isinstance(wanted.summary, NoticeSummary):
        return False
    return job.messages[wanted.slot].shown != fingerprint(wanted.summary)


async def _post(one: Pass, job: Job, wanted: Wanted, turns: int = 1) -> Job:
    async def post(place: Place, check: Check) -> MessageRef:
        posted = await one.world.notifier.post(place, wanted.summary, check)
        return replace(posted, shown=fingerprint(wanted.summary))

    posted = await _once(one, job, wanted, post, turns)
    await one.world.store.change(job.ref, _shown(wanted.slot, posted, _not_yet(posted)))
    linked = replace(posted, permalink=await _permalink(one.world, posted))
    return await one.world.store.change(job.ref, _shown(wanted.slot, linked, posted))


async def _attach(one: Pass, job: Job, wanted: WantedFile) -> Job:
    async def post(place: Place, check: Check) -> MessageRef:
        given = wanted.attachment
        return await one.world.notifier.publish(place, given.name, given.content, given.sentence, check)

    posted = await _once(one, job, wanted, post)
    return await one.world.store.change(job.ref, _shown(wanted.slot, posted, _not_yet(posted)))


def _not_yet(posted: MessageRef) -> MessageRef:
    """Return what was known of a message while it was being posted."""
    return MessageRef(posted.channel, copies=posted.copies)


async def _once(
    one: Pass,
    job: Job,
    wanted: Wanted | WantedFile,
    post: Callable[[Place, Check], Awaitable[MessageRef]],
    turns: int = 1,
) -> MessageRef:
    """Post a message or a file that an earlier pass may have posted.

    Raises:
        GoneError: The message that it answers was deleted; the record says so now.
    """
    earlier, parent = job.messages.get(wanted.slot), job.messages.get(wanted.thread_slot)
    place = Place(
        job.channel,
        job.ref,
        wanted.slot,
        parent.ts if parent else "",
        earlier.copies if earlier else 0,
        Urgency(urgent_by(job), turns),
    )

    async def at_last(intent: MessageRef) -> MessageRef:
        return await post(place, partial(one.check, job, wanted.slot, intent))

    try:
        return await post_once(
            one.world.notifier, place, earlier, noting(one.world, job.ref, wanted.slot), at_last
        )
    except GoneError:
        if parent is not None:
            await one.world.store.change(job.ref, _without(wanted.thread_slot, parent))
        raise


async def _permalink(world: World, posted: MessageRef) -> str:
    """A link is a courtesy: without it the message is still there."""
    try:
        return await world.notifier.permalink(posted)
    except (TransientError, RefusedError) as error:
        _log.info("permalink.failed", reason=str(error))
        return ""


async def _edit(one: Pass, job: Job, wanted: Wanted) -> Job:
    message = job.messages[wanted.slot]
    check = partial(one.check, job, wanted.slot, message, job.revision)
    updated = replace(message, shown=fingerprint(wanted.summary))
    try:
        await one.world.notifier.update(message, wanted.summary, urgent_by(job), check)
    except GoneError:
        _log.warning("message.missing", ref=job.ref, slot=wanted.slot)
        if is_needed(job, wanted.slot):
            return await one.world.store.change(job.ref, _without(wanted.slot, message))
        # What is settled stays deleted: it counts as saying what it would.
    return await one.world.store.change(job.ref, _shown(wanted.slot, updated, message))


def _without(slot: str, known: MessageRef) -> Modifier:
    """Note that a message was deleted, if it is needed and nobody has noted it before."""

    def without(job: Job, now: datetime) -> Job:
        if job.messages.get(slot) != known or not is_needed(job, slot):
            return job
        return job.with_message(slot, known.without).touched(now)

    return without


def _shown(slot: str, message: MessageRef, known: MessageRef) -> Modifier:
    """Note where a message stands and what it shows; and that the change on it is up.

    Where the record knows something else than this pass did, another one was faster, and the messages are looked over
    again: of another message, or that this one was deleted, it goes on knowing that. Where the job has moved meanwhile,
    it is shown in the new place, and this is let be.

    Args:
        slot: The message's.
        message: What is known of it now.
        known: What this pass knew of it before.
    """

    def shown(job: Job, now: datetime) -> Job:
        if is_left_behind(job, message):
            return job
        stored = job.messages.get(slot, known)
        if (stored.ts, stored.copies) != (known.ts, known.copies):
            return _looked_over(job, now)
        noted = arrived(job.with_message(slot, message), message)
        if known.ts and stored != known:
            noted = _looked_over(noted, now)
        return _up(noted, slot)

    return shown


def _looked_over(job: Job, now: datetime) -> Job:
    return replace(job, refresh_at=min(job.refresh_at or now, now))


def _up(job: Job, slot: str) -> Job:
    """Note that a change can be read, if the message is its card."""
    kind, _, number = slot.partition(":")
    if kind == "card":
        return deciding.show(job, int(number))
    held = next((r for r in job.rounds if slot == f"round:{r.number}"), None)
    if held is not None and len(held.changes) == 1:
        return deciding.show(job, held.changes[0].number)
    return job


def _begun(job: Job, now: datetime) -> Job:
    """Let what changes from now on set its own time; the pass itself comes again when its worker dies."""
    return replace(job, refresh_at=now + _LEASE)


def _settled(revision: int) -> Modifier:
    """Nothing is left to do, unless the record has changed meanwhile."""

    def settled(job: Job, _now: datetime) -> Job:
        return replace(job, refresh_at=None, refresh_failures=0) if job.revision == revision else job

    return settled


def _again(job: Job, now: datetime) -> Job:
    return replace(job, refresh_at=now)


def _refused(job: Job, now: datetime) -> Job:
    return _later(_REFUSED_PAUSE.total_seconds())(job, now)


def elsewhere(fallback: str) -> Modifier:
    """Go on where the relay can post, once it can no longer in a job's channel; see `standing.moved`.

    When all is said but for edits of what stands there, those are let be; whoever was told nothing at all is told.
    """

    def gone_on(job: Job, now: datetime) -> Job:
        if has_ended(job) and job.publish_at is None and _is_let_be(job, now):
            return replace(job, refresh_at=None, refresh_failures=0)
        there = moved(job, fallback)
        return _refused(job, now) if there is job else replace(there, refresh_failures=0).touched(now)

    return gone_on


def _is_let_be(job: Job, now: datetime) -> bool:
    """Say whether people were told of a job that has ended, or could not be for a day."""
    return is_here(job, "job") or (job.ended_at is not None and now - job.ended_at > DAY)


def _later(wait_s: float | None) -> Modifier:
    """Come again after a pause; at once when the record has changed meanwhile: a new card waits for no failed edit."""

    def later(job: Job, now: datetime) -> Job:
        failures = job.refresh_failures + 1
        pause = backoff(failures) if wait_s is None else timedelta(seconds=wait_s)
        has_changed = job.refresh_at is not None and job.refresh_at <= now
        return replace(job, refresh_at=now if has_changed else now + pause, refresh_failures=failures)

    return later
