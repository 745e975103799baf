"""When the next digest comes, said so that a person can compare it with their calendar."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.schedule import Schedule
from bot.doctor.digest import examine
from bot.doctor.finding import State

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 20, 7, 59, tzinfo=UTC), "Friday, 20 November 2026 at 09:00 (Europe/Berlin)"),
        (datetime(2026, 11, 20, 8, 0, tzinfo=UTC), "Monday, 23 November 2026 at 09:00 (Europe/Berlin)"),
        (datetime(2026, 3, 27, 7, 30, tzinfo=UTC), "Friday, 27 March 2026 at 09:00 (Europe/Berlin)"),
        (datetime(2026, 3, 28, 7, 30, tzinfo=UTC), "Monday, 30 March 2026 at 09:00 (Europe/Berlin)"),
    ],
)
def test_the_next_one_is_named_as_the_zone_s_clocks_show_it(now: datetime, words: str):
    """Day, date, hour and zone."""
    finding = examine(Schedule(time(9), BERLIN), now)
    assert (finding.state, finding.found) == (State.OK, f"next on {words}")


def test_none_is_passed_over_where_two_mornings_are_less_than_a_day_apart():
    """In the night to Sunday the clocks are put forward; Saturday's digest is still to come."""
    saturday = datetime(2026, 3, 28, 7, 30, tzinfo=UTC)
    every_day = Schedule(time(9), BERLIN, frozenset(range(7)))
    assert every_day.next_after(saturday) == datetime(2026, 3, 28, 8, 0, tzinfo=UTC)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 -- given a zone
    days=st.frozensets(st.integers(0, 6), min_size=1),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati", "Australia/Lord_Howe"]),
)  # fmt: skip
def test_there_is_none_between_now_and_the_next_one(now: datetime, days: frozenset[int], at: time, zone: str):
    """It is after now, it is scheduled, and the last one before it is not after now."""
    schedule = Schedule(at, ZoneInfo(zone), days)
    moment = schedule.next_after(now)
    assert moment > now
    assert schedule.latest(moment) == moment
    assert schedule.latest(moment - timedelta(seconds=1)) <= now
