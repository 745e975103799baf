"""HTML as it stands: where its tags are, what its words are, and how to exchange words without touching tags.

Nothing here parses and writes back: every function cuts and joins the source, so what is not
exchanged keeps its bytes.
"""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
BLOCK: Final = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
    }
    | {
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
    }
    | {"nav", "ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"}
)
_BREAKING: Final = BLOCK | {"br"}

_TOKEN: Final = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[!?][^>]*>"
    r"|<(?P<raw>script|style|title|textarea)\b.*?</(?P=raw)\s*>"
    r"|<(?P<slash>/?)(?P<name>[a-zA-Z][^\s/>]*)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)

Replacement: TypeAlias = str | Callable[[re.Match[str]], str]
Kind: TypeAlias = Literal["start", "end", "text", "other"]


class Token(NamedTuple):
    """A tag, a stretch of text between tags, or something else such as a comment or a script."""

    kind: Kind
    name: str
    """The tag's name in lower case; empty for text and other."""
    start: int
    end: int


def tokens(source: str) -> Iterator[Token]:
    """Divide a source into tokens that follow each other without a gap."""
    position = 0
    for match in _TOKEN.finditer(source):
        if match.start() > position:
            yield Token("text", "", position, match.start())
        name = (match["name"] or "").lower()
        kind: Kind = "other" if not name else "end" if match["slash"] else "start"
        yield Token(kind, name, *match.span())
        position = match.end()
    if position < len(source):
        yield Token("text", "", position, len(source))


def plain(source: str) -> str:
    """Return the words of a piece of HTML: entities decoded, a space where a block or a line ends."""
    return _Prose.of(source).text


def squeezed(source: str) -> str:
    """Return the words of a piece of HTML with every run of white space as one space."""
    return " ".join(plain(source).split())


def escaped(text: str) -> str:
    """Return text as HTML; quotes stay as they are, since it never becomes an attribute."""
    return html.escape(text, quote=False)


def swap(source: str, pattern: re.Pattern[str], replacement: Replacement, *, count: int = 0) -> str:
    """Exchange words, keeping every tag.

    Args:
        source: A piece of HTML.
        pattern: Matched against the words, so it may match across inline tags and entities.
        replacement: Plain text, taken literally, or a function from the match to plain text.
        count: How many matches to exchange; 0 for all.
    """
    prose = _Prose.of(source)
    splices: list[Splice] = []
    for number, match in enumerate(pattern.finditer(prose.text), start=1):
        new = replacement if isinstance(replacement, str) else replacement(match)
        splices += prose.exchange(match.start(), match.end(), new)
        if number == count:
            break
    return spliced(source, splices)


def wrapped(source: str, pattern: re.Pattern[str], tag: str) -> str:
    """Put an inline element around the first match, around each piece of it where tags divide it."""
    prose = _Prose.of(source)
    match = pattern.search(prose.text)
    if match is None:
        return source
    pieces = prose.pieces(match.start(), match.end())
    return spliced(source, [Splice(a, b, f"<{tag}>{source[a:b]}</{tag}>") for a, b in pieces])


def retold(source: str, text: str) -> str:
    """Return the outermost element of a piece of HTML with nothing in it but this text.

    A table cannot hold bare text; it becomes a paragraph, as does a piece without an element.
    """
    first = next((token for token in tokens(source) if token.kind == "start"), None)
    if first is None or first.name in VOID or first.name == "table":
        return f"<p>{escaped(text)}</p>"
    return f"{source[first.start : first.end]}{escaped(text)}</{first.name}>"


class Splice(NamedTuple):
    """A stretch of a source and what shall stand in its place."""

    start: int
    end: int
    new: str


def spliced(source: str, splices: list[Splice]) -> str:
    """Return the source with the splices made; they must not overlap. Insertions keep their order."""
    parts, position = [], 0
    for start, end, new in sorted(splices, key=lambda splice: splice[:2]):
        parts += [source[position:start], new]
        position = end
    return "".join([*parts, source[position:]])


@dataclass(frozen=True)
class _Prose:
    """The words of a source, and for each character of them the stretch of source it came from."""

    text: str
    origins: list[tuple[int, int]]

    @classmethod
    def of(cls, source: str) -> "_Prose":
        characters, origins = [], []
        for token in tokens(source):
            for character, origin in _read(source, token):
                characters.append(character)
                origins.append(origin)
        return cls("".join(characters), origins)

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return the stretches of source behind these words, those that touch joined."""
        joined: list[tuple[int, int]] = []
        for a, b in self.origins[start:end]:
            if joined and joined[-1][1] >= a:
                joined[-1] = (joined[-1][0], max(b, joined[-1][1]))
            elif a < b:
                joined.append((a, b))
        return joined

    def exchange(self, start: int, end: int, new: str) -> list[Splice]:
        """Return what to splice so that these words become `new`: only the letters that differ are touched."""
        start, end = self._without_gaps(start, end)
        start, end, new = _trimmed(self.text, start, end, new)
        pieces = self.pieces(start, end)
        if pieces:
            first, *rest = pieces
            return [Splice(*first, escaped(new)), *(Splice(a, b, "") for a, b in rest)]
        place = self._between(start)
        return [Splice(place, place, escaped(new))] if new else []

    def _without_gaps(self, start: int, end: int) -> tuple[int, int]:
        """Leave out, at either end, the spaces that only stand for the end of a block."""
        while start < end and not self._width(start):
            start += 1
        while start < end and not self._width(end - 1):
            end -= 1
        return start, end

    def _width(self, index: int) -> int:
        return self.origins[index][1] - self.origins[index][0]

    def _between(self, index: int) -> int:
        """Return where in the source to insert before this character: after the letter before it, if there is one."""
        if index and (self._width(index - 1) or index == len(self.origins)):
            return self.origins[index - 1][1]
        return self.origins[index][0]


def _trimmed(text: str, start: int, end: int, new: str) -> tuple[int, int, str]:
    """Leave out what the old and the new words have in common at either end."""
    while start < end and new and text[start] == new[0]:
        start, new = start + 1, new[1:]
    while start < end and new and text[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    return start, end, new


def _read(source: str, token: Token) -> Iterator[tuple[str, tuple[int, int]]]:
    """Read the characters of one token, each with the stretch of source it came from."""
    if token.kind == "text":
        for match in _ENTITY.finditer(source, token.start, token.end):
            for character in html.unescape(match.group()):
                yield character, match.span()
    elif token.name in _BREAKING:
        yield " ", (token.start, token.start)
