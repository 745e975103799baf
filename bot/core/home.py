"""What somebody's Home says: what waits for them, what they asked for, what they decided, and how they like to work."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.core.again import is_lapsed
from bot.core.backlog import is_open, urgent_first
from bot.core.lifecycle import has_ended
from bot.core.model import JobState, Mode
from bot.core.summary import BacklogLine, BacklogSummary, Line, spoken_of
from bot.core.words.listing import lapsed_line, open_line
from bot.core.words.pieces import cut, link
from bot.core.words.status import change_status
from bot.core.words.wording import job_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bot.core.model import Change, Job, Round

ASKED: Final = 10
DECIDED: Final = 10
"""Edits and decisions that are shown; the latest ones."""

_QUOTED: Final = 120
"""Characters of an instruction in one line."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of somebody's, and what became of it.

    Attributes:
        document: Its name, as people gave it; "" when it has none.
        status: Where the change stands now; quotes its headline.
        at: When they said it.
        link: Address of the change's card, or "".
    """

    document: str
    status: Line
    at: datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class HomeSummary:
    """The Home of one person.

    Attributes:
        waiting: What waits for them; None for those who never decide.
        asked: What they asked for: what goes on first, then what ended, each the newest first.
        decided: What they decided, the newest first.
        mode: How their next edit is to be reviewed unless they say otherwise.
        figures: What became of the last edits, in a line or two; none while there is nothing to say.
        refusal: Why they can do nothing here, or "".
    """

    waiting: BacklogSummary | None = None
    asked: tuple[BacklogLine, ...] = ()
    decided: tuple[Decided, ...] = ()
    mode: Mode = Mode.REVIEW
    figures: tuple[str, ...] = ()
    refusal: str = ""


def home(
    waiting: BacklogSummary, jobs: Sequence[Job], user_id: str, mode: Mode, figures: tuple[str, ...] = ()
) -> HomeSummary:  # fmt: skip
    """Return what somebody's Home says.

    Args:
        waiting: What waits for them, in the channels that they are in.
        jobs: Everything that goes on, or ended lately.
        user_id: Whose Home it is.
        mode: What they chose last.
        figures: See `HomeSummary.figures`.
    """
    theirs = sorted((job for job in jobs if job.requester_id == user_id), key=_latest, reverse=True)
    said = sorted(_said(jobs, user_id), key=lambda one: one.at, reverse=True)
    return HomeSummary(waiting, tuple(map(_asked, theirs[:ASKED])), tuple(said[:DECIDED]), mode, figures)


def closed(sentence: str) -> HomeSummary:
    """Return the Home of somebody who can do nothing here."""
    return HomeSummary(refusal=sentence)


def sign_of_all(jobs: Sequence[Job]) -> str:
    """Name everything that may wait for anybody."""
    return _named(tuple(open_line(job) for job in urgent_first(job for job in jobs if is_open(job))))


def sign(waits: str, jobs: Sequence[Job], user_id: str, mode: Mode) -> str:
    """Name everything that somebody's Home might say, without asking where they are a member.

    While this name stays, their Home does: nothing of it need be looked up. Its figures are not in it: whatever
    changes them changes what waits, or they change because time goes by, which nobody need be told at once.

    Args:
        waits: What `sign_of_all` says of the same jobs, which is the same for everybody.
        jobs: See `home`.
        user_id: See `home`.
        mode: See `home`.
    """
    return _named((waits, home(_NOTHING, jobs, user_id, mode)))


def _named(what: object) -> str:
    return hashlib.sha256(repr(what).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _latest(job: Job) -> tuple[bool, datetime]:
    return not has_ended(job), job.ended_at or job.created_at


def _asked(job: Job) -> BacklogLine:
    """Return the line of an edit that somebody asked for: where it stands, and what it was about."""
    if is_lapsed(job):
        return lapsed_line(job)
    status = _standing(job)
    words = Line(status.sentence.rstrip(":."), quote=status.quote or cut(job.instruction, _QUOTED))
    return BacklogLine(spoken_of(job.title), words, link=status.link or link(job, "job"))


def _standing(job: Job) -> Line:
    """Say where an edit stands; how far SuperDocs is within its work is told where that is kept up by the second."""
    is_under_way = job.state in {JobState.STARTING, JobState.WORKING} and not job.stop_requested_by
    return Line("Under way") if is_under_way else job_status(job)


def _said(jobs: Sequence[Job], user_id: str) -> Iterator[Decided]:
    for job in jobs:
        for held in job.rounds:
            for change in held.changes:
                for decision in change.decisions:
                    if decision.reviewer_id == user_id:
                        yield Decided(
                            spoken_of(job.title),
                            _fate(job, held, change),
                            decision.at,
                            _card(job, held, change),
                        )


def _fate(job: Job, held: Round, change: Change) -> Line:
    """Say what became of a change that somebody decided; what they said is in it, unless somebody denied it."""
    status = change_status(job, held, change).sentence.rstrip(":")
    return Line(f"Change {change.number} · {status}", quote=change.headline)


def _card(job: Job, held: Round, change: Change) -> str:
    return link(job, f"card:{change.number}" if len(held.changes) > 1 else f"round:{held.number}")


_NOTHING: Final = BacklogSummary(text="", title="")
