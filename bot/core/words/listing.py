"""What a backlog says: the pages of a digest, and the list of what waits for one person.

Which edits a page of a digest names is fixed when the digest begins; what it says of them is true when it is posted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.again import is_lapsed, leftovers
from bot.core.backlog import Digest, Tally, deadline, is_open
from bot.core.model import Change, Job, JobState, Outcome, Round, RoundState, Verdict
from bot.core.summary import (
    LINES,
    Action,
    BacklogLine,
    BacklogSummary,
    Does,
    Line,
    change_target,
    round_target,
    spoken_of,
)
from bot.core.words.pieces import changes, cut, duration, link
from bot.core.words.wording import job_status, stop_action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from bot.core.chain import Head
    from bot.core.sighting import Balance

_PEOPLE: Final = 5
"""Reviewers who are named in a digest; the others are counted."""

_QUOTED: Final = 120
"""Characters of an instruction or a question in one line."""


def parts(digest: Digest) -> int:
    """Count the messages of a digest; one at least."""
    return max(1, -(-len(_refs(digest)) // LINES))


def refs_of(digest: Digest, part: int) -> tuple[str, ...]:
    """Return the refs that a part names, from 1."""
    return _refs(digest)[(part - 1) * LINES : part * LINES]


def still_open(jobs: Mapping[str, Job]) -> tuple[Job, ...]:
    """Return the jobs that wait for somebody now."""
    return tuple(job for job in jobs.values() if is_open(job))


def still_lapsed(jobs: Mapping[str, Job]) -> tuple[Job, ...]:
    """Return the jobs that left something which nobody has asked for again until now."""
    return tuple(job for job in jobs.values() if is_lapsed(job))


def page(
    digest: Digest, part: int, jobs: Mapping[str, Job], facts: tuple[Line, ...], zone: tzinfo
) -> BacklogSummary:  # fmt: skip
    """Return what one message of a digest says.

    Args:
        digest: What it lists.
        part: Which of its messages, from 1.
        jobs: By ref, as they are now, all of the digest; what does not wait any more is counted, never offered.
        facts: What is told at the end of the last part.
        zone: Whose date the title shows.
    """
    listed = {ref: jobs[ref] for ref in refs_of(digest, part) if ref in jobs}
    opened, lapsed = still_open(listed), still_lapsed(listed)
    settled = len(refs_of(digest, part)) - len(opened) - len(lapsed)
    is_last = part == parts(digest)
    return BacklogSummary(
        text=_notification(jobs) if part == 1 else f"Page {part} of {parts(digest)} of what waits.",
        title=f"Digest of {_day(digest.moment.astimezone(zone))}{_of(part, parts(digest))}",
        open=tuple(map(open_line, opened)),
        lapsed=tuple(map(lapsed_line, lapsed)),
        facts=_settled(settled) + (facts if is_last else ()),
        actions=_ask_all_again(digest, len(still_lapsed(jobs))) if is_last else (),
    )


def waiting(jobs: Sequence[Job], unseen: int) -> BacklogSummary:
    """Return the list of what waits for one person.

    Args:
        jobs: Open ones, most urgent first.
        unseen: In how many channels it could not be found out.
    """
    title = f"{_edits(len(jobs))} {'waits' if len(jobs) == 1 else 'wait'} for you" if jobs else _NOTHING
    if unseen and not jobs:
        title = "What waits for you is not known"
    return BacklogSummary(
        text=f"{title}.",
        title=title,
        open=tuple(map(open_line, jobs[:LINES])),
        facts=_unseen(unseen),
        rest=max(0, len(jobs) - LINES),
    )


def stoppable(jobs: Sequence[Job], unseen: int) -> BacklogSummary:
    """Return the list of what one person may stop.

    Args:
        jobs: Edits that go on, the newest first.
        unseen: In how many channels it could not be found out.
    """
    none = "What you may stop is not known" if unseen else "There is no edit that you may stop"
    title = f"You may stop {_edits(len(jobs))}" if jobs else none
    return BacklogSummary(
        text=f"{title}.",
        title=title,
        open=tuple(map(stop_line, jobs[:LINES])),
        facts=_unseen(unseen),
        rest=max(0, len(jobs) - LINES),
    )


def facts(
    told: Tally, since: datetime, balance: Balance | None, zone: tzinfo, head: Head | None = None
) -> tuple[Line, ...]:  # fmt: skip
    """Tell what was decided since a moment, how fast, what the account has used, and how far the audit's chain goes.

    Args:
        told: What was decided.
        since: Since when.
        balance: None when it is not known.
        zone: Whose clocks show that moment.
        head: Where the audit ends: whoever reads it here can tell later whether what came before was changed.
    """
    from_then = since.astimezone(zone)
    sentences = [
        f"Since {_day(from_then)}, {from_then:%H:%M %Z}: {_counts(told)}{_by(told)}.",
        _in_anyway(told.in_anyway),
        f"Median time to decide: {duration(told.median)}." if told.median is not None else "",
        _operations(balance) if balance else "",
        f"Audit: {head.count:,} {'entry' if head.count == 1 else 'entries'}, head {head.short}."
        if head
        else "",
    ]
    return tuple(Line(sentence) for sentence in sentences if sentence)


def open_line(job: Job) -> BacklogLine:
    """Return the line of a job that waits for somebody."""
    if job.state is JobState.PROMPTED or job.round is None:
        asks = Line("SuperDocs asks whether to go on", quote=cut(job.prompt, _QUOTED))
        return BacklogLine(spoken_of(job.title), asks, link=link(job, f"prompt:{job.prompts}"))
    held = job.round
    return BacklogLine(
        spoken_of(job.title),
        status=Line(_to_review(held), quote=_only_headline(held.undecided)),
        deadline_at=deadline(job),
        link=link(job, f"round:{held.number}"),
        action=_review(job, held),
    )


def stop_line(job: Job) -> BacklogLine:
    """Return the line of a job that may be stopped: how far it is, and what was asked for."""
    status = Line(job_status(job).sentence.rstrip(":"), quote=cut(job.instruction, _QUOTED))
    return BacklogLine(spoken_of(job.title), status, link=link(job, "job"), action=stop_action(job, "Stop"))


def lapsed_line(job: Job) -> BacklogLine:
    """Return the line of a job that left something which nobody has asked for again."""
    left = leftovers(job)
    status = Line(_left(job, left), quote=_only_headline(left)) if left else _all_left(job)
    held = job.round_of(left[-1].number) if left else None
    slot = f"round:{held.number}" if held else "job"
    again = Action(Does.ASK_AGAIN, "Ask again", job.ref)
    return BacklogLine(spoken_of(job.title), status, link=link(job, slot), action=again)


def _unseen(count: int) -> tuple[Line, ...]:
    """Say that a list may lack something, and why."""
    where = "1 channel" if count == 1 else f"{count} channels"
    sentence = f"What waits in {where} could not be looked up just now. Please try again."
    return (Line(sentence),) if count else ()


_NOTHING: Final = "Nothing waits for you"


def _refs(digest: Digest) -> tuple[str, ...]:
    return digest.open + digest.lapsed


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B}"


def _of(part: int, count: int) -> str:
    if count == 1:
        return ""
    return f" · page {part} of {count}" + ("; the rest is in the thread" if part == 1 else "")


def _notification(jobs: Mapping[str, Job]) -> str:
    """Return the line that a phone shows: how much waits, and until when the first of it does."""
    opened, lapsed = still_open(jobs), still_lapsed(jobs)
    if not opened:
        return (
            f"{_edits(len(lapsed))} lapsed, not yet asked again." if lapsed else "Nothing waits any longer."
        )
    counted = f"{_edits(len(opened))} {'waits' if len(opened) == 1 else 'wait'} for review"
    first = min((at for job in opened if (at := deadline(job))), default=None)
    due = f" Decide the first by {first:%H:%M} UTC." if first else ""
    return f"{counted}, {len(lapsed)} lapsed.{due}" if lapsed else f"{counted}.{due}"


def _settled(count: int) -> tuple[Line, ...]:
    if not count:
        return ()
    return (Line(f"{count} more {'does' if count == 1 else 'do'} not wait any longer."),)


def _ask_all_again(digest: Digest, count: int) -> tuple[Action, ...]:
    if count <= 1:
        return ()
    confirm = f"{count} edits are asked for again. Each uses operations of your account."
    return (Action(Does.ASK_ALL_AGAIN, "Ask all again", digest.name, confirm=confirm),)


def _to_review(held: Round) -> str:
    prefix = "" if held.number == 1 else f"Round {held.number}: "
    count, live = len(held.undecided), len(held.live)
    some = "" if count == live else f"{count} of "
    kept = f" ({held.trouble.rstrip('.')})" if held.trouble else ""
    return f"{prefix}{some}{changes(live)} to review{kept}"


def _review(job: Job, held: Round) -> Action:
    if len(held.live) == 1:
        return Action(Does.REVIEW, "Review", change_target(job, held.live[0]))
    return Action(Does.REVIEW_ALL, "Review", round_target(job, held))


def _left(job: Job, left: tuple[Change, ...]) -> str:
    """Say what is left, and why: a change that was approved and is missing did not lapse."""
    missing = tuple(c for c in left if _is_missing(job, c))
    held = job.round
    sayings = (
        (len(left) - len(missing), _lapse(held)),
        (len(missing), "approved, and not found in the document"),
    )
    return "; ".join(f"{_numbered(count, left)} {what}" for count, what in sayings if count)


def _lapse(held: Round | None) -> str:
    """Say how the changes of a job's last round came to be left."""
    if held is None or held.state is not RoundState.LAPSED:
        return "lapsed"
    if held.may_have_arrived:
        return "sent, and never confirmed"
    return f"not delivered in time ({held.trouble.rstrip('.')})" if held.trouble else "lapsed"


def _is_missing(job: Job, change: Change) -> bool:
    held = job.round_of(change.number)
    is_found_missing = change.verdict is Verdict.APPROVE and change.outcome is Outcome.NOT_FOUND
    return is_found_missing and held is not None and held.state is not RoundState.LAPSED


def _numbered(count: int, left: tuple[Change, ...]) -> str:
    return f"change {left[0].number}" if len(left) == 1 else changes(count)


def _all_left(job: Job) -> Line:
    return Line("lapsed before a change was decided", quote=cut(job.instruction, _QUOTED))


def _only_headline(changes: tuple[Change, ...]) -> str:
    return changes[0].headline if len(changes) == 1 else ""


def _counts(told: Tally) -> str:
    counts = ((told.approved, "approved"), (told.denied, "denied"), (told.lapsed, "lapsed"))
    return ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing was decided"


def _by(told: Tally) -> str:
    named = [f"<@{user_id}> ({count})" for user_id, count in told.reviewers[:_PEOPLE]]
    others = len(told.reviewers) - len(named)
    if not named:
        return ""
    return f". Decided by {', '.join(named)}" + (f" and {others} more" if others else "")


def _in_anyway(count: int) -> str:
    if not count:
        return ""
    verbs = "was not approved, and is" if count == 1 else "were not approved, and are"
    return f"⚠ {changes(count)} {verbs} in the document all the same: please check."


def _operations(balance: Balance) -> str:
    if balance.remaining is None or balance.monthly_limit is None:
        return ""
    return f"{balance.remaining:,} of {balance.monthly_limit:,} operations left this month."


def _edits(count: int) -> str:
    return "1 edit" if count == 1 else f"{count} edits"
