"""The digest: once a day in each channel, whatever waits there; and now, when somebody asks for it.

What a digest lists is stored before its first message is posted, and each message is posted by intent, so that a
crash at any point neither loses a part nor doubles one.

Before: the clock, or a slash command. After: people.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.again import is_lapsed
from bot.core.backlog import Digest, asked_name, daily_name, is_open, tally
from bot.core.errors import BugError, GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.permission import check_person
from bot.core.standing import CLOSED
from bot.core.words.listing import facts, page, parts, refs_of
from bot.relay.asking.start import check_starter, renew
from bot.relay.audited import Act, audited
from bot.relay.ports import Place
from bot.relay.reminding.backlog import everything
from bot.relay.showing.posting import OvertakenError, post_once
from bot.relay.targets import job_of

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job, MessageRef
    from bot.core.sighting import Balance
    from bot.core.summary import BacklogSummary, Line
    from bot.relay.acts import Actor
    from bot.relay.ports import DigestModifier
    from bot.relay.world import World

_BUDGET: Final = timedelta(seconds=12)
"""A task begins no further message after this long, since tasks are short; the next one goes on."""

_LIMIT: Final = timedelta(seconds=18)
"""What a task may take in all: what is cut off then is looked for by the next one."""

_STILL_ASKED_FOR: Final = timedelta(hours=1)
"""Whoever asked for a digest that could not be posted for so long does not wait for it any more."""

_OF_THE_CHANNEL: Final = CLOSED | {"restricted_action", "posting_to_channel_denied"}
"""Codes of refusals that are about one channel; all others are about the relay, and are soon cured."""

_ASKING: Final = timedelta(seconds=1.5)
"""How long *Ask all again* may take of the three seconds that Slack waits."""

_PATIENCE: Final = timedelta(seconds=3)
"""How long the account's balance is waited for: it is a courtesy."""

_NOTHING_LEFT: Final = (
    "Nothing is left to ask again here: all of it was asked again already, or is under way."
)

_log: Final = structlog.get_logger(__name__)


async def digests(world: World) -> None:
    """Begin every channel's digest that is due, and have every one posted that is not."""
    now = await world.store.now()
    # The default channel comes last: while its digest has not begun, others may be missing.
    looked_at = [*(world.routes.schedules.keys() - {world.channel}), world.channel]
    due = [channel for channel in looked_at if await _is_due(world, channel, now)]
    if due:
        await _begin_all(world, due, now)
    for name in await world.digests.unposted():
        await world.queue.add("digest", name, f"digest:{name}")


async def digest(world: World, name: str) -> None:
    """Post what is missing of a digest, as far as the time of one task lets it.

    A channel that refuses it gets no more of it: once a day is often enough to try. What keeps the relay from
    posting anywhere is waited for, until the next digest takes its place.
    """
    begun = await world.digests.load(name)
    if begun.posted_at is not None:
        return
    outcome = await _outcome(world, begun)
    if outcome is not None:
        await world.digests.change(name, lambda stored, now: replace(stored, posted_at=now))
        world.meter.closed_digest(outcome)


async def _outcome(world: World, begun: Digest) -> str | None:
    """Post what is missing, and say how the digest ended, in one word for whoever counts; None when it has not."""
    known = {"digest": begun.name, "channel": begun.channel}
    try:
        async with asyncio.timeout(_LIMIT.total_seconds()):
            if await _is_overtaken(world, begun):
                return "overtaken"
            return "posted" if await _post_all(world, begun) else None
    except (TransientError, OutcomeUnknownError, TimeoutError) as error:
        _log.info("digest.postponed", **known, reason=str(error))
    except RefusedError as error:
        _log.error("digest.refused", **known, reason=str(error), code=error.code)
        return "refused" if error.code in _OF_THE_CHANNEL else None
    except BugError as error:
        _log.error("digest.broken", **known, reason=str(error))
        return "broken"
    return None


async def _is_overtaken(world: World, begun: Digest) -> bool:
    """Say whether a digest that nobody has seen is out of date: the next one tells what it would have told."""
    if begun.is_up(1):
        return False
    if begun.is_asked_for:
        return await world.store.now() - begun.moment > _STILL_ASKED_FOR
    last = await world.digests.last(begun.channel)
    return last is not None and last > begun.moment


async def request(world: World, actor: Actor, key: str) -> None:
    """Have the digest of a channel posted now, because somebody there wants to see it.

    Args:
        world: Everything.
        actor: Who, and in which channel.
        key: Names this very request: delivered twice, it is one digest.

    Raises:
        RefusedError: They may not, the relay is not in that channel, or nothing waits there (``nothing_waits``).
    """
    async with audited(world, actor, Act.DIGEST):
        waiting = await _to_list(world, actor)
    name, now = asked_name(key), await world.store.now()
    since = await _since(world, actor.channel, now)
    blank = Digest(name, actor.channel, now, since, is_asked_for=True)
    await world.digests.begin(blank.listing(waiting))
    await _hurry(world, name)


async def _to_list(world: World, actor: Actor) -> list[Job]:
    """Return what waits in a channel, for somebody who may have it listed there.

    Raises:
        RefusedError: They may not, the relay is not in that channel, or nothing waits there.
    """
    person, _reachable = await asyncio.gather(
        world.directory.person(actor.user_id, actor.team_id, actor.channel),
        world.directory.check_reachable(actor.channel),
    )
    check_person(person)
    if not person.is_member:
        sentence = f"Only members of <#{actor.channel}> may have its digest posted: join the channel first."
        raise RefusedError(sentence, code="not_a_member")
    waiting = [job for job in await everything(world.store) if job.channel == actor.channel]
    if not waiting:
        sentence = "Nothing waits in this channel: no edit is open, and none has lapsed."
        raise RefusedError(sentence, code="nothing_waits")
    return waiting


async def ask_all_again(world: World, actor: Actor, target: str) -> str:
    """Ask again for everything that lapsed in a digest and still may be; return a sentence that says how much.

    Of several edits of one session, only one: SuperDocs takes one job at a time there.

    Raises:
        RefusedError: They may not, or nothing is left to ask for.
    """
    ends_at = _clock() + _ASKING.total_seconds()
    # A digest's name has the shape of a job's.
    name = job_of(target)
    async with audited(world, actor, Act.AGAIN):
        listed = await world.digests.load(name)
        await check_starter(world, actor, listed.channel)
        busy = {job.session_id for job in await world.store.load_all(await world.store.unended())}
        left = [job for job in await world.store.load_all(listed.open + listed.lapsed) if is_lapsed(job)]
        return _told(*await _renew_all(world, actor, left, busy, ends_at))


async def _is_due(world: World, channel: str, now: datetime) -> bool:
    last = await world.digests.last(channel)
    return last is None or last < world.schedule_of(channel).latest(now)


async def _begin_all(world: World, due: list[str], now: datetime) -> None:
    """Begin the digests of channels that have an hour of their own, and with the default one's those of all others."""
    waiting: dict[str, list[Job]] = {}
    for job in await everything(world.store):
        waiting.setdefault(job.channel, []).append(job)
    others = waiting.keys() - world.routes.schedules.keys() if world.channel in due else set()
    for channel in (*sorted(others - {world.channel}), *due):
        moment = world.schedule_of(channel).latest(now)
        blank = Digest(daily_name(channel, moment), channel, moment, moment)
        await _begin(world, blank, waiting.get(channel, []), now)


async def _begin(world: World, blank: Digest, jobs: list[Job], now: datetime) -> None:
    """Store what a digest lists. An empty one counts as posted: it is silent, and the day is done."""
    # Before a channel's first one, what came after that moment is news: it has a message of its own.
    is_first = await world.digests.last(blank.channel) is None
    is_due = not is_first or any(job.created_at <= blank.moment for job in jobs)
    since = await _since(world, blank.channel, blank.moment)
    begun = replace(blank, since=since).listing(jobs if is_due else [])
    is_silent = not begun.open and not begun.lapsed
    await world.digests.begin(replace(begun, posted_at=now if is_silent else None))


async def _since(world: World, channel: str, moment: datetime) -> datetime:
    """Return the moment of the last daily digest that people saw: what a silent day held back is told with the next."""
    last = await world.digests.last(channel)
    if last is None:
        return world.schedule_of(channel).latest(moment - timedelta(seconds=1))
    try:
        earlier = await world.digests.load(daily_name(channel, last))
    except GoneError:
        return last
    return last if earlier.is_up(1) else earlier.since


async def _post_all(world: World, begun: Digest) -> bool:
    """Post the parts that are missing; False when time was up before the last."""
    ends_at = _clock() + _BUDGET.total_seconds()
    jobs = await _jobs(world, begun.open + begun.lapsed)
    if not begun.messages and not any(is_open(job) or is_lapsed(job) for job in jobs.values()):
        return True
    for part in range(1, parts(begun) + 1):
        if begun.is_up(part):
            continue
        if _clock() >= ends_at:
            return False
        # As they are now: what was decided while the parts before were posted is offered no more.
        jobs |= await _jobs(world, refs_of(begun, part))
        told = await _facts(world, begun) if part == parts(begun) else ()
        begun = await _post(
            world, begun, part, page(begun, part, jobs, told, world.schedule_of(begun.channel).zone)
        )
    return True


async def _jobs(world: World, refs: tuple[str, ...]) -> dict[str, Job]:
    return {job.ref: job for job in await world.store.load_all(refs)}


async def _post(world: World, begun: Digest, part: int, summary: BacklogSummary) -> Digest:
    """Post one part: the first in the channel, the others in its thread, so that they do not flood it."""

    async def note(before: MessageRef | None, after: MessageRef) -> None:
        await world.digests.change(begun.name, _noted(part, before, after))

    async def post(intent: MessageRef) -> MessageRef:
        async def check() -> None:
            stored = await world.digests.load(begun.name)
            if stored.messages.get(str(part)) != intent:
                raise OvertakenError

        return await world.notifier.post(place, summary, check)

    thread_ts = "" if part == 1 else begun.messages["1"].ts
    place = Place(begun.channel, begun.name, f"digest:{part}", thread_ts)
    posted = await post_once(world.notifier, place, begun.messages.get(str(part)), note, post)
    return await world.digests.change(begun.name, lambda stored, _now: stored.with_message(part, posted))


def _noted(part: int, before: MessageRef | None, after: MessageRef) -> DigestModifier:
    """Note what is known of a part in place of what was known before, of which two passes cannot both know."""

    def noted(stored: Digest, _now: datetime) -> Digest:
        if stored.messages.get(str(part)) != before:
            raise OvertakenError
        return stored.with_message(part, after)

    return noted


async def _facts(world: World, begun: Digest) -> tuple[Line, ...]:
    """Tell what was decided in the channel since the last digest, until this one was due."""
    refs = (*await world.store.unended(), *await world.store.ended_since(begun.since))
    jobs = await _jobs(world, refs)
    here = [job for job in jobs.values() if job.channel == begun.channel]
    told = tally(here, begun.since, begun.moment)
    return facts(
        told,
        begun.since,
        await _balance(world),
        world.schedule_of(begun.channel).zone,
        await world.audit.head(),
    )


async def _balance(world: World) -> Balance | None:
    try:
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            return await world.documents.balance()
    except (TimeoutError, TransientError, RefusedError) as error:
        _log.info("balance.unknown", reason=str(error))
        return None


async def _renew_all(
    world: World, actor: Actor, left: list[Job], busy: set[str], ends_at: float
) -> tuple[int, int]:
    """Ask for one edit after the other, until time is up or this worker is full.

    Returns:
        How many were asked again, and how many are left to ask for.
    """
    asked = rest = 0
    for job in left:
        if job.session_id in busy or (asked and _is_time_up(world, ends_at)):
            rest += 1
            continue
        busy.add(job.session_id)
        try:
            await renew(world, job, actor.user_id)
            asked += 1
        except RefusedError as error:  # Somebody was faster with this one.
            _log.info("edit.not_renewed", ref=job.ref, reason=str(error), code=error.code)
    return asked, rest


def _is_time_up(world: World, ends_at: float) -> bool:
    return _clock() >= ends_at or world.queue.is_crowded


def _told(asked: int, rest: int) -> str:
    if asked and rest:
        return f"{asked} of {asked + rest} asked again; press again for the rest."
    if asked:
        return f"{asked} {'edit' if asked == 1 else 'edits'} asked again."
    if rest:
        sentence = (
            "Nothing was asked again yet: these documents are being edited. Please try again after that."
        )
        raise RefusedError(sentence, code="session_busy")
    raise RefusedError(_NOTHING_LEFT, code="nothing_left")


async def _hurry(world: World, name: str) -> None:
    """Have a digest posted at once; what the queue does not take, the clock finds."""
    try:
        await world.queue.add("digest", name, f"digest:{name}")
    except TransientError as error:
        _log.warning("queue.unreachable", digest=name, reason=str(error))


def _clock() -> float:
    return asyncio.get_running_loop().time()
