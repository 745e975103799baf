"""Make the messages equal the record: post what is missing, edit what says something else, touch nothing twice.

The intent is stored before a message is posted. When the outcome of a post is unknown, the next pass looks for the
message before it posts again, so that no card stands there twice.

Before: every step that changes a record. After: people.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

import structlog

from bot.core import deciding
from bot.core.carding import card
from bot.core.deadline import backoff
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.judging import afresh
from bot.core.model import Job, MessageRef, Round, RoundState
from bot.core.reading import attachments
from bot.core.summary import Attachment, NoticeSummary, Summary, fingerprint
from bot.core.wording import job_message, prompt_message, reminder, round_message
from bot.relay.aside import aside
from bot.relay.ports import Place
from bot.relay.posting import post_once

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.core.proposal import Content
    from bot.relay.ports import Modifier
    from bot.relay.world import World

    _Task = tuple[str, Callable[[World, Job], Awaitable[Job]]]

_log: Final = structlog.get_logger(__name__)

_BUDGET: Final = timedelta(seconds=12)
"""A pass posts for this long; what is left comes with the next one, since tasks are short."""

_LEASE: Final = timedelta(seconds=20)
"""When a pass counts as lost: later than it can end by itself."""

_REFUSED_PAUSE: Final = timedelta(seconds=30)
"""After Slack refused a message (not in the channel, archived): somebody must mend that first."""


_TRIES: Final = 5
"""How often a file is tried: the dialog shows all that is in it, and no card may wait behind it for ever."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message as the record wants it.

    Attributes:
        thread_slot: The slot of the message that it answers; "" for the channel itself.
    """

    slot: str
    summary: Summary
    thread_slot: str = ""


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file as the record wants it, in a thread."""

    attachment: Attachment
    thread_slot: str

    @property
    def slot(self) -> str:
        """Return the slot that it takes."""
        return self.attachment.slot


async def refresh(world: World, ref: str) -> None:
    """Bring all messages of a job up to date, as far as the time of one task lets it."""
    ends_at = _clock() + _BUDGET.total_seconds()
    job = await world.store.load(ref)
    try:
        while await _is_wanted_now(world, job):
            job = await _pass(world, job, ends_at)
            if _clock() >= ends_at:
                break
    except (TransientError, OutcomeUnknownError) as error:
        wait_s = getattr(error, "retry_after_s", None)
        note = _log.warning if wait_s is None else _log.info
        note("refresh.postponed", ref=ref, reason=str(error))
        await world.change(ref, _later(wait_s))
    except RefusedError as error:
        _log.error("refresh.refused", ref=ref, reason=str(error), code=error.code)
        await world.change(ref, _later(_REFUSED_PAUSE.total_seconds()))


async def _is_wanted_now(world: World, job: Job) -> bool:
    """Say whether something is to be shown at once, and not only if it lasts."""
    return job.refresh_at is not None and job.refresh_at <= await world.store.now()


async def _pass(world: World, job: Job, ends_at: float) -> Job:
    """Post what is missing, then edit what differs, until the record says something else or time is up.

    One message that Slack refuses does not hold up the others.

    Returns:
        The record as it is then.

    Raises:
        RefusedError: Slack refused a message; the others are up to date.
    """
    job = await world.store.change(job.ref, _begun)
    revision = job.revision
    refused: dict[str, RefusedError] = {}
    while todo := _todo(job, await _wanted(world, job), refused):
        for slot, make in todo:
            if _clock() >= ends_at:
                return await world.change(job.ref, _again)
            try:
                job = await make(world, job)
            except RefusedError as error:
                refused[slot] = error
            if job.revision != revision:
                return job
    if refused:
        raise next(iter(refused.values()))
    return await world.store.change(job.ref, _settled(revision))


def _todo(job: Job, wanted: list[Wanted | WantedFile], refused: Container[str]) -> Sequence[_Task]:
    """List the posts that are to be made; when there are none, the edits, and of these the cards' first; then files.

    Whoever pressed a button looks at its card; and no file, however long it takes, keeps a card from saying what is.
    """
    open_to = [one for one in wanted if one.slot not in refused]
    messages = [one for one in open_to if isinstance(one, Wanted)]
    files = [one for one in open_to if isinstance(one, WantedFile)]
    posts = [(one.slot, partial(_post, wanted=one)) for one in messages if _is_missing(job, one)]
    edits = [
        (one.slot, partial(_edit, wanted=one)) for one in reversed(messages) if _says_otherwise(job, one)
    ]
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
    contents = await world.store.contents(job.ref, digests)
    return await aside(contents.values(), lambda: list(_messages(afresh(job, contents), contents)))


def _messages(job: Job, contents: Mapping[str, Content]) -> Iterator[Wanted | WantedFile]:
    yield Wanted("job", job_message(job))
    for held in job.rounds:
        yield from _round_messages(job, held, contents)
    if job.prompts:
        yield Wanted(f"prompt:{job.prompts}", prompt_message(job), thread_slot="job")


def _round_messages(
    job: Job, held: Round, contents: Mapping[str, Content]
) -> Iterator[Wanted | WantedFile]:  # fmt: skip
    slot = f"round:{held.number}"
    if len(held.changes) == 1:
        only = held.changes[0]
        if only.digest in contents:
            yield Wanted(slot, card(job, held, only, contents))
    else:
        yield Wanted(slot, round_message(job, held))
        for change in held.changes:
            if change.digest in contents:
                summary = card(job, held, change, contents)
                yield Wanted(f"card:{change.number}", summary, thread_slot=slot)
    if held.reminded_at is not None and held.state is RoundState.OPEN and held.undecided:
        yield Wanted(f"reminder:{held.number}:{held.reminded}", reminder(held), thread_slot=slot)
    yield from (WantedFile(attachment, slot) for attachment in attachments(job, held, contents))


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _is_up(job: Job, slot: str) -> bool:
    message = job.messages.get(slot)
    return message is not None and message.ts != ""


def _is_missing(job: Job, wanted: Wanted | WantedFile) -> bool:
    """Say whether a message must be posted and can be: one in a thread needs its parent first."""
    return not _is_up(job, wanted.slot) and (not wanted.thread_slot or _is_up(job, wanted.thread_slot))


def _says_otherwise(job: Job, wanted: Wanted) -> bool:
    """Say whether a message must be edited; a reminder said what it said."""
    if not _is_up(job, wanted.slot) or isinstance(wanted.summary, NoticeSummary):
        return False
    return job.messages[wanted.slot].shown != fingerprint(wanted.summary)


async def _post(world: World, job: Job, wanted: Wanted) -> Job:
    async def post(place: Place) -> MessageRef:
        return replace(await world.notifier.post(place, wanted.summary), shown=fingerprint(wanted.summary))

    posted = await _once(world, job, wanted, post)
    await world.store.change(job.ref, _shown(wanted, posted))
    linked = replace(posted, permalink=await _permalink(world, posted))
    return await world.store.change(job.ref, _shown(wanted, linked))


async def _attach(world: World, job: Job, wanted: WantedFile) -> Job:
    async def post(place: Place) -> MessageRef:
        given = wanted.attachment
        return await world.notifier.publish(place, given.name, given.content, given.sentence)

    posted = await _once(world, job, wanted, post)
    return await world.store.change(job.ref, lambda stored, _now: stored.with_message(wanted.slot, posted))


async def _once(
    world: World, job: Job, wanted: Wanted | WantedFile, post: Callable[[Place], Awaitable[MessageRef]]
) -> MessageRef:  # fmt: skip
    """Post a message or a file that an earlier pass may have posted."""

    async def intend(intent: MessageRef) -> None:
        await world.store.change(job.ref, lambda stored, _now: stored.with_message(wanted.slot, intent))

    parent = job.messages.get(wanted.thread_slot)
    place = Place(job.channel, job.ref, wanted.slot, parent.ts if parent else "")
    return await post_once(world.notifier, place, job.messages.get(wanted.slot), intend, partial(post, place))


async def _permalink(world: World, posted: MessageRef) -> str:
    """A link is a courtesy: without it the message is still there."""
    try:
        return await world.notifier.permalink(posted)
    except (TransientError, RefusedError) as error:
        _log.info("permalink.failed", reason=str(error))
        return ""


async def _edit(world: World, job: Job, wanted: Wanted) -> Job:
    message = job.messages[wanted.slot]
    try:
        await world.notifier.update(message, wanted.summary)
    except GoneError:
        _log.warning("message.missing", ref=job.ref, slot=wanted.slot)
        return await _post(world, job.with_message(wanted.slot, MessageRef(job.channel)), wanted)
    updated = replace(message, shown=fingerprint(wanted.summary))
    return await world.store.change(job.ref, _shown(wanted, updated))


def _shown(wanted: Wanted, message: MessageRef) -> Modifier:
    """Note where a message stands and what it shows; and that the changes on it are up."""

    def shown(job: Job, _now: datetime) -> Job:
        noted = job.with_message(wanted.slot, message)
        kind, _, number = wanted.slot.partition(":")
        if kind == "card":
            return deciding.show(noted, int(number))
        held = next((r for r in job.rounds if wanted.slot == f"round:{r.number}"), None)
        if held is not None and len(held.changes) == 1:
            return deciding.show(noted, held.changes[0].number)
        return noted

    return shown


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


def _later(wait_s: float | None) -> Modifier:
    """Come again after a pause; at once when the record has changed meanwhile: a new card waits for no failed edit."""

    def later(job: Job, now: datetime) -> Job:
        failures = job.refresh_failures + 1
        pause = backoff(failures) if wait_s is None else timedelta(seconds=wait_s)
        has_changed = job.refresh_at is not None and job.refresh_at <= now
        return replace(job, refresh_at=now if has_changed else now + pause, refresh_failures=failures)

    return later
