"""What a re-read means: from the record and one sighting of the job to the next record.

Everything that SuperDocs tells ends up here, whichever step read it: the watch, the submission, the survey.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.away import healed, is_kept, lapse, retry_at, troubled, undelivered
from bot.core.deadline import CALL_LIMIT, GLANCE, STALE
from bot.core.lifecycle import (
    SENT_ROUNDS,
    ChangeEvent,
    JobEvent,
    RoundEvent,
    advance_change,
    advance_job,
    advance_round,
    has_ended,
)
from bot.core.model import Change, Job, JobState, Outcome, Round, RoundState, Verdict
from bot.core.opening import Facts, is_same, open_round, renew_round
from bot.core.routing import ANYWHERE
from bot.core.sighting import Sighting, Status
from bot.core.submitting import confirm, still_waits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.core.deadline import Timing
    from bot.core.routing import Route

    Rule = Callable[[Job, Sighting, datetime], Job]

NEVER_CONFIRMED = "The answer was sent, but SuperDocs forgot the edit before it confirmed it."
_FORGOTTEN = "SuperDocs no longer knows this edit."
_MUTE = "SuperDocs does not say what it waits for."
_TOO_LATE = "SuperDocs gave the edit up before it was answered."


def settle(
    job: Job,
    sighting: Sighting,
    facts: Mapping[str, Facts],
    now: datetime,
    timing: Timing,
    route: Route = ANYWHERE,
) -> Job:
    """Return the record after one read of the job.

    Args:
        job: The record; a job that has ended stays as it is.
        sighting: What the read told.
        facts: By digest, for every proposal in the sighting.
        now: The store's time at which the read was begun.
        timing: The deployment's durations.
        route: What a round that opens now demands.
    """
    if has_ended(job):
        return job
    job = _heard(job, sighting, now)
    if sighting.status is Status.REVIEW:
        return _review(job, sighting, facts, now, timing, route)
    return _RULES[sighting.status](job, sighting, now)


def _heard(job: Job, sighting: Sighting, now: datetime) -> Job:
    """Note that SuperDocs answers; one that does not know the job, or not what it waits for, has not said much."""
    if sighting.status is Status.GONE:
        return replace(job, unread_since=None)
    known = replace(job, missing_at=None)
    is_mute = sighting.status is Status.REVIEW and not sighting.proposals
    return replace(known, unread_since=None) if is_mute else healed(known, now)


def _review(
    job: Job,
    sighting: Sighting,
    facts: Mapping[str, Facts],
    now: datetime,
    timing: Timing,
    route: Route,
) -> Job:
    held = job.round
    if not sighting.proposals:
        return _unnamed(job, held, now)
    if held is not None and _is_old_news(held, sighting, now):
        return job
    if job.state is JobState.PROMPTED:
        job = _resumed(job)
    if held is not None and held.state is RoundState.OPEN:
        if is_same(held, sighting.proposals):
            return job
        return renew_round(job, held, sighting.proposals, facts, now + timing.undo).touched(now)
    if held is not None and held.state in SENT_ROUNDS:
        if is_same(held, sighting.proposals):
            return still_waits(job, held, now)
        job = _resumed(confirm(job, held, now))
    evidence = min(sighting.updated_at or now, now)
    opened = open_round(job, sighting.proposals, facts, evidence, timing, route)
    return opened.with_round(replace(opened.rounds[-1], seen_at=now)).touched(now)


def _unnamed(job: Job, held: Round | None, now: datetime) -> Job:
    """SuperDocs waits and does not say for what: nothing is learned, and nothing is sent until it does."""
    if held is None or held.state not in {RoundState.OPEN, *SENT_ROUNDS}:
        return job
    soonest = retry_at(held, now, STALE) if is_kept(held) else now + STALE
    waiting = replace(held, recheck_at=max(held.recheck_at or now, soonest))
    return troubled(job, waiting, _MUTE, now) if is_kept(held) else job.with_round(waiting)


def _is_old_news(held: Round, sighting: Sighting, now: datetime) -> bool:
    """Say whether a read that shows a settled round waiting may be older than the moment the call landed."""
    if held.state is not RoundState.CONFIRMED or held.submission is None:
        return False
    return is_same(held, sighting.proposals) and now < held.submission.sent_at + CALL_LIMIT + STALE


def _working(job: Job, _sighting: Sighting, now: datetime) -> Job:
    if job.state is JobState.REVIEWING:
        if job.round is not None and now < (job.round.seen_at or job.round.opened_at) + STALE:
            return job  # This read may be older than the pause.
        return _resumed(_closed(job, now))
    if job.state is JobState.PROMPTED and job.continues is not None:
        return replace(advance_job(job, JobEvent.RESUME), prompt="", continues=None).touched(now)
    return job


def _prompt(job: Job, sighting: Sighting, now: datetime) -> Job:
    if job.state is JobState.PROMPTED:
        if job.prompt == sighting.prompt:
            return job
        job = _resumed(job)  # The answer to one question is none to the next.
    if job.state is JobState.REVIEWING:
        job = _resumed(_closed(job, now))
    asked = replace(job, prompt=sighting.prompt, prompts=job.prompts + 1, continues=None, next_at=None)
    if job.stop_requested_by:
        # Nobody is to answer this: whoever stopped the edit has.
        asked = replace(
            asked, continues=False, answered_by=job.stop_requested_by, next_at=now, steps=job.steps + 1
        )
    return advance_job(asked, JobEvent.PROMPT).touched(now)


def _completed(job: Job, sighting: Sighting, now: datetime) -> Job:
    done = replace(
        _called(_ended(job, JobEvent.COMPLETE, "", now), sighting),
        result=sighting.response,
        has_document=bool(sighting.updated_html),
        publish_at=now if sighting.updated_html else None,
    )
    # With a document, what is found in it is said in a moment; without one, this is the end.
    return done.touched(now + GLANCE if done.has_document else now)


def _called(job: Job, sighting: Sighting) -> Job:
    """Note which changes SuperDocs says are not in the document. Their ids may repeat: then that says nothing.

    Without a document there is nothing to look into, so that is all that will be known.
    """
    named = Counter(c.change_id for held in job.rounds for c in held.live)
    for held in job.rounds:
        changes = tuple(
            _unapplied(c, sighting) if c.change_id in sighting.unapplied and named[c.change_id] == 1 else c
            for c in held.changes
        )
        job = job.with_round(replace(held, changes=changes))
    return job


def _unapplied(change: Change, sighting: Sighting) -> Change:
    is_missing = change.verdict is Verdict.APPROVE and not sighting.updated_html
    outcome = Outcome.NOT_FOUND if is_missing else change.outcome
    return replace(change, is_called_unapplied=True, outcome=outcome)


def _failed(job: Job, sighting: Sighting, now: datetime) -> Job:
    return _ended(job, JobEvent.FAIL, sighting.error or "SuperDocs gave no reason.", now).touched(now)


def _cancelled(job: Job, _sighting: Sighting, now: datetime) -> Job:
    who = f"Stopped by <@{job.stop_requested_by}>." if job.stop_requested_by else "Stopped at SuperDocs."
    return _ended(job, JobEvent.STOP, who, now).touched(now)


def _gone(job: Job, _sighting: Sighting, now: datetime) -> Job:
    """Believe that a job is gone only when two reads, far enough apart, say so: the first may be stale."""
    if job.missing_at is None:
        return replace(job, missing_at=now)
    if now < job.missing_at + STALE:
        return job
    held = job.round
    if held is None or held.state not in {RoundState.OPEN, *SENT_ROUNDS}:
        return _ended(job, JobEvent.VANISH, _FORGOTTEN, now).touched(now)
    return _vanished(job, held, now)


def _vanished(job: Job, held: Round, now: datetime) -> Job:
    if held.may_have_arrived:
        return lapse(job, RoundEvent.GONE, NEVER_CONFIRMED, now)
    return lapse(job, RoundEvent.GONE, undelivered(held.trouble) if held.trouble else _TOO_LATE, now)


def _resumed(job: Job) -> Job:
    return advance_job(job, JobEvent.RESUME)


def _closed(job: Job, now: datetime) -> Job:
    """End the round that a job waited on, because the job does not wait any more."""
    held = job.round
    if held is None:
        return job
    if held.state in SENT_ROUNDS:
        return replace(confirm(job, held, now), next_at=now, steps=job.steps + 1)
    if held.state is RoundState.OPEN:
        left = tuple(advance_change(c, ChangeEvent.WITHDRAW) if c.is_live else c for c in held.changes)
        withdrawn = replace(advance_round(held, RoundEvent.END_ELSEWHERE), changes=left, send_at=None)
        return replace(job.with_round(withdrawn), next_at=now, steps=job.steps + 1).touched(now)
    return job


def _ended(job: Job, event: JobEvent, reason: str, now: datetime) -> Job:
    ended = advance_job(_closed(job, now), event)
    return replace(ended, reason=reason, ended_at=now, next_at=None)


_RULES: Mapping[Status, Rule] = {
    Status.WORKING: _working,
    Status.PROMPT: _prompt,
    Status.COMPLETED: _completed,
    Status.FAILED: _failed,
    Status.CANCELLED: _cancelled,
    Status.GONE: _gone,
}
