r"""Text to tokens. The law: what a person reads as one word or one number is one token.

`30`, `1.5`, `1,000`, `$1,000.00`, `-5`, `10%`, `co-operate`, `don't`, `14:30`, `and/or`, `4.1.a` and an
address of a page are one word each; the full stop after a word is a token of its own. Languages that write no
spaces are read character by character. An ordinary space is no token: it is a property of the token after it, so
that a word that moves to the start of a line is still the same word. Other white space is a token.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import NamedTuple

_CJK = r"\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_POINTS = r"""!"(),.:;?\[\]{}«»‹›“”„‟‘’‚‛'…—–―‐‑\-/|¿¡·•\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f"""
_LETTER = rf"[^\s{_POINTS}{_CJK}]"
_JOINT = (
    r"(?:[-‐‑'’/·]"  # co-operate, don't, and/or
    r"|\.(?![A-Z])|(?<=[A-Z\d])\."  # 1.5, e.g., U.S., but not the sentence that begins without a space.Here
    r"|(?<=\d)[,:](?=\d)"  # 1,000 and 14:30
    r"|(?<=\d)[\u00a0\u2007\u2009\u202f](?=\d{3}(?!\d))"  # 10 000 as it is set in French
    r"|://)"
)
_SIGN = r"(?:(?<![^\s(\[{«“‘\"'])[-−]?[$€£¥]?\.?(?=\d))?+"  # -5, .5 and -$.50
_WORD = rf"{_SIGN}{_LETTER}++(?:{_JOINT}{_LETTER}++)*+|[{_CJK}]"
_WORDS = re.compile(_WORD)
_BORDERS_OF_WORDS = re.compile(rf"[{_POINTS}{_CJK}]")
_TOKEN = re.compile(
    rf"(?P<space>\s+)|(?P<word>{_WORD})"
    rf"|(?P<point>[{_POINTS}]{{4,}}|([{_POINTS}])\4*)"
)


class Sort(Enum):
    """What a token is."""

    WORD = auto()
    POINT = auto()
    """Punctuation."""
    SPACE = auto()
    """White space that no browser collapses."""
    LINE = auto()
    """The line break of `<br>`."""
    CELL = auto()
    """The border between two cells of a table row."""
    END = auto()
    """The end of a paragraph."""

    # Each is its own only equal. The hash that Enum has is computed in Python, for every word of a document.
    __hash__ = object.__hash__


class Token(NamedTuple):
    """The smallest text that can change."""

    sort: Sort
    text: str
    spaced: bool
    """Whether an ordinary space stands before it."""
    look: int
    """Number of the markup around it. Two tokens of one change look the same if the numbers are equal."""

    @property
    def key(self) -> tuple[Sort, str] | str:
        """What makes two tokens the same word, whatever stands around them."""
        return (self.sort, self.text) if self.sort in _DRAWN_AS_MARKS else self.text

    @property
    def is_visible(self) -> bool:
        """Whether it leaves a trace on the page (or, as a break, a mark in the redline)."""
        if self.sort is Sort.SPACE:
            return False
        return self.sort is not Sort.WORD or any(letter.isprintable() for letter in self.text)

    @property
    def written(self) -> str:
        """The token with the space before it."""
        return " " + self.text if self.spaced else self.text


BORDERS = frozenset({Sort.CELL, Sort.END})
"""A run of change never crosses these."""

_DRAWN_AS_MARKS = BORDERS | {Sort.LINE}

_SORTS = {"word": Sort.WORD, "point": Sort.POINT, "space": Sort.SPACE}

END = Token(Sort.END, "\n", spaced=False, look=0)


def cuts(text: str, start: int = 0) -> Iterator[tuple[Sort, int, int]]:
    """Cut a text into words, punctuation and runs of white space; tell what each is, and its start and end."""
    for match in _TOKEN.finditer(text, start):
        yield _SORTS[match.lastgroup or ""], match.start(), match.end()


def spaced(word: str, look: int) -> tuple[Token, ...]:
    """Cut what stands between two ordinary spaces, and has no other white space in it, as it is cut within its text."""
    if _BORDERS_OF_WORDS.search(word) is None:
        return (Token(Sort.WORD, word, spaced=True, look=look),)  # Nothing parts it.
    return tuple([Token(sort, word[start:end], not start, look) for sort, start, end in cuts(word)])


def keys(tokens: Sequence[Token]) -> list[tuple[Sort, str] | str]:
    """Tell the key of each; quicker than to ask each for its own."""
    return [(token.sort, token.text) if token.sort in _DRAWN_AS_MARKS else token.text for token in tokens]


def written(tokens: Iterable[Token]) -> str:
    """Write tokens with the spaces before them; quicker than to ask each for its own."""
    return "".join([f" {token.text}" if token.spaced else token.text for token in tokens])


def word_places(text: str) -> list[tuple[int, int]]:
    """Tell where each word and number of a text starts and ends."""
    return [(start, end) for sort, start, end in cuts(text) if sort is Sort.WORD]


def count_words(text: str) -> int:
    """Count the words and numbers of a text; punctuation is none."""
    return len(_WORDS.findall(text))


def most_words(text: str) -> int:
    """Tell in a moment how many words a text has at most."""
    # A sign of Chinese is a word itself, and parts what stands around it.
    return len(text.split()) + 2 * len(_BORDERS_OF_WORDS.findall(text))
