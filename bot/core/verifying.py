"""Is it in the document? Looked up in the text of the updated document, never taken from what SuperDocs says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.judging import compared
from bot.core.model import Change, Content, Job, Outcome, Verdict
from bot.redline import visible_text

if TYPE_CHECKING:
    from collections.abc import Mapping


def verify(job: Job, contents: Mapping[str, Content], updated_html: str) -> Job:
    """Return the job with the outcome of every approved change, as far as the document shows it.

    Args:
        job: A job that has completed.
        contents: The texts of its approved changes, by digest; one that is missing stays unknown.
        updated_html: The document after the job.
    """
    text = _squeezed(visible_text(updated_html))
    for held in job.rounds:
        looked_up = tuple(
            replace(change, outcome=_outcome(change, contents[change.digest], text))
            if change.verdict is Verdict.APPROVE and change.digest in contents and not held.is_stopped
            else change
            for change in held.changes
        )
        job = job.with_round(replace(held, changes=looked_up))
    return job


def approved_digests(job: Job) -> list[str]:
    """Return what `verify` needs the texts of."""
    return [c.digest for held in job.rounds for c in held.changes if c.verdict is Verdict.APPROVE]


def _outcome(change: Change, content: Content, text: str) -> Outcome:
    judged = compared(content, change.operation)
    if content.new_html is None:
        gone = (_squeezed(line) for line in judged.old_text.splitlines())
        is_done = not any(line and line in text for line in gone)
    else:
        there = (_squeezed(line) for line in judged.new_text.splitlines())
        is_done = all(line in text for line in there)
    return Outcome.FOUND if is_done else Outcome.NOT_FOUND


def _squeezed(text: str) -> str:
    """Make white space count once, since a document may be laid out anew."""
    return " ".join(text.split())
