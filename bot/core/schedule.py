"""When a daily digest is due: an hour of the day, in a zone, on some days of the week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_WEEK = 7
_HALF_DAY = timedelta(hours=12)
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Schedule:
    """An hour on some days of the week, as the clocks of a zone show it.

    Attributes:
        at: Hour and minute on the zone's clocks.
        days: Days of the week, Monday is 0; at least one.
    """

    at: time = time(9)
    zone: ZoneInfo = ZoneInfo("UTC")  # noqa: RUF009 -- immutable, and one a zone
    days: frozenset[int] = frozenset(range(5))

    def next_after(self, now: datetime) -> datetime:
        """Return the first scheduled moment after `now`, in UTC.

        Half days are few enough hours to hold one moment at most, though clocks be put forward in between.
        """
        looks = (self.latest(now + half * _HALF_DAY) for half in range(1, 2 * (_WEEK + 1) + 1))
        return next(moment for moment in looks if moment > now)

    def latest(self, now: datetime) -> datetime:
        """Return the last scheduled moment that is not after `now`, in UTC.

        An hour that the clocks skip counts from the clocks' old time; one that they show twice counts the first time.
        """
        today = now.astimezone(self.zone).date()
        # From tomorrow, which clocks that are put back over midnight have shown already; and two days more than a
        # week: today's hour may be still to come, and so may that of a day which a zone left out.
        dates = (today - timedelta(days=back) for back in range(-1, _WEEK + 2))
        moments = (
            datetime.combine(date, self.at, self.zone).astimezone(UTC)
            for date in dates
            if date.weekday() in self.days
        )
        return next(moment for moment in moments if moment <= now)


def read_hour(words: str) -> time:
    """Read an hour of the day, and nothing more: a zone or seconds would be ignored by whoever reads the setting.

    Raises:
        ValueError: It is none; the text says how one looks.
    """
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", words):
        raise ValueError("must be an hour and minute, as in 09:00")
    return time.fromisoformat(words.zfill(len("09:00")))


def read_zone(words: str) -> ZoneInfo:
    """Read the name of a zone.

    Raises:
        ValueError: There is no such zone.
    """
    try:
        return ZoneInfo(words)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a zone's name, such as Europe/Berlin") from None


def read_days(words: str) -> frozenset[int]:
    """Read days of the week: names and ranges, which may run over the week's end.

    Raises:
        ValueError: They are none; the text says how they look.
    """
    days: set[int] = set()
    for part in words.lower().replace(" ", "").split(","):
        first, is_range, last = part.partition("-")
        if first not in _NAMES or (is_range and last not in _NAMES):
            raise ValueError("must be days of the week, as in mon-fri or mon,wed,fri")
        start, end = _NAMES.index(first), _NAMES.index(last or first)
        days |= {day % _WEEK for day in range(start, end + 1 + (_WEEK if end < start else 0))}
    return frozenset(days)
