"""Stop an edit: cancel its job, or, where SuperDocs does not cancel a paused one, deny everything it waits on.

Before: a button. After: `watch.py` sees the end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from bot.core.away import is_kept, unread
from bot.core.deadline import pause
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.lifecycle import JobEvent, advance_job, has_ended
from bot.core.model import Job, JobState, RoundState
from bot.core.permission import check_stop
from bot.relay.audited import Act, audited
from bot.relay.deciding.roster import decider
from bot.relay.targets import job_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.core.errors import RelayError
    from bot.core.permission import Person, Policy
    from bot.relay.acts import Actor
    from bot.relay.ports import Modifier
    from bot.relay.world import World

_log = structlog.get_logger(__name__)


async def request(world: World, actor: Actor, target: str) -> None:
    """Note that somebody wants an edit stopped; nothing of it is applied from now on.

    Raises:
        RefusedError: They may not, or it has ended already.
    """
    await _noted(world, actor, target, _wish)


async def request_other(world: World, actor: Actor, target: str) -> None:
    """Note that somebody wants the edit stopped that keeps another one waiting; whoever begins that one stops it.

    Raises:
        RefusedError: They may not, or nothing keeps it waiting any more.
    """
    await _noted(world, actor, target, _freed)


async def _noted(
    world: World, actor: Actor, target: str, wish: Callable[[Policy, Actor, Person], Modifier]
) -> None:
    """Note what somebody wants stopped, if they may."""
    ref = job_of(target)
    async with audited(world, actor, Act.STOP, ref):
        job = await world.store.load(ref)
        person = await decider(world, actor, job)
        await world.change(ref, wish(world.policy_of(job), actor, person))


def _freed(policy: Policy, actor: Actor, person: Person) -> Modifier:
    def freed(stored: Job, now: datetime) -> Job:
        check_stop(person, policy, stored)
        if stored.state is not JobState.STARTING or not stored.blocked_by:
            sentence = "No other edit keeps this one waiting any more."
            raise RefusedError(sentence, code="not_blocked")
        if stored.unblocked_by:
            return stored
        return replace(stored, unblocked_by=actor.user_id, next_at=now).touched(now)

    return freed


def _wish(policy: Policy, actor: Actor, person: Person) -> Modifier:
    def wish(stored: Job, now: datetime) -> Job:
        check_stop(person, policy, stored)
        if has_ended(stored):
            sentence = "This edit has ended already."
            raise RefusedError(sentence, code="ended")
        if stored.stop_requested_by:
            return stored
        return replace(stored, stop_requested_by=actor.user_id, stop_at=now).touched(now)

    return wish


async def stop(world: World, ref: str) -> None:
    """Stop a job at SuperDocs; the task behind `request`."""
    job = await world.store.load(ref)
    if has_ended(job) or job.stop_at is None:
        return
    if not job.job_id:
        # Once an attempt was made, the next one finds what it has started, or ends the edit.
        await world.change(ref, lambda stored, now: stored if stored.steps else never_started(stored, now))
        return
    try:
        await world.documents.cancel(job.job_id)
    except RefusedError as error:
        _log.info("cancel.refused", ref=ref, reason=str(error))
        await world.change(ref, _deny_everything)
    except (TransientError, OutcomeUnknownError) as error:
        _log.warning("cancel.failed", ref=ref, reason=str(error))
        await world.change(ref, _later(error))
    else:
        await world.change(ref, _look)


def never_started(job: Job, now: datetime) -> Job:
    """End an edit that was stopped before SuperDocs knew of it."""
    if job.state is not JobState.STARTING or not job.stop_requested_by:
        return job
    reason = f"Stopped by <@{job.stop_requested_by}> before it began."
    stopped = replace(job, reason=reason, ended_at=now, next_at=None, stop_at=None)
    return advance_job(stopped, JobEvent.STOP).touched(now)


def _deny_everything(job: Job, now: datetime) -> Job:
    """Send the open round now: the answers of a stopped job are denials, and so is that to a prompt."""
    held = job.round
    if job.state is JobState.PROMPTED:
        return replace(_look(job, now), continues=False, answered_by=job.stop_requested_by).touched(now)
    if held is not None and held.state is not RoundState.OPEN and is_kept(held):
        # SuperDocs has refused it: it goes again at once, as a denial.
        return _look(job.with_round(replace(held, recheck_at=now)), now)
    if held is None or held.state is not RoundState.OPEN:
        return _look(job, now)
    hurried = job.with_round(replace(held, send_at=now, hurried_by=job.stop_requested_by))
    return replace(hurried, stop_at=None).touched(now)


def _look(job: Job, now: datetime) -> Job:
    """Have the job read, to see what came of it."""
    if has_ended(job):
        return job
    return replace(job, stop_at=None, next_at=now, steps=job.steps + 1)


def _later(error: RelayError) -> Modifier:
    asked_s = getattr(error, "retry_after_s", None)

    def later(job: Job, now: datetime) -> Job:
        if has_ended(job):
            return job
        failures = job.failures + 1
        return unread(replace(job, failures=failures, stop_at=now + pause(failures, job.ref, asked_s)), now)

    return later
