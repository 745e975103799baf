"""Which messages people need now, and where they stand once their channel is closed to the relay."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.core.lifecycle import SENT_ROUNDS, has_ended
from bot.core.model import Job, JobState, MessageRef, RoundState

if TYPE_CHECKING:
    from datetime import datetime

_FILES: Final = frozenset({"source", "before", "after"})

CLOSED: Final = frozenset({"channel_not_found", "not_in_channel", "is_archived", "is_inactive"})
"""Slack's words for a channel in which the relay can say nothing any more."""

DOCUMENT: Final = "document"
"""The slot of the file that comes with the end of a job."""


def is_needed(job: Job, slot: str) -> bool:
    """Say whether people decide by this message now, or look there for what does. A reminder said what it said."""
    held, (kind, _, number) = job.round, slot.partition(":")
    if kind == "prompt":
        return job.state is JobState.PROMPTED and int(number) == job.prompts
    if has_ended(job) or held is None or held.state is not RoundState.OPEN:
        return False
    if kind in _FILES | {"card"}:
        change = held.change(int(number))
        return change is not None and change.is_live and (kind == "card" or change.is_open)
    return kind == "job" or slot == f"round:{held.number}"


def is_here(job: Job, slot: str) -> bool:
    """Say whether a message stands where its job is reviewed, so that it can be edited and answered."""
    message = job.messages.get(slot)
    if message is None or not message.ts:
        return False
    return not job.moved_from or message.channel == job.channel


def is_withheld(job: Job) -> bool:
    """Say whether a job's document was to be posted, and that was given up."""
    message = job.messages.get(DOCUMENT)
    return message is not None and not message.ts and job.publish_at is None


def urgent_by(job: Job) -> datetime | None:
    """Return until when it matters that people see a job's messages; None while nobody has to decide."""
    held = job.round
    if has_ended(job) or held is None or held.state is not RoundState.OPEN:
        return None
    return held.submit_at


def moved(job: Job, fallback: str) -> Job:
    """Return a job whose channel is closed as it goes on: with its requester, or else in the fallback channel.

    What people need now is posted anew there; the rest stays where it was, as it was. A job moves once, and one that
    has nowhere to go does not move.
    """
    target = job.requester_id or fallback
    if job.moved_from or target == job.channel:
        return job
    there = {slot: _left(job, slot, message) for slot, message in job.messages.items()}
    return replace(job, channel=target, moved_from=job.channel, messages=there)


def _left(job: Job, slot: str, message: MessageRef) -> MessageRef:
    """Return what is known of a message from then on: nothing of one that is to stand in the new place."""
    comes_along = slot == "job" or is_needed(job, slot) or _is_being_sent(job, slot)
    return message.without if comes_along or not message.ts else message


def _is_being_sent(job: Job, slot: str) -> bool:
    """Say whether a message shows the answers that are on their way, or one of them."""
    held, (kind, _, number) = job.round, slot.partition(":")
    if held is None or held.state not in SENT_ROUNDS:
        return False
    return slot == f"round:{held.number}" or (kind == "card" and held.change(int(number)) is not None)


def is_left_behind(job: Job, message: MessageRef) -> bool:
    """Say whether a message stands where its job is reviewed no more, having moved while it was on its way."""
    return job.moved_from == message.channel != job.channel


def arrived(job: Job, message: MessageRef) -> Job:
    """Return a moved job once a message says which direct messages its requester's are."""
    is_expected = job.moved_from and job.channel == job.requester_id
    return replace(job, channel=message.channel) if is_expected else job
