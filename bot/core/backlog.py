"""What is open, what lapsed and what was decided: the content of the digest, and of the lists that people ask for."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Final

from bot.core.again import is_lapsed
from bot.core.errors import RefusedError
from bot.core.lifecycle import has_ended

# At run time, too: the store's codec reads a digest's annotations.
from bot.core.model import Change, ChangeState, Job, JobState, MessageRef, Round, RoundState, Verdict
from bot.core.permission import Person, check, check_stop
from bot.core.verifying import got_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bot.core.model import Decision
    from bot.core.permission import Policy

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest of one channel: what it lists is fixed when it begins, so that a part posted after a crash fits.

    Attributes:
        name: Our own name for it; follows from the channel and the moment, so that it exists once.
        channel: Channel id.
        moment: When it was due; for one that somebody asked for, when they did.
        since: What was decided after this is told.
        is_asked_for: Whether somebody asked for it; the daily ones do not count from it.
        open: Refs of the jobs whose round is open, most urgent first.
        lapsed: Refs of the jobs that left something which nobody has asked for again, newest first.
        messages: Ours by part: ``1``, ``2``…
        posted_at: When its last part was posted; None before.
    """

    name: str
    channel: str
    moment: datetime
    since: datetime
    is_asked_for: bool = False
    open: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    messages: dict[str, MessageRef] = field(default_factory=dict)
    posted_at: datetime | None = None

    def is_up(self, part: int) -> bool:
        """Say whether a part is known to stand in the channel."""
        message = self.messages.get(str(part))
        return message is not None and message.ts != ""

    def with_message(self, part: int, message: MessageRef) -> Digest:
        """Return this digest with the place of one part replaced."""
        return replace(self, messages={**self.messages, str(part): message})

    def listing(self, jobs: Iterable[Job]) -> Digest:
        """Return this digest with jobs listed: the open ones, most urgent first, the lapsed ones, newest first."""
        known = tuple(jobs)
        opened = urgent_first(job for job in known if is_open(job))
        lapsed = newest_first(job for job in known if is_lapsed(job))
        return replace(self, open=tuple(job.ref for job in opened), lapsed=tuple(job.ref for job in lapsed))


def daily_name(channel: str, moment: datetime) -> str:
    """Name a channel's digest of a moment, so that it exists once."""
    return _named(f"{channel} {moment.astimezone(UTC).isoformat()}")


def asked_name(key: str) -> str:
    """Name the digest that one request asked for, so that a repeated delivery of it is recognised."""
    return _named(f"asked {key}")


@dataclass(frozen=True, slots=True)
class Settled:
    """One change that does not wait any more.

    Attributes:
        at: When it was decided, or lapsed.
        seen_at: When the relay first saw its round.
        verdict: None when it lapsed.
        decisions: Of everybody who decided it.
    """

    at: datetime
    seen_at: datetime
    verdict: Verdict | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def took(self) -> timedelta:
        """Return how long it waited."""
        return self.at - self.seen_at


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of changes in a span of time.

    Attributes:
        approved: Changes, not people: one that needed two approvals counts once.
        lapsed: Changes that nobody decided in time; not those of an edit that somebody stopped.
        reviewers: (Slack user id, decisions), most decisions first.
        median: Time from when a round was seen until a change of it was decided; None when none was.
        in_anyway: Changes that are in a finished document although they were sent as denied.
    """

    approved: int = 0
    denied: int = 0
    lapsed: int = 0
    reviewers: tuple[tuple[str, int], ...] = ()
    median: timedelta | None = None
    in_anyway: int = 0


def is_open(job: Job) -> bool:
    """Say whether a job waits for somebody: with changes to decide, or with a question of SuperDocs'."""
    if job.stop_requested_by:
        return False
    if job.state is JobState.PROMPTED:
        return job.continues is None
    held = job.round
    if job.state is not JobState.REVIEWING or held is None or held.state is not RoundState.OPEN:
        return False
    # One that has a moment to be sent although something is undecided was sent on as it stands.
    return bool(held.undecided) and held.send_at is None


def is_held_up(job: Job) -> bool:
    """Say whether a job waits for nobody here: SuperDocs cannot be given what was decided, or asked about it."""
    return job.state is JobState.REVIEWING and bool(job.rounds[-1].trouble) and not is_open(job)


def urgent_first(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Sort open jobs by their deadline; a question of SuperDocs' has none that is known, and comes after."""
    return tuple(sorted(jobs, key=lambda job: (deadline(job) or _NEVER, job.created_at, job.ref)))


def newest_first(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """Sort ended jobs by when they ended, the last one first."""
    by_ref = sorted(jobs, key=lambda job: job.ref)
    return tuple(sorted(by_ref, key=lambda job: job.ended_at or job.created_at, reverse=True))


def deadline(job: Job) -> datetime | None:
    """Return until when a decision on an open job counts; None when that is not known."""
    return job.round.submit_at if job.state is JobState.REVIEWING and job.round else None


def waits_for(job: Job, person: Person, policy: Policy) -> bool:
    """Say whether an open job waits for this very person: they may decide in it, and have not said all they can.

    Only members of its channel are told: a name on the list of reviewers does not open a private channel.
    """
    if not person.is_member or not is_open(job):
        return False
    if job.state is JobState.PROMPTED or job.round is None:
        return _may(person, policy, job, 0, Verdict.DENY)
    return any(
        _may(person, policy, job, change.number, Verdict.APPROVE)
        for change in job.round.undecided
        if not _has_said(person.user_id, change)
    )


def may_stop(job: Job, person: Person, policy: Policy) -> bool:
    """Say whether an edit is one that this very person may stop, and that they know of.

    Their own, as long as it goes on; one of somebody else's while it is under review where they may decide.
    """
    is_known = job.requester_id == person.user_id or person.is_member
    return is_known and goes_on_for(job, person.user_id) and _allowed(check_stop, person, policy, job)


def goes_on_for(job: Job, user_id: str) -> bool:
    """Say whether an edit goes on that somebody asked for, or that people have to decide."""
    if has_ended(job) or job.stop_requested_by:
        return False
    return job.requester_id == user_id or job.state in {JobState.REVIEWING, JobState.PROMPTED}


def to_remind(job: Job, policy: Policy) -> tuple[str, ...]:
    """Return whom a reminder asks by name: to whom something was passed on, and the named reviewers who have not decided.

    Args:
        job: An edit whose round is open.
        policy: Who may decide; where that is every member of the channel, nobody is singled out.

    Returns:
        Ids of users, then of user groups: who of these has decided is not looked up.
    """
    undecided = job.round.undecided if job.round else ()
    passed = [
        c.passings[-1].to_id for c in undecided if c.passings and not _has_said(c.passings[-1].to_id, c)
    ]
    named = sorted(who for who in policy.reviewers if waits_for(job, Person(who), policy))
    groups = sorted(policy.groups) if undecided and not policy.closed else []
    return tuple(dict.fromkeys([*passed, *named, *groups]))


def tally(jobs: Iterable[Job], since: datetime, until: datetime) -> Tally:
    """Count what became of the changes of jobs after one moment, up to and including another."""
    told = tuple(jobs)
    found = [item for job in told for item in settled(job) if since < item.at <= until]
    ended = [job for job in told if job.ended_at and since < job.ended_at <= until]
    decided = [item for item in found if item.verdict is not None]
    people = Counter(d.reviewer_id for item in decided for d in item.decisions)
    return Tally(
        approved=sum(item.verdict is Verdict.APPROVE for item in decided),
        denied=sum(item.verdict is Verdict.DENY for item in decided),
        lapsed=len(found) - len(decided),
        reviewers=tuple(sorted(people.items(), key=lambda pair: (-pair[1], pair[0]))),
        median=middle([item.took for item in decided]),
        in_anyway=sum(len(got_in(job)) for job in ended),
    )


def settled(job: Job) -> Iterator[Settled]:
    """Give the changes of a job that were decided here, or lapsed; not those of an edit that somebody stopped."""
    for held in job.rounds:
        seen_at = held.seen_at or held.opened_at
        for change in held.changes:
            if change.verdict is not None:
                at = max(decision.at for decision in change.decisions)
                yield Settled(at, seen_at, change.verdict, change.decisions)
            elif _has_lapsed(held, change):
                yield Settled(_lapsed_at(job, held), seen_at)


def middle(spans: Sequence[timedelta]) -> timedelta | None:
    """Return the median of spans of time; None of none."""
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None


def _named(what: str) -> str:
    return hashlib.sha256(f"superdocs-relay digest {what}".encode()).hexdigest()[:16]


def _has_lapsed(held: Round, change: Change) -> bool:
    return change.state is ChangeState.LAPSED and not held.is_stopped


def _lapsed_at(job: Job, held: Round) -> datetime:
    """Return when the undecided changes of a round lapsed: as it was sent, or as SuperDocs forgot the job."""
    return held.submission.sent_at if held.submission else job.ended_at or held.deadline_at


def _has_said(user_id: str, change: Change) -> bool:
    return any(decision.reviewer_id == user_id for decision in change.decisions)


def _may(person: Person, policy: Policy, job: Job, number: int, verdict: Verdict) -> bool:
    return _allowed(check, person, policy, job, number, verdict)


def _allowed(rule: Callable[..., None], *facts: object) -> bool:
    try:
        rule(*facts)
    except RefusedError:
        return False
    return True
