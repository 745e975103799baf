"""Small files in the formats that SuperDocs exports, good ones and bad ones."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
)

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def part(body: str, namespace: str = NAMESPACE) -> str:
    """Return a part of a DOCX around some paragraphs."""
    return f'<?xml version="1.0"?><w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'


def paragraph(*runs: str) -> str:
    """Return a paragraph of runs."""
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


def archive(parts: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of these files."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", packing) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return written.getvalue()


def docx(*paragraphs: str, **parts: str) -> bytes:
    """Return a DOCX of paragraphs, and of other parts by their names."""
    others = {f"word/{name}.xml": part(body) for name, body in parts.items()}
    return archive({"word/document.xml": part("".join(map(paragraph, paragraphs))), **others})


def pdf(*pages: str, password: str | None = None, owner: str | None = None) -> bytes:
    """Return a PDF with a line on each page, locked if there is a password."""
    return drawn(
        *(f"BT /F1 12 Tf 20 100 Td ({line}) Tj ET" for line in pages), password=password, owner=owner
    )


def drawn(*pages: str, password: str | None = None, owner: str | None = None) -> bytes:
    """Return a PDF of pages in its own drawing language."""
    writer, written = PdfWriter(), BytesIO()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    names = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): names})
    for drawing in pages:
        page = writer.add_blank_page(400, 200)
        stream = DecodedStreamObject()
        stream.set_data(drawing.encode())
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password is not None:
        writer.encrypt(password, owner, algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


def nested(depth: int) -> bytes:
    """Return a PDF with a drawing that draws another one three times, which does likewise, and so on."""
    writer, written = PdfWriter(), BytesIO()
    inner = {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Form"),
        "/BBox": ArrayObject([NumberObject(9)] * 4),
    }
    reference = None
    for _ in range(depth):
        stream = DecodedStreamObject()
        stream.set_data(b"/X Do /X Do /X Do" if reference else b"BT 1 0 0 1 5 5 Tm ET")
        stream.update({NameObject(key): value for key, value in inner.items()})
        stream[NameObject("/Resources")] = _naming(reference)
        reference = writer._add_object(stream)
    page = writer.add_blank_page(100, 100)
    page[NameObject("/Resources")] = _naming(reference)
    drawing = DecodedStreamObject()
    drawing.set_data(b"/X Do")
    page[NameObject("/Contents")] = writer._add_object(drawing)
    writer.write(written)
    return written.getvalue()


def _naming(reference: PdfObject | None) -> DictionaryObject:
    named = {NameObject("/X"): reference} if reference else {}
    return DictionaryObject({NameObject("/XObject"): DictionaryObject(named)})
