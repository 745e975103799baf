"""What is said of an edit that ended well: what its document shows, whatever SuperDocs says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.model import Change, ChangeState, Job, Mode, Origin, Outcome, RoundState, Verdict
from bot.core.summary import Line
from bot.core.verifying import got_in
from bot.core.words.pieces import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence


def completed(job: Job) -> Line:
    """Say how an edit ended well, and first of all what is in its document that nobody let in."""
    line = _ended_well(job)
    return replace(line, sentence=" ".join(filter(None, [_alarm(job), line.sentence])))


def _alarm(job: Job) -> str:
    numbers = [change.number for change in got_in(job)]
    if not numbers:
        return ""
    verbs = "was not approved, and is" if len(numbers) == 1 else "were not approved, and are"
    named = numbered(numbers)
    return f"⚠ {named[:1].upper()}{named[1:]} {verbs} in the document all the same: please check it."


def _ended_well(job: Job) -> Line:
    if not job.rounds:
        return _without_pause(job)
    if not job.rounds[-1].is_stopped:
        return Line(_applied(job) or f"Completed; {_unapproved(job)}{_lapsed(job)}.")
    return Line(f"Stopped by <@{job.stop_requested_by}>. {_applied(job) or 'Nothing was applied.'}")


def _unapproved(job: Job) -> str:
    """Say that nobody here approved anything; what was decided elsewhere is not ours to tell."""
    was_elsewhere = any(held.state is RoundState.WITHDRAWN for held in job.rounds)
    return "decided elsewhere, nothing was sent from here" if was_elsewhere else "nothing was approved"


def _applied(job: Job) -> str:
    """Say what became of everything that was approved; "" when nothing was."""
    sent = [held for held in job.rounds if not held.is_stopped]
    approved = [c for held in sent for c in held.changes if c.verdict is Verdict.APPROVE]
    if not approved:
        return ""
    found = sum(c.outcome is Outcome.FOUND for c in approved)
    if all(c.outcome is Outcome.UNKNOWN for c in approved):
        return f"Completed; {len(approved)} approved{_lapsed(job)}."
    decided = _proposed(job)
    missing = sum(c.outcome is Outcome.NOT_FOUND for c in approved)
    unread = len(approved) - found - missing
    shown = f"; {missing} approved but not found in the document" if missing else ", found in the document"
    shown += f"; of {unread} more the document does not tell" if unread else ""
    return f"Applied {found} of {decided}{shown}{_lapsed(job)}.{_disagreement(approved)}"


def _disagreement(approved: Sequence[Change]) -> str:
    """Say of what SuperDocs tells something else than the document shows."""
    denied = [c.number for c in approved if c.outcome is Outcome.FOUND and c.is_called_unapplied]
    unsaid = [c.number for c in approved if c.outcome is Outcome.NOT_FOUND and not c.is_called_unapplied]
    told = (
        f" SuperDocs says that {numbered(denied)} {'is' if len(denied) == 1 else 'are'} not in it."
        if denied
        else ""
    )
    return told + (f" SuperDocs does not say that {numbered(unsaid)} failed." if unsaid else "")


def _proposed(job: Job) -> int:
    """Count the proposed changes; one that was revised counts once, as what became of it."""
    live = [c for held in job.rounds for c in held.changes if c.is_live]
    revised = {c.revises for c in live}
    return sum(c.number not in revised for c in live)


def _without_pause(job: Job) -> Line:
    if not job.has_document:
        return Line("Completed without proposing a change.", quote=job.result)
    if job.origin in {Origin.HANDED_OVER, Origin.FOUND}:
        # Whoever started it chose its mode, and may have decided everything before it came here.
        return Line("Completed; nothing of it waited for a decision here.", quote=job.result)
    if job.mode is Mode.AUTOMATIC:
        return Line("Completed, applied automatically.", quote=job.result)
    return Line(
        "Completed, but SuperDocs changed the document without asking: please check it.", quote=job.result
    )


def _lapsed(job: Job) -> str:
    sent = (held for held in job.rounds if not held.is_stopped)
    count = sum(c.state is ChangeState.LAPSED for held in sent for c in held.changes)
    return f"; {count} lapsed" if count else ""
