"""A redline made to fit. The law: what is left out is counted, so that nothing is approved that was not shown.

An excerpt is for a card: as many whole edits as fit, those that a flag names before all others, shown in document
order, and how many it leaves out; unchanged words give way before an edit does. Pages are for reading: all edits, one
page after another, cut between words where one edit alone is longer than a page. A row of a table that changes is
shown twice, as it was above as it would be. A headline is one line for notifications and lists.

Sizes are characters (code points): those of the text, and a fixed number for each span and paragraph, about what a
chat writes around them.
"""

import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter

from bot.redline.edits import GAP, Edit, Frame, Shortener, edits
from bot.redline.headline import headline
from bot.redline.model import ELLIPSIS, HIDDEN, Flag, Kind, Mark, Paragraph, Redline, Span
from bot.redline.words import count_words, word_places

SPAN_OVERHEAD = 64
"""Characters that a span costs beside its text."""

PARAGRAPH_OVERHEAD = 64
"""Characters that a paragraph costs beside its label and its spans."""

MIN_PAGE = 2000
"""Characters. A smaller page would hold context and little else."""

CHARACTERS_A_WORD = 15
"""Context of n words is cut after n times as many characters, since a word may be as long as an address."""

_FRAME_SHARE = 16
"""The context on one side of an edit, and a table's first row, take at most this part of the budget each."""

_FRAME_SPANS, _FRAME_PARAGRAPHS, _FRAME_TEXT = 13, 5, 144
"""What may stand around one edit at most: `…` before, above, below and after it, context, a row, labels, a number."""

_MIN_PART = 40
"""Characters. Less of a long edit is not worth a span of its own."""

_LEAD = 80
"""Characters of a long edit that are shown before what a flag names in it."""

_LESS_CONTEXT = 3
"""So many times fewer unchanged words are shown before an edit is left out."""

_ROW_SIDES = {Mark.DELETE: "was", Mark.INSERT: "now"}
"""What stands before a table's row, so that nobody must tell its two sides apart by their looks."""

_QUOTED = re.compile(r"“([^”]{1,300})”")
_CODE_POINT = re.compile(r"U\+([0-9A-F]{4,6})")
"""What the sentence of a flag names: words of the document, and characters by their numbers."""

_SPELLED = re.compile(rf"\[{_CODE_POINT.pattern}\]")
"""How a quotation names a character that is not drawn."""

_BETWEEN = r"[\s|¶↵]+"
"""What may stand between two words of a redline where a quotation has a space."""


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
    """Show as many whole edits as fit, those first that a flag names, each with some words around it.

    What is chosen is shown in document order. If not even the first choice fits, parts of what it deletes and inserts
    are shown, and it counts as left out. Without edits the beginning of the text is shown.

    Args:
        whole: The redline. If it cannot be inspected, the excerpt is empty and not complete.
        budget: How many characters the paragraphs may cost, as `cost` counts them.
        context_words: How many unchanged words are shown on either side of an edit; fewer, if not all edits fit.
    """
    if whole.uninspectable:
        return Excerpt((), left_out_edits=1, left_out_words=0)
    every = edits(whole.paragraphs)
    if not every:
        opening = Shortener(whole.paragraphs, _frame(budget, context_words)).show_opening()
        return Excerpt(_if_it_fits(opening, budget), left_out_edits=0, left_out_words=0)
    for words in (context_words, context_words // _LESS_CONTEXT):
        shortener = Shortener(whole.paragraphs, _frame(budget, words))
        if shown := _all_of(shortener, every, budget):
            return Excerpt(shown, left_out_edits=0, left_out_words=0)
    chosen = _Named(whole.flags).order(every)
    number = _fitting(shortener, chosen, budget)
    shown = _shown(shortener, chosen[:number]) if number else _beginning(whole, chosen[0], budget)
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
        result.append(Excerpt(_shown(shortener, rest[:number]), left_out_edits=0, left_out_words=0))
        del rest[:number]
    return tuple(result) or (excerpt(whole, budget, context_words),)


def cost(paragraphs: Iterable[Paragraph]) -> int:
    """Tell how much of a budget these paragraphs take, in characters."""
    return sum(
        PARAGRAPH_OVERHEAD
        + len(paragraph.label)
        + sum(SPAN_OVERHEAD + len(span.drawn) for span in paragraph.spans)
        for paragraph in paragraphs
    )


def _if_it_fits(paragraphs: tuple[Paragraph, ...], budget: int) -> tuple[Paragraph, ...]:
    return paragraphs if cost(paragraphs) <= budget else ()


def _frame(budget: int, context_words: int) -> Frame:
    share = budget // _FRAME_SHARE
    return Frame(context_words, min(context_words * CHARACTERS_A_WORD, share), share)


def _frame_cost(frame: Frame) -> int:
    overhead = _FRAME_PARAGRAPHS * PARAGRAPH_OVERHEAD + _FRAME_SPANS * SPAN_OVERHEAD + _FRAME_TEXT
    return overhead + 2 * frame.characters + 3 * frame.short + frame.header


def _fitting(shortener: Shortener, chosen: Sequence[Edit], budget: int) -> int:
    """Count how many of these edits, from the first, fit into the budget."""
    if _all_of(shortener, chosen, budget):
        return len(chosen)
    most = min(len(chosen), budget // SPAN_OVERHEAD)
    return bisect_right(
        range(1, most + 1), budget, key=lambda number: cost(_shown(shortener, chosen[:number]))
    )


def _all_of(shortener: Shortener, chosen: Sequence[Edit], budget: int) -> tuple[Paragraph, ...]:
    """Show these edits if they fit into the budget together; nothing if they do not."""
    # Each takes a span, so that many need not be drawn to see that they do not fit.
    shown = _shown(shortener, chosen) if len(chosen) <= budget // SPAN_OVERHEAD else ()
    return shown if cost(shown) <= budget else ()


def _shown(shortener: Shortener, chosen: Sequence[Edit]) -> tuple[Paragraph, ...]:
    """Show these edits in document order, each changed row of a table as two."""
    paragraphs = shortener.show(sorted(chosen, key=_position))
    return tuple(part for paragraph in paragraphs for part in _sides_of_row(paragraph))


def _position(edit: Edit) -> tuple[int, int]:
    return edit.paragraph, edit.run


def _sides_of_row(paragraph: Paragraph) -> Iterator[Paragraph]:
    """Give a row as it was, then as it would be; anything else as it is."""
    marks = {span.mark for span in paragraph.spans}
    if paragraph.kind is not Kind.TABLE_ROW or not marks.issuperset(_ROW_SIDES):
        yield paragraph
        return
    for other, (own, label) in zip(reversed(_ROW_SIDES), _ROW_SIDES.items(), strict=True):
        spans = tuple(span for span in paragraph.spans if span.mark is own or span.mark is not other)
        yield replace(paragraph, label=label, spans=spans)


class _Named:
    """The words and characters that flags name, as far as sentences quote them, and words that a page hides."""

    def __init__(self, flags: Sequence[Flag]) -> None:
        self._dangers: dict[str, bool] = {}
        # How a text ends that is too long is no reason to show its end.
        named = [flag for flag in flags if flag.name != "truncated"]
        quotations = [(quoted, flag.dangerous) for flag in named for quoted in _quotations(flag.sentence)]
        for quoted, is_dangerous in quotations:
            word = _plain(quoted)
            self._dangers[word] = self._dangers.get(word, False) or is_dangerous
        longest_first = sorted({quoted for quoted, _ in quotations}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_as_a_whole, longest_first)) or r"(?!)", re.IGNORECASE)
        self._dangers[HIDDEN] = True

    def order(self, every: Sequence[Edit]) -> list[Edit]:
        """Put the edits that are named before the others: for danger, then for what is named most rarely."""
        found = [self._found_in(edit) for edit in every]
        times = Counter(word for words in found for word in set(words))
        ranks = [min((self._rank(word, times) for word in words), default=(2, 0)) for words in found]
        return [edit for _, edit in sorted(zip(ranks, every, strict=True), key=itemgetter(0))]

    def place(self, text: str) -> tuple[int, int]:
        """Tell where what matters most in a text starts and ends; (0, 0) when nothing in it is named."""
        times = Counter(self._found(text))
        return min(
            (match.span() for match in self._pattern.finditer(text)),
            key=lambda span: (self._rank(_plain(text[slice(*span)]), times), span),
            default=(0, 0),
        )

    def _found_in(self, edit: Edit) -> list[str]:
        hidden = [HIDDEN] if any(span.hidden for span in edit.spans) else []
        return self._found(" ".join(span.text for span in edit.spans)) + hidden

    def _found(self, text: str) -> list[str]:
        return [_plain(word) for word in self._pattern.findall(text)]

    def _rank(self, word: str, times: Counter[str]) -> tuple[int, int]:
        # What stands everywhere hides what stands once: a "not" among a hundred "shall".
        return int(not self._dangers.get(word)), times[word]


def _quotations(sentence: str) -> Iterator[str]:
    """Give what a sentence quotes, as the document has it; a `…` where it is cut."""
    for words in _QUOTED.findall(sentence):
        quoted = _SPELLED.sub(lambda named: _character(named[1]), words).strip()
        if _plain(quoted):
            yield quoted
    yield from filter(None, map(_character, _CODE_POINT.findall(sentence)))


def _character(number: str) -> str:
    code = int(number, 16)
    return chr(code) if code <= sys.maxunicode else ""


def _plain(quoted: str) -> str:
    """Return what is equal for a quotation and for the words that it quotes."""
    return re.sub(_BETWEEN, " ", quoted.strip(ELLIPSIS)).strip(" ").lower() or quoted.lower()


def _as_a_whole(quoted: str) -> str:
    """Find a quotation, and not within a longer word, unless it is cut."""
    words = quoted.strip(f" {ELLIPSIS}") or quoted
    start = r"(?<!\w)" if words[0].isalnum() and not quoted.startswith(ELLIPSIS) else ""
    end = r"(?!\w)" if words[-1].isalnum() and not quoted.endswith(ELLIPSIS) else ""
    return start + _BETWEEN.join(map(re.escape, re.split(_BETWEEN, words))) + end


def _beginning(whole: Redline, edit: Edit, budget: int) -> tuple[Paragraph, ...]:
    """Show a part of an edit that does not fit: an equal share of what it deletes and of what it inserts."""
    paragraph = whole.paragraphs[edit.paragraph]
    sides = [
        [span for span in edit.spans if span.mark is mark]
        for mark in (Mark.DELETE, Mark.INSERT)
        if any(span.mark is mark for span in edit.spans)
    ]
    share = (budget - PARAGRAPH_OVERHEAD - len(paragraph.label)) // len(sides) - SPAN_OVERHEAD - len(ELLIPSIS)
    if share < SPAN_OVERHEAD + _MIN_PART:
        return ()
    named = _Named(whole.flags)
    spans = [span for side in sides for span in _first_part(side, share, named)]
    return (Paragraph(paragraph.kind, paragraph.level, paragraph.label, tuple(spans)),)


def _first_part(spans: Sequence[Span], room: int, named: _Named) -> Iterator[Span]:
    """Show as much as there is room for, from the beginning, or from shortly before what a flag names beyond that."""
    skipped = _way_to(named, _text(spans), room)
    if skipped:
        yield GAP
        room -= SPAN_OVERHEAD + len(ELLIPSIS)
    first, *others = _cut(_after(spans, skipped), room)
    yield from first
    if others:
        yield GAP


def _way_to(named: _Named, text: str, room: int) -> int:
    """Return how many characters to skip, whole words of them, so that what is named is among the next ones."""
    start, end = named.place(text)
    shown = room - 2 * SPAN_OVERHEAD
    return text.rfind(" ", 0, max(0, start - _LEAD)) + 1 if end > shown >= 2 * _LEAD else 0


def _after(spans: Sequence[Span], skipped: int) -> list[Span]:
    """Return spans without their first characters."""
    rest = []
    for span in spans:
        if skipped < len(span.text):
            rest.append(replace(span, text=span.text[skipped:], stands_for="") if skipped else span)
        skipped = max(0, skipped - len(span.text))
    return rest


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
        fits = left - SPAN_OVERHEAD - len(HIDDEN) * span.hidden
        if len(span.text) <= fits:
            part.append(span)
            left = fits - len(span.text)
            continue
        if not part or (fits >= _MIN_PART and not span.stands_for):
            head, tail = _cut_text(span.text, fits)
            part.append(replace(span, text=head, stands_for=""))
            rest.append(replace(span, text=tail, stands_for=""))
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


def _text(spans: Iterable[Span]) -> str:
    return "".join(span.text for span in spans)
