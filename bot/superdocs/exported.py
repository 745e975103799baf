"""All words of an exported file, so that the approved text can be looked for in it. Blocks: run it in a thread.

What cannot be read has no words: a file is handed over whether or not it can be looked into. So has what could only
be read in part, because what is missing from half a text proves nothing.

Source of the parts of a DOCX: ECMA-376, part 1, sections 11.3 and 17.3.3.
"""

from __future__ import annotations

import re
import time
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Final

# Declarations are refused by a handler before anything could be expanded.
from xml.parsers import expat

import structlog
from pypdf import PdfReader

from bot.core.formats import Format
from bot.redline import visible_text
from bot.superdocs.decoding import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ENTRIES: Final = 5_000
"""Files in a DOCX; a contract with a picture on each page has some hundred."""

UNPACKED: Final = 32 * 1024 * 1024
"""Bytes of XML that are read of a DOCX; 25,000 words are about 5 MB."""

PAGES: Final = 1_000
"""Pages that are read of a PDF."""

READING_S: Final = 4.0
"""Seconds for a whole file: a step has 20, of which the export itself may take 14."""

_ENTRY_MARK: Final = b"PK\x01\x02"
"""Begins each entry of a ZIP's directory, which is read as a whole before it can be counted."""

_PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The packings that a DOCX may use; others can ask for any amount of memory."""

_PART: Final = re.compile(r"word/(?:document|header|footer|footnotes|endnotes)\d*\.xml")
_PIECE: Final = 64 * 1024
_WORDS_OF: Final = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_TEXTS: Final = frozenset(f"{space} t" for space in _WORDS_OF)
_BREAKS: Final[Mapping[str, str]] = {
    f"{space} {name}": drawn
    for space in _WORDS_OF
    for name, drawn in {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.items()
}
_PARAGRAPHS: Final = frozenset(f"{space} p" for space in _WORDS_OF)

_log = structlog.get_logger()


class _UnreadableError(Exception):
    """The file is larger, longer or other than what is read here."""


def text_of(content: bytes, form: Format) -> str:
    """Return all words in a file, paragraphs in lines of their own; "" when it cannot be read whole."""
    try:
        return clean(_READERS[form](content))
    except Exception as error:  # noqa: BLE001 -- of what two parsers raise on a broken file, no list is complete.
        _log.warning("export.unreadable", form=form.value, size=len(content), reason=type(error).__name__)
        return ""


def _docx(content: bytes) -> str:
    if content.count(_ENTRY_MARK) > ENTRIES:
        raise _UnreadableError
    words, room, clock = _Words(), UNPACKED, _Clock()
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for entry in archive.infolist():
            if _PART.fullmatch(entry.filename):
                room -= words.take(clock.checked(_unpacked(archive, entry)), room)
    return words.text


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces: what it says about its size is not believed."""
    if entry.compress_type not in _PACKINGS:
        raise _UnreadableError
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            yield piece


class _Clock:
    """Ends a reading that takes too long: what is small when it is packed may be millions of elements."""

    def __init__(self) -> None:
        self._until = time.monotonic() + READING_S

    def check(self, *_: object) -> None:
        """Give up when the time is over."""
        if time.monotonic() > self._until:
            raise _UnreadableError

    def checked(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Look at the clock before each piece, and after the last."""
        for piece in pieces:
            self.check()
            yield piece
        self.check()


class _Words:
    """The words of the parts of a DOCX. Text that was deleted under tracking, and instructions, are none."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._is_text = False

    @property
    def text(self) -> str:
        """Return what was read."""
        return "".join(self._pieces)

    def take(self, pieces: Iterator[bytes], room: int) -> int:
        """Read a part, and return how many bytes it has."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._take_text
        size = 0
        for piece in pieces:
            size += len(piece)
            if size > room:
                raise _UnreadableError
            parser.Parse(piece)
        parser.Parse(b"", True)  # noqa: FBT003 -- it takes no names.
        return size

    def _start(self, name: str, _: dict[str, str]) -> None:
        self._is_text = name in _TEXTS
        self._pieces.append(_BREAKS.get(name, ""))

    def _end(self, name: str) -> None:
        self._is_text = False
        if name in _PARAGRAPHS:
            self._pieces.append("\n")

    def _take_text(self, text: str) -> None:
        if self._is_text:
            self._pieces.append(text)


def _refuse_declaration(*_: object) -> None:
    """Refuse a document type: that is where entities are declared, and no DOCX has one."""
    raise _UnreadableError


def _pdf(content: bytes) -> str:
    clock = _Clock()
    pages = PdfReader(BytesIO(content)).pages
    if len(pages) > PAGES:
        raise _UnreadableError
    texts = [page.extract_text(visitor_operand_before=clock.check) for page in pages]
    clock.check()
    return "\n".join(texts)


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")


def _html(content: bytes) -> str:
    return visible_text(_decoded(content))


_READERS: Final[Mapping[Format, Callable[[bytes], str]]] = {
    Format.DOCX: _docx,
    Format.PDF: _pdf,
    Format.HTML: _html,
    Format.MARKDOWN: _decoded,
    Format.TEXT: _decoded,
}
