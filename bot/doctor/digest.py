"""The daily digest: when the next one comes, in words that a person can compare with their calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.doctor.finding import ok

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.schedule import Schedule
    from bot.doctor.finding import Finding

_HALF_DAY: Final = timedelta(hours=12)
_HALF_DAYS: Final = 2 * 8


def upcoming(schedule: Schedule, now: datetime) -> datetime:
    """Return the first scheduled moment after `now`, in UTC.

    Half days are few enough hours to hold one moment at most, though clocks be put forward in between.
    """
    looks = (schedule.latest(now + half * _HALF_DAY) for half in range(1, _HALF_DAYS + 1))
    return next(moment for moment in looks if moment > now)


def examine(schedule: Schedule, now: datetime) -> Finding:
    """Say when the next digest is due."""
    moment = upcoming(schedule, now).astimezone(schedule.zone)
    return ok("digest", f"next on {moment:%A, %d %B %Y at %H:%M} ({schedule.zone.key})")
