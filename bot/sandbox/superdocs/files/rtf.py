"""Rich Text Format, read: paragraphs, headings by their outline level, items, bold and italic."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from bot.sandbox.superdocs.files.blocks import Block, Kind, Paragraph, Run, tidy

_TOKEN: Final = re.compile(
    rb"\\(?P<word>[a-z]+)(?P<number>-?\d+)? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<sign>[^a-z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)",
)
_ASIDE: Final = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"header", b"footer", b"generator"}
    | {b"listtable", b"listoverridetable", b"fldinst", b"themedata"}
)
_ITEM_MARKS: Final = frozenset({b"listtext", b"pntext"})
_SIGNS: Final = {
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"tab": " ",
    b"cell": " ",
    b"line": "\n",
}
_HEADINGS: Final[tuple[Kind, ...]] = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass
class _Look:
    """What holds inside one pair of braces."""

    bold: bool = False
    italic: bool = False
    is_aside: bool = False
    """Whether what is written here is not the document's text."""
    stand_ins: int = 1
    """How many characters follow each Unicode character in its stead, for old readers."""


@dataclass
class _Reader:
    looks: list[_Look] = field(default_factory=lambda: [_Look()])
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    kind: Kind = "p"
    skip: int = 0
    """Characters to pass over, since they stand in for one that was written."""

    @property
    def look(self) -> _Look:
        return self.looks[-1]

    def write(self, text: str) -> None:
        text, self.skip = text[self.skip :], max(0, self.skip - len(text))
        if not self.look.is_aside:
            self.runs.append(Run(text, self.look.bold, self.look.italic))

    def end_paragraph(self) -> None:
        runs = tidy(self.runs)
        self.blocks += [Paragraph(runs, self.kind)] if runs else []
        self.runs = []

    def brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.looks.append(replace(self.look))
        elif len(self.looks) > 1:
            self.looks.pop()

    def word(self, word: bytes, number: int | None) -> None:
        """Obey a control word."""
        if word in (b"par", b"row", b"sect", b"page"):
            self.end_paragraph()
        elif word in _SIGNS:
            self.write(_SIGNS[word])
        elif word == b"u" and number is not None:
            self.write(chr(number % 0x10000))
            self.skip = self.look.stand_ins
        else:
            self._set(word, number)

    def _set(self, word: bytes, number: int | None) -> None:
        if word == b"b":
            self.look.bold = number != 0
        elif word == b"i":
            self.look.italic = number != 0
        elif word == b"plain":
            self.look.bold = self.look.italic = False
        elif word == b"pard":
            self.kind = "p"
        elif word == b"uc":
            self.look.stand_ins = number or 0
        else:
            self._set_kind(word, number)

    def _set_kind(self, word: bytes, number: int | None) -> None:
        if word == b"outlinelevel" and number in range(len(_HEADINGS)):
            self.kind = _HEADINGS[number or 0]
        elif word in _ITEM_MARKS:
            self.kind, self.look.is_aside = "bullet", True
        elif word in _ASIDE:
            self.look.is_aside = True

    def sign(self, sign: bytes) -> None:
        """Write an escaped character, or leave a group aside that only newer readers know."""
        if sign == b"*":
            self.look.is_aside = True
        elif sign in b"\r\n":
            self.end_paragraph()
        else:
            self.write(
                {b"~": "\N{NO-BREAK SPACE}", b"_": "-", b"-": ""}.get(sign, sign.decode("cp1252", "replace"))
            )


def read(content: bytes) -> list[Block]:
    """Read a Rich Text file.

    Raises:
        ValueError: It does not begin as one.
    """
    if not content.lstrip().startswith(b"{\\rtf"):
        raise ValueError("the file is not Rich Text")
    reader = _Reader()
    for token in _TOKEN.finditer(content):
        _take(reader, token)
    reader.end_paragraph()
    return _joined(reader.blocks)


def _take(reader: _Reader, token: re.Match[bytes]) -> None:
    if token["brace"]:
        reader.brace(token["brace"])
    elif token["word"]:
        reader.word(token["word"], int(token["number"]) if token["number"] else None)
    elif token["hex"]:
        reader.write(bytes.fromhex(token["hex"].decode()).decode("cp1252", "replace"))
    elif token["sign"]:
        reader.sign(token["sign"])
    else:
        reader.write(token["text"].decode("cp1252", "replace"))


def _joined(blocks: list[Block]) -> list[Block]:
    """Put the two halves of characters together that Rich Text writes as two."""
    return [
        Paragraph(
            tuple(
                run._replace(text=run.text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
                for run in block.runs
            ),
            block.kind,
        )
        for block in blocks
        if isinstance(block, Paragraph)
    ]
