"""What is counted, in words and for programs: the tables and the JSON of `superdocs-relay stats`, and the lines of a Home."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from bot.core.pending import rfc3339, table
from bot.core.routing import NO_ROUTES, Routes
from bot.core.words.pieces import changes, duration

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from bot.core.stats import Figures, Pace, Stats


def as_json(told: Stats, since: datetime | None, until: datetime, routes: Routes = NO_ROUTES) -> str:
    """Write it for a program: rates from 0 to 1, times in seconds, null for what is not known."""
    listed = {
        "since": rfc3339(since) if since else None,
        "until": rfc3339(until),
        "edits": told.edits,
        "waiting": told.waiting,
        "overall": _plain(told.overall),
        "channels": [{"channel": channel, **_plain(figures)} for channel, figures in told.channels],
        "routes": [
            {"route": number, "match": asdict(routes.match_of(number)), **_plain(figures)}
            for number, figures in told.routes
        ],
        "reviewers": [{"reviewer": who, **_said(figures)} for who, figures in told.reviewers],
    }
    return json.dumps(listed, indent=2) + "\n"


def as_table(told: Stats, since: datetime | None, routes: Routes = NO_ROUTES) -> str:
    """Write it for people: what waits, what was decided in each channel, by each route, and by whom."""
    if not told.edits:
        return "Nothing is kept: no edit was asked for yet, or all were too long ago (RETAIN_DAYS).\n"
    span = f"Since {since:%Y-%m-%d}" if since else "Over all that is kept"
    heading = f"{span}. {_waiting(told)}\n"
    if not told.channels:
        return f"{heading}Nothing was decided, and nothing lapsed.\n"
    places = [("all", told.overall), *told.channels]
    shown = [heading, table([("CHANNEL", *_FIGURES), *(_counted(*place) for place in places)])]
    if told.routes:
        by_route = ((_aim(number, routes), figures) for number, figures in told.routes)
        shown.append(table([("ROUTE", *_FIGURES), *(_counted(*route) for route in by_route)]))
    if told.reviewers:
        shown.append(table([_PEOPLE, *(_person(*person) for person in told.reviewers)]))
    return "\n".join(shown)


def in_short(told: Stats, user_id: str) -> tuple[str, ...]:
    """Say in a line or two what became of the last edits, and what somebody has decided of it; nothing of nothing.

    Args:
        told: Of edits that ended.
        user_id: Who reads it.
    """
    everything = _sentence(told.overall)
    if not everything:
        return ()
    span = "The last edit" if told.edits == 1 else f"The last {told.edits} edits"
    theirs = dict(told.reviewers).get(user_id) if len(told.reviewers) > 1 else None
    return (f"{span}: {everything}.", *([f"By you: {_sentence(theirs)}."] if theirs else []))


_FIGURES: Final = ("OPEN", "APPROVED", "DENIED", "LAPSED", "APPROVAL RATE", "LAPSE RATE", "MEDIAN", "P90")
_PEOPLE: Final = ("REVIEWER", "APPROVED", "DENIED", "APPROVAL RATE", "MEDIAN", "P90")


def _sentence(figures: Figures) -> str:
    decided = figures.approved + figures.denied
    parts = (
        f"{changes(decided)} decided, {_percent(figures.approval_rate)} approved" if decided else "",
        f"median time to decide {duration(figures.pace.median)}" if figures.pace.median is not None else "",
        f"{figures.lapsed if decided else changes(figures.lapsed)} lapsed" if figures.lapsed else "",
    )
    return ", ".join(filter(None, parts))


def _aim(number: int, routes: Routes) -> str:
    """Name a route: its place in the file, and which edits it is for."""
    if not number:
        return "none: no route is for these"
    patterns = asdict(routes.match_of(number)).items()
    narrow = [f"{name} {pattern}" for name, pattern in patterns if pattern != "*"]
    return f"{number}: {', '.join(narrow) or 'everything else'}"


def _plain(figures: Figures) -> dict[str, float | None]:
    of_all = {"open": figures.open, "lapsed": figures.lapsed, "lapse_rate": _rounded(figures.lapse_rate)}
    return {**of_all, **_said(figures)}


def _said(figures: Figures) -> dict[str, float | None]:
    return {
        "approved": figures.approved,
        "denied": figures.denied,
        "approval_rate": _rounded(figures.approval_rate),
        "median_s": _seconds(figures.pace.median),
        "p90_s": _seconds(figures.pace.p90),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 1)


def _waiting(told: Stats) -> str:
    if not told.waiting:
        return "Nothing waits now."
    edits = "1 edit waits" if told.waiting == 1 else f"{told.waiting} edits wait"
    return f"{edits} now, with {changes(told.overall.open)} open."


def _counted(name: str, figures: Figures) -> tuple[str, ...]:
    counts = (figures.open, figures.approved, figures.denied, figures.lapsed)
    rates = (_percent(figures.approval_rate), _percent(figures.lapse_rate))
    return (name, *map(str, counts), *rates, *_durations(figures.pace))


def _person(who: str, figures: Figures) -> tuple[str, ...]:
    counts = (str(figures.approved), str(figures.denied))
    return (who, *counts, _percent(figures.approval_rate), *_durations(figures.pace))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _durations(pace: Pace) -> tuple[str, str]:
    median_, p90 = (duration(span) if span is not None else "" for span in (pace.median, pace.p90))
    return median_, p90
