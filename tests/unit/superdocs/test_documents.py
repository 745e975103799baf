"""What uploads, exports and rosters say."""

import base64
import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import RefusedError, TransientError
from bot.core.formats import Format
from bot.core.sighting import Rostered, Uploaded
from bot.superdocs.documents import (
    check_exported,
    count_warnings,
    media_type,
    parse_roster,
    parse_uploaded,
    render_export,
    render_file_name,
    render_upload,
)


def test_an_upload_says_that_it_replaces():
    """An upload is explicit about what becomes of the document that was there."""
    assert render_upload("s-1")["open_mode"] == "replace"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Vertrag für Süd.docx", "Vertrag für Süd.docx"),
        ("deals/2026/Acme & Sons.docx", "Acme & Sons.docx"),
        ("..\\..\\boot.txt", "boot.txt"),
        ('a"; filename="b.exe.pdf', "a_; filename=_b.exe.pdf"),
        ("a\r\nX-Header: 1\r\n\r\n.docx", "a__X-Header: 1____.docx"),
        ("half \ud83d.pdf", "half _.pdf"),
        ("x" * 300 + ".docx", "x" * 100 + ".docx"),
        ("", "document"),
        ("  ", "document"),
        ("a/", "document"),
        ("..", ".."),
        (".docx", ".docx"),
    ],
)
def test_a_name_is_fit_for_a_header(name, safe):
    """A name keeps its letters and its suffix, and nothing that a header could trip over."""
    assert render_file_name(name) == safe


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_no_name_breaks_out_of_its_header(name):
    """Whatever a file is called, the form has one file with one name, in one line."""
    file = {"file": (render_file_name(name), b"text", "text/plain")}
    body = httpx.Request("POST", "https://superdocs.test", files=file).read()
    heading, _, _ = body.partition(b"\r\n\r\n")
    assert heading.count(b"\r\n") == 2
    assert heading.count(b'"') == 4
    assert body.count(b"Content-Disposition") == 1 + name.count("Content-Disposition")


@pytest.mark.parametrize("form", [*Format, None])
def test_every_format_has_a_content_type(form):
    """A file says what it is, as far as its name does."""
    assert "/" in media_type(form)


@pytest.mark.parametrize("payload", [{}, [], None, "OK", {"html": 7, "document_id": None}])
def test_an_upload_without_news_is_empty(payload):
    """An answer that says nothing of the document leaves it open."""
    assert parse_uploaded(payload).html in {"", "7"}
    assert parse_uploaded(payload).document_id == ""


def test_an_upload_brings_the_text():
    """The chunk ids come in the text."""
    payload = {"html": '<p data-chunk-id="c">a</p>', "document_id": "doc_1"}
    assert parse_uploaded(payload) == Uploaded('<p data-chunk-id="c">a</p>', "doc_1")


@pytest.mark.parametrize(
    ("form", "word"),
    [(Format.DOCX, "docx"), (Format.PDF, "pdf"), (Format.MARKDOWN, "markdown"), (Format.TEXT, "txt")],
)
def test_an_export_has_superdocs_words(form, word):
    """Each format is asked for by the name that SuperDocs has for it."""
    body = render_export("s-1", form, f"deals/a.{form}")
    assert body == {"session_id": "s-1", "format": word, "filename": f"a.{form}"}


def test_what_is_not_exported_is_not_asked_for():
    """SuperDocs takes RTF, and gives none."""
    with pytest.raises(RefusedError, match="RTF") as refusal:
        render_export("s-1", Format.RTF, "a.rtf")
    assert refusal.value.code == "unsupported"


@pytest.mark.parametrize(
    ("form", "content", "kind"),
    [
        (Format.DOCX, b"PK\x03\x04...", "application/octet-stream"),
        (Format.PDF, b"\xef\xbb\xbf%PDF-1.7", "application/pdf"),
        (Format.HTML, b"<p>a</p>", "text/html; charset=utf-8"),
        (Format.MARKDOWN, b"# a", "text/markdown"),
        (Format.TEXT, b"a", ""),
    ],
)
def test_a_file_is_known_by_what_it_holds(form, content, kind):
    """A file in the wanted format is taken, however it is labelled."""
    check_exported(content, kind, form)


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.RTF])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/octet-stream"),
        (b'{"download_url": "https://x"}', "application/json"),
        (b"<h1>Sign in</h1>", "text/html"),
    ],
)
def test_anything_else_is_no_file(form, content, kind):
    """A message, a gateway's page or nothing is not handed over as somebody's document."""
    if form is Format.HTML and kind == "text/html":
        return
    with pytest.raises(TransientError, match=form.name):
        check_exported(content, kind, form)


def _in_base64(told: object) -> str:
    return base64.b64encode(json.dumps(told).encode()).decode()


@pytest.mark.parametrize(
    ("header", "count"),
    [
        ("", 0),
        (_in_base64([]), 0),
        (_in_base64(["image dropped", {"code": "font"}]), 2),
        (_in_base64({"a": 1}), 1),
        ("not base64!", 1),
        ("/w==", 1),
        ("A" * 1_000_001, 1),
    ],
)
def test_warnings_are_counted(header, count):
    """How much SuperDocs warns of is known, and a header that cannot be read is something."""
    assert count_warnings(header) == count


@pytest.mark.parametrize(
    ("payload", "roster"),
    [
        ({"documents": [{"document_id": "a", "title": "A.docx"}]}, (Rostered("a", "A.docx"),)),
        ([{"document_id": "a", "filename": "A.pdf"}], (Rostered("a", "A.pdf"),)),
        ('[{"document_id": "a", "html": "<p>"}]', (Rostered("a", html="<p>"),)),
        ({"documents": [{"title": "nameless"}, None, 7, "a"]}, ()),
        ({"documents": None}, ()),
        (None, ()),
        (7, ()),
    ],
)
def test_a_roster_is_read_in_every_form(payload, roster):
    """What is in the list is read; what has no id is nothing that can be asked for."""
    assert parse_roster(payload) == roster
