"""What becomes of decided changes, over HTTP."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
Approve = Callable[..., Awaitable[httpx.Response]]

TWO = 'replace "30 days" with "60 days"; delete "may agree otherwise"'
SECRECY = "<h1>Secrecy</h1><p>Kept for 30 days.</p>"


def statuses(done: dict[str, Any]) -> list[str]:
    """Return what is told of each change of a finished job."""
    return [change["status"] for change in done["result"]["document_changes"]["changes"]]


async def test_some_approved_changes_fail(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """As many as ordered are told as failed and are not in the document; the next job is whole again."""
    superdocs.behaviour.fails_to_apply = 1
    job_id = await start(TWO)
    await reach(job_id)
    await approve(job_id, ch_1=True, ch_2=True)
    done = await reach(job_id, "completed")
    html = done["result"]["document_changes"]["updated_html"]
    assert statuses(done) == ["failed", "approved"]
    assert ("<b>30</b>" in html, "otherwise" in html) == (True, False)
    assert superdocs.behaviour.fails_to_apply == 0


@pytest.mark.parametrize("habit", ["stops", "discards_siblings", "drops"])
async def test_a_denied_change_gets_in(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs, habit: Any
) -> None:
    """Told as denied, and in the document all the same: what a careful client must find for itself."""
    superdocs.behaviour.change({"applies_denied": 1, "plain_denial": habit})
    job_id = await start(TWO)
    await reach(job_id)
    await approve(job_id, ch_1=False, ch_2=False)
    done = await reach(job_id, "completed")
    assert statuses(done) == ["denied", "denied"]
    html = done["result"]["document_changes"]["updated_html"]
    assert ("<b>60</b>" in html, "otherwise" in html) == (True, True)


@pytest.fixture
async def two(api: httpx.AsyncClient, start: Start, reach: Reach) -> str:
    """Give the id of a second document, behind the contract in the session `s`."""
    await reach(await start("answer only"), "completed")
    files = {"file": ("NDA.html", SECRECY.encode())}
    data = {"session_id": "s", "open_mode": "background"}
    told = await api.post("/v1/documents/upload", files=files, data=data)
    document_id: str = told.json()["document_id"]
    return document_id


async def test_one_batch_over_two_documents(
    api: httpx.AsyncClient, start: Start, reach: Reach, approve: Approve, two: str
) -> None:
    """Each change names its document, and what is approved goes into both; the roster has both texts."""
    job_id = await start('replace "30 days" with "60 days" in both documents', document_html=None)
    changes = (await reach(job_id))["metadata"]["pending_changes"]
    assert [(change["document_id"], change["batch_total"]) for change in changes] == [
        ("doc_primary", 2),
        (two, 2),
    ]
    await approve(job_id, ch_1=True, ch_2=True)
    done = await reach(job_id, "completed")
    assert "<b>60</b>" in done["result"]["document_changes"]["updated_html"]
    roster = (await api.get("/v1/sessions/s/documents?include_html=true")).json()["documents"]
    assert ["60" in entry["html"] for entry in roster] == [True, True]


async def test_a_revision_stays_in_its_document(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs, two: str
) -> None:
    """Feedback on the second document's change brings it again for that document."""
    job_id = await start('replace "30 days" with "60 days" in both documents', document_html=None)
    await reach(job_id)
    await approve(job_id, ch_1=True, ch_2="90 days")
    (change,) = await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    assert (change.proposal.document_id, "90 days" in str(change.proposal.new_html)) == (two, True)


async def test_a_pinned_document_is_edited_alone(
    start: Start, reach: Reach, approve: Approve, two: str
) -> None:
    """The job's result is that document, though another one is focused."""
    job_id = await start('replace "30 days" with "60 days"', document_html=None, document_id=two)
    (change,) = (await reach(job_id))["metadata"]["pending_changes"]
    assert change["document_id"] == two
    await approve(job_id, ch_1=True)
    done = await reach(job_id, "completed")
    assert "Kept for 60 days" in done["result"]["document_changes"]["updated_html"]


async def test_a_pinned_document_can_be_brought_anew(
    start: Start, reach: Reach, superdocs: SuperDocs, two: str
) -> None:
    """HTML beside a pin replaces the pinned document, and the stream says which one is in focus."""
    await reach(await start("answer only", document_html="<p>Brought.</p>", document_id=two), "completed")
    texts = [slot.document.chunks[0].text for slot in superdocs.sessions["s"].slots]
    assert texts == ["Supply agreement", "Brought."]
    (sync,) = (event.data for event in superdocs.latest.events if event.name == "document_sync")
    assert (sync["focused_document_id"], "Brought." in sync["content"]) == ("doc_primary", True)


async def test_scripted_changes_may_name_their_documents(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs, two: str
) -> None:
    """What names none is for the focused one."""
    place = superdocs.sessions["s"].slots[1].document.chunks[1].chunk_id
    edit = {"operation": "edit", "new_html": "<p>X</p>"}
    superdocs.script.append([{**edit, "chunk_id": "law"}, {**edit, "chunk_id": place, "document_id": two}])
    job_id = await start("whatever", document_html=None)
    await reach(job_id)
    await approve(job_id, ch_1=True, ch_2=True)
    assert statuses(await reach(job_id, "completed")) == ["approved", "approved"]


async def test_the_roster_is_news_for_a_busy_session(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs, two: str
) -> None:
    """A job of several documents begins with them, and hears of each upload and each focus."""
    superdocs.behaviour.noise = False
    job_id = await start(TWO, document_html=None)
    await reach(job_id)
    await api.post(f"/v1/sessions/s/documents/{two}/focus")
    await api.post("/v1/documents/upload", files={"file": ("c.md", b"# C")}, data={"session_id": "s"})
    news = [
        json.loads(event.data["content"])["documents"]
        for event in superdocs.jobs[job_id].events
        if event.name == "documents_changed"
    ]
    assert [roster[0]["title"] for roster in news] == ["Supply agreement", "NDA.html", "c.md"]


async def test_an_old_server_knows_no_roster_news(
    start: Start, reach: Reach, superdocs: SuperDocs, two: str
) -> None:
    """The event belongs to the new API."""
    superdocs.behaviour.age = "five"
    await reach(await start('replace "30 days" with "60 days"', document_html=None, document_id=two))
    assert "documents_changed" not in {event.name for event in superdocs.latest.events}


async def test_a_large_edit_costs_more(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """Every 25 changed sections are one operation."""
    html = "".join(f"<p>{number} of 30 days</p>" for number in range(26))
    job_id = await start('replace "30 days" with "60 days"', document_html=html)
    changes = (await reach(job_id))["metadata"]["pending_changes"]
    await approve(job_id, **{change["change_id"]: True for change in changes})
    usage = (await reach(job_id, "completed"))["result"]["usage"]
    assert usage["ops_charged"] == 2
    assert superdocs.behaviour.quota_remaining == 454
