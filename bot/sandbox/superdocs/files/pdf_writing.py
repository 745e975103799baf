"""PDF files, written: text in Helvetica on as many pages as it takes.

Letters that the font's encoding lacks are written in a second font that only says which letters they are:
whoever searches or copies finds them, whoever looks sees what the viewer puts in their place.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import Final

from bot.sandbox.superdocs.files.blocks import Block, Paragraph, Run, Runs, Table, numbered

_WIDTH, _HEIGHT, _MARGIN = 595, 842, 56
"""Of an A4 page, in points."""
_SIZES: Final = (11, 20, 16, 14, 12, 11, 11)
"""Of body text and of headings by their rank, in points."""
_LEADING: Final = 1.4
_GAP: Final = 6
"""Points between paragraphs."""
_FONTS: Final = ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Helvetica-BoldOblique")
_STRANGE: Final = len(_FONTS)
"""The index of the font for letters that the encoding lacks."""
_NARROW, _BROAD = frozenset("ijlItfr.,:;'|!()[]- "), frozenset("mwMW@%—")
_CODES_A_BLOCK: Final = 100


@dataclass
class _Glyphs:
    """The letters outside the encoding, and the code that each got."""

    codes: dict[str, int] = field(default_factory=dict)

    def code(self, letter: str) -> int:
        return self.codes.setdefault(letter, len(self.codes) + 1)


def write(blocks: Sequence[Block]) -> tuple[bytes, list[str]]:
    """Write blocks as a PDF file, and say in words what will not look right."""
    glyphs = _Glyphs()
    pages = [b"\n".join(page) for page in _pages(blocks, glyphs)]
    missing = f"{len(glyphs.codes)} characters have no glyph in the font of the PDF."
    return _file(pages, glyphs), [missing] if glyphs.codes else []


def _pages(blocks: Sequence[Block], glyphs: _Glyphs) -> Iterator[list[bytes]]:
    """Set blocks in lines, from the top of each page to its bottom."""
    page: list[bytes] = []
    height: float = _HEIGHT - _MARGIN
    for paragraph in _paragraphs(blocks):
        size = _SIZES[paragraph.level]
        for line in _lines(paragraph.runs, (_WIDTH - 2 * _MARGIN) / size, bold=paragraph.level > 0):
            height -= size * _LEADING
            if height < _MARGIN:
                yield page
                page, height = [], _HEIGHT - _MARGIN - size * _LEADING
            page.append(_set(line, size, height, glyphs))
        height -= _GAP
    yield page


def _paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """Give everything as paragraphs: items with their marks, and a table row by row."""
    for block, number in numbered(blocks):
        if isinstance(block, Table):
            yield from (Paragraph(_row(row)) for row in block.rows)
            continue
        mark = {"bullet": "• ", "number": f"{number}. "}.get(block.kind, "")
        yield Paragraph((Run(mark), *block.runs), block.kind)


def _row(cells: Sequence[Runs]) -> Runs:
    return tuple(run for cell in cells for run in (*cell, Run("   ")))


def _lines(runs: Runs, room: float, *, bold: bool) -> Iterator[list[tuple[int, str]]]:
    """Break runs into lines that have room, each as stretches of one font.

    Args:
        runs: The words.
        room: The width of a line, in units of the font's size.
        bold: Whether all of them are bold.
    """
    text = "".join(run.text for run in runs)
    looks = [(run.bold or bold) + 2 * run.italic for run in runs for _ in run.text]
    fonts = [look if _is_known(letter) else _STRANGE for letter, look in zip(text, looks, strict=True)]
    for start, end in _breaks(text, room):
        stretches = groupby(range(start, end), key=fonts.__getitem__)
        yield [(font, "".join(text[index] for index in places)) for font, places in stretches]


def _breaks(text: str, room: float) -> Iterator[tuple[int, int]]:
    """Return where lines begin and end: at line breaks, and at spaces where the next word has no room."""
    start, end, used = 0, 0, 0.0
    for word in re.finditer(r"\n|[^ \n]+", text):
        width = _width(text[end : word.end()])
        if word.group() == "\n" or (used + width > room and end > start):
            yield start, end
            start, used, width = word.start(), 0.0, _width(word.group())
        if word.group() == "\n":
            start = end = word.end()
        else:
            end, used = word.end(), used + width
    yield start, end


def _width(text: str) -> float:
    """Return about how wide Helvetica sets a text, in units of its size."""
    return sum(0.31 if letter in _NARROW else 0.9 if letter in _BROAD else 0.6 for letter in text)


@lru_cache(maxsize=1024)
def _is_known(letter: str) -> bool:
    """Say whether the font's encoding, which is Windows' own, has a letter."""
    try:
        return letter.isprintable() and bool(letter.encode("cp1252")) and letter != "\N{SOFT HYPHEN}"
    except UnicodeEncodeError:
        return False


def _set(line: list[tuple[int, str]], size: int, height: float, glyphs: _Glyphs) -> bytes:
    shown = "".join(f"/F{font} {size} Tf <{_codes(font, text, glyphs)}> Tj " for font, text in line)
    return f"BT 1 0 0 1 {_MARGIN} {height:.1f} Tm {shown}ET".encode()


def _codes(font: int, text: str, glyphs: _Glyphs) -> str:
    if font == _STRANGE:
        return "".join(f"{glyphs.code(letter):04x}" for letter in text)
    return text.encode("cp1252").hex()


def _file(pages: Sequence[bytes], glyphs: _Glyphs) -> bytes:
    """Put objects together to a file: the catalogue, the fonts, then each page with its text."""
    fonts = "".join(f"/F{index} {3 + index} 0 R " for index in range(_STRANGE + 1))
    first = 3 + _STRANGE + 4
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [0 0 {_WIDTH} {_HEIGHT}] "
        f"/Resources << /Font << {fonts}>> >> >>".encode(),
        *_font_objects(glyphs),
    ]
    for index, page in enumerate(pages):
        text = first + 2 * index + 1
        objects += [f"<< /Type /Page /Parent 2 0 R /Contents {text} 0 R >>".encode(), _stream(page)]
    return _assembled(objects)


def _font_objects(glyphs: _Glyphs) -> Iterator[bytes]:
    """Give the fonts' objects, of which the first has the number 3."""
    for name in _FONTS:
        yield f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
    after = 3 + _STRANGE + 1
    yield (
        "<< /Type /Font /Subtype /Type0 /BaseFont /Helvetica /Encoding /Identity-H "
        f"/DescendantFonts [{after} 0 R] /ToUnicode {after + 1} 0 R >>"
    ).encode()
    yield (
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Helvetica /DW 556 /CIDSystemInfo "
        f"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor {after + 2} 0 R >>"
    ).encode()
    yield _stream(_meanings(glyphs))
    yield (
        b"<< /Type /FontDescriptor /FontName /Helvetica /Flags 4 /FontBBox [-166 -225 1000 931] "
        b"/ItalicAngle 0 /Ascent 718 /Descent -207 /CapHeight 718 /StemV 88 >>"
    )


def _meanings(glyphs: _Glyphs) -> bytes:
    """Return the map from codes to letters."""
    entries = [
        f"<{code:04x}> <{letter.encode('utf-16-be', 'replace').hex()}>"
        for letter, code in glyphs.codes.items()
    ]
    blocks = [entries[index : index + _CODES_A_BLOCK] for index in range(0, len(entries), _CODES_A_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /Meanings def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
        *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (len(packed), packed)


def _assembled(objects: Sequence[bytes]) -> bytes:
    """Write objects one after the other, and where each begins."""
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(file)
