"""What an edit changed that nobody was asked about: all of its document, before and after.

A message shows as much as fits it, and counts the rest; a page beside it shows every change. Nobody decides anything
here: so what cannot be shown is said, and that is all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from bot.core.judging import Shown, alarms, fitted
from bot.core.model import JobState, Origin
from bot.core.summary import CardSummary, spoken_of
from bot.core.words.pieces import inert
from bot.redline import Excerpt, Redline, redline
from bot.redline.headline import spoken
from bot.redline.page import page

if TYPE_CHECKING:
    from bot.core.model import Job

WHOLE: Final = "whole"
"""The slot of the message that shows what an edit changed."""

CHANGES: Final = "changes"
"""The slot of the page that shows all of it."""

_SPOKEN: Final = 1200
"""Characters of what changed in a notification."""

_UNKNOWN: Final = (
    "What it changed cannot be shown: the document before the edit is not known here. "
    "The document after it is in this thread."
)


@dataclass(frozen=True, slots=True)
class Whole:
    """What is told of a whole edit.

    Attributes:
        summary: The message.
        name: The page's name, as a file.
        page: The page; "" where nothing can be shown.
        sentence: What is said with the page.
    """

    summary: CardSummary
    name: str
    page: str = ""
    sentence: str = ""


def is_untold(job: Job) -> bool:
    """Say whether an edit changed its document without anybody being asked about a change."""
    return job.state is JobState.COMPLETED and job.has_document and not job.rounds


def whole(job: Job, before_html: str | None, after_html: str) -> Whole | None:
    """Tell what an edit changed.

    Args:
        job: An edit that nobody was asked about.
        before_html: Its document before; None when that is not known.
        after_html: Its document after.

    Returns:
        None where nobody here may expect it: another program began the edit, and only that knows the document.
    """
    if before_html is None:
        was_ours = job.origin in {Origin.ASKED, Origin.PROGRAM}
        return Whole(_untellable(job, _UNKNOWN), changes_name(job)) if was_ours else None
    compared = redline(before_html, after_html, "edit")
    if compared.uninspectable:
        said = f"What it changed cannot be shown. {compared.uninspectable} The document after it is in this thread."
        return Whole(_untellable(job, said), changes_name(job))
    title = _title(job)
    sentence = (
        f"Every change of this edit in {inert(job.document) or 'the document'}, to be read in a browser."
    )
    return Whole(_told(job, compared), changes_name(job), page(compared, title), sentence)


def changes_name(job: Job) -> str:
    """Return the name of the page: that of the document, marked."""
    stem = PurePosixPath(job.document.replace("\\", "/")).stem
    return f"{stem or 'document'}-changes.html"


def _told(job: Job, compared: Redline) -> CardSummary:
    # That not all of it fits is said by counting the rest.
    flags = [flag for flag in compared.flags if flag.name != "truncated"]
    shown = fitted(compared, flags)
    return CardSummary(
        text=f"{_title(job)}: {spoken(compared, _SPOKEN)}",
        title=_title(job),
        excerpt=shown.excerpt,
        inserted=compared.counts.inserted,
        deleted=compared.counts.deleted,
        notes=tuple(filter(None, [compared.remark, _rest(job, shown)])),
        warnings=alarms(compared.flags),
        flags=shown.flags,
    )


def _rest(job: Job, shown: Shown) -> str:
    """Count what does not fit the message, and say where it stands."""
    left, words = shown.excerpt.left_out_edits, shown.excerpt.left_out_words
    edits = f"{left} more edit{'s' if left > 1 else ''} ({words} word{'s' if words != 1 else ''})"
    flags = f"{shown.left_out} more thing{'s' if shown.left_out > 1 else ''} to know"
    missing = [edits] if not shown.excerpt.complete else []
    missing += [flags] if shown.left_out else []
    return f"And {' and '.join(missing)}: see {changes_name(job)}." if missing else ""


def _untellable(job: Job, sentence: str) -> CardSummary:
    nothing = Excerpt((), left_out_edits=0, left_out_words=0)
    return CardSummary(
        text=f"{_title(job)}: {sentence}",
        title=_title(job),
        excerpt=nothing,
        inserted=0,
        deleted=0,
        notes=(sentence,),
    )


def _title(job: Job) -> str:
    return f"What changed in {spoken_of(job.document) or 'the document'}"
