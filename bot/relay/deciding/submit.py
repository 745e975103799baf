"""Send a round: one call with all of it, and never a second one before a re-read said that SuperDocs still waits.

Before: `decide.py`, or the deadline. After: `watch.py` sees what happened; `intake.py` takes it in.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.away import expired, give_up, is_kept, is_too_late, put_off
from bot.core.deadline import PROMPT, sent_from
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.lifecycle import SENT_ROUNDS, has_ended
from bot.core.model import Job, Round, RoundState
from bot.core.opening import is_same
from bot.core.sighting import Status
from bot.core.submitting import (
    Trouble,
    acknowledge,
    answers,
    begin,
    lose_answer,
    may_send_again,
    turn_down,
)
from bot.relay.deciding.catch_up import hear_the_last
from bot.relay.watching.intake import absorb

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.errors import RelayError
    from bot.core.sighting import Sighting
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)

_HELD_UP: Final = "The relay was held up."

_MOVED_ON: Final = frozenset({"not_awaiting", "wrong_endpoint", "gone"})
"""Refusals that an earlier call of ours, whose answer was lost, may have brought about."""


async def submit(world: World, ref: str) -> None:
    """Do what a round that is due needs: be sent, or be asked about."""
    job = await world.store.load(ref)
    now = await world.store.now()
    if has_ended(job) or job.round is None or not _is_due(job.round, now):
        return
    if job.round.trouble and is_kept(job.round) and is_too_late(job.round, now):
        # SuperDocs was asked until now, and one more call that hangs would make this late.
        await world.change(ref, expired)
        return
    if job.round.state is RoundState.OPEN and job.round.undecided:
        await hear_the_last(world, job)
    began_at = await world.store.now()
    try:
        sighting = await world.documents.read(job.job_id)
    except (TransientError, RefusedError) as error:
        # SuperDocs' trouble, and people are told so. That of the store is not: the sweep comes back to this.
        _log.warning("reread.failed", ref=ref, reason=str(error))
        await world.change(ref, _postponed(error))
        return
    # What was shown is bound by the digest: whatever differs now is superseded before anything is sent.
    await absorb(world, job, sighting, began_at)
    await _send(world, ref, sighting, read_at=now)


def _is_due(held: Round, now: datetime) -> bool:
    if held.state is RoundState.OPEN:
        return sent_from(held) <= now
    return held.state in SENT_ROUNDS and held.recheck_at is not None and held.recheck_at <= now


def _still_waits_for(held: Round, sighting: Sighting) -> bool:
    return sighting.status is Status.REVIEW and is_same(held, sighting.proposals)


@dataclass(slots=True)
class _Turn:
    """Whether this task is the one that sends; decided by the record, not by us."""

    is_mine: bool = False


async def _send(world: World, ref: str, sighting: Sighting, read_at: datetime) -> None:
    """Send the round, if it is now what SuperDocs was read to wait for, and nobody else sends it."""
    turn = _Turn()

    def take(job: Job, now: datetime) -> Job:
        held = job.round
        turn.is_mine = held is not None and _still_waits_for(held, sighting) and _may_be_sent(held, read_at)
        if held is None or not turn.is_mine:
            return expired(job, now)
        if is_too_late(held, now):
            turn.is_mine = False
            return give_up(job, held, now)
        return begin(job, held, now)

    began_at = _clock()
    # Nothing else between the turn and the call: whoever comes later counts from the moment that is stored here.
    job = await world.store.change(ref, take)
    if not turn.is_mine or job.round is None:
        await world.hurry(job)
        return
    if _clock() - began_at > PROMPT.total_seconds():
        # This process, or the store, stood still: another one may be about to call.
        await world.change(ref, _unsent(job.round))
        return
    await world.change(ref, await _call(world, job, job.round))


async def _call(world: World, job: Job, made: Round) -> Modifier:
    """Make the one call, and return what its answer means for the record."""
    try:
        is_complete = await world.documents.submit(job.session_id, job.job_id, answers(made))
    except (TransientError, OutcomeUnknownError, RefusedError) as error:
        _log.warning("submission.unanswered", ref=job.ref, round=made.number, reason=str(error))
        return _unanswered(made, error)
    note = acknowledge if is_complete else lose_answer
    return lambda stored, now: note(stored, made, now)


def _unanswered(made: Round, error: RelayError) -> Modifier:
    """Tell a call that was certainly not taken from one that may have been: that one is asked about first."""
    has_moved_on = isinstance(error, RefusedError) and error.code in _MOVED_ON
    if has_moved_on or isinstance(error, OutcomeUnknownError):
        return lambda job, now: lose_answer(job, made, now)
    trouble = Trouble(str(error), getattr(error, "retry_after_s", None))
    return lambda job, now: turn_down(job, made, trouble, now)


def _unsent(made: Round) -> Modifier:
    """Note that the call was not made."""
    return lambda job, now: turn_down(job, made, Trouble(_HELD_UP), now)


def _clock() -> float:
    return asyncio.get_running_loop().time()


def _may_be_sent(held: Round, read_at: datetime) -> bool:
    if held.state is RoundState.OPEN:
        return sent_from(held) <= read_at
    return may_send_again(held, read_at)


def _postponed(error: RelayError) -> Modifier:
    """Read the job again later; a round that is open stays open meanwhile, if it has time."""
    asked_s = getattr(error, "retry_after_s", None)
    return lambda job, now: put_off(job, str(error), asked_s, now)
