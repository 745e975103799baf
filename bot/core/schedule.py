"""When a daily digest is due: an hour of the day, in a zone, on some days of the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEK = 7
_HALF_DAY = timedelta(hours=12)


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
