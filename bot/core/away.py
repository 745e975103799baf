"""SuperDocs is away: what was decided waits for it, until when, and what is said when that was in vain.

A round that SuperDocs certainly does not have lapses a little after its deadline. One that it may have waits on,
until SuperDocs says what happened; and whatever cannot be asked about for a day ends in words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.core.deadline import DAY, GLANCE, GRACE, pause
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
from bot.core.model import JobState, RoundState
from bot.core.words.pieces import inert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.core.model import Job, Round

NEVER_ASKED: Final = "The answer was sent, but for a day SuperDocs could not be asked whether it took it."
UNREAD: Final = "For a day, SuperDocs could not be asked about this edit."
_LATE: Final = "The relay came too late."
_NOT_TAKEN: Final = "SuperDocs did not take what was sent."

_ASIDE: Final = re.compile(r" \([^()]*\)")
"""A status or the name of an exception: for whoever reads logs, where the whole sentence stands."""

_SOONEST: Final = timedelta(seconds=1)
"""However little time is left, SuperDocs is not asked more often."""

_ENDS: Final[Mapping[RoundEvent, JobEvent]] = {
    RoundEvent.GONE: JobEvent.VANISH,
    RoundEvent.GIVE_UP: JobEvent.GIVE_UP,
}


def undelivered(trouble: str) -> str:
    """Say why an edit lapsed with its answers."""
    return f"Nothing could be delivered in time: {trouble}"


def lapses_at(held: Round) -> datetime:
    """Return when a round lapses that SuperDocs certainly does not have; a short window makes that sooner."""
    return held.deadline_at + min(GRACE, (held.deadline_at - held.opened_at) / 2)


def is_kept(held: Round) -> bool:
    """Say whether a round waits here, and SuperDocs certainly does not have its answers."""
    was_refused = held.submission is not None and held.submission.is_refused
    return held.state is RoundState.OPEN or (held.state is RoundState.UNKNOWN and was_refused)


def is_too_late(held: Round, now: datetime) -> bool:
    """Say whether a round is not sent any more."""
    return held.state in {RoundState.OPEN, RoundState.UNKNOWN} and now >= lapses_at(held)


def retry_at(held: Round, now: datetime, wait: timedelta, asked_s: float | None = None) -> datetime:
    """Return when SuperDocs is asked about a round again: what is left of its time beats every pause.

    Args:
        held: The round.
        now: The store's time.
        wait: The backoff; it shrinks with the time that is left.
        asked_s: Seconds that SuperDocs asked us to wait, if it did. They are obeyed, except that a last call is
            made before the deadline.
    """
    left = lapses_at(held) - now
    if left > timedelta(0) and not asked_s:
        wait = min(wait, max(left / 4, _SOONEST))
    last_call = held.submit_at + (held.deadline_at - held.submit_at) / 2
    return min([now + wait, *(moment for moment in (last_call, lapses_at(held)) if moment > now)])


def put_off(job: Job, reason: str, asked_s: float | None, now: datetime) -> Job:
    """Note that SuperDocs could not be asked about the round of a job, and when it is asked again.

    Args:
        job: The record.
        reason: Why, as a sentence; people are shown it.
        asked_s: Seconds that SuperDocs asked us to wait, if it did.
        now: The store's time.
    """
    held = job.round
    if has_ended(job) or held is None or held.state not in {RoundState.OPEN, *SENT_ROUNDS}:
        return job
    failures = held.failures + 1
    at = retry_at(held, now, pause(failures, job.ref, asked_s), asked_s)
    waiting = troubled(job, replace(held, failures=failures, recheck_at=at), reason, now)
    return unread(expired(waiting, now), now)


def troubled(job: Job, held: Round, reason: str, now: datetime) -> Job:
    """Return a job with a round that something keeps from SuperDocs; people see it when that is news."""
    told = replace(held, trouble=inert(_ASIDE.sub("", reason)))
    changed = job.with_round(told)
    return changed if told.trouble == held.trouble else changed.touched(now + GLANCE)


def healed(job: Job, now: datetime) -> Job:
    """Note that SuperDocs answers: what kept the relay from asking is over, but not what it refused."""
    heard = replace(job, unread_since=None)
    held = job.round
    if held is None or held.state not in {RoundState.OPEN, *SENT_ROUNDS}:
        return heard
    is_over = held.failures > 0 or held.submission is None or not held.submission.is_refused
    # An open round that was put off is due again; one that was sent keeps the moment from which a read counts.
    freed = replace(held, failures=0, recheck_at=None if held.state is RoundState.OPEN else held.recheck_at)
    return troubled(heard, freed, "" if is_over else held.trouble, now)


def expired(job: Job, now: datetime) -> Job:
    """Return a job whose time is over without SuperDocs having the answers as lapsed; any other as it is."""
    held = job.round
    if has_ended(job) or held is None or not is_kept(held) or not is_too_late(held, now):
        return job
    return give_up(job, held, now)


def give_up(job: Job, held: Round, now: datetime) -> Job:
    """Let a round lapse that SuperDocs does not have, a little after its deadline."""
    submission = replace(held.submission, is_refused=True) if held.submission else None
    why = held.trouble or (_NOT_TAKEN if submission else _LATE)
    kept = replace(held, submission=submission, trouble=why)
    return lapse(job.with_round(kept), RoundEvent.GIVE_UP, undelivered(kept.trouble), now)


def unread(job: Job, now: datetime) -> Job:
    """Note that SuperDocs could not be asked about a job; after a day of that, end it in words.

    A round that still waits here has a deadline of its own.
    """
    if has_ended(job):
        return job
    since = job.unread_since or now
    noted = replace(job, unread_since=since)
    if now < since + DAY or (job.round is not None and job.round.state is RoundState.OPEN):
        return noted
    if job.state is JobState.REVIEWING:
        return lapse(noted, RoundEvent.GIVE_UP, NEVER_ASKED, now)
    failed = replace(noted, reason=UNREAD, ended_at=now, next_at=None, stop_at=None)
    return advance_job(failed, JobEvent.GIVE_UP).touched(now)


def lapse(job: Job, event: RoundEvent, reason: str, now: datetime) -> Job:
    """End the round that a job waits on, and the job with it, without SuperDocs having confirmed anything."""
    held = job.rounds[-1]
    if held.state is RoundState.SUBMITTING:
        held = advance_round(held, RoundEvent.LOSE_ANSWER)
    left = tuple(advance_change(c, ChangeEvent.LAPSE) if c.is_open else c for c in held.changes)
    over = replace(advance_round(held, event), changes=left, send_at=None, recheck_at=None)
    ended = replace(job, ended_at=now, next_at=None, stop_at=None).touched(now)
    if job.stop_requested_by and not held.may_have_arrived:
        # Nothing of it was or will be applied: that is what was asked for.
        stopped = replace(ended, reason=f"Stopped by <@{job.stop_requested_by}>.")
        return advance_job(stopped.with_round(replace(over, is_stopped=True)), JobEvent.STOP)
    return advance_job(replace(ended, reason=reason).with_round(over), _ENDS[event])
