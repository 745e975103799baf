"""Tokens and a script to paragraphs of spans. The law: every token stands in exactly one span, in order.

In a run of change what was deleted stands before what was inserted. A space that both begin with is taken out of it,
so that `30 days` to `60 days` marks the numbers and not the space before them.
"""

from collections.abc import Iterator, Sequence

from bot.redline.difference import Script, Stretch
from bot.redline.edits import edits
from bot.redline.model import MERGE, SPLIT, Counts, Mark, Paragraph, Span
from bot.redline.reading.record import Block
from bot.redline.tidy import Sides
from bot.redline.words import Sort, Token, count_words, written

LINE_INSERTED = Span(Mark.INSERT, "↵\n", "\n")
LINE_DELETED = Span(Mark.DELETE, "↵", "\n")

_MARKS = frozenset({Sort.LINE, Sort.END})


def compose(
    old: Sequence[Block], new: Sequence[Block], script: Script, sides: Sides
) -> tuple[Paragraph, ...]:
    """Write the paragraphs that the script tells of."""
    composer = _Composer(old, new, sides)
    for stretch in script:
        if stretch.kept:
            composer.keep(stretch)
        else:
            composer.change(stretch)
    return tuple(composer.paragraphs)


def count(paragraphs: Sequence[Paragraph]) -> Counts:
    """Count the words and runs of change that the paragraphs show."""
    spans = [span for paragraph in paragraphs for span in paragraph.spans]
    return Counts(
        inserted=sum(count_words(span.plain) for span in spans if span.mark is Mark.INSERT),
        deleted=sum(count_words(span.plain) for span in spans if span.mark is Mark.DELETE),
        edits=len(edits(paragraphs)),
    )


class _Spans(list[Span]):
    """Spans in order; text with one fate grows into one span, marks stay apart."""

    def put(self, mark: Mark, text: str) -> None:
        if self and self[-1].mark is mark and not self[-1].stands_for:
            text = self.pop().text + text
        self.append(Span(mark, text))

    def has(self, *marks: Mark) -> bool:
        return any(span.mark in marks for span in self)

    def has_space(self) -> bool:
        """Whether the first span begins with a space."""
        return bool(self) and not self[0].stands_for and self[0].text.startswith(" ")

    def drop_space(self) -> None:
        """Take that space away."""
        first = self.pop(0)
        if text := first.text[1:]:
            self.insert(0, Span(first.mark, text))


class _Composer:
    """Keeps the paragraph being written, and the run of change at its end."""

    def __init__(self, old: Sequence[Block], new: Sequence[Block], sides: Sides) -> None:
        self.paragraphs: list[Paragraph] = []
        self._old_blocks = iter(old)
        self._new_blocks = iter(new)
        self._sides = sides
        self._spans = _Spans()
        self._deleted = _Spans()
        self._inserted = _Spans()
        self._is_space_written = False

    def keep(self, stretch: Stretch) -> None:
        """Write tokens that stay. Only before the first of them may one side have a space that the other has not."""
        first, *others = self._sides.new[stretch.new_start : stretch.new_end]
        if first.sort is Sort.END:
            others.insert(0, first)
        else:
            self._keep_first(self._sides.old[stretch.old_start], first)
        for sort, part in _parts(others):
            if sort is Sort.END:
                next(self._old_blocks)
                self._close(next(self._new_blocks))
            else:
                self._spans.put(Mark.KEEP, written(part))

    def change(self, stretch: Stretch) -> None:
        """Write a change: what was deleted, then what was inserted, but whole new paragraphs before the old words."""
        deleted = self._sides.old[stretch.old_start : stretch.old_end]
        inserted = self._sides.new[stretch.new_start : stretch.new_end]
        if not self._has_old:
            whole = _after_last_end(inserted)
            self._insert(inserted[:whole])
            inserted = inserted[whole:]
        self._delete(deleted)
        if _after_last_end(inserted) and stretch.old_end < len(self._sides.old):
            self._write_old_space(self._sides.old[stretch.old_end])
        self._insert(inserted)

    @property
    def _has_old(self) -> bool:
        return bool(self._deleted) or self._spans.has(Mark.KEEP, Mark.DELETE)

    @property
    def _has_new(self) -> bool:
        return bool(self._inserted) or self._spans.has(Mark.KEEP, Mark.INSERT)

    def _keep_first(self, old: Token, new: Token) -> None:
        """Write a token right after a change; a space before it that does not stay joins that change."""
        was_spaced = old.spaced and not self._is_space_written
        self._is_space_written = False
        if was_spaced and not new.spaced:
            self._deleted.put(Mark.DELETE, " ")
        if new.spaced and not was_spaced:
            self._inserted.put(Mark.INSERT, " ")
        is_written = was_spaced and new.spaced and self._move_space()
        self._end_run()
        self._spans.put(Mark.KEEP, new.written if was_spaced and new.spaced and not is_written else new.text)

    def _move_space(self) -> bool:
        """Let a lone insertion or deletion end with the space that it begins with: `not `, and not ` not`."""
        run = self._deleted or self._inserted
        if (self._deleted and self._inserted) or not run.has_space():
            return False
        self._spans.put(Mark.KEEP, " ")
        mark = run[0].mark
        run.drop_space()
        run.put(mark, " ")
        return True

    def _write_old_space(self, token: Token) -> None:
        """Where a paragraph is split, strike the space before the next old word at the end of the first part."""
        if token.spaced:
            self._deleted.put(Mark.DELETE, " ")
            self._is_space_written = True

    def _delete(self, tokens: Sequence[Token]) -> None:
        for sort, part in _parts(tokens):
            if sort is Sort.LINE:
                self._deleted.append(LINE_DELETED)
            elif sort is Sort.WORD:
                self._deleted.put(Mark.DELETE, written(part))
            else:
                self._delete_end()

    def _delete_end(self) -> None:
        block = next(self._old_blocks)
        if self._has_new:
            self._deleted.append(MERGE)
        else:
            self._close(block)

    def _insert(self, tokens: Sequence[Token]) -> None:
        for sort, part in _parts(tokens):
            if sort is Sort.LINE:
                self._inserted.append(LINE_INSERTED)
            elif sort is Sort.WORD:
                self._inserted.put(Mark.INSERT, written(part))
            else:
                self._insert_end()

    def _insert_end(self) -> None:
        if self._has_old:
            self._inserted.append(SPLIT)
        self._close(next(self._new_blocks))

    def _close(self, block: Block) -> None:
        self._end_run()
        self.paragraphs.append(Paragraph(block.kind, block.level, block.label, tuple(self._spans)))
        self._spans = _Spans()

    def _end_run(self) -> None:
        """Move the run of change into the paragraph, without a space that both sides of it begin with."""
        if self._deleted.has_space() and self._inserted.has_space():
            self._deleted.drop_space()
            self._inserted.drop_space()
            self._spans.put(Mark.KEEP, " ")
        self._spans += [*self._deleted, *self._inserted]
        self._deleted, self._inserted = _Spans(), _Spans()


def _parts(tokens: Sequence[Token]) -> Iterator[tuple[Sort, Sequence[Token]]]:
    """Part tokens that are drawn as marks when they change, each by itself, from those between, which are just text."""
    start = 0
    for place in [place for place, token in enumerate(tokens) if token.sort in _MARKS]:
        if start < place:
            yield Sort.WORD, tokens[start:place]
        yield tokens[place].sort, tokens[place : place + 1]
        start = place + 1
    if start < len(tokens):
        yield Sort.WORD, tokens[start:]


def _after_last_end(tokens: Sequence[Token]) -> int:
    """Count the tokens up to the last end of a paragraph among them, that end included."""
    return next((place + 1 for place in range(len(tokens) - 1, -1, -1) if tokens[place].sort is Sort.END), 0)
