"""Runs of change with a little of what stands around them. The law: what changes is shown as it is, never shortened.

Only unchanged text is elided, to a span `…`; a paragraph of nothing but `…` stands for whole paragraphs. A few words
are not elided, since a `…` would cost the reader more than they do; nor is the number of a clause, by which a lawyer
knows it. Above changed rows of a table stands its first row, so that one knows what the columns are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import NamedTuple

from bot.redline.model import ELLIPSIS, Kind, Mark, Paragraph, Span
from bot.redline.words import count_words, word_places

GAP = Span(Mark.GAP, ELLIPSIS)

MIN_GAP = 6
"""Words. Fewer are not elided, unless they are long ones."""

LONG_GAP = 60
"""Characters. More are elided, however few words they are."""

MOST_SPANS = 2
"""How many stretches of context, hidden and not, stand on either side of an edit."""

_CLAUSE = re.compile(
    r"(?:§{1,2} ?|(?:Art(?:icle|ikel|\.)?|Clause|Section|No\.) )[0-9IVXa-z.]{1,12}[.:)]?(?=\s)"
    r"|(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}[.)]|[0-9]{1,3}(?:\.[0-9]{1,3}){1,4}|\(?[a-zA-Z0-9]{1,2}\)|\([ivx]{1,5}\))(?=\s)"
)
"""The number with which a clause begins: ``4.2``, ``(a)``, ``§ 3``."""

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

    @property
    def short(self) -> int:
        """How many characters more are shown where eliding them would save little."""
        return min(LONG_GAP, self.characters)


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
        result: list[Paragraph] = []
        following = 0
        for index in sorted(shown):
            if index > following:
                is_short = bool(result) and index == following + 1 and self._is_short(following)
                result.append(self._paragraphs[following] if is_short else _GAP_PARAGRAPH)
            paragraph = self._paragraphs[index]
            result.append(Paragraph(paragraph.kind, paragraph.level, paragraph.label, tuple(shown[index])))
            following = index + 1
        if result and following < len(self._paragraphs):
            result.append(_GAP_PARAGRAPH)
        return tuple(result)

    def _is_short(self, index: int) -> bool:
        """Say whether a paragraph between two that are shown is not worth eliding."""
        paragraph = self._paragraphs[index]
        is_simple = not paragraph.changed and len(paragraph.spans) <= MOST_SPANS
        # Of a table only rows that change are shown.
        return is_simple and not self._is_row(index) and not self._is_gap(_text(paragraph.spans))

    def _header(self, index: int) -> int:
        """Find the first row of the table that a row is in, if it stays as it is; else the row itself."""
        first = index
        while first and self._is_row(first) and self._is_row(first - 1):
            first -= 1
        return index if self._paragraphs[first].changed else first

    def _is_row(self, index: int) -> bool:
        return self._paragraphs[index].kind is Kind.TABLE_ROW

    def _opening(self, index: int) -> Iterator[Span]:
        spans = self._paragraphs[index].spans
        end = min(self._frame.header, _length(spans[:MOST_SPANS]))
        yield from (replace(span, mark=Mark.KEEP) for span in _part(spans, 0, end))
        if end < _length(spans):
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

    def _kept(self, edit: Edit, way: int) -> Run:
        """Return the kept text right before (way -1) or after (way 1) an edit."""
        parts = self._runs[edit.paragraph]
        return parts[edit.run + way] if 0 <= edit.run + way < len(parts) else ()

    def _before(self, edit: Edit) -> Iterator[Span]:
        spans = self._kept(edit, -1) if edit.is_start else ()
        start, number = self._tail(spans), self._number(edit.paragraph)
        is_first = edit.run <= 1 and edit.is_start
        if is_first and not self._is_gap(_text(spans)[_length(number) : start]):
            yield from spans
            return
        yield from number
        yield GAP
        yield from _part(spans, start)

    def _after(self, edit: Edit) -> Iterator[Span]:
        spans = self._kept(edit, 1) if edit.is_end else ()
        is_last = edit.run + 2 >= len(self._runs[edit.paragraph]) and edit.is_end
        end = self._head(spans)
        if is_last and not self._is_gap(_text(spans)[end:]):
            yield from spans
            return
        yield from _part(spans, 0, end)
        yield GAP

    def _between(self, spans: Run) -> Iterator[Span]:
        end, start = self._head(spans), self._tail(spans)
        if not self._is_gap(_text(spans)[end:start]):
            yield from spans
            return
        yield from _part(spans, 0, end)
        yield GAP
        yield from _part(spans, start)

    def _is_gap(self, text: str) -> bool:
        """Say whether it is worth eliding."""
        return len(text) > self._frame.short or count_words(text) >= MIN_GAP

    def _number(self, index: int) -> Run:
        """Return the number that a paragraph begins with, if that stays as it is, and the space after it."""
        opening = self._runs[index][0][:1]
        found = _CLAUSE.match(_text(opening)) if opening and not opening[0].changed else None
        return _part(opening, 0, found.end() + 1) if found else ()

    def _head(self, spans: Run) -> int:
        """Return where the first words end, with the space after them."""
        near = _text(spans[:MOST_SPANS])[: self._frame.characters]
        ends = [end for _, end in word_places(near)]
        if len(ends) <= self._frame.words:
            return len(near)
        end = ends[self._frame.words - 1]
        return end + near.startswith(" ", end)

    def _tail(self, spans: Run) -> int:
        """Return where the last words begin, with the space before them."""
        text = _text(spans)
        first = max(_length(spans[:-MOST_SPANS]), len(text) - self._frame.characters)
        near = text[first:]
        starts = [start for start, _ in word_places(near)]
        if len(starts) <= self._frame.words:
            return first
        start = starts[-self._frame.words] if self._frame.words else len(near)
        return first + start - near.startswith(" ", max(0, start - 1))


def _part(spans: Run, start: int, end: int | None = None) -> Run:
    """Return what stands between two characters."""
    found, place = [], 0
    for span in spans:
        text = span.text[max(0, start - place) : None if end is None else max(0, end - place)]
        place += len(span.text)
        if text:
            found.append(span if text == span.text else replace(span, text=text))
    return tuple(found)


def _length(spans: Iterable[Span]) -> int:
    return sum(len(span.text) for span in spans)


def _text(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)
