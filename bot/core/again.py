"""What is left over when a job has ended, and how it is asked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.lifecycle import has_ended
from bot.core.model import Change, ChangeState, Job, JobState, Outcome, Round, RoundState, Verdict
from bot.core.words.pieces import cut
from bot.redline import redline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.proposal import Content

_QUOTED: Final = 600
"""Characters of each side of a lapsed change that are quoted; enough to find the place again."""

_AFTER_INSTRUCTION: Final = "\n\nThe rest is settled. Propose only this again, as it was:"
_ALONE: Final = (
    "You proposed changes to this document in this session, and some of them did not come to pass. "
    "Propose exactly these again, as they were, and change nothing else:"
)


def leftovers(job: Job) -> tuple[Change, ...]:
    """Return the changes that nobody decided, or that were approved and never arrived."""
    if not has_ended(job):
        return ()
    return tuple(c for held in job.rounds for c in held.changes if _is_left(held, c))


def may_ask_again(job: Job) -> bool:
    """Say whether asking again would do anything, and nobody has done it yet."""
    if not has_ended(job) or job.asked_again_by:
        return False
    # Of a job that another program started, only what it left is known.
    is_known = bool(job.instruction or job.appendix)
    return (is_known and job.state is not JobState.COMPLETED) or bool(leftovers(job))


def may_edit_again(job: Job) -> bool:
    """Say whether a job's session holds a document that can be edited further."""
    return job.state is JobState.COMPLETED and bool(job.job_id)


def is_lapsed(job: Job) -> bool:
    """Say whether a job ended without what somebody wanted, and nobody has asked for that again.

    One that failed or was stopped is not: that is known to whoever asked for it.
    """
    was_stopped = job.state is JobState.STOPPED or any(held.is_stopped for held in job.rounds)
    return may_ask_again(job) and not was_stopped and (job.state is JobState.LAPSED or bool(leftovers(job)))


def appendix(changes: tuple[Change, ...], contents: Mapping[str, Content], instruction: str) -> str:
    """Quote what is asked for again, in words that SuperDocs can act on; "" for the whole instruction.

    Args:
        changes: What is left over.
        contents: Their texts, by digest; a change without its text is left out.
        instruction: What the quotes follow; without one they must say by themselves what is wanted.
    """
    quoted = [_quote(change, contents[change.digest]) for change in changes if change.digest in contents]
    if not quoted:
        return ""
    return "\n".join([_AFTER_INSTRUCTION if instruction else _ALONE, *quoted])


def _is_left(held: Round, change: Change) -> bool:
    if not change.is_live or change.outcome is Outcome.APPLIED_ANYWAY:
        return False
    if change.state is ChangeState.LAPSED or held.state is RoundState.LAPSED:
        return True
    return change.verdict is Verdict.APPROVE and change.outcome is Outcome.NOT_FOUND


def _quote(change: Change, content: Content) -> str:
    judged = redline(content.old_html, content.new_html, change.operation)
    old, new = cut(judged.old_text, _QUOTED), cut(judged.new_text, _QUOTED)
    if not old:
        return f"- add: “{new}”"
    if not new:
        return f"- delete: “{old}”"
    return f"- change “{old}” to “{new}”"
