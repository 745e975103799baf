"""The way back: in which format a finished document is returned, and whether an export holds what was decided.

SuperDocs' exports are behind for some seconds after an approval, so each is read before anybody gets it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta
from itertools import chain, groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from bot.core.formats import Format, format_of
from bot.core.request import LibraryFile, Returned
from bot.core.summary import NoticeSummary
from bot.core.words.pieces import inert
from bot.redline import visible_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bot.core.model import Job

EXPORT: Final = "export"
"""The slot of the file that comes back in the format in which the document came."""

PATIENCE: Final = timedelta(minutes=2)
"""How long after the end an export is asked for again that lacks something; they were seen to be behind for seconds."""

_EXPORTED: Final = frozenset({Format.DOCX, Format.PDF, Format.MARKDOWN, Format.TEXT})
"""What SuperDocs writes. It reads RTF, and does not write it."""

_NAMES: Final = {
    Format.DOCX: "Word",
    Format.PDF: "PDF",
    Format.MARKDOWN: "Markdown",
    Format.TEXT: "text",
}

_RUN: Final = 5
"""Words in a row that are looked for: a page's break falls between few of those around a change."""

_WORD: Final = re.compile(r"[^\W_]+")
"""An underscore is a mark of Markdown."""

_IMAGE: Final = re.compile(r"\[image(?:: [^\]\n]*)?\]")
"""How an image reads here; no export says that."""


def export_form(job: Job) -> Format | None:
    """Return the format in which a job's document comes back beside HTML; None when HTML is all."""
    form = format_of(job.source.name) if job.source else None
    return form if form in _EXPORTED else None


def owes_export(job: Job) -> bool:
    """Say whether the document still has to come back in the format that it came in."""
    message = job.messages.get(EXPORT)
    return export_form(job) is not None and not job.export_trouble and not (message and message.ts)


def owes_return(job: Job) -> bool:
    """Say whether the document still has to go back to the library."""
    return isinstance(job.source, LibraryFile) and job.returned is None


def returned_name(path: str) -> str:
    """Return under which name a document of the library goes back: its own, unless SuperDocs cannot write its format."""
    form = format_of(path)
    is_kept = form is Format.HTML or form in _EXPORTED
    return path if is_kept else str(PurePosixPath(path).with_suffix(".html"))


def edited_name(document: str, suffix: str) -> str:
    """Return the name under which a finished document is posted: the one it came with, marked as edited."""
    stem = PurePosixPath(document.replace("\\", "/")).stem
    return f"{stem or 'document'}-edited.{suffix}"


def holds(before_html: str, after_html: str, text: str) -> bool:
    """Say whether a text is a document, and holds everything in which that differs from what it was before.

    Looked for are the words around each difference, in their order, whatever stands between them: so it does not matter
    how a format breaks lines, and one number is enough to tell an old text from a new one. Of everything else, most
    must be there: a session may have several documents, and hand out another one.

    Args:
        before_html: The document before the edit; "" when that is not known.
        after_html: The document after it.
        text: What an export says.
    """
    export = _Said(text)
    before, after = _lines(before_html), _lines(after_html)
    old, new = set(chain(*before)), set(chain(*after))
    return (
        _is_most(export, after)
        and all(any(map(export.has, some)) for some in _unlike(after, old))
        and not any(all(map(export.has, some)) for some in _unlike(before, new))
    )


def given_up(job: Job) -> Job:
    """Note that what could not be returned for a day is not returned."""
    if owes_export(job):
        job = replace(job, export_trouble=f"For a day, SuperDocs could not write it as {form_name(job)}.")
    if owes_return(job):
        job = replace(job, returned=Returned("", trouble="For a day, the library could not be written."))
    return job


def form_name(job: Job) -> str:
    """Name the format in which a job's document comes back."""
    form = export_form(job)
    return _NAMES[form] if form else "HTML"


def is_patient(job: Job, now: datetime) -> bool:
    """Say whether an export that lacks something is asked for again."""
    return job.ended_at is not None and now < job.ended_at + PATIENCE


def returned_notice(job: Job) -> NoticeSummary | None:
    """Say what became of a document in the library; None while there is nothing to say."""
    if job.returned is None or not isinstance(job.source, LibraryFile):
        return None
    sentence = _returned_sentence(job.source.path, job.returned)
    return NoticeSummary(text=sentence, sentence=sentence)


def _returned_sentence(path: str, returned: Returned) -> str:
    given, written = inert(path), inert(returned.path)
    if returned.trouble:
        return f"{given} in the library is as it was. {returned.trouble}"
    if returned.is_beside:
        return (
            f"{given} in the library was changed by somebody else during this edit, and is left as it is. "
            f"The edited document stands beside it: {written}."
        )
    if returned.path != path:
        return f"The edited document is in the library: {written}. {given} is left as it is."
    return f"{written} in the library is now the edited document."


def export_notice(job: Job) -> NoticeSummary | None:
    """Say why a document does not come back in its format, or not complete; None when it does."""
    if not job.export_trouble:
        return None
    return NoticeSummary(text=job.export_trouble, sentence=job.export_trouble)


_Run = tuple[str, ...]


class _Said:
    """What an export says, to look for a few words in."""

    def __init__(self, text: str) -> None:
        self._words = _words(text)
        self._runs: dict[int, set[_Run]] = {}

    def has(self, run: _Run) -> bool:
        length = len(run)
        if length not in self._runs:
            # Looked up, not looked for: a table has as many short runs as cells.
            starts = range(len(self._words) - length + 1)
            self._runs[length] = {tuple(self._words[start : start + length]) for start in starts}
        return run in self._runs[length]


def _is_most(export: _Said, lines: list[list[_Run]]) -> bool:
    """Say whether a text says most of what stands in some lines."""
    runs = [run for line in lines for run in line]
    return 2 * sum(map(export.has, runs)) >= len(runs)


def _lines(html: str) -> list[list[_Run]]:
    return [_runs(_words(line)) for line in visible_text(html).splitlines()] if html else []


def _unlike(lines: list[list[_Run]], known: set[_Run]) -> Iterator[list[_Run]]:
    """Yield, line by line, the runs around each place where something is not as it was."""
    for line in lines:
        for is_known, some in groupby(line, known.__contains__):
            if not is_known:
                yield list(some)


def _runs(words: list[str]) -> list[_Run]:
    """Return every few words in a row; all of them together, where there are fewer."""
    count = max(1, len(words) - _RUN + 1) if words else 0
    return [tuple(words[start : start + _RUN]) for start in range(count)]


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", _IMAGE.sub(" ", text)))
