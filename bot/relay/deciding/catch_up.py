"""Read back what was said while nobody listened: in the threads of every open round, the most urgent first.

Slack delivers a reply again for some minutes at most, and never what a dead connection swallowed. So threads are read
when the relay starts, when its connection comes back, and once a minute.

What it costs: one call of conversations.history for each channel where something is open, which tells the latest
reply to each message, and one of conversations.replies for each thread with something new. Slack allows 50 of each a
minute.

Source: https://docs.slack.dev/reference/methods/conversations.replies,
https://docs.slack.dev/apis/web-api/rate-limits

Before: whoever listens again, or the clock. After: `hear.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import BugError, RefusedError, RelayError, TransientError
from bot.core.lifecycle import has_ended
from bot.core.model import RoundState
from bot.relay.acts import order
from bot.relay.deciding.hear import hear
from bot.relay.turns import in_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from bot.core.model import Job
    from bot.relay.acts import Reply
    from bot.relay.world import World

_READS: Final = 20
"""Edits whose threads one pass reads, two calls each at most; the next pass goes on."""

_BUDGET_S: Final = 12.0
"""A pass begins no further edit after this long, since tasks are short."""

PAUSE_S: Final = 10.0
"""Before what a first pass left is tried again: longer than a worker that crashed keeps a reply in its hand."""

_LAST_S: Final = 3.0
"""How long a round that is due waits for what was said last."""

_PASSES: Final = 3
"""How often whoever listens again looks; after that, the minute's pass does."""

_UNSEEN: Final = "999999999999.999999"
"""Later than any message: the latest reply of a thread whose beginning is not to be seen."""

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Thread:
    """A thread in which replies may decide.

    Attributes:
        since: The message up to which it was read back; "" before that is known.
    """

    ref: str
    channel: str
    ts: str
    since: str = ""


async def listen_again(world: World, pause_s: float = PAUSE_S) -> None:
    """Catch up when the relay starts or its connection comes back: now, and soon again with what is left."""
    for _ in range(_PASSES):
        if await _is_caught_up(world):
            return
        await asyncio.sleep(pause_s)


async def catch_up(world: World) -> None:
    """Hear every reply that stands in a thread of an open round and was not heard. What is left comes next time."""
    await _is_caught_up(world)


async def hear_the_last(world: World, job: Job) -> None:
    """Hear what was said in the threads of a round that is about to be sent without an answer to all of it.

    A dead connection may have swallowed it since the last pass. Nothing that goes wrong here keeps a round back.
    """
    try:
        async with asyncio.timeout(_LAST_S):
            await _is_heard(world, [await _marked(world, thread) for thread in _threads(job)])
    except (RelayError, TimeoutError) as error:
        _log.warning("replies.not_read", ref=job.ref, reason=str(error))


async def _is_caught_up(world: World) -> bool:
    """Read back and hear as much as one pass may; say whether that was all."""
    ends_at = asyncio.get_running_loop().time() + _BUDGET_S
    try:
        unread = await _unread(world, await _open_threads(world))
        edits = [tuple(some) for _ref, some in groupby(unread, key=lambda thread: thread.ref)]
        left = len(edits)
        for threads in edits[:_READS]:
            if asyncio.get_running_loop().time() >= ends_at:
                break
            left -= await _is_contained(world, threads)
    except TransientError as error:
        _log.warning("replies.not_read", reason=str(error))
        return False
    return left == 0


async def _open_threads(world: World) -> list[_Thread]:
    """List the threads in which a reply may decide, those of the most urgent round first."""
    jobs = await world.store.load_all(await world.store.unended())
    return [thread for _urgency, job in sorted(_open(jobs)) for thread in _threads(job)]


def _open(jobs: Iterable[Job]) -> Iterator[tuple[tuple[datetime, str], Job]]:
    """Give the edits with an open round, each with what it is to be sorted by."""
    for job in jobs:
        if job.round is not None and job.round.state is RoundState.OPEN and not has_ended(job):
            yield (job.round.deadline_at, job.ref), job


def _threads(job: Job) -> Iterator[_Thread]:
    for slot in ("job", f"round:{job.round.number}" if job.round else ""):
        message = job.messages.get(slot)
        if message is not None and message.ts:
            yield _Thread(job.ref, message.channel, message.ts)


async def _unread(world: World, threads: Sequence[_Thread]) -> list[_Thread]:
    """Return the threads in which something was said since they were read back, and after them those that may be such."""
    unread: dict[_Thread, _Thread] = {}
    unseen: set[_Thread] = set()
    for channel in dict.fromkeys(thread.channel for thread in threads):
        there = [thread for thread in threads if thread.channel == channel]
        try:
            latest = await world.notifier.latest_replies(channel, min((t.ts for t in there), key=order))
        except RefusedError as error:
            _log.warning("replies.not_read", channel=channel, reason=str(error), code=error.code)
            continue
        until = await world.store.read_until(channel, [thread.ts for thread in there])
        for thread in there:
            since = until.get(thread.ts, thread.ts)
            if thread.ts not in latest:
                # What the channel does not show any more may have a thread all the same.
                unseen.add(thread)
            if order(latest.get(thread.ts, _UNSEEN) or thread.ts) > order(since):
                unread[thread] = replace(thread, since=since)
    told = [unread[thread] for thread in threads if thread in unread and thread not in unseen]
    # What cannot be told from afar is read in turn, after what is certainly new.
    return [
        *told,
        *in_turn(
            [unread[t] for t in threads if t in unread and t in unseen], await world.store.now(), _READS
        ),
    ]


async def _is_contained(world: World, threads: Sequence[_Thread]) -> bool:
    """Hear what is new in the threads of one edit; whatever is wrong with one holds up no other."""
    try:
        return await _is_heard(world, threads)
    except BugError as error:
        _log.error("replies.not_read", ref=threads[0].ref, reason=str(error))
        return False


async def _marked(world: World, thread: _Thread) -> _Thread:
    """Return a thread with the message up to which it was read back."""
    until = await world.store.read_until(thread.channel, [thread.ts])
    return replace(thread, since=until.get(thread.ts, thread.ts))


async def _is_heard(world: World, threads: Sequence[_Thread]) -> bool:
    """Hear what is new in the threads of one edit, in the order in which it was said; say whether all of it was.

    Raises:
        TransientError: Slack does not tell.
    """
    try:
        read = [await world.notifier.replies(t.channel, t.ts, t.since or t.ts) for t in threads]
        for reply in sorted((reply for back in read for reply in back.said), key=lambda r: order(r.actor.ts)):
            if not await _hear(world, reply):
                return False
    except RefusedError as error:
        _log.warning("replies.not_read", ref=threads[0].ref, reason=str(error), code=error.code)
        return True
    for thread, back in zip(threads, read, strict=True):
        await world.store.note_read(thread.channel, thread.ts, back.until)
    return True


async def _hear(world: World, reply: Reply) -> bool:
    try:
        await hear(world, reply)
    except RelayError as error:
        _log.warning("reply.left", channel=reply.actor.channel, reason=str(error))
        return False
    return True
