"""Runs of change with a little of what stands around them. The law: what changes is shown as it is, never shortened.

Only unchanged text is elided, to a span `…`; a paragraph of nothing but `…` stands for whole paragraphs. Above
changed rows of a table stands its first row, so that one knows what the columns are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from bot.redline.model import ELLIPSIS, Kind, Mark, Paragraph, Span
from bot.redline.words import word_places

GAP = Span(Mark.GAP, ELLIPSIS)

MIN_GAP = 12
"""Characters. Less than this is not worth eliding between two edits."""

_GAP_PARAGRAPH = Paragraph(Kind.PARAGRAPH, 0, "", (GAP,))

Run = tuple[Span, ...]


class Edit(NamedTuple):
    """A run of change, or a part of one that is too long for a page."""

    paragraph: int
    """Index in the redline."""
    run: int
    """Index among the paragraph's runs, kept ones included."""
    spans: Run
    is_start: bool = True
    """Whether the run begins with it."""
    is_end: bool = True
    """Whether the run ends with it."""


class Frame(NamedTuple):
    """How much unchanged text is shown."""

    words: int
    """On either side of an edit."""
    characters: int
    """On either side of an edit, at most."""
    header: int
    """Characters of a table's first row, at most."""


def runs(paragraph: Paragraph) -> list[Run]:
    """Divide a paragraph into kept and changed spans in turn."""
    return [tuple(spans) for _, spans in groupby(paragraph.spans, key=lambda span: span.changed)]


def edits(paragraphs: Iterable[Paragraph]) -> list[Edit]:
    """List every run of change, in document order."""
    return [
        Edit(index, number, run)
        for index, paragraph in enumerate(paragraphs)
        for number, run in enumerate(runs(paragraph))
        if run[0].changed
    ]


class Shortener:
    """Shows parts of some paragraphs."""

    def __init__(self, paragraphs: Sequence[Paragraph], frame: Frame) -> None:
        self._paragraphs = paragraphs
        self._runs = [runs(paragraph) for paragraph in paragraphs]
        self._frame = frame

    def show(self, chosen: Iterable[Edit]) -> tuple[Paragraph, ...]:
        """Show some edits, given in document order, each with what stands around it."""
        changed = {index: list(group) for index, group in groupby(chosen, key=lambda edit: edit.paragraph)}
        headers = {self._header(index) for index in changed}
        return self._with_gaps(
            {index: self._opening(index) for index in headers}
            | {index: self._around(group) for index, group in changed.items()}
        )

    def show_opening(self) -> tuple[Paragraph, ...]:
        """Show how the text begins."""
        return self._with_gaps({0: self._opening(0)} if self._paragraphs else {})

    def _with_gaps(self, shown: Mapping[int, Iterable[Span]]) -> tuple[Paragraph, ...]:
        """Put paragraphs in order, and `…` where others stand between them."""
        result = []
        following = 0
        for index in sorted(shown):
            if index > following:
                result.append(_GAP_PARAGRAPH)
            paragraph = self._paragraphs[index]
            result.append(Paragraph(paragraph.kind, paragraph.level, paragraph.label, tuple(shown[index])))
            following = index + 1
        if result and following < len(self._paragraphs):
            result.append(_GAP_PARAGRAPH)
        return tuple(result)

    def _header(self, index: int) -> int:
        """Find the first row of the table that a row is in, if it stays as it is; else the row itself."""
        first = index
        while first and self._is_row(first) and self._is_row(first - 1):
            first -= 1
        return index if self._paragraphs[first].changed else first

    def _is_row(self, index: int) -> bool:
        return self._paragraphs[index].kind is Kind.TABLE_ROW

    def _opening(self, index: int) -> Iterator[Span]:
        text = _text(self._paragraphs[index].spans)
        yield Span(Mark.KEEP, text[: self._frame.header])
        if len(text) > self._frame.header:
            yield GAP

    def _around(self, chosen: Sequence[Edit]) -> Iterator[Span]:
        """Show edits of one paragraph, and the kept text before, between and after them."""
        first, last = chosen[0], chosen[-1]
        yield from self._before(first)
        yield from first.spans
        for previous, edit in pairwise(chosen):
            if edit.run != previous.run:
                yield from self._between(self._kept(edit, -1))
            yield from edit.spans
        yield from self._after(last)

    def _kept(self, edit: Edit, way: int) -> str:
        """Return the kept text right before (way -1) or after (way 1) an edit."""
        parts = self._runs[edit.paragraph]
        return _text(parts[edit.run + way]) if 0 <= edit.run + way < len(parts) else ""

    def _before(self, edit: Edit) -> Iterator[Span]:
        text = self._kept(edit, -1) if edit.is_start else ""
        tail = self._tail(text)
        if edit.run > 1 or len(tail) < len(text) or not edit.is_start:
            yield GAP
        if tail:
            yield Span(Mark.KEEP, tail)

    def _after(self, edit: Edit) -> Iterator[Span]:
        text = self._kept(edit, 1) if edit.is_end else ""
        head = self._head(text)
        if head:
            yield Span(Mark.KEEP, head)
        if edit.run + 2 < len(self._runs[edit.paragraph]) or len(head) < len(text) or not edit.is_end:
            yield GAP

    def _between(self, text: str) -> Iterator[Span]:
        head, tail = self._head(text), self._tail(text)
        if len(head) + len(tail) + MIN_GAP > len(text):
            yield Span(Mark.KEEP, text)
        else:
            yield from (span for span in (Span(Mark.KEEP, head), GAP, Span(Mark.KEEP, tail)) if span.text)

    def _head(self, text: str) -> str:
        """Take the first words, and the space after them."""
        near = text[: self._frame.characters]
        ends = [end for _, end in word_places(near)]
        if len(ends) <= self._frame.words:
            return near
        end = ends[self._frame.words - 1]
        return near[: end + near.startswith(" ", end)]

    def _tail(self, text: str) -> str:
        """Take the last words, and the space before them."""
        near = text[max(0, len(text) - self._frame.characters) :]
        starts = [start for start, _ in word_places(near)]
        if len(starts) <= self._frame.words:
            return near
        start = starts[-self._frame.words]
        return near[start - near.startswith(" ", max(0, start - 1)) :]


def _text(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)
