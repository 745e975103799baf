"""Answer a continue prompt: a pause that is no review, with an endpoint of its own.

Before: a button. After: `watch.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.core.away import unread
from bot.core.deadline import CALL_LIMIT, STALE, pause
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.lifecycle import JobEvent, advance_job
from bot.core.model import Job, JobState, Verdict
from bot.core.permission import check
from bot.relay.audited import Act, audited
from bot.relay.deciding.roster import decider
from bot.relay.targets import job_of
from bot.relay.watching.intake import reread

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.errors import RelayError
    from bot.relay.acts import Actor
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log = structlog.get_logger(__name__)


async def answer(world: World, actor: Actor, target: str, *, goes_on: bool) -> None:
    """Store whether SuperDocs is to go on.

    Raises:
        RefusedError: They may not, it does not ask, or somebody has answered.
    """
    ref = job_of(target)
    async with audited(world, actor, Act.PROMPT, ref):
        job = await world.store.load(ref)
        person = await decider(world, actor, job)

        def note(stored: Job, now: datetime) -> Job:
            check(person, world.policy_of(stored), stored, 0, Verdict.DENY)
            return _answered(stored, now, actor.user_id, goes_on=goes_on)

        await world.change(ref, note)


def _answered(job: Job, now: datetime, user_id: str, *, goes_on: bool) -> Job:
    """Store the answer to a prompt, the first one only."""
    if job.state is not JobState.PROMPTED or job.continues is not None:
        sentence = "SuperDocs does not ask this any more: somebody has answered, or it has gone on."
        raise RefusedError(sentence, code="closed")
    noted = replace(job, continues=goes_on, answered_by=user_id)
    return replace(noted, next_at=now, steps=job.steps + 1).touched(now)


async def resume(world: World, ref: str) -> None:
    """Carry the answer to SuperDocs; the task behind `answer`."""
    job = await world.store.load(ref)
    if job.next_at is None or job.next_at > await world.store.now():
        return
    try:
        if job.failures:
            # An earlier answer may have arrived, and SuperDocs may ask something else by now.
            await reread(world, ref)
        job = await world.store.change(ref, _attempted)
        if job.state is not JobState.PROMPTED or job.continues is None:
            return
        await world.documents.resume(job.session_id, job.job_id, goes_on=job.continues)
    except (TransientError, OutcomeUnknownError, RefusedError) as error:
        _log.warning("resume.unanswered", ref=ref, reason=str(error))
        await world.change(ref, _later(error))
    else:
        await world.change(ref, _gone_on)


def _attempted(job: Job, now: datetime) -> Job:
    """Note an attempt before the call. Until its answer is stored it counts as failed: after a crash, look first."""
    if job.state is not JobState.PROMPTED or job.continues is None:
        return job
    return replace(job, failures=max(1, job.failures), next_at=now + CALL_LIMIT + STALE)


def _gone_on(job: Job, now: datetime) -> Job:
    if job.state is not JobState.PROMPTED:
        return job
    gone_on = replace(job, prompt="", continues=None, failures=0, next_at=now, steps=job.steps + 1)
    return advance_job(gone_on, JobEvent.RESUME).touched(now)


def _later(error: RelayError) -> Modifier:
    asked_s = getattr(error, "retry_after_s", None)

    def later(job: Job, now: datetime) -> Job:
        if job.state is not JobState.PROMPTED:
            return job
        failures = job.failures + 1
        wait = max(STALE, pause(failures, job.ref, asked_s))
        return unread(replace(job, failures=failures, next_at=now + wait, steps=job.steps + 1), now)

    return later
