"""What people ask at the end of a month: how much waits, how fast and how was decided, where, by which rules, by whom.

What counts as decided or lapsed is what the digest counts (`bot.core.backlog.settled`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.core.backlog import is_open, middle, settled
from bot.core.model import Verdict
from bot.core.routing import NO_ROUTES, Routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
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
        routes: (Number of a route, from 1; 0 for what no route is for; what became of the changes of the edits that
            are its own as things are now), in their order; none where no routes are told apart.
        reviewers: (Slack user id, what they said themselves), most decisions first; theirs are never open nor lapsed.
    """

    edits: int
    waiting: int
    overall: Figures
    channels: tuple[tuple[str, Figures], ...] = ()
    routes: tuple[tuple[int, Figures], ...] = ()
    reviewers: tuple[tuple[str, Figures], ...] = ()


def count(
    jobs: Iterable[Job], since: datetime | None, until: datetime, routes: Routes = NO_ROUTES
) -> Stats:  # fmt: skip
    """Count what became of the changes of jobs.

    Args:
        jobs: All that are kept.
        since: What was settled before this is left out; None leaves out nothing.
        until: What was settled after this is left out. What is open is open now, whenever it was asked for.
        routes: By which edits are told apart, too, if there are any.
    """
    known = [(job, tuple(_settled(job, since, until))) for job in jobs]
    return Stats(
        edits=len(known),
        waiting=sum(is_open(job) for job, _found in known),
        overall=_figures(known),
        channels=_apart(known, lambda job: job.channel),
        routes=_apart(known, routes.number_of) if routes.listed else (),
        reviewers=_by_reviewer([item for _job, found in known for item in found]),
    )


_Known = tuple["Job", "tuple[Settled, ...]"]
"""An edit, and its changes that do not wait any more."""

_Name = TypeVar("_Name", str, int)


def _settled(job: Job, since: datetime | None, until: datetime) -> Iterator[Settled]:
    return (item for item in settled(job) if item.at <= until and (since is None or item.at >= since))


def _apart(known: Sequence[_Known], name: Callable[[Job], _Name]) -> tuple[tuple[_Name, Figures], ...]:
    """Count the edits of each name by themselves, in the order of the names; those with nothing to count are left out."""
    named: dict[_Name, list[_Known]] = {}
    for job, found in known:
        named.setdefault(name(job), []).append((job, found))
    counted = ((one, _figures(named[one])) for one in sorted(named))
    return tuple((one, figures) for one, figures in counted if figures != Figures())


def _figures(known: Sequence[_Known]) -> Figures:
    over = [item for _job, found in known for item in found]
    decided = [item for item in over if item.verdict is not None]
    return Figures(
        open=sum(len(job.round.undecided) for job, _found in known if is_open(job) and job.round),
        approved=sum(item.verdict is Verdict.APPROVE for item in decided),
        denied=sum(item.verdict is Verdict.DENY for item in decided),
        lapsed=len(over) - len(decided),
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
