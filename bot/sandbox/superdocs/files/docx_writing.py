"""Word files, written: the fewest parts that Word opens without a complaint."""

import io
import zipfile
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from bot.sandbox.superdocs.files.blocks import Block, Paragraph, Run, Runs, Table

_MAIN: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OWN_PARTS: Final = ("styles", "numbering")
_HEADING_SIZES: Final = (36, 30, 26, 24, 22, 22)
"""Of headings, in half points."""
_LISTS: Final = {"bullet": 1, "number": 2}


def write(blocks: Sequence[Block]) -> bytes:
    """Write blocks as a Word file; the same blocks always give the same bytes."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships([("officeDocument", "word/document.xml")]),
        "word/document.xml": _document(blocks),
        "word/_rels/document.xml.rels": _relationships([(name, f"{name}.xml") for name in _OWN_PARTS]),
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), _XML + text, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _content_types() -> str:
    own = {"document": f"{_KIND}.document.main+xml", **{name: f"{_KIND}.{name}+xml" for name in _OWN_PARTS}}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/>' for name, kind in own.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _document(blocks: Sequence[Block]) -> str:
    body = "".join(_table(block) if isinstance(block, Table) else _paragraph(block) for block in blocks)
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    return f'<w:document xmlns:w="{_MAIN}"><w:body>{body}{page}</w:body></w:document>'


def _paragraph(block: Paragraph) -> str:
    look = ""
    if block.level:
        look = f'<w:pStyle w:val="Heading{block.level}"/>'
    elif block.kind in _LISTS:
        look = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{_LISTS[block.kind]}"/></w:numPr>'
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{_runs(block.runs)}</w:p>"


def _table(block: Table) -> str:
    line = 'w:val="single" w:sz="4" w:space="0" w:color="auto"'
    edges = "".join(
        f"<w:{edge} {line}/>" for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    columns = '<w:gridCol w:w="2400"/>' * max(len(row) for row in block.rows)
    rows = "".join(f"<w:tr>{''.join(_cell(cell) for cell in row)}</w:tr>" for row in block.rows)
    # A table that ends the document, or meets the next one, needs a paragraph after it.
    return (
        f"<w:tbl><w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl><w:p/>"
    )


def _cell(runs: Runs) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="2400" w:type="dxa"/></w:tcPr><w:p>{_runs(runs)}</w:p></w:tc>'


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    look = "<w:b/>" * run.bold + "<w:i/>" * run.italic
    lines = (f'<w:t xml:space="preserve">{_clean(line)}</w:t>' for line in run.text.split("\n"))
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{'<w:br/>'.join(lines)}</w:r>"


def _clean(text: str) -> str:
    """Return text for XML, which has no place for control characters and half surrogates."""
    return escape(
        "".join(
            letter
            for letter in text
            if letter == "\t"
            or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
        )
    )


def _styles() -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr>'
        f'<w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for level, size in enumerate(_HEADING_SIZES, 1)
    )
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    return f'<w:styles xmlns:w="{_MAIN}">{normal}{headings}</w:styles>'


def _numbering() -> str:
    looks = {1: ("bullet", "•"), 2: ("decimal", "%1.")}
    kinds = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{look}"/><w:lvlText w:val="{text}"/>'
        '<w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl></w:abstractNum>'
        for number, (look, text) in looks.items()
    )
    numbers = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in looks
    )
    return f'<w:numbering xmlns:w="{_MAIN}">{kinds}{numbers}</w:numbering>'
