r"""Text to tokens. The law: what a person reads as one word or one number is one token.

`30`, `1.5`, `1,000`, `$1,000.00`, `-5 %`'s `-5`, `10%`, `co-operate`, `don't`, `14:30`, `and/or`, `4.1.a` and an
address of a page are one word each; the full stop after a word is a token of its own. Languages that write no
spaces are read character by character. An ordinary space is no token: it is a property of the token after it, so
that a word that moves to the start of a line is still the same word. Other white space is a token.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

from bot.redline.looks import Looks, Piece

_WHITE = r" \t\n\r\f"
_CJK = r"\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_POINTS = r"""!"(),.:;?\[\]{}«»‹›“”„‟‘’‚‛'…—–―‐‑\-/|¿¡·•\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f"""
_LETTER = rf"[^\s{_POINTS}{_CJK}]"
_JOINT = (
    r"(?:[-‐‑'’./·]"  # co-operate, don't, 1.5, and/or
    r"|(?<=\d)[,:](?=\d)"  # 1,000 and 14:30
    r"|(?<=\d)[\u00a0\u2007\u2009\u202f](?=\d{3}(?!\d))"  # 10 000 as it is set in French
    r"|://)"
)
_SIGN = r"(?:(?<![^\s(\[{«“‘\"'])[-−]?[$€£¥]?\.?(?=\d))?+"  # -5, .5 and -$.50
_TOKEN = re.compile(
    rf"(?P<space>\s+)|(?P<word>{_SIGN}{_LETTER}++(?:{_JOINT}{_LETTER}++)*+|[{_CJK}])"
    rf"|(?P<point>[{_POINTS}]{{4,}}|([{_POINTS}])\4*)"
)
_ORDINARY = re.compile(rf"[{_WHITE}]+")


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
        return (self.sort, self.text) if self.sort in BORDERS or self.sort is Sort.LINE else self.text

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

END = Token(Sort.END, "\n", spaced=False, look=0)


def word_places(text: str) -> list[tuple[int, int]]:
    """Tell where each word and number of a text starts and ends; punctuation is none."""
    return [match.span() for match in _TOKEN.finditer(text) if match.lastgroup == "word"]


def count_words(text: str) -> int:
    """Count the words and numbers of a text."""
    return len(word_places(text))


class Writer:
    """Gathers the text of one paragraph and tells its tokens.

    Words run on through inline tags: `10<sup>6</sup>` is the word `106`, as it is in the text of the page.
    """

    def __init__(self, looks: Looks) -> None:
        self._looks = looks
        self._preformatted = False
        self._tokens: list[Token] = []
        self._pieces: list[Piece] = []
        self._space_due = False
        self._line_due = False

    def add(self, piece: Piece, *, preformatted: bool) -> None:
        """Go on with text that may be part of a word. White space is drawn as it stands if `preformatted`."""
        if preformatted != self._preformatted:
            self._flush()
            self._preformatted = preformatted
        self._pieces.append(piece)

    def add_word(self, text: str, look: int) -> None:
        """Add something that is drawn as a word but is none of the text, such as an image."""
        self._flush()
        self._append(Sort.WORD, text, look)

    def break_line(self) -> None:
        """Begin a new line in the same paragraph."""
        self._flush()
        self._line_due = self._space_due = False
        self._append(Sort.LINE, "\n", 0)

    def break_line_in_cell(self) -> None:
        """Begin a new line before the next word, unless this cell ends or is still empty."""
        self._flush()
        self._line_due = bool(self._tokens) and self._tokens[-1].sort not in {Sort.LINE, Sort.CELL}

    def begin_cell(self) -> None:
        """Draw the border between the last cell and the next."""
        self._flush()
        self._line_due = False
        self._space_due = not self._at_line_start
        self._append(Sort.CELL, "|", 0)
        self._space_due = True

    def take(self) -> tuple[Token, ...]:
        """Return the paragraph's tokens, ended by `END`; nothing if it shows nothing."""
        self._flush()
        if self._tokens and self._tokens[-1].sort is Sort.LINE:
            self._tokens.pop()  # A browser does not draw a line break at the end of a block.
        self._trim_end()
        return (*self._tokens, END) if self._tokens else ()

    @property
    def _at_line_start(self) -> bool:
        return not self._tokens or self._tokens[-1].sort is Sort.LINE

    def _trim_end(self) -> None:
        if not self._tokens or self._tokens[-1].sort is not Sort.SPACE:
            return
        last = self._tokens.pop()
        text = last.text.removesuffix("\n") if self._preformatted else last.text.rstrip(" ")
        if text:
            self._tokens.append(last._replace(text=text))

    def _append(self, sort: Sort, text: str, look: int) -> None:
        if self._line_due:
            self._line_due = self._space_due = False
            self._tokens.append(Token(Sort.LINE, "\n", spaced=False, look=0))
        self._tokens.append(Token(sort, text, self._space_due, look))
        self._space_due = False

    def _flush(self) -> None:
        """Read the text gathered since the last thing that was no text."""
        text = "".join(piece.text for piece in self._pieces)
        look_of = self._looks.reader(self._pieces)
        # A browser drops the line feed after <pre>.
        start = int(self._preformatted and not self._tokens and text.startswith("\n"))
        for match in _TOKEN.finditer(text, start):
            if match.lastgroup == "space":
                self._space(match.group())
            else:
                sort = Sort.WORD if match.lastgroup == "word" else Sort.POINT
                self._append(sort, match.group(), look_of(*match.span()))
        self._pieces.clear()

    def _space(self, white: str) -> None:
        if self._preformatted:
            self._preformatted_space(white)
            return
        text = " " if white == " " else _ORDINARY.sub(" ", white)
        if self._at_line_start or self._space_due or self._line_due:
            text = text.removeprefix(" ")
        if text == " ":
            self._space_due = True
        elif text:
            self._append(Sort.SPACE, text, 0)

    def _preformatted_space(self, white: str) -> None:
        if white == " " and not self._at_line_start:
            self._space_due = True
        else:
            self._append(Sort.SPACE, white, 0)
