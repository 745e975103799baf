"""Word files, read: the text of `word/document.xml` with headings, lists, tables, bold and italic."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET

from bot.sandbox.superdocs.files.blocks import Block, Kind, Paragraph, Run, Runs, Table, tidy

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST_PART: Final = 64 * 1024 * 1024
"""Bytes that a part of a file may unfold to."""

_HEADINGS: Final[tuple[Kind, ...]] = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(frozen=True)
class _Styles:
    """What names mean in one file."""

    names: dict[str, str] = field(default_factory=dict)
    """The names of styles by their ids, which are in the language of whoever wrote the file."""
    bullets: frozenset[str] = frozenset()
    """The ids of the lists that have bullets."""


def read(content: bytes) -> list[Block]:
    """Read a Word file.

    Raises:
        ValueError: It is none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            styles = _Styles(_style_names(archive), _bullet_lists(archive))
            body = _part(archive, "word/document.xml").find(f"{W}body")
    except (zipfile.BadZipFile, KeyError, ET.ParseError) as error:
        raise ValueError("the file is not a Word document") from error
    return [] if body is None else _blocks(body, styles)


def _part(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise ValueError("the file unfolds to too much")
    return ET.fromstring(archive.read(name))  # noqa: S314 -- Files come over the loopback from people trying things out; the size is bounded.


def _optional(archive: zipfile.ZipFile, name: str) -> ET.Element:
    return _part(archive, name) if name in archive.namelist() else ET.Element("none")


def _style_names(archive: zipfile.ZipFile) -> dict[str, str]:
    styles = _optional(archive, "word/styles.xml").iter(f"{W}style")
    return {style.get(f"{W}styleId", ""): _value(style, "name") for style in styles}


def _bullet_lists(archive: zipfile.ZipFile) -> frozenset[str]:
    numbering = _optional(archive, "word/numbering.xml")
    formats = {
        kind.get(f"{W}abstractNumId"): _value(kind, "lvl/numFmt")
        for kind in numbering.iter(f"{W}abstractNum")
    }
    return frozenset(
        number.get(f"{W}numId", "")
        for number in numbering.iter(f"{W}num")
        if formats.get(_value(number, "abstractNumId")) == "bullet"
    )


def _value(element: ET.Element, path: str) -> str:
    """Return the `w:val` of what stands at a path; empty if nothing does."""
    found = element.find("/".join(W + step for step in path.split("/")))
    return "" if found is None else found.get(f"{W}val", "")


def _blocks(body: Iterable[ET.Element], styles: _Styles) -> list[Block]:
    found: list[Block] = []
    for element in body:
        if element.tag == f"{W}p":
            found += _paragraph(element, styles)
        elif element.tag == f"{W}tbl":
            found.append(_table(element))
        elif element.tag == f"{W}sdt":
            found += _blocks(element.iterfind(f"{W}sdtContent/*"), styles)
    return found


def _paragraph(element: ET.Element, styles: _Styles) -> list[Block]:
    runs = _runs(element)
    return [Paragraph(runs, _kind(element, styles))] if runs else []


def _kind(element: ET.Element, styles: _Styles) -> Kind:
    style = _value(element, "pPr/pStyle")
    name = styles.names.get(style, style).lower()
    heading = re.fullmatch(r"heading ?([1-6])", name)
    if heading or name == "title":
        return _HEADINGS[int(heading[1]) - 1 if heading else 0]
    number = _value(element, "pPr/numPr/numId")
    if number or name.startswith("list"):
        return "bullet" if number in styles.bullets or "bullet" in name else "number"
    return "p"


def _table(element: ET.Element) -> Table:
    rows = element.iterfind(f"{W}tr")
    return Table(tuple(tuple(_cell(cell) for cell in row.iterfind(f"{W}tc")) for row in rows))


def _cell(element: ET.Element) -> Runs:
    runs: list[Run] = []
    for paragraph in element.iter(f"{W}p"):
        runs += [Run(" ")] if runs else []
        runs += _runs(paragraph)
    return tidy(runs)


def _runs(paragraph: ET.Element) -> Runs:
    return tidy(
        Run(_text(run), _is_on(run, "b"), _is_on(run, "i")) for run in paragraph.iter(f"{W}r") if _text(run)
    )


def _text(run: ET.Element) -> str:
    """Return the words of a run; what a tracked change took out has another tag."""
    parts = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
    return "".join((part.text or "") if part.tag == f"{W}t" else parts.get(part.tag, "") for part in run)


def _is_on(run: ET.Element, name: str) -> bool:
    mark = run.find(f"{W}rPr/{W}{name}")
    return mark is not None and mark.get(f"{W}val", "true") not in ("0", "false")
