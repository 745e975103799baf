"""When a program is told of its edit's outcome, in which words, and until when that is tried.

It is told at least once: what was not certainly taken is told again, by the same id, so that the program can know it.

Source of the message's shape and of the waits:
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.core.lifecycle import has_ended
from bot.core.report import report

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.core.request import Callback

LARGEST_HTML: Final = 1_000_000
"""Bytes of a document that is sent along."""

_WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=6),
)
"""After each failure; after the one that follows the last of them it is given up, a day after the first."""

_PATIENCE: Final = timedelta(minutes=1)
"""How long an outcome waits for its document; looking for the changes in it takes seconds."""

_OBEYED: Final = max(_WAITS)
"""Whoever asks for a longer wait does not get it."""


def due_at(job: Job) -> datetime | None:
    """Return when the program is to be told; None while there is nothing to tell, and when there is no more to do.

    An outcome waits for its document, since what was found in it belongs to what is told; but not for a Slack or a
    library that is away.
    """
    callback = job.callback
    if callback is None or not has_ended(job):
        return None
    if callback.delivered_at is not None or is_given_up(callback):
        return None
    ended_at = job.ended_at or job.created_at
    soonest = ended_at if job.publish_at is None else ended_at + _PATIENCE
    return max(callback.next_at or ended_at, soonest)


def is_given_up(callback: Callback) -> bool:
    """Say whether it was tried in vain, and is not tried again."""
    return callback.attempts > 0 and callback.next_at is None and callback.delivered_at is None


def message_id(job: Job) -> str:
    """Name what is told: the same however often it is, and another for another outcome."""
    return f"msg_{job.ref}_{job.state.value}"


def payload(job: Job, html: str | None) -> bytes:
    """Return what is told, as JSON in UTF-8.

    Args:
        job: A job that has ended.
        html: Its updated document; None when there is none.
    """
    fits = html is not None and len(html.encode("utf-8", "replace")) <= LARGEST_HTML
    told = {
        "type": f"edit.{job.state.value}",
        "timestamp": job.ended_at or job.created_at,
        "data": {**asdict(report(job)), "document_html": html if fits else None},
    }
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_written)
    return written.encode("utf-8", "replace")


def delivered(job: Job, now: datetime) -> Job:
    """Note that the program took it."""
    return _with(job, next_at=None, delivered_at=now, trouble="")


def postponed(job: Job, now: datetime, trouble: str, asked_s: float | None = None) -> Job:
    """Note that it was not taken: it is told again later, or never after a day.

    Args:
        job: The record.
        now: The store's time.
        trouble: Why, in a sentence.
        asked_s: Seconds that the program asked us to wait, if it did.
    """
    if job.callback is None or due_at(job) is None:
        return job
    failed = job.callback.attempts
    next_at = now + _wait(failed, job.ref, asked_s) if failed < len(_WAITS) else None
    return _with(job, next_at=next_at, attempts=failed + 1, trouble=trouble)


def given_up(job: Job, trouble: str) -> Job:
    """Note that it will never be taken."""
    if job.callback is None or due_at(job) is None:
        return job
    return _with(job, next_at=None, attempts=job.callback.attempts + 1, trouble=trouble)


def redriven(job: Job, now: datetime) -> Job:
    """Have it told now, and tried for a day again, whatever became of it before."""
    return _with(job, next_at=now, attempts=0, delivered_at=None, trouble="")


def _with(job: Job, **what: object) -> Job:
    if job.callback is None:
        return job
    return replace(job, callback=replace(job.callback, **what))  # type: ignore[arg-type] # Each is named above.


def _wait(failed: int, ref: str, asked_s: float | None) -> timedelta:
    """Return how long to wait after so many failures: those that failed together do not come back together."""
    spread = 0.9 + zlib.crc32(f"{ref} {failed}".encode()) / 2**32 / 5
    asked = timedelta(seconds=min(asked_s or 0.0, _OBEYED.total_seconds()))
    return max(_WAITS[failed] * spread, asked)


def _written(value: object) -> str:
    """Write a moment as every other answer of the relay does."""
    if not isinstance(value, datetime):
        sentence = f"A {type(value).__name__} is not told to programs."
        raise TypeError(sentence)
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
