"""A redline made to fit. The law: what is left out is counted, so that nothing is approved that was not shown.

An excerpt is for a card: as many whole edits as fit, in document order, and how many it leaves out. Pages are for
reading: all edits, one page after another, cut between words where one edit alone is longer than a page. A headline
is one line for notifications and lists.

Sizes are characters (code points): those of the text, and a fixed number for each span and paragraph, about what a
chat writes around them.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.redline.edits import GAP, Edit, Frame, Shortener, edits
from bot.redline.headline import headline
from bot.redline.model import ELLIPSIS, Mark, Paragraph, Redline, Span
from bot.redline.words import count_words, word_places

SPAN_OVERHEAD = 64
"""Characters that a span costs beside its text."""

PARAGRAPH_OVERHEAD = 64
"""Characters that a paragraph costs beside its label and its spans."""

MIN_PAGE = 2000
"""Characters. A smaller page would hold context and little else."""

CHARACTERS_A_WORD = 15
"""Context of n words is cut after n times as many characters, since a word may be as long as an address."""

_FRAME_SHARE = 10
"""The context on one side of an edit, and a table's first row, take at most this part of the budget each."""

_FRAME_SPANS, _FRAME_PARAGRAPHS, _FRAME_TEXT = 9, 5, 64
"""What may stand around one edit at most: `…` before, above, below and after it, context, a row, labels."""

_MIN_PART = 40
"""Characters. Less of a long edit is not worth a span of its own."""


__all__ = ["Excerpt", "cost", "excerpt", "headline", "pages"]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a redline, or all of it that changes."""

    paragraphs: tuple[Paragraph, ...]
    left_out_edits: int
    """How many runs of change are not shown whole."""
    left_out_words: int
    """How many inserted and deleted words are not shown."""

    @property
    def complete(self) -> bool:
        """Whether nothing that changes was left out: only then may it be approved as it stands."""
        return not self.left_out_edits and not self.left_out_words


def excerpt(whole: Redline, budget: int, context_words: int = 6) -> Excerpt:
    """Show as many whole edits as fit, in document order, each with some words around it.

    If not even the first one fits, the beginnings of what it deletes and inserts are shown, and it counts as left
    out. Without edits the beginning of the text is shown.

    Args:
        whole: The redline. If it cannot be inspected, the excerpt is empty and not complete.
        budget: How many characters the paragraphs may cost, as `cost` counts them.
        context_words: How many unchanged words are shown on either side of an edit.
    """
    if whole.uninspectable:
        return Excerpt((), left_out_edits=1, left_out_words=0)
    every = edits(whole.paragraphs)
    shortener = Shortener(whole.paragraphs, _frame(budget, context_words))
    number = _fitting(shortener, every, budget)
    shown = shortener.show(every[:number])
    if not number:
        shown = (
            _beginning(whole, every[0], budget) if every else _if_it_fits(shortener.show_opening(), budget)
        )
    return Excerpt(shown, len(every) - number, _changed_words(whole.paragraphs) - _changed_words(shown))


def pages(whole: Redline, budget: int, context_words: int = 12) -> tuple[Excerpt, ...]:
    """Show every edit, page by page. What a page leaves out another shows, so each counts as complete.

    Args:
        whole: The redline. If it cannot be inspected, there is one page, empty and not complete.
        budget: How many characters the paragraphs of one page may cost, as `cost` counts them; from `MIN_PAGE`.
        context_words: How many unchanged words are shown on either side of an edit.

    Returns:
        At least one page.

    Raises:
        ValueError: The budget is too small for a page.
    """
    if budget < MIN_PAGE:
        raise ValueError(f"A page needs a budget of at least {MIN_PAGE} characters, not {budget}.")
    frame = _frame(budget, context_words)
    shortener = Shortener(whole.paragraphs, frame)
    rest = [part for edit in edits(whole.paragraphs) for part in _parts(edit, budget - _frame_cost(frame))]
    result = []
    while rest:
        number = _fitting(shortener, rest, budget)
        result.append(Excerpt(shortener.show(rest[:number]), left_out_edits=0, left_out_words=0))
        del rest[:number]
    return tuple(result) or (excerpt(whole, budget, context_words),)


def cost(paragraphs: Iterable[Paragraph]) -> int:
    """Tell how much of a budget these paragraphs take, in characters."""
    return sum(
        PARAGRAPH_OVERHEAD
        + len(paragraph.label)
        + sum(SPAN_OVERHEAD + len(span.text) for span in paragraph.spans)
        for paragraph in paragraphs
    )


def _if_it_fits(paragraphs: tuple[Paragraph, ...], budget: int) -> tuple[Paragraph, ...]:
    return paragraphs if cost(paragraphs) <= budget else ()


def _frame(budget: int, context_words: int) -> Frame:
    share = budget // _FRAME_SHARE
    return Frame(context_words, min(context_words * CHARACTERS_A_WORD, share), share)


def _frame_cost(frame: Frame) -> int:
    overhead = _FRAME_PARAGRAPHS * PARAGRAPH_OVERHEAD + _FRAME_SPANS * SPAN_OVERHEAD + _FRAME_TEXT
    return overhead + 2 * frame.characters + frame.header


def _fitting(shortener: Shortener, chosen: Sequence[Edit], budget: int) -> int:
    """Count how many of these edits, from the first, fit into the budget."""
    most = min(len(chosen), budget // SPAN_OVERHEAD)
    return bisect_right(range(1, most + 1), budget, key=lambda number: cost(shortener.show(chosen[:number])))


def _beginning(whole: Redline, edit: Edit, budget: int) -> tuple[Paragraph, ...]:
    """Show how an edit begins that does not fit: an equal share of what it deletes and of what it inserts."""
    paragraph = whole.paragraphs[edit.paragraph]
    sides = [
        [span for span in edit.spans if span.mark is mark]
        for mark in (Mark.DELETE, Mark.INSERT)
        if any(span.mark is mark for span in edit.spans)
    ]
    share = (budget - PARAGRAPH_OVERHEAD - len(paragraph.label)) // len(sides) - SPAN_OVERHEAD - len(ELLIPSIS)
    if share < SPAN_OVERHEAD + _MIN_PART:
        return ()
    spans = [span for side in sides for span in _first_part(side, share)]
    return (Paragraph(paragraph.kind, paragraph.level, paragraph.label, tuple(spans)),)


def _first_part(spans: Sequence[Span], room: int) -> Iterator[Span]:
    first, *others = _cut(spans, room)
    yield from first
    if others:
        yield GAP


def _parts(edit: Edit, room: int) -> list[Edit]:
    """Cut an edit into parts that cost no more than `room` characters each."""
    cut = list(_cut(edit.spans, room))
    return [
        Edit(edit.paragraph, edit.run, part, is_start=number == 0, is_end=number == len(cut) - 1)
        for number, part in enumerate(cut)
    ]


def _cut(spans: Sequence[Span], room: int) -> Iterator[tuple[Span, ...]]:
    part: list[Span] = []
    left = room
    rest = list(reversed(spans))
    while rest:
        span = rest.pop()
        fits = left - SPAN_OVERHEAD
        if len(span.text) <= fits:
            part.append(span)
            left = fits - len(span.text)
            continue
        if not part or (fits >= _MIN_PART and not span.stands_for):
            head, tail = _cut_text(span.text, fits)
            part.append(Span(span.mark, head))
            rest.append(Span(span.mark, tail))
        else:
            rest.append(span)
        yield tuple(part)
        part, left = [], room
    if part:
        yield tuple(part)


def _cut_text(text: str, size: int) -> tuple[str, str]:
    """Cut a text that is longer than `size` before its last word that begins there, or if need be in a word."""
    starts = [start for start, _ in word_places(text[: size + 1]) if start >= _MIN_PART]
    place = starts[-1] if starts else size
    return text[:place], text[place:]


def _changed_words(paragraphs: Iterable[Paragraph]) -> int:
    return sum(
        count_words(span.plain) for paragraph in paragraphs for span in paragraph.spans if span.changed
    )
