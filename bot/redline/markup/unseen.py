"""Which words of a redline a reader of the document would not see. The law: what is not sure is not said.

A redline shows the words of the HTML, also those that a page hides; here they are told apart. What hides them is
decided on the tree that a browser would build, so its letters are laid along those of the reading, one by one; a side
on which they are not the same letters has nothing marked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, groupby

from bot.redline.flags.compared import Compared
from bot.redline.flags.tree import Tree
from bot.redline.flags.visibility.hiding import sights
from bot.redline.markup.texts import ink, read_runs
from bot.redline.model import Mark, Paragraph, Span
from bot.redline.reading.record import Reading
from bot.redline.words import Sort, Token

_SEEN, _UNSEEN = b"\0", b"\1"


def with_hidden(change: Compared) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a change, their spans divided where hidden words begin and end."""
    old = _letters_of(change.old_reading, change.old)
    new = _letters_of(change.new_reading, change.new)
    if _UNSEEN not in old and _UNSEEN not in new:
        return change.paragraphs
    marker = _Marker(old, new)
    return tuple(
        replace(paragraph, spans=tuple(part for span in paragraph.spans for part in marker.divide(span)))
        for paragraph in change.paragraphs
    )


def _letters_of(reading: Reading, tree: Tree) -> bytes:
    """Say of each letter of a side, spaces left out, whether it is seen; nothing if all are, or if that is not sure."""
    seen = sights(tree)
    if not any(sight.why for sight in seen.values()):
        return b""
    runs = list(read_runs(tree))
    parts = [(is_drawn, ink(texts)) for is_drawn, texts in _parts(reading)]
    if "".join(part for is_drawn, part in parts if not is_drawn) != ink(run.text for run in runs):
        return b""
    letters = b"".join((_UNSEEN if seen[run.holder].why else _SEEN) * len(ink([run.text])) for run in runs)
    return b"".join(_along(parts, letters))


def _parts(reading: Reading) -> Iterator[tuple[bool, list[str]]]:
    """Part what the reading draws beside the text from the text."""
    tokens = chain.from_iterable(block.tokens for block in reading.blocks)
    for is_drawn, group in groupby(tokens, _is_drawn_for):
        yield is_drawn, [token.text for token in group]


def _along(parts: Iterable[tuple[bool, str]], letters: bytes) -> Iterator[bytes]:
    """Put in what the reading draws beside the text."""
    place = 0
    for is_drawn, part in parts:
        if is_drawn:
            yield _SEEN * len(part)
        else:
            yield letters[place : place + len(part)]
            place += len(part)


def _is_drawn_for(token: Token) -> bool:
    """Say whether a token stands for something that is no text: a border of cells, an image."""
    # A bracket in a text is a token of its own.
    return token.sort is Sort.CELL or (token.sort is Sort.WORD and token.text.startswith("[image"))


class _Marker:
    """Walks along both sides' letters, span by span."""

    def __init__(self, old: bytes, new: bytes) -> None:
        self._sides = {Mark.DELETE: old, Mark.INSERT: new}
        self._places = {Mark.DELETE: 0, Mark.INSERT: 0}

    def divide(self, span: Span) -> Iterator[Span]:
        """Divide a span where hidden words begin and end in it."""
        length = len(ink([span.plain]))
        letters = b""
        for mark in (Mark.DELETE, Mark.INSERT):
            if span.mark in {mark, Mark.KEEP}:
                place = self._places[mark]
                letters = self._sides[mark][place : place + length]
                self._places[mark] += length
        if _UNSEEN not in letters:
            yield span
        elif _SEEN not in letters:
            yield replace(span, hidden=True)
        else:
            yield from _divided(span, iter(letters))


def _divided(span: Span, letters: Iterator[int]) -> Iterator[Span]:
    """Divide a span in which not all is hidden; a space goes with what follows it, or else with what it follows."""
    kinds: list[bool | None] = [None if each.isspace() else bool(next(letters)) for each in span.text]
    following = next(kind for kind in reversed(kinds) if kind is not None)
    for place in range(len(kinds) - 1, -1, -1):
        kinds[place] = following = following if kinds[place] is None else bool(kinds[place])
    pairs = zip(kinds, span.text, strict=True)
    for is_hidden, part in groupby(pairs, key=lambda pair: pair[0]):
        yield replace(span, text="".join(character for _, character in part), hidden=bool(is_hidden))
