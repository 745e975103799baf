"""The markup around a word, as one number. The law: equal markup, equal number, on both sides of a change.

Words are compared by their text alone, so that a paragraph that becomes bold is not a rewrite. Whether the markup
around a word that stays differs is a second question, and its answer is two numbers compared.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from bot.redline.words import Token, spaced


class Piece(NamedTuple):
    """Text between two tags."""

    text: str
    look: int


class _Words(dict[str, tuple[Token, ...]]):
    """The tokens of words of one look, each cut when it is first met: most words stand often."""

    def __init__(self, look: int) -> None:
        super().__init__()
        self._look = look

    def __missing__(self, word: str) -> tuple[Token, ...]:
        return self.setdefault(word, spaced(word, self._look))


class Looks:
    """Gives out the numbers. Both sides of a change share one."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._words: dict[int, _Words] = {}
        self.paragraphs: dict[Hashable, tuple[Token, ...]] = {}
        """What was read of a paragraph that is text alone, by its text: most stand on both sides."""

    def inside(self, outer: int, tag: str, attributes: tuple[tuple[str, str], ...]) -> int:
        """Number the look of what stands in this element, itself within something of the look `outer`."""
        return self._number((outer, tag, attributes))

    def words(self, words: Iterable[str], look: int) -> Iterator[Token]:
        """Cut what stands after ordinary spaces."""
        known = self._words.get(look) or self._words.setdefault(look, _Words(look))
        return chain.from_iterable(map(known.__getitem__, words))

    def reader(self, pieces: Sequence[Piece]) -> Callable[[int, int], int]:
        """Return a function from the start and end of a word in the joined pieces to the word's look.

        It is asked from left to right. A word across several pieces has a look made of theirs.
        """
        ends, end = [], 0
        for piece in pieces:
            end += len(piece.text)
            ends.append(end)
        at = 0

        def look(start: int, end: int) -> int:
            nonlocal at
            while ends[at] <= start:
                at += 1
            if end <= ends[at]:
                return pieces[at].look
            parts = [(0, pieces[at].look)]
            last = at
            while ends[last] < end:
                last += 1
                parts.append((ends[last - 1] - start, pieces[last].look))
            return self._number(tuple(parts))

        return look

    def _number(self, what: Hashable) -> int:
        return self._numbers.setdefault(what, len(self._numbers) + 1)
