"""The daily digest: when the next one comes, in words that a person can compare with their calendar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.doctor.finding import ok

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.routing import Routes
    from bot.core.schedule import Schedule
    from bot.doctor.finding import Finding, Findings


def of_channels(routes: Routes | None, now: datetime) -> Findings:
    """Say when the next digest is due of each channel that has an hour of its own."""
    own = routes.schedules if routes else {}
    return tuple(replace(examine(own[place], now), name=f"digest of {place}") for place in sorted(own))


def examine(schedule: Schedule, now: datetime) -> Finding:
    """Say when the next digest is due."""
    moment = schedule.next_after(now).astimezone(schedule.zone)
    return ok("digest", f"next on {moment:%A, %d %B %Y at %H:%M} ({schedule.zone.key})")
