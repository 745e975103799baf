"""The daily digest: when the next one comes, in words that a person can compare with their calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.doctor.finding import ok

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.schedule import Schedule
    from bot.doctor.finding import Finding


def examine(schedule: Schedule, now: datetime) -> Finding:
    """Say when the next digest is due."""
    moment = schedule.next_after(now).astimezone(schedule.zone)
    return ok("digest", f"next on {moment:%A, %d %B %Y at %H:%M} ({schedule.zone.key})")
