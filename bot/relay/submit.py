"""Send a round: one call with all of it, and never a second one before a re-read said that SuperDocs still waits.

Before: `decide.py`, or the deadline. After: `watch.py` sees what happened; `intake.py` takes it in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.deadline import backoff, sent_from
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.lifecycle import SENT_ROUNDS, has_ended
from bot.core.model import Job, Round, RoundState
from bot.core.opening import is_same
from bot.core.sighting import Status
from bot.core.submitting import acknowledge, answers, begin, lose_answer, may_send_again
from bot.relay.intake import reread

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.sighting import Sighting
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log: Final = structlog.get_logger(__name__)


async def submit(world: World, ref: str) -> None:
    """Do what a round that is due needs: be sent, or be asked about."""
    job = await world.store.load(ref)
    now = await world.store.now()
    if has_ended(job) or job.round is None or not _is_due(job.round, now):
        return
    try:
        # What was shown is bound by the digest: whatever differs now is superseded before anything is sent.
        _job, sighting = await reread(world, ref)
    except (TransientError, RefusedError) as error:
        _log.warning("reread.failed", ref=ref, reason=str(error))
        await world.change(ref, _postponed)
    else:
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
        return begin(job, held, now) if held is not None and turn.is_mine else job

    job = await world.change(ref, take)
    if not turn.is_mine or job.round is None:
        return
    try:
        is_complete = await world.documents.submit(job.session_id, job.job_id, answers(job.round))
    except (TransientError, OutcomeUnknownError, RefusedError) as error:
        _log.warning("submission.unanswered", ref=ref, round=job.round.number, reason=str(error))
        is_complete = False
    await world.change(ref, _answered(job.round, is_complete=is_complete))


def _may_be_sent(held: Round, read_at: datetime) -> bool:
    if held.state is RoundState.OPEN:
        return sent_from(held) <= read_at
    return may_send_again(held, read_at)


def _answered(made: Round, *, is_complete: bool) -> Modifier:
    def answered(job: Job, now: datetime) -> Job:
        return acknowledge(job, made, now) if is_complete else lose_answer(job, made, now)

    return answered


def _postponed(job: Job, now: datetime) -> Job:
    """Read the job again later; a round that is open stays open meanwhile."""
    if job.round is None:
        return job
    failures = job.failures + 1
    waiting = replace(job.round, recheck_at=now + backoff(failures))
    return replace(job.with_round(waiting), failures=failures)
