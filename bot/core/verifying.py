"""Is it in the document? Looked up in the text of the updated document, never taken from what SuperDocs says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.core.judging import compared
from bot.core.model import Change, Job, Outcome, Verdict
from bot.redline import visible_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.core.proposal import Content


def verify(job: Job, contents: Mapping[str, Content], updated_html: str) -> Job:
    """Return the job with the outcome of every approved change, as far as the document shows it.

    Args:
        job: A job that has completed.
        contents: The texts of its approved changes, by digest; one that is missing stays unknown.
        updated_html: The document after the job.
    """
    text = "\n".join(_lines(visible_text(updated_html)))
    for held in job.rounds:
        looked_up = tuple(
            replace(change, outcome=_outcome(change, contents[change.digest], updated_html, text))
            if change.verdict is Verdict.APPROVE and change.digest in contents and not held.is_stopped
            else change
            for change in held.changes
        )
        job = job.with_round(replace(held, changes=looked_up))
    return job


def approved_digests(job: Job) -> list[str]:
    """Return what `verify` needs the texts of."""
    return [c.digest for held in job.rounds for c in held.changes if c.verdict is Verdict.APPROVE]


def _outcome(change: Change, content: Content, html: str, text: str) -> Outcome:
    judged = compared(content, change.operation)
    old, new = _lines(judged.old_text), _lines(judged.new_text)
    if old == new and content.old_html and content.new_html:
        return _by_bytes(content.old_html, content.new_html, html)
    is_done = _stands(new, old, text) if new else not any(line in text for line in old)
    return Outcome.FOUND if is_done else Outcome.NOT_FOUND


def _stands(new: list[str], old: list[str], text: str) -> bool:
    """Say whether the new lines stand in a text by themselves: within the old line, half of it proves nothing."""
    for line in old:
        if any(part != line and part in line for part in new):
            text = text.replace(line, "")
    return all(line in text for line in new)


def _by_bytes(old_html: str, new_html: str, html: str) -> Outcome:
    """Look for a change that no words show, such as a link's address; a document written anew does not tell."""
    if new_html in html:
        return Outcome.FOUND
    return Outcome.NOT_FOUND if old_html in html else Outcome.UNKNOWN


def _lines(text: str) -> list[str]:
    """Return the lines that hold something; white space counts once, since a document may be laid out anew."""
    return [line for told in text.splitlines() if (line := " ".join(told.split()))]
