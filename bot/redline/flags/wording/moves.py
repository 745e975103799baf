"""Text that stands elsewhere: taken out in one place and put in at another, word for word.

Moved are a run of change, a paragraph, a sentence or a clause; shorter pieces repeat by chance. What a text passed is
the kept text that stands next to it now, if that stood on its other side before.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.redline.flags.compared import raised
from bot.redline.flags.texts import counted, ended, quoted
from bot.redline.flags.wording.neighbours import passed_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.redline.flags.texts import Replaced
    from bot.redline.model import Flag, Paragraph

Words = tuple[str, ...]

_WORD: Final = re.compile(r"\w+(?:[’'.,-]\w+)*")
_SENTENCE: Final = re.compile(r"[^.;:!?\n\u3002]+[.;:!?\u3002]*")
_CLAUSE: Final = re.compile(r"[^,.;:!?\n()\u3001\u3002]+")
_SHORTEST_RUN: Final = 3
"""Words, but for a paragraph of its own."""
_SHORTEST_CLAUSE: Final = 4
"""Words."""
_LONGEST_SENTENCE: Final = 2000
"""Characters. What is longer is no sentence, and only known again as a whole."""


class Move(NamedTuple):
    """A text that stands elsewhere."""

    text: str
    was: int
    """The number of the run that it was taken out of."""
    now: int
    """The number of the run that it was put in with."""


def find(runs: list[Replaced], paragraphs: Sequence[Paragraph]) -> Iterator[Flag]:
    """Give a flag that names the first text that moved, or say that the same words stand in another order."""
    moved = {move.text: move for move in _moved(runs)}
    if moved:
        first = next(iter(moved.values()))
        yield raised("moved-text", counted(_told(first, paragraphs), len(moved) - 1))
    elif turned := next(filter(_is_turned, runs), None):
        both = f"{quoted(turned.old, 70)} → {quoted(turned.new, 70)}"
        yield raised("moved-text", ended(f"The same words stand in another order: {both}"))


def _told(move: Move, paragraphs: Sequence[Paragraph]) -> str:
    passed = passed_by(paragraphs, move.was, move.now)
    if passed:
        return ended(f"Moved: {quoted(move.text, 70)} now stands {passed}")
    return ended(f"The same text stands elsewhere: {quoted(move.text, 130)}")


def without_carried(runs: list[Replaced]) -> list[Replaced]:
    """Leave out runs that are taken out here and put in there, and nothing else."""
    taken = {_words(run.old) for run in runs if not run.new}
    put = {_words(run.new) for run in runs if not run.old}
    carried = taken & put
    return [
        run
        for run in runs
        if not carried or (run.old and run.new) or _words(run.old or run.new) not in carried
    ]


def _moved(runs: list[Replaced]) -> Iterator[Move]:
    if not any(run.old for run in runs) or not any(run.new for run in runs):
        return
    stood: dict[Words, set[int]] = defaultdict(set)
    for number, run in enumerate(runs):
        for piece in _pieces(run.old, is_alone=run.is_alone):
            stood[piece].add(number)
    for number, run in enumerate(runs):
        pieces = _pieces(run.new, is_alone=run.is_alone)
        here = [piece for piece in pieces if number in stood[piece]]
        elsewhere = [piece for piece in pieces if stood[piece] - {number} and number not in stood[piece]]
        for piece in _whole((*elsewhere, *_out_of_order(run, here)), pieces):
            yield Move(pieces[piece], min(stood[piece] - {number}, default=number), number)


def _whole(found: Iterable[Words], pieces: Mapping[Words, str]) -> Iterator[Words]:
    """Leave out the parts of a text that has moved as a whole."""
    last = ""
    for piece in found:
        if len(last) > _LONGEST_SENTENCE:
            return  # That is all of the run.
        if pieces[piece] not in last:
            last = pieces[piece]
            yield piece


def _out_of_order(run: Replaced, shared: list[Words]) -> list[Words]:
    """Return the first piece that stands before another in the new text and after it in the old one."""
    place = {piece: number for number, piece in enumerate(_pieces(run.old, is_alone=run.is_alone))}
    return next(([one] for one, other in pairwise(shared) if place[one] > place[other]), [])


def _pieces(text: str, *, is_alone: bool) -> dict[Words, str]:
    """Return the pieces of a text that are long enough to be known again, the longest first, in their order."""
    found: dict[Words, str] = {}
    _keep(found, text, 1 if is_alone else _SHORTEST_RUN)
    for sentence in filter(_is_readable, _SENTENCE.findall(text)):
        _keep(found, sentence, _SHORTEST_RUN)
        for clause in _CLAUSE.findall(sentence):
            _keep(found, clause, _SHORTEST_CLAUSE)
    return found


def _is_readable(sentence: str) -> bool:
    return len(sentence) <= _LONGEST_SENTENCE


def _keep(found: dict[Words, str], text: str, shortest: int) -> None:
    if text.count(" ") + 1 >= shortest:
        words = _words(text)
        if len(words) >= shortest:
            found.setdefault(words, text)


def _words(text: str) -> Words:
    return tuple(_WORD.findall(text.lower()))


def _is_turned(run: Replaced) -> bool:
    old, new = _words(run.old), _words(run.new)
    return len(old) == len(new) and old != new and Counter(old) == Counter(new)
