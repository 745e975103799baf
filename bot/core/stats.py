"""What people ask at the end of a month: how much waits, how fast and how was decided, where and by whom.

What counts as decided or lapsed is what the digest counts (`bot.core.backlog.settled`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.backlog import is_open, middle, settled
from bot.core.model import Verdict
from bot.core.pending import rfc3339, table
from bot.core.pieces import changes, duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from bot.core.backlog import Settled
    from bot.core.model import Job


@dataclass(frozen=True, slots=True)
class Pace:
    """How long deciding took, from when the round was seen.

    Attributes:
        median: Half took as long or less; None when nothing was decided.
        p90: Nine of ten took as long or less, by the nearest rank; None when nothing was decided.
    """

    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of changes; each counts once, however many people decided it.

    Attributes:
        open: Changes that wait for somebody now.
        lapsed: Changes that nobody decided in time.
    """

    open: int = 0
    approved: int = 0
    denied: int = 0
    lapsed: int = 0
    pace: Pace = Pace()

    @property
    def approval_rate(self) -> float | None:
        """Return which share of the decided changes was approved (0 to 1); None when none was decided."""
        return _share(self.approved, self.approved + self.denied)

    @property
    def lapse_rate(self) -> float | None:
        """Return which share of the changes that wait no more lapsed (0 to 1); None when all wait."""
        return _share(self.lapsed, self.approved + self.denied + self.lapsed)


@dataclass(frozen=True, slots=True)
class Stats:
    """Everything that is said.

    Attributes:
        edits: How many edits are kept, whatever became of them.
        waiting: How many of them wait for somebody now, a question of SuperDocs' included.
        channels: (Channel id, what became of its changes), in the order of the ids.
        reviewers: (Slack user id, what they said themselves), most decisions first; theirs are never open nor lapsed.
    """

    edits: int
    waiting: int
    overall: Figures
    channels: tuple[tuple[str, Figures], ...] = ()
    reviewers: tuple[tuple[str, Figures], ...] = ()


def count(jobs: Iterable[Job], since: datetime | None, until: datetime) -> Stats:
    """Count what became of the changes of jobs.

    Args:
        jobs: All that are kept.
        since: What was settled before this is left out; None leaves out nothing.
        until: What was settled after this is left out. What is open is open now, whenever it was asked for.
    """
    known = tuple(jobs)
    found = [
        (job, item)
        for job in known
        for item in settled(job)
        if item.at <= until and (since is None or item.at >= since)
    ]
    by_channel = [
        (
            channel,
            _figures([job for job in known if job.channel == channel], _of_channel(found, channel)),
        )
        for channel in sorted({job.channel for job in known})
    ]
    return Stats(
        edits=len(known),
        waiting=sum(map(is_open, known)),
        overall=_figures(known, [item for _job, item in found]),
        channels=tuple(one for one in by_channel if one[1] != Figures()),
        reviewers=_by_reviewer([item for _job, item in found]),
    )


def as_json(told: Stats, since: datetime | None, until: datetime) -> str:
    """Write it for a program: rates from 0 to 1, times in seconds, null for what is not known."""
    listed = {
        "since": rfc3339(since) if since else None,
        "until": rfc3339(until),
        "edits": told.edits,
        "waiting": told.waiting,
        "overall": _plain(told.overall),
        "channels": [{"channel": channel, **_plain(figures)} for channel, figures in told.channels],
        "reviewers": [{"reviewer": who, **_said(figures)} for who, figures in told.reviewers],
    }
    return json.dumps(listed, indent=2) + "\n"


def as_table(told: Stats, since: datetime | None) -> str:
    """Write it for people: what waits, what was decided in each channel, and by whom."""
    if not told.edits:
        return "Nothing is kept: no edit was asked for yet, or none lately enough.\n"
    span = f"Since {since:%Y-%m-%d}" if since else "Over all that is kept"
    heading = f"{span}. {_waiting(told)}\n"
    if not told.channels:
        return f"{heading}Nothing was decided, and nothing lapsed.\n"
    places = [("all", told.overall), *told.channels]
    shown = [heading, table([_PLACES, *(_place(*place) for place in places)])]
    if told.reviewers:
        shown.append(table([_PEOPLE, *(_person(*person) for person in told.reviewers)]))
    return "\n".join(shown)


_PLACES = ("CHANNEL", "OPEN", "APPROVED", "DENIED", "LAPSED", "APPROVAL RATE", "LAPSE RATE", "MEDIAN", "P90")
_PEOPLE = ("REVIEWER", "APPROVED", "DENIED", "APPROVAL RATE", "MEDIAN", "P90")


def _of_channel(found: Sequence[tuple[Job, Settled]], channel: str) -> list[Settled]:
    return [item for job, item in found if job.channel == channel]


def _figures(jobs: Iterable[Job], found: Sequence[Settled]) -> Figures:
    decided = [item for item in found if item.verdict is not None]
    return Figures(
        open=sum(len(job.round.undecided) for job in jobs if is_open(job) and job.round),
        approved=sum(item.verdict is Verdict.APPROVE for item in decided),
        denied=sum(item.verdict is Verdict.DENY for item in decided),
        lapsed=len(found) - len(decided),
        pace=_pace([item.took for item in decided]),
    )


def _by_reviewer(found: Sequence[Settled]) -> tuple[tuple[str, Figures], ...]:
    """Count each person's own decisions, and how long each took to come."""
    theirs: dict[str, list[tuple[Verdict, timedelta]]] = {}
    for item in found:
        for decision in item.decisions:
            said = (decision.verdict, decision.at - item.seen_at)
            theirs.setdefault(decision.reviewer_id, []).append(said)
    most_first = sorted(theirs.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple((who, _said_by(decisions)) for who, decisions in most_first)


def _said_by(decisions: Sequence[tuple[Verdict, timedelta]]) -> Figures:
    approved = sum(verdict is Verdict.APPROVE for verdict, _took in decisions)
    return Figures(
        approved=approved,
        denied=len(decisions) - approved,
        pace=_pace([took for _verdict, took in decisions]),
    )


def _pace(spans: Sequence[timedelta]) -> Pace:
    if not spans:
        return Pace()
    in_order = sorted(spans)
    return Pace(middle(in_order), in_order[math.ceil(len(in_order) * 9 / 10) - 1])


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


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


def _place(channel: str, figures: Figures) -> tuple[str, ...]:
    counts = (figures.open, figures.approved, figures.denied, figures.lapsed)
    rates = (_percent(figures.approval_rate), _percent(figures.lapse_rate))
    return (channel, *map(str, counts), *rates, *_durations(figures.pace))


def _person(who: str, figures: Figures) -> tuple[str, ...]:
    counts = (str(figures.approved), str(figures.denied))
    return (who, *counts, _percent(figures.approval_rate), *_durations(figures.pace))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _durations(pace: Pace) -> tuple[str, str]:
    median_, p90 = (duration(span) if span is not None else "" for span in (pace.median, pace.p90))
    return median_, p90
