"""Text between tags to the tokens of a paragraph. The law: white space is what a browser would draw.

Words run on through inline tags: `10<sup>6</sup>` is the word `106`, as it is in the text of the page.
"""

import re
from collections.abc import Sequence

from bot.redline.reading.looks import Looks, Piece
from bot.redline.words import END, Sort, Token, cuts

_ORDINARY = re.compile(r"[ \t\n\r\f]+")
"""White space of which a browser draws one space."""

_BETWEEN_SPACES = re.compile(r"\s(?:.*\s)?", re.DOTALL)
"""From the first space to the last one."""

_OTHER_SPACE = re.compile(r"[^\S \t\n\r\f]")


class Writer:
    """Gathers the text of one paragraph and tells its tokens."""

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
        if self._tokens:
            return self._finished()
        text, known = (self._preformatted, *self._pieces), self._looks.paragraphs
        if text not in known:
            known[text] = self._finished()
        return known[text]

    def _finished(self) -> tuple[Token, ...]:
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
        if not self._is_plain(text):
            self._flush_any(text, self._pieces)
        elif len({piece.look for piece in self._pieces}) == 1:
            self._flush_plain(text, self._pieces[0].look)
        else:
            self._flush_mixed()
        self._pieces.clear()

    def _is_plain(self, text: str) -> bool:
        return not self._preformatted and _OTHER_SPACE.search(text) is None

    def _flush_plain(self, text: str, look: int) -> None:
        """Read words of one look with only ordinary spaces between them, as most of any document is."""
        words = text.split()
        if text[:1].isspace():
            self._space(" ")
        if self._space_due and not self._line_due:
            self._space_due = not words
        else:
            for sort, start, end in cuts(words[0]) if words else ():
                self._append(sort, words[0][start:end], look)
            del words[:1]
        self._tokens += self._looks.words(words, look)
        if text[-1:].isspace():
            self._space(" ")

    def _flush_mixed(self) -> None:
        """Read words of several looks with only ordinary spaces between them: only those at borders may be of two."""
        edge: list[Piece] = []
        for piece in self._pieces:
            inner = _BETWEEN_SPACES.search(piece.text)
            if inner is None:
                edge.append(piece)
                continue
            edge.append(piece._replace(text=piece.text[: inner.start()]))
            self._flush_edge(edge)
            self._flush_plain(inner[0], piece.look)
            edge = [piece._replace(text=piece.text[inner.end() :])]
        self._flush_edge(edge)

    def _flush_edge(self, pieces: Sequence[Piece]) -> None:
        if text := "".join(piece.text for piece in pieces):
            self._flush_any(text, pieces)

    def _flush_any(self, text: str, pieces: Sequence[Piece]) -> None:
        look_of = self._looks.reader(pieces)
        # A browser drops the line feed after <pre>.
        start = int(self._preformatted and not self._tokens and text.startswith("\n"))
        for sort, place, end in cuts(text, start):
            if sort is Sort.SPACE:
                self._space(text[place:end])
            else:
                self._append(sort, text[place:end], look_of(place, end))

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
