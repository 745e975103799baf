"""What every format has in common: paragraphs, headings, list items and tables, with bold and italic words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import groupby
from typing import Final, Literal, NamedTuple, TypeAlias

from bot.sandbox.superdocs.editor.markup import BLOCK, VOID, escaped

Kind: TypeAlias = Literal["p", "h1", "h2", "h3", "h4", "h5", "h6", "bullet", "number"]


class Run(NamedTuple):
    """Words of one look."""

    text: str
    """A line that is broken by hand has a `\\n`."""
    bold: bool = False
    italic: bool = False


Runs: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, a heading, or an item of a list."""

    runs: Runs
    kind: Kind = "p"

    @property
    def level(self) -> int:
        """The rank of a heading, from 1; 0 where it is none."""
        return int(self.kind[1]) if self.kind.startswith("h") else 0

    @property
    def text(self) -> str:
        """Its words."""
        return text_of(self.runs)


@dataclass(frozen=True)
class Table:
    """A table: rows of cells."""

    rows: tuple[tuple[Runs, ...], ...]


Block: TypeAlias = Paragraph | Table


def text_of(runs: Runs) -> str:
    """Return the words of some runs."""
    return "".join(run.text for run in runs)


def tidy(runs: Iterable[Run]) -> Runs:
    """Return runs with single spaces, none at the ends, and neighbours of one look joined."""
    joined: list[Run] = []
    for (bold, italic), alike in groupby(runs, key=lambda run: run[1:]):
        text = re.sub(r"[ \t\r\f]+", " ", "".join(run.text for run in alike))
        if not joined or joined[-1].text.endswith((" ", "\n")):
            text = text.lstrip(" ")
        joined += [Run(text, bold, italic)] if text else []
    if joined:
        joined[-1] = joined[-1]._replace(text=joined[-1].text.rstrip())
    return tuple(run for run in joined if run.text)


def numbered(blocks: Sequence[Block]) -> Iterator[tuple[Block, int]]:
    """Give each block with its number: numbered items count from 1 in each list, all others are 0."""
    number = 0
    for block in blocks:
        is_item = isinstance(block, Paragraph) and block.kind == "number"
        number = number + 1 if is_item else 0
        yield block, number


def html_of(blocks: Iterable[Block]) -> str:
    """Write blocks as HTML, one a line, items inside their lists."""
    lines: list[str] = []
    for tag, alike in groupby(blocks, key=_list_tag):
        inner = [_block_html(block) for block in alike]
        lines += [f"<{tag}>", *inner, f"</{tag}>"] if tag else inner
    return "\n".join(lines)


def _list_tag(block: Block) -> str:
    lists = {"bullet": "ul", "number": "ol"}
    return lists.get(block.kind, "") if isinstance(block, Paragraph) else ""


def _block_html(block: Block) -> str:
    if isinstance(block, Table):
        rows = ("".join(f"<td>{_runs_html(cell)}</td>" for cell in row) for row in block.rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
    tag = "li" if _list_tag(block) else block.kind
    return f"<{tag}>{_runs_html(block.runs)}</{tag}>"


def _runs_html(runs: Runs) -> str:
    parts = []
    for bold, alike in groupby(runs, key=lambda run: run.bold):
        inner = "".join(_run_html(run) for run in alike)
        parts.append(f"<strong>{inner}</strong>" if bold else inner)
    return "".join(parts)


def _run_html(run: Run) -> str:
    html = escaped(run.text).replace("\n", "<br>")
    return f"<em>{html}</em>" if run.italic else html


_SILENT: Final = frozenset({"head", "script", "style", "title", "template"})
_BOLD: Final = frozenset({"b", "strong"})
_ITALIC: Final = frozenset({"i", "em"})
_CELLS: Final = frozenset({"td", "th"})


def blocks_of(html: str) -> tuple[list[Block], list[str]]:
    """Read HTML, and say in words what had to be left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    return reader.blocks, reader.warnings


class _Reader(HTMLParser):
    """Collects blocks from a stream of tags; broken HTML gives what can be read of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.warnings: list[str] = []
        self._runs: list[Run] = []
        self._kind: Kind = "p"
        self._open: list[str] = []
        """The tags that are open here, of those that matter."""
        self._rows: list[list[Runs]] = []
        self._cell: list[Run] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self._leave_out(dict(attrs).get("src") or "")
        elif tag == "br":
            self._write("\n")
        elif tag not in VOID:
            self._enter(tag)

    def _enter(self, tag: str) -> None:
        if tag in BLOCK:
            self._begin_block(tag)
        self._open.append(tag)

    def _begin_block(self, tag: str) -> None:
        if tag == "tr" and "table" in self._open:
            self._rows.append([])
        elif tag in _CELLS and self._rows:
            self._cell = []
        elif self._cell is not None:
            self._write(" ")
        else:
            self.end_paragraph()
            self._kind = self._kind_of(tag)

    def _kind_of(self, tag: str) -> Kind:
        if tag == "li":
            lists = [name for name in self._open if name in ("ol", "ul")]
            return "number" if lists[-1:] == ["ol"] else "bullet"
        kinds: dict[str, Kind] = {"h1": "h1", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h5", "h6": "h6"}
        return kinds.get(tag, "p")

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open.pop() != tag:
            pass
        if tag in _CELLS and self._cell is not None and self._rows:
            self._rows[-1].append(tidy(self._cell))
            self._cell = None
        elif tag == "table" and "table" not in self._open:
            self._end_table()
        elif tag in BLOCK and self._cell is None:
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if not _SILENT.intersection(self._open):
            self._write(data.replace("\n", " "))

    def _write(self, text: str) -> None:
        run = Run(text, bool(_BOLD.intersection(self._open)), bool(_ITALIC.intersection(self._open)))
        (self._runs if self._cell is None else self._cell).append(run)

    def _leave_out(self, source: str) -> None:
        if source.startswith("data:"):
            self.warnings.append("An embedded image was left out.")

    def _end_table(self) -> None:
        rows = tuple(tuple(row) for row in self._rows if row)
        self.blocks += [Table(rows)] if rows else []
        self._rows = []

    def end_paragraph(self) -> None:
        """Take what was written since the last block as one."""
        runs = tidy(self._runs)
        self.blocks += [Paragraph(runs, self._kind)] if runs else []
        self._runs, self._kind = [], "p"
