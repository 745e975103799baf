"""Plain text: paragraphs with an empty line between them."""

import codecs
import re
from collections.abc import Sequence
from typing import Final

from bot.sandbox.superdocs.files.blocks import Block, Paragraph, Run, Table, numbered, text_of, tidy

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes) -> str:
    """Return the text of a file: Unicode as its first bytes say, UTF-8, or else Windows-1252.

    Raises:
        ValueError: It is no text.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    if encoding is None and b"\0" in content:
        raise ValueError("the file is not text")
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(content: bytes) -> list[Block]:
    """Read paragraphs; lines that begin with a dash or a bullet are items."""
    found: list[Block] = []
    for stretch in re.split(r"\n[ \t]*\n", decoded(content)):
        for lines in re.split(r"\n(?=[ \t]*[-*•] )", stretch):
            item = re.match(r"\s*[-*•] ", lines)
            runs = tidy([Run(lines[item.end() if item else 0 :].strip().replace("\n", " "))])
            found += [Paragraph(runs, "bullet" if item else "p")] if runs else []
    return found


def write(blocks: Sequence[Block]) -> str:
    """Write blocks; the cells of a table's row stand on one line."""
    return "\n\n".join(_written(block, number) for block, number in numbered(blocks)) + "\n"


def _written(block: Block, number: int) -> str:
    if isinstance(block, Table):
        return "\n".join("\t".join(text_of(cell) for cell in row) for row in block.rows)
    marks = {"bullet": "- ", "number": f"{number}. "}
    return marks.get(block.kind, "") + block.text
