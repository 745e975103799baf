"""Documents as files over HTTP: upload, export, roster and focus."""

import base64
import io
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from pypdf import PdfReader

from bot.sandbox.superdocs import SuperDocs
from bot.sandbox.superdocs.files import docx_reading, docx_writing, pdf_writing
from bot.sandbox.superdocs.files.blocks import blocks_of, html_of

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
Approve = Callable[..., Awaitable[httpx.Response]]

PAGE = "<h1>Supply agreement</h1>\n<p>4.1 Pay within <strong>30 days</strong>.</p>"
BLOCKS = blocks_of(PAGE)[0]
REPLACE = 'replace "30 days" with "60 days"'
FILES = {
    "contract.docx": docx_writing.write(BLOCKS),
    "contract.pdf": pdf_writing.write(BLOCKS)[0],
    "contract.md": b"# Supply agreement\n\n4.1 Pay within **30 days**.\n",
    "contract.txt": b"Supply agreement\n\n4.1 Pay within 30 days.\n",
    "Contract.HTML": PAGE.encode(),
    "contract.rtf": rb"{\rtf1{\fonttbl{\f0 Arial;}}\outlinelevel0 Supply agreement\par\pard 4.1 Pay within {\b 30 days}.\par}",
}


async def upload(api: httpx.AsyncClient, name: str, content: bytes, **fields: str) -> httpx.Response:
    """Upload a file to the session `s`, as the official example does."""
    return await api.post(
        "/v1/documents/upload", files={"file": (name, content)}, data={"session_id": "s", **fields}
    )


async def export(api: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """Export what the session `s` has in focus."""
    return await api.post("/v1/documents/export", json={"session_id": "s", **fields})


@pytest.mark.parametrize("name", FILES)
async def test_a_file_becomes_a_document_in_chunks(api: httpx.AsyncClient, name: str) -> None:
    """Every format that is taken gives HTML whose blocks have chunk ids, and everything that a client needs to go on."""
    told = (await upload(api, name, FILES[name])).json()
    assert told["html"].count("data-chunk-id=") == told["chunks_count"] == 2
    assert "30 days" in told["html"]
    assert {
        key: told[key] for key in ("session_id", "document_id", "version_id", "filename", "persisted")
    } == {
        "session_id": "s",
        "document_id": "doc_primary",
        "version_id": "v1",
        "filename": name,
        "persisted": True,
    }
    assert [entry["title"] for entry in told["roster"]] == [name]
    assert "paper_size" in told["page_setup"]


async def test_an_uploaded_document_can_be_edited(
    api: httpx.AsyncClient, start: Start, reach: Reach, approve: Approve
) -> None:
    """The next request needs no `document_html`, and its changes name the uploaded document's chunks."""
    told = (await upload(api, "contract.docx", FILES["contract.docx"])).json()
    job_id = await start(REPLACE, document_html=None)
    (change,) = (await reach(job_id))["metadata"]["pending_changes"]
    assert f'data-chunk-id="{change["chunk_id"]}"' in told["html"]
    assert change["document_id"] == told["document_id"]
    await approve(job_id, ch_1=True)
    await reach(job_id, "completed")
    exported = docx_reading.read((await export(api, format="docx")).content)
    assert html_of(exported) == PAGE.replace("30 days", "60 days")


@pytest.mark.parametrize(
    ("name", "says"),
    [("contract.doc", "Legacy .doc files"), ("contract.xlsx", "Unsupported"), ("contract", "Unsupported")],
)
async def test_a_format_that_is_not_taken(api: httpx.AsyncClient, name: str, says: str) -> None:
    """It is a 400 that says which are."""
    answer = await upload(api, name, b"x")
    assert (answer.status_code, says in answer.json()["detail"]) == (400, True)


@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("contract.docx", b"PK no zip"),
        ("contract.docx", FILES["contract.docx"][:400]),
        ("contract.pdf", b"%PDF-1.4 broken"),
        ("contract.pdf", pdf_writing.write([])[0]),
        ("contract.rtf", b"not rich"),
        ("contract.md", b"\x00\x01\x02"),
        ("contract.txt", b""),
        ("contract.html", b"<p> </p>"),
    ],
)
async def test_a_file_that_cannot_be_read(
    api: httpx.AsyncClient, superdocs: SuperDocs, name: str, content: bytes, status: Any
) -> None:
    """Broken, empty or without any words: refused by its name, with the status that is the habit."""
    superdocs.behaviour.broken_file_status = status
    answer = await upload(api, name, content)
    assert (answer.status_code, name in answer.json()["detail"]) == (status, True)
    assert superdocs.sessions == {}


async def test_a_file_that_is_too_large(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """A 413 that names the limit."""
    superdocs.behaviour.max_upload_bytes = 10
    answer = await upload(api, "contract.txt", b"x" * 11)
    assert (answer.status_code, answer.json()["detail"]["max_bytes"]) == (413, 10)


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ({"data": {"session_id": "s"}}, ["body", "file"]),
        ({"files": {"file": ("a.txt", b"x")}, "data": {"open_mode": "sideways"}}, ["body", "open_mode"]),
        ({"files": {"file": ("a.txt", b"x")}, "data": {"session_id": "a/b"}}, ["body", "session_id"]),
        ({"files": {"file": ("a.txt", b"x")}, "params": {"index": "first"}}, ["query", "index"]),
        ({"json": {"file": "x"}}, ["body", "file"]),
    ],
)
async def test_a_form_that_does_not_fit(api: httpx.AsyncClient, sent: Any, place: list[str]) -> None:
    """It is a 422 that says what and where."""
    answer = await api.post("/v1/documents/upload", **sent)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, place)


async def test_an_upload_replaces_without_a_word(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """The session's document is another one, under the same id, and even the same file gets new chunk ids."""
    first = (await upload(api, "contract.md", FILES["contract.md"])).json()
    second = (await upload(api, "contract.md", FILES["contract.md"])).json()
    assert (second["document_id"], second["version_id"]) == (first["document_id"], "v2")
    assert second["html"] != first["html"]
    assert len(superdocs.sessions["s"].slots) == 1


async def test_what_an_upload_drops(api: httpx.AsyncClient) -> None:
    """Own `data-` attributes, old chunk ids and comments are gone; a class is still there."""
    html = b'<p data-chunk-id="old" class="x" data-mine=\'1\'>one<!-- note --></p>'
    told = (await upload(api, "page.html", html)).json()
    assert 'class="x">one</p>' in told["html"]
    assert all(gone not in told["html"] for gone in ("old", "data-mine", "note"))


async def test_a_file_without_a_session_is_only_converted(
    api: httpx.AsyncClient, superdocs: SuperDocs
) -> None:
    """It is told as HTML and kept nowhere."""
    answer = await api.post("/v1/documents/upload", files={"file": ("a.md", b"# One")})
    assert (answer.json()["persisted"], ">One</h1>" in answer.json()["html"]) == (False, True)
    assert superdocs.sessions == {}


@pytest.mark.parametrize("return_html", [True, False])
async def test_a_file_in_json(api: httpx.AsyncClient, return_html: bool) -> None:
    """The same as a form; the HTML only if it is asked for."""
    body = {"filename": "a.md", "file_base64": base64.b64encode(b"# One").decode(), "session_id": "s"}
    told = (await api.post("/v1/documents/upload-base64", json={**body, "return_html": return_html})).json()
    assert (told["chunks_count"], "html" in told) == (1, return_html)
    answer = await api.post("/v1/documents/upload-base64", json={**body, "file_base64": "*"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("form", "kind", "suffix"),
    [
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
        ("pdf", "application/pdf", "pdf"),
        ("html", "text/html", "html"),
        ("markdown", "text/markdown", "md"),
        ("txt", "text/plain", "txt"),
        ("doc", "application/msword", "doc"),
    ],
)
async def test_a_document_becomes_a_file(api: httpx.AsyncClient, form: str, kind: str, suffix: str) -> None:
    """In each format, with its type and a name."""
    await upload(api, "contract.md", FILES["contract.md"])
    answer = await export(api, format=form, filename="New & longer than one and thirty letters")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
    assert f'filename="New  longer than one and thirty.{suffix}"' in answer.headers["Content-Disposition"]
    assert "X-Export-Warnings" not in answer.headers


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (None, 'attachment; filename="Supply agreement.txt"'),
        ("Größe", "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt"),
        ('a"b', "attachment; filename*=UTF-8''a%22b.txt"),
    ],
)
async def test_the_name_of_a_file(
    api: httpx.AsyncClient, start: Start, reach: Reach, name: str | None, header: str
) -> None:
    """The document's own if none is wished, and whatever letters it has, the header is whole."""
    await reach(await start(REPLACE))
    answer = await export(api, format="txt", options={"filename": name, "fidelity": "strict"})
    assert answer.headers["Content-Disposition"] == header


async def test_what_cannot_go_into_a_file_is_told_in_a_header(api: httpx.AsyncClient) -> None:
    """Warnings are a JSON list in base64."""
    page = '<p>日本<img src="data:image/png;base64,AA"></p>'
    answer = await api.post("/v1/documents/export", json={"html": page, "format": "pdf"})
    warnings = json.loads(base64.b64decode(answer.headers["X-Export-Warnings"]))
    assert warnings == [
        "An embedded image was left out.",
        "2 characters have no glyph in the font of the PDF.",
    ]
    assert PdfReader(io.BytesIO(answer.content)).pages[0].extract_text() == "日本"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"session_id": "none"}, 404),
        ({"session_id": "empty"}, 404),
        ({"upload_id": "up_1"}, 404),
        ({}, 400),
        ({"html": "<p>x</p>", "format": "odt"}, 422),
    ],
)
async def test_what_cannot_be_exported(api: httpx.AsyncClient, body: Any, status: int) -> None:
    """Nothing there, nothing named, or a format that does not exist."""
    await api.post("/v1/chat/async", json={"message": "what is this?", "session_id": "empty"})
    assert (await api.post("/v1/documents/export", json=body)).status_code == status


async def test_an_export_over_the_limit_shows_the_way_out(
    api: httpx.AsyncClient, superdocs: SuperDocs
) -> None:
    """The 413 has the action that the documents name."""
    superdocs.behaviour.max_export_bytes = 10
    answer = await api.post("/v1/documents/export", json={"html": PAGE, "format": "html"})
    assert (answer.status_code, answer.json()["detail"]["suggested_action"]) == (413, "email_request")


async def test_an_export_may_be_late(
    api: httpx.AsyncClient,
    start: Start,
    reach: Reach,
    approve: Approve,
    superdocs: SuperDocs,
    clock: Any,
) -> None:
    """For some seconds after an approval it still holds the old text, while the job and the roster have the new one."""
    superdocs.behaviour.stale_export_s = 3
    job_id = await start(REPLACE)
    await reach(job_id)
    await approve(job_id, ch_1=True)
    done = await reach(job_id, "completed")
    assert "60" in done["result"]["document_changes"]["updated_html"]
    assert b"within 30 days" in (await export(api, format="txt")).content
    clock.move(3)
    assert b"within 60 days" in (await export(api, format="txt")).content


async def test_the_documents_of_a_session(api: httpx.AsyncClient, start: Start, reach: Reach) -> None:
    """The roster has a document's text only if it is asked for."""
    await reach(await start(REPLACE))
    (entry,) = (await api.get("/v1/sessions/s/documents")).json()["documents"]
    assert entry == {
        "document_id": "doc_primary",
        "durable_document_id": None,
        "title": "Supply agreement",
        "version_id": "v1",
        "chunks_count": 4,
        "focused": True,
        "page_setup": {"paper_size": "a4", "orientation": "portrait"},
    }
    (entry,) = (await api.get("/v1/sessions/s/documents?include_html=true")).json()["documents"]
    assert "30" in entry["html"]
    assert (await api.get("/v1/sessions")).json() == {"sessions": [{"session_id": "s"}], "total": 1}


@pytest.mark.parametrize(
    ("mode", "focused"), [("new_focused", "b.md"), ("new_tab", "b.md"), ("background", "a.md")]
)
async def test_a_second_document(api: httpx.AsyncClient, mode: str, focused: str) -> None:
    """It opens beside the first, in front of it or behind it; the roster begins with the focused one."""
    await upload(api, "a.md", b"# A")
    told = (await upload(api, "b.md", b"# B", open_mode=mode)).json()
    assert told["document_id"].startswith("doc_")
    assert [entry["focused"] for entry in told["roster"]] == [True, False]
    assert told["roster"][0]["title"] == focused
    assert (focused[0].upper().encode() in (await export(api, format="txt")).content) is True


async def test_the_place_of_a_document_among_others(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """`index` says which tab it becomes."""
    await upload(api, "a.md", b"# A")
    files = {"file": ("b.md", b"# B")}
    data = {"session_id": "s", "open_mode": "background"}
    await api.post("/v1/documents/upload", params={"index": 0}, files=files, data=data)
    assert [slot.title for slot in superdocs.sessions["s"].slots] == ["b.md", "a.md"]


@pytest.mark.parametrize("key", ["document_id", "durable_document_id"])
async def test_an_export_holds_what_is_focused(api: httpx.AsyncClient, key: str) -> None:
    """A `document_id` beside it changes nothing; focusing does, by either id of the document."""
    await upload(api, "a.md", b"# A")
    other = (await upload(api, "b.md", b"# B", open_mode="background")).json()["roster"][1]
    assert (await export(api, format="txt", document_id=other["document_id"])).content == b"A\n"
    told = (await api.post(f"/v1/sessions/s/documents/{other[key]}/focus?include_html=true")).json()
    assert (told["document_id"], told["focused_document_id"], ">B</h1>" in told["html"]) == (
        other["document_id"],
        other["document_id"],
        True,
    )
    assert (await export(api, format="txt")).content == b"B\n"


@pytest.mark.parametrize("path", ["s/documents/doc_none/focus", "none/documents/doc_primary/focus"])
async def test_focusing_what_is_not_there(api: httpx.AsyncClient, path: str) -> None:
    """Neither an unknown document nor an unknown session: 404."""
    await upload(api, "a.md", b"# A")
    assert (await api.post(f"/v1/sessions/{path}")).status_code == 404


async def test_a_form_is_recorded_by_its_file_name(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """The record of calls has the fields of the form, and of the file not its bytes."""
    await upload(api, "größe “1”.md", b"# A")
    (call,) = superdocs.calls.named("upload")
    assert call.arguments == {"file": "größe “1”.md", "session_id": "s"}
