"""The words of an exported file, whatever somebody made of it."""

import time
import zipfile

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.formats import Format
from bot.superdocs import exported
from bot.superdocs.exported import ENTRIES, UNPACKED, text_of
from tests.unit.superdocs.files import archive, docx, drawn, nested, paragraph, part, pdf

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def text(body: str, **parts: str) -> str:
    """Return the words of a DOCX with this body."""
    others = {f"word/{name}.xml": part(content) for name, content in parts.items()}
    return text_of(archive({"word/document.xml": part(body), **others}), Format.DOCX)


def test_a_docx_is_read_paragraph_by_paragraph():
    """Words that are cut into runs are whole again, and paragraphs have lines of their own."""
    body = paragraph("Notice takes ", "60", " days.") + paragraph("Payment &amp; interest", "")
    assert text(body) == "Notice takes 60 days.\nPayment & interest\n"


def test_tables_tabs_and_breaks_separate_words():
    """No two words grow together."""
    cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in ("Fee", "5 %"))
    run = "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
    hyphen = "<w:p><w:r><w:t>non</w:t><w:noBreakHyphen/><w:t>binding</w:t></w:r></w:p>"
    assert text(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>{run}{hyphen}") == "Fee\n5 %\na\tb\nc\nnon-binding\n"


def test_headers_footers_and_notes_are_read():
    """Approved text may stand in any part that a page shows; comments are on no page."""
    parts = {
        name: paragraph(name)
        for name in ("header1", "footer12", "footnotes", "endnotes", "comments", "styles")
    }
    assert text(paragraph("body"), **parts).split() == [
        "body",
        "header1",
        "footer12",
        "footnotes",
        "endnotes",
    ]


def test_what_was_deleted_under_tracking_is_not_there():
    """Neither deleted text nor an instruction of a field is text of the document."""
    deleted = "<w:del><w:r><w:delText>30</w:delText></w:r></w:del><w:ins><w:r><w:t>60</w:t></w:r></w:ins>"
    field = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    assert text(f"<w:p>{deleted}{field}</w:p>") == "60\n"


def test_both_kinds_of_docx_are_read():
    """The strict kind has other names for the same; the main part may be called otherwise."""
    content = archive({"word/document2.xml": part(paragraph("Grüße"), STRICT).encode("utf-16")})
    assert text_of(content, Format.DOCX) == "Grüße\n"


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "content",
    [
        archive({f"word/media/{n}.png": b"" for n in range(ENTRIES + 1)} | {"word/document.xml": part("")}),
        archive({"word/document.xml": part(paragraph("a" * (UNPACKED + 1)))}),
        archive({f"word/header{n}.xml": part(paragraph("a" * (UNPACKED // 4))) for n in range(5)}),
        archive({"word/document.xml": ENTITY + part(paragraph("&b;")).removeprefix('<?xml version="1.0"?>')}),
        archive({"word/document.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}),
        archive({"word/document.xml": part(paragraph("Hello"))}, zipfile.ZIP_LZMA),
        archive({"word/document.xml": part(paragraph("Hello"))[:-9]}),
        archive({"word/document.xml": part(paragraph("Hello")), "word/footer1.xml": "<w:p>"}),
        docx("Hello")[:-30],
        docx("Hello").replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"),
        b"PK\x03\x04",
        b"",
    ],
    ids=[
        "many entries", "large part", "large parts", "entities", "document type", "packed otherwise", "cut part",
        "broken part", "cut archive", "locked", "no archive", "nothing",
    ],
)  # fmt: skip
def test_a_docx_that_is_a_trap_has_no_words(content):
    """What is too large, refers to elsewhere or is broken is not read, and stops nothing; half a text is none."""
    started = time.monotonic()
    with structlog.testing.capture_logs() as logs:
        assert text_of(content, Format.DOCX) == ""
    assert time.monotonic() - started < 5
    assert [log["event"] for log in logs] == ["export.unreadable"]
    assert "Hello" not in str(logs)


def test_a_large_archive_with_little_text_is_read():
    """Pictures are not unpacked: only the words count."""
    content = archive(
        {"word/media/1.png": bytes(2 * UNPACKED), "word/document.xml": part(paragraph("Hello"))}
    )
    assert text_of(content, Format.DOCX) == "Hello\n"


def test_a_docx_without_text_has_none():
    """A ZIP that is no document, and a document without a word, are both read, and empty."""
    assert text_of(archive({"readme.txt": "Hello"}), Format.DOCX) == ""
    assert text("") == ""


def test_a_pdf_is_read_page_by_page():
    """All pages count, and capitals stay capitals."""
    assert text_of(pdf("Notice takes 60 Days.", "Page two"), Format.PDF) == "Notice takes 60 Days.\nPage two"


def test_a_locked_pdf_has_no_words():
    """What needs a password is not read; what everybody may read is, although it is encrypted."""
    assert text_of(pdf("Hello", password="secret"), Format.PDF) == ""
    assert text_of(pdf("Hello", password="", owner="secret"), Format.PDF) == "Hello"


def test_a_pdf_of_pictures_has_no_words():
    """A scan shows words, and holds none."""
    assert text_of(drawn("0 0 m 100 100 l S", ""), Format.PDF).strip() == ""


def test_a_long_pdf_is_not_read_at_all(monkeypatch):
    """Half of it would make every change of the other half look left out."""
    monkeypatch.setattr(exported, "PAGES", 2)
    assert text_of(pdf("one", "two"), Format.PDF) == "one\ntwo"
    assert text_of(pdf("one", "two", "three"), Format.PDF) == ""


@pytest.mark.parametrize("pages", [["BT /F1 12 Tf (Hello) Tj ET"], [""]])
def test_a_slow_pdf_is_given_up(monkeypatch, pages):
    """When the time is over the file goes out unread, in the middle of a page, too."""
    monkeypatch.setattr(exported, "READING_S", -1.0)
    assert text_of(drawn(*pages), Format.PDF) == ""


def test_a_slow_docx_is_given_up(monkeypatch):
    """A few kilobytes may unpack to millions of elements, each of which takes its time."""
    monkeypatch.setattr(exported, "READING_S", 0.1)
    content = archive({"word/document.xml": part("<b/>" * (UNPACKED // 5))})
    assert len(content) < UNPACKED // 500
    started = time.monotonic()
    assert text_of(content, Format.DOCX) == ""
    assert time.monotonic() - started < 1
    monkeypatch.setattr(exported, "READING_S", -1.0)
    assert text_of(docx("Hello"), Format.DOCX) == ""


def test_a_pdf_that_never_ends_is_given_up(monkeypatch):
    """A small file that draws a billion things takes no longer than any other."""
    monkeypatch.setattr(exported, "READING_S", 0.1)
    started = time.monotonic()
    assert text_of(nested(25), Format.PDF) == ""
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("form", "content", "words"),
    [
        (
            Format.HTML,
            "<h1>Fee</h1><p>5&nbsp;% &amp; more</p><script>x</script>",
            "Fee\n5\N{NO-BREAK SPACE}% & more",
        ),
        (Format.MARKDOWN, "# Fee\n\n5 %", "# Fee\n\n5 %"),
        (Format.TEXT, "\ufeffGrüße", "Grüße"),
    ],
)
def test_text_is_what_it_says(form, content, words):
    """Text is decoded, and a page has the words that its readers see."""
    assert text_of(content.encode(), form) == words


def test_text_in_another_encoding_loses_only_what_cannot_be_read():
    """One odd byte does not make a file unreadable."""
    assert text_of("60 Tage für Süd".encode("latin-1"), Format.TEXT) == "60 Tage f\ufffdr S\ufffdd"


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([*Format]), st.binary(max_size=200), st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.7\n"])
)
def test_no_file_stops_anything(form, content, beginning):
    """Whatever a file holds, its words are a text that can be encoded."""
    assert text_of(beginning + content, form).encode() is not None
