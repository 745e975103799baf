"""The one call of a round, and what really happened.

The law: nothing is sent twice before a re-read has said that SuperDocs is still waiting, and a re-read counts
only when it is not stale. Exclusion lives here, in the record: whoever finds SUBMITTING never sends.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.core.away import retry_at, troubled
from bot.core.deadline import CALL_LIMIT, GLANCE, STALE, pause
from bot.core.lifecycle import ChangeEvent, RoundEvent, advance_change, advance_round
from bot.core.model import Change, Job, Round, RoundState, Submission, Verdict

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent for one change: always an explicit verdict, feedback only on denials."""

    change_id: str
    is_approved: bool
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why SuperDocs did not take a call.

    Attributes:
        sentence: For people.
        retry_after_s: Seconds that it asked us to wait, or None.
    """

    sentence: str
    retry_after_s: float | None = None


def answers(held: Round) -> tuple[Answer, ...]:
    """Return the complete set of answers: what nobody approved is denied, nothing is left out.

    The round of an edit that somebody stopped has no approval any more. SuperDocs knows a change by its id alone:
    changes that share one are approved together or not at all.
    """
    by_id: dict[str, list[Change]] = {}
    for change in held.live:
        by_id.setdefault(change.change_id, []).append(change)
    if held.is_stopped:
        return tuple(Answer(change_id, is_approved=False) for change_id in by_id)
    return tuple(_answer(change_id, namesakes) for change_id, namesakes in by_id.items())


def begin(job: Job, held: Round, now: datetime) -> Job:
    """Take a round to SUBMITTING, before the call: from OPEN, or from UNKNOWN after "still waiting".

    Undecided changes lapse with this step; they are sent as denied, without feedback.
    """
    event = RoundEvent.SUBMIT if held.state is RoundState.OPEN else RoundEvent.STILL_WAITING
    attempt = held.submission.attempt + 1 if held.submission else 1
    is_bound = held.submission is not None and (held.submission.is_bound or held.may_have_arrived)
    closed = replace(held, changes=tuple(_lapse_open(c) for c in held.changes))
    sent = replace(
        advance_round(closed, event),
        submission=Submission(attempt=attempt, sent_at=now, is_bound=is_bound),
        is_stopped=held.is_stopped if is_bound else job.stop_requested_by != "",
        recheck_at=now + CALL_LIMIT,
    )
    return job.with_round(sent).touched(now + GLANCE)


def acknowledge(job: Job, made: Round, now: datetime) -> Job:
    """Note that SuperDocs called the batch complete. Not proof: the job is watched until it moves on.

    Args:
        job: The record as it stands now.
        made: The round as it was when its call was made; of an earlier call, nothing is noted any more.
        now: The store's time.
    """
    call = _under_way(job, made)
    if call is None:
        return job
    noted = replace(job.rounds[-1], submission=replace(call, is_acknowledged=True), trouble="")
    return replace(job.with_round(noted), next_at=now, steps=job.steps + 1)


def lose_answer(job: Job, made: Round, now: datetime) -> Job:
    """Note that we do not know whether the call took effect; the job is read again when that read can count.

    The arguments are those of `acknowledge`.
    """
    call = _under_way(job, made)
    if call is None:
        return job
    lost = _asked_about(job, call, None, now)
    return job.with_round(replace(lost, trouble="")).touched(now)


def turn_down(job: Job, made: Round, trouble: Trouble, now: datetime) -> Job:
    """Note that SuperDocs certainly did not take the call; it is repeated when a re-read has said so, too.

    Args:
        job: The record as it stands now.
        made: The round as it was when its call was made.
        trouble: Why it did not.
        now: The store's time.
    """
    call = _under_way(job, made)
    if call is None:
        return job
    kept = _asked_about(job, call, trouble.retry_after_s, now)
    refused = replace(kept, submission=replace(call, is_refused=True))
    # Also without news this is shown: what was being sent waits again.
    return troubled(job, refused, trouble.sentence, now).touched(now)


def _asked_about(job: Job, call: Submission, asked_s: float | None, now: datetime) -> Round:
    """Return the round after a call without a clear yes, with the moment from which a read of the job counts."""
    wait = pause(call.attempt, job.ref, asked_s)
    lost = advance_round(job.rounds[-1], RoundEvent.LOSE_ANSWER)
    return replace(lost, recheck_at=max(now + STALE, retry_at(lost, now, wait, asked_s)))


def confirm(job: Job, held: Round, now: datetime) -> Job:
    """Note that SuperDocs has moved on: what was sent is settled."""
    settled = replace(advance_round(held, RoundEvent.CONFIRM), recheck_at=None, trouble="")
    return job.with_round(settled).touched(now + GLANCE)


def still_waits(job: Job, held: Round, now: datetime) -> Job:
    """Judge a re-read in which SuperDocs still waits for exactly this round.

    Returns:
        The job unchanged while the read may be stale or the call under way; with the round UNKNOWN when the
        answer must count as lost. Whether to send again is for `may_send_again` to say.
    """
    if held.submission is None or now < held.submission.sent_at + STALE:
        return job
    is_over = held.submission.is_acknowledged or now >= held.submission.sent_at + CALL_LIMIT
    if held.state is RoundState.SUBMITTING and is_over:
        return lose_answer(job, held, now)
    return job


def may_send_again(held: Round, now: datetime) -> bool:
    """Say whether a re-read at `now` that shows SuperDocs still waiting allows another attempt."""
    return held.state is RoundState.UNKNOWN and held.recheck_at is not None and now >= held.recheck_at


def _under_way(job: Job, made: Round) -> Submission | None:
    """Return the call that the record waits on, if it is the very one that was made."""
    held = job.round
    if held is None or held.state is not RoundState.SUBMITTING or held.submission is None:
        return None
    is_same_call = made.submission is not None and made.submission.attempt == held.submission.attempt
    return held.submission if held.number == made.number and is_same_call else None


def _answer(change_id: str, namesakes: list[Change]) -> Answer:
    if all(change.verdict is Verdict.APPROVE for change in namesakes):
        return Answer(change_id, is_approved=True)
    said = [change.denial.feedback for change in namesakes if change.denial and change.denial.feedback]
    return Answer(change_id, is_approved=False, feedback="\n".join(said))


def _lapse_open(change: Change) -> Change:
    return advance_change(change, ChangeEvent.LAPSE) if change.is_open else change
