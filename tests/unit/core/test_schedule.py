"""When a daily digest is due: by the clocks of a zone, whatever is done to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.schedule import Schedule

DAILY = frozenset(range(7))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)


def schedule(zone: str, at: str, days: frozenset[int] = DAILY) -> Schedule:
    """Return a schedule at an hour of a zone."""
    return Schedule(time.fromisoformat(at), ZoneInfo(zone), days)


def utc(moment: str) -> datetime:
    """Return a moment in UTC."""
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def posted(due: Schedule, first: str, last: str, step: timedelta = timedelta(minutes=10)) -> list[datetime]:
    """Return the moments that a relay which looks again and again sees, each as it comes up."""
    seen: list[datetime] = []
    now, end = utc(first), utc(last)
    while now <= end:
        moment = due.latest(now)
        if not seen or moment > seen[-1]:
            seen.append(moment)
        assert moment == seen[-1], "it never goes back"
        now += step
    return seen[1:]


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        ("2026-11-23T08:59:59", "2026-11-20T09:00"),
        ("2026-11-23T09:00:00", "2026-11-23T09:00"),
        ("2026-11-23T23:00:00", "2026-11-23T09:00"),
        ("2026-11-28T12:00:00", "2026-11-27T09:00"),
    ],
)
def test_the_last_scheduled_moment_is_not_after_now(now, moment):
    """On the minute it is due; before, the last working day's is, and over the weekend Friday's."""
    assert Schedule().latest(utc(now)) == utc(moment)


@pytest.mark.parametrize("day", range(7))
def test_a_weekly_schedule_is_due_on_its_day_alone(day):
    """Each week once, whichever day it is, and from one to the next it is the same one."""
    moments = posted(
        schedule("Europe/Berlin", "09:00", frozenset({day})), "2026-11-02T00:00", "2026-11-30T00:00", HOUR
    )
    assert [m.weekday() for m in moments] == [day] * 4
    assert {after - before for before, after in pairwise(moments)} == {timedelta(weeks=1)}


@pytest.mark.parametrize(
    ("zone", "spring", "autumn"),
    [
        ("Europe/Berlin", "2026-03-29", "2026-10-25"),
        ("America/New_York", "2026-03-08", "2026-11-01"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-04-05"),
        ("America/Sao_Paulo", "2018-11-04", "2018-02-18"),
        ("Africa/Cairo", "2026-04-24", "2026-10-30"),
        ("America/St_Johns", "2010-03-14", "2010-11-07"),
    ],
)
@pytest.mark.parametrize("at", ["00:00", "00:30", "01:30", "02:00", "02:15", "02:30", "09:00", "23:45"])
@pytest.mark.parametrize("season", ["spring", "autumn"])
def test_clocks_that_are_changed_make_no_day_s_digest_come_twice_or_not_at_all(
    zone, spring, autumn, at, season
):
    """Both ways, at any hour, also where the change is half an hour or crosses midnight: each date has one."""
    changed = date.fromisoformat(spring if season == "spring" else autumn)
    due = schedule(zone, at)
    moments = posted(due, f"{changed - 3 * DAY}T00:00", f"{changed + 3 * DAY}T00:00")
    shown = [moment.astimezone(due.zone) for moment in moments]
    dates = [moment.date() for moment in shown]
    assert {changed - DAY, changed, changed + DAY} <= set(dates)
    assert {after - before for before, after in pairwise(dates)} == {DAY}
    assert all(moment.time() == due.at or moment.date() == changed for moment in shown)


def test_an_hour_that_is_skipped_counts_from_the_old_time():
    """At 02:30 on the day without it, the clocks show 03:30; half an hour makes half an hour."""
    assert schedule("Europe/Berlin", "02:30").latest(utc("2026-03-29T12:00")) == utc("2026-03-29T01:30")
    assert schedule("Australia/Lord_Howe", "02:15").latest(utc("2026-10-04T00:00")) == utc("2026-10-03T15:45")


def test_an_hour_that_comes_twice_counts_the_first_time():
    """And the second time it is not due again."""
    due = schedule("America/New_York", "01:30")
    first = utc("2026-11-01T05:30")
    assert due.latest(first) == due.latest(first + HOUR) == due.latest(first + 12 * HOUR) == first


def test_clocks_that_are_put_back_over_midnight_do_not_bring_yesterday_s_back():
    """St. John's showed Sunday for a minute, then Saturday again: Sunday's moment has been."""
    due = schedule("America/St_Johns", "00:00")
    midnight = utc("2010-11-07T02:30")
    assert due.latest(midnight) == midnight
    assert due.latest(midnight + timedelta(minutes=30)) == midnight


@pytest.mark.parametrize("zone", ["Pacific/Apia", "Pacific/Fakaofo"])
@pytest.mark.parametrize("days", [DAILY, frozenset(range(5)), frozenset({4})])
@pytest.mark.parametrize("at", ["00:00", "09:00", "23:59"])
def test_a_day_that_is_left_out_posts_nothing_twice(zone, days, at):
    """Samoa had no 30 December 2011: its digest falls on the next day's moment, and is one with it."""
    moments = posted(schedule(zone, at, days), "2011-12-25T00:00", "2012-01-08T00:00")
    assert len(set(moments)) == len(moments)
    assert all(after - before >= timedelta(hours=23) for before, after in pairwise(moments))
    assert len(moments) >= len(days - {5, 6}) * 2 - 1


zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
     "America/St_Johns", "Africa/Casablanca", "Asia/Tehran", "Antarctica/Troll", "Pacific/Kwajalein"]
)  # fmt: skip
schedules = st.builds(
    Schedule, st.times().map(lambda t: t.replace(second=0, microsecond=0)), zones.map(ZoneInfo),
    st.frozensets(st.integers(0, 6), min_size=1),
)  # fmt: skip
moments = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001 -- given a zone at once


def dated(due: Schedule, moment: datetime) -> list[date]:
    """Return the dates that a moment stands for: those on which the clocks show the hour then, or skip it."""
    shown = moment.astimezone(due.zone)
    near = [shown.date() + timedelta(days=n) for n in (-1, 0, 1)]
    return [day for day in near if datetime.combine(day, due.at, due.zone).astimezone(UTC) == moment]


@given(schedules, moments)
def test_the_latest_moment_is_the_latest(due, now):
    """Not after now, on a scheduled day, at the scheduled hour unless it is skipped, and none lies between."""
    latest = due.latest(now)
    assert latest <= now
    assert latest.tzinfo is UTC
    dates = [day for day in dated(due, latest) if day.weekday() in due.days]
    assert dates
    local = latest.astimezone(due.zone)
    is_shown = local.time() == due.at and local.date() in dates
    assert is_shown or all(_is_skipped(due, day) for day in dates)
    between = [now.astimezone(due.zone).date() + timedelta(days=n) for n in range(-9, 3)]
    scheduled = [
        datetime.combine(d, due.at, due.zone).astimezone(UTC) for d in between if d.weekday() in due.days
    ]
    assert not [moment for moment in scheduled if latest < moment <= now]


@given(schedules, moments)
def test_a_moment_is_its_own_latest_and_the_one_before_is_an_earlier_date_s(due, now):
    """So that one date has one moment, and asking again finds the same."""
    latest = due.latest(now)
    before = due.latest(latest - TICK)
    assert due.latest(latest) == latest
    assert before < latest
    assert not set(dated(due, before)) & set(dated(due, latest))


def _is_skipped(due: Schedule, day: date) -> bool:
    wanted = datetime.combine(day, due.at, due.zone)
    return wanted.astimezone(UTC).astimezone(due.zone).replace(tzinfo=None) != wanted.replace(tzinfo=None)
