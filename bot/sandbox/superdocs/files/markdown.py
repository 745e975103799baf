"""Markdown: enough of it for headings, paragraphs, lists, tables and emphasis."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.sandbox.superdocs.files.blocks import Block, Kind, Paragraph, Run, Runs, Table, numbered, tidy
from bot.sandbox.superdocs.files.text import decoded

_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_ITEM: Final = re.compile(r"\s*(?:([-*+])|\d+[.)])\s+(.*)")
_ROW: Final = re.compile(r"\s*\|(.*)\|\s*$")
_RULE: Final = re.compile(r"\s*(?:\|?[\s:]*-{2,}[\s:|-]*|(?:[-*_]\s*){3,})$")
_EMPHASIS: Final = re.compile(
    r"\\(?P<literal>[\\`*_#|~>+.!()\[\]{}-])"
    r"|(?P<mark>\*\*\*|\*\*|__|\*|(?<!\w)_)(?=\S)(?P<marked>.+?)(?<=\S)(?P=mark)(?!\*)",
    re.DOTALL,
)
_BOLD: Final = 2
"""How many stars make words bold; one makes them italic, three do both."""
_SPECIAL: Final = re.compile(r"([\\`*_|])")


def read(content: bytes) -> list[Block]:
    """Read Markdown; what it does not know, such as links, stays as it is written."""
    found: list[Block] = []
    for lines in _stretches(decoded(content).split("\n")):
        found += _block(lines)
    return found


def _stretches(lines: Sequence[str]) -> Iterator[list[str]]:
    """Divide lines into what belongs to one block each."""
    stretch: list[str] = []
    for line in lines:
        begins = not stretch or _HEADING.match(line) or _ITEM.match(line) or _HEADING.match(stretch[-1])
        goes_on = line.strip() and (not begins or (_ROW.match(line) and stretch and _ROW.match(stretch[-1])))
        if not goes_on and stretch:
            yield stretch
            stretch = []
        stretch += [line] if line.strip() else []
    if stretch:
        yield stretch


def _block(lines: list[str]) -> list[Block]:
    if _ROW.match(lines[0]):
        rows = (match[1] for line in lines if not _RULE.match(line) and (match := _ROW.match(line)))
        return [Table(tuple(tuple(_runs(cell) for cell in re.split(r"(?<!\\)\|", row)) for row in rows))]
    if len(lines) == 1 and _RULE.match(lines[0]):
        return []
    kind, first = _opening(lines[0])
    runs = _runs("\n".join([first, *lines[1:]]))
    return [Paragraph(runs, kind)] if runs else []


_HEADINGS: Final[tuple[Kind, ...]] = ("h1", "h2", "h3", "h4", "h5", "h6")


def _opening(line: str) -> tuple[Kind, str]:
    """Return what a first line says of its block, and what follows its mark."""
    heading, item = _HEADING.match(line), _ITEM.match(line)
    if heading:
        return _HEADINGS[len(heading[1]) - 1], heading[2]
    if item:
        return ("bullet" if item[1] else "number"), item[2]
    return "p", line


def _runs(text: str, *, bold: bool = False, italic: bool = False) -> Runs:
    return tidy(_looks(re.sub(r"([ \\]*)\n\s*", _line_end, text), bold=bold, italic=italic))


def _line_end(match: re.Match[str]) -> str:
    """Return a line break where two spaces or a backslash ask for one, else a space."""
    return "\n" if "  " in match[1] or "\\" in match[1] else " "


def _looks(text: str, *, bold: bool, italic: bool) -> Iterator[Run]:
    position = 0
    for match in _EMPHASIS.finditer(text):
        yield Run(text[position : match.start()] + (match["literal"] or ""), bold, italic)
        if match["marked"]:
            weight = len(match["mark"])
            yield from _looks(match["marked"], bold=bold or weight > 1, italic=italic or weight != _BOLD)
        position = match.end()
    yield Run(text[position:], bold, italic)


def write(blocks: Sequence[Block]) -> str:
    """Write blocks as Markdown that `read` reads as the same."""
    return "\n\n".join(_written(block, number) for block, number in numbered(blocks)) + "\n"


def _written(block: Block, number: int) -> str:
    if isinstance(block, Table):
        rows = ["| " + " | ".join(_marked(cell) for cell in row) + " |" for row in block.rows]
        return "\n".join([rows[0], "|" + " --- |" * len(block.rows[0]), *rows[1:]])
    marks = {"bullet": "- ", "number": f"{number}. "}
    mark = "#" * block.level + " " if block.level else marks.get(block.kind, "")
    return mark + _marked(block.runs)


def _marked(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    """Mark a run; the marks stand close to its words, as they must."""
    text = _SPECIAL.sub(r"\\\1", run.text).replace("\n", "\\\n")
    mark = "**" * run.bold + "*" * run.italic
    inner = text.strip()
    return text.replace(inner, f"{mark}{inner}{mark[::-1]}", 1) if mark and inner else text
