"""The passages of a document that an attribute marks, each with its words. The law: what is marked is read as it stands.

One pass: what is open is followed by a reader of its own, so that a passage holds what a browser would put into its
element, whatever end tags are missing.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

import turbohtml
from turbohtml import Token, TokenType

from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import Open, Reader

MOST_NESTED = 4
"""Passages within passages; what is marked deeper within is read as a part of those only, so that time stays linear."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What a marked element holds."""

    text: str
    """Its words, paragraphs joined by line feeds; those of all elements that bear the same mark."""
    form: str
    """Its tags and words in one normal form, without the marks: alike where nothing but how they are written differs."""


@dataclass(slots=True)
class _Followed:
    """A marked element that is, or was, open."""

    mark: str
    reader: Reader
    opening: Open | None = None
    """None for one that holds nothing."""
    depth: int = sys.maxsize
    is_hidden: bool = False
    parts: list[str] = field(default_factory=list)

    def goes_on(self, whole: Reader) -> bool:
        """Say whether it is open still."""
        self.depth = whole.depth_of(self.opening, self.depth) if self.opening else -1
        return self.depth >= 0

    def take(self, token: Token, name: str) -> None:
        self.reader.take(token)
        self.parts.append(_written(token, name))

    def finish(self) -> Passage:
        return Passage("" if self.is_hidden else self.reader.finish().text, _joined(self.parts))


def passages(html: str, name: str) -> dict[str, Passage]:
    """Read each element that an attribute of this name marks, in document order. Never fails.

    Args:
        html: The document.
        name: The attribute's name, in lower case.

    Returns:
        Passages by the attribute's value; one that stands in another is a part of that, too.
    """
    reader, looks = Reader(Looks()), Looks()
    every: list[_Followed] = []
    followed: list[_Followed] = []
    for token in turbohtml.tokenize(html, capture_source=True):
        before, is_hidden = reader.innermost, reader.is_hidden
        reader.take(token)
        followed = [one for one in followed if one.goes_on(reader)]
        mark = _mark(token, name)
        if mark and len(followed) < MOST_NESTED:
            opening = reader.innermost if reader.innermost is not before else None
            begun = _Followed(mark, Reader(looks), _entered(opening, token), is_hidden=is_hidden)
            every.append(begun)
            followed.append(begun)
        for one in followed:
            one.take(token, name)
    return _by_mark(every)


def form(html: str, name: str) -> str:
    """Write a piece of HTML in the normal form of a passage, without the marks of this name."""
    return _joined([_written(token, name) for token in turbohtml.tokenize(html, capture_source=True)])


def _by_mark(every: Iterable[_Followed]) -> dict[str, Passage]:
    found: dict[str, Passage] = {}
    for one in every:
        passage, earlier = one.finish(), found.get(one.mark)
        if earlier is not None:
            passage = Passage(f"{earlier.text}\n{passage.text}".strip("\n"), earlier.form + passage.form)
        found[one.mark] = passage
    return found


def _entered(opening: Open | None, token: Token) -> Open | None:
    """Return what a start tag has opened; nothing where it only ended something else."""
    return opening if opening is not None and opening.tag == token.tag else None


def _mark(token: Token, name: str) -> str:
    if token.type is not TokenType.START_TAG:
        return ""
    return next((value or "" for key, value in token.attrs or () if key == name), "")


def _written(token: Token, name: str) -> str:
    match token.type:
        case TokenType.TEXT:
            return " ".join((token.data or "").split())
        case TokenType.START_TAG:
            attributes = sorted(pair for pair in token.attrs or () if pair[0] != name)
            return f"<{token.tag} {attributes}>"
        case TokenType.END_TAG:
            return f"</{token.tag}>"
        case _:
            return token.source or ""


def _joined(parts: list[str]) -> str:
    """Join parts without the end tags at the end, which may be left out."""
    end = len(parts)
    while end and (parts[end - 1].startswith("</") or not parts[end - 1]):
        end -= 1
    return "".join(parts[:end])
