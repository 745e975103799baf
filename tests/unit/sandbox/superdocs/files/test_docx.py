"""Word files, written and read."""

import io
import zipfile
from xml.etree.ElementTree import XML

import pytest

from bot.sandbox.superdocs.files import docx_reading, docx_writing
from bot.sandbox.superdocs.files.blocks import Block, Paragraph, Run, html_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_file(body: str, **parts: str) -> bytes:
    """Return a Word file with this body and these further parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, inner in parts.items():
            archive.writestr(f"word/{name}.xml", f"<w:{name} {W}>{inner}</w:{name}>")
    return file.getvalue()


def test_what_is_written_is_read(blocks: list[Block]) -> None:
    """A document goes to Word and back without a loss, always in the same bytes."""
    content = docx_writing.write(blocks)
    assert docx_reading.read(content) == blocks
    assert docx_writing.write(blocks) == content


def test_a_file_has_the_parts_that_word_needs(blocks: list[Block]) -> None:
    """Every part is well-formed XML, has a declared type, and every relationship leads to a part."""
    with zipfile.ZipFile(io.BytesIO(docx_writing.write(blocks))) as archive:
        parts = {name: XML(archive.read(name)) for name in archive.namelist()}
    named = {entry.get("PartName") for entry in parts["[Content_Types].xml"]} - {None}
    assert named == {f"/{name}" for name in parts if name.startswith("word/") and name.endswith(".xml")}
    for folder in ("", "word/"):
        name = f"{folder}_rels/{'document.xml' if folder else ''}.rels"
        targets = [entry.attrib["Target"] for entry in parts[name]]
        assert targets
        assert all(folder + target in parts for target in targets)


def test_letters_that_xml_has_no_place_for_are_left_out() -> None:
    """The file stays readable, whatever a document holds."""
    content = docx_writing.write([Paragraph((Run("a\x00b\x0b\ud800c\uffff"),))])
    assert docx_reading.read(content) == [Paragraph((Run("abc"),))]


def test_what_word_itself_writes() -> None:
    """Styles under local names, tracked changes, links, tabs, content controls and switched-off bold are understood."""
    styles = '<w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>'
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:lvl><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Contract</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Payment</w:t></w:r></w:p>'
        "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:tab/><w:t>link</w:t></w:r></w:hyperlink>"
        '<w:r><w:rPr><w:b w:val="0"/><w:i/></w:rPr><w:t xml:space="preserve"> x</w:t><w:noBreakHyphen/></w:r></w:p>'
        '<w:p><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr><w:r><w:t>dot</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr><w:r><w:t>count</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:pStyle w:val="ListBullet"/></w:pPr><w:r><w:t>dot</w:t></w:r></w:p>'
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>controlled</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:p/>"
    )
    content = word_file(body, styles=styles, numbering=numbering)
    assert html_of(docx_reading.read(content)) == (
        "<h1>Contract</h1>\n<h2>Payment</h2>\n<p>new link<em> x-</em></p>\n<ul>\n<li>dot</li>\n</ul>\n"
        "<ol>\n<li>count</li>\n</ol>\n<ul>\n<li>dot</li>\n</ul>\n<p>controlled</p>\n"
        "<table><tr><td>a b</td></tr></table>"
    )


def test_a_file_without_a_body_is_empty() -> None:
    """There is nothing to read, and nothing breaks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<none/>")
    assert docx_reading.read(file.getvalue()) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", word_file("<w:p>")])
def test_what_is_no_word_file(content: bytes) -> None:
    """Neither an archive nor XML: a sentence says so."""
    with pytest.raises(ValueError, match="not a Word document"):
        docx_reading.read(content)


def test_a_file_that_unfolds_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before it is unfolded."""
    monkeypatch.setattr(docx_reading, "LARGEST_PART", 10)
    with pytest.raises(ValueError, match="too much"):
        docx_reading.read(word_file(""))
