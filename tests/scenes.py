"""Telling moments of a review, as messages and as somebody's Home, to be looked at as pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from bot.core.backlog import Digest, tally
from bot.core.chain import Head
from bot.core.home import home
from bot.core.model import (
    ChangeState,
    JobState,
    MessageRef,
    Mode,
    Origin,
    Outcome,
    Passing,
    RoundState,
    Submission,
    Verdict,
)
from bot.core.sighting import Balance
from bot.core.stats import count
from bot.core.words.carding import card
from bot.core.words.figures import in_short
from bot.core.words.listing import facts, page, waiting
from bot.core.words.wording import job_message, passed_on, reminder, round_message
from tests.make import NOON, OTHER, REQUESTER, REVIEWER, decided, later, make_decision, make_job, make_round
from tests.telling import TELLING, reviewed

if TYPE_CHECKING:
    from bot.core.home import HomeSummary
    from bot.core.model import Change, Job
    from bot.core.summary import Summary

_AGREED: Final = Submission(1, later(60), is_acknowledged=True)
_ENDED: Final = later(300)


def scenes() -> dict[str, Summary]:
    """Give the messages by the names of their pictures."""
    return {
        "round": round_message(_TWO, _TWO.rounds[0]),
        "quorum": _card(_shared(decisions=(make_decision(reviewer_id=OTHER),))),
        "passed": _card(_shared(passings=(_PASSING,))),
        "asked": passed_on(_PASSED, _PASSED.rounds[0], _PASSED.rounds[0].changes[0], _PASSING),
        "reminder": reminder(_TWO.rounds[0], (OTHER, "S0LEGAL")),
        "applied": _card(_over(decided(_one().rounds[0].changes[0], at=later(140)), Outcome.FOUND)),
        "revised": _card(_revised()),
        "job": job_message(_APPLIED),
        "digest": _digest(),
    }


def somebodys_home() -> HomeSummary:
    """Give a Home that has something in each part."""
    over = (_APPLIED, _LAPSED)
    jobs = (_TWO, *over)
    return home(
        waiting([_TWO], 0), jobs, REVIEWER, Mode.REVIEW, in_short(count(over, None, _ENDED), REVIEWER)
    )


def _one() -> Job:
    return reviewed(TELLING["number"])[0]


def _titled(job: Job, ref: str, **rest: Any) -> Job:
    link = MessageRef("C0LEGAL", "1.0", permalink="https://sandbox.slack.com/archives/C0LEGAL/p1")
    placed = job.with_message("job", link).with_message("round:1", link)
    return replace(placed, ref=ref, instruction="Give us more time to pay.", **rest)


def _shared(**rest: Any) -> Job:
    """Return an edit of which two people must approve the change."""
    job = _one()
    held = job.rounds[0]
    return job.with_round(replace(held, approvals=2).with_change(replace(held.changes[0], **rest)))


def _over(changed: Change, outcome: Outcome) -> Job:
    job = _one()
    held = replace(
        job.rounds[0].with_change(replace(changed, outcome=outcome)),
        state=RoundState.CONFIRMED,
        submission=_AGREED,
    )
    return replace(job.with_round(held), state=JobState.COMPLETED, ended_at=_ENDED, has_document=True)


def _revised() -> Job:
    """Return an edit in its second round."""
    earlier = TELLING["number"]
    job, _contents = reviewed(earlier, earlier._replace(new=str(earlier.new).replace("90", "60")))
    first, second = job.rounds[0].changes
    denied = decided(first, Verdict.DENY, reviewer_id=OTHER, feedback="Too long. Keep it below three months.")
    rounds = (
        make_round(denied, state=RoundState.CONFIRMED),
        make_round(replace(second, revises=1), number=2),
    )
    return make_job(*rounds, document=job.document)


def _card(job: Job) -> Summary:
    held = job.rounds[-1]
    earlier = TELLING["number"]
    _job, contents = reviewed(earlier, earlier._replace(new=str(earlier.new).replace("90", "60")))
    return card(job, held, held.changes[0], contents)


def _digest() -> Summary:
    begun = Digest("d" * 16, "C0LEGAL", NOON, later(-86_400)).listing([_TWO, _LAPSED])
    told = tally([_APPLIED, _LAPSED], later(-86_400), _ENDED)
    balance = Balance("pro", 412, 500)
    berlin = ZoneInfo("Europe/Berlin")
    said = facts(told, later(-86_400), balance, berlin, Head(1204, "4f1c0a9be2d37755" * 4))
    return page(begun, 1, {job.ref: job for job in (_TWO, _LAPSED)}, said, berlin)


_PASSING: Final = Passing(REVIEWER, OTHER, NOON, "You know these payment terms.")
_PASSED: Final = _shared(passings=(_PASSING,))
_TWO: Final = _titled(reviewed(TELLING["number"], TELLING["cell"])[0], "two")
_APPLIED: Final = _titled(
    _over(decided(_one().rounds[0].changes[0], at=later(140)), Outcome.FOUND),
    "applied",
    requester_id=REVIEWER,
)
_LAPSED: Final = _titled(
    replace(_over(replace(_one().rounds[0].changes[0], state=ChangeState.LAPSED), Outcome.UNKNOWN)),
    "lapsed",
    document="Offer.html",
    requester_id=REQUESTER,
    origin=Origin.ASKED,
)
