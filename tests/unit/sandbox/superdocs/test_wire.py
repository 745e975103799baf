"""The forms of jobs and changes on the wire."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
TWO = 'replace "30 days" with "60 days"; delete "may agree otherwise"'
OLD_FIELDS = {"change_id", "operation", "chunk_id", "old_html", "new_html", "ai_explanation"} | {
    "batch_id",
    "batch_total",
    "insert_after_chunk_id",
}


async def test_a_job_has_all_documented_fields(start: Start, reach: Reach) -> None:
    """Those of the newest documents, with times in ISO form and the events stored in the metadata."""
    job = await reach(await start(TWO))
    assert {
        key: job[key] for key in ("session_id", "job_type", "status", "result", "error", "created_at")
    } == {
        "session_id": "s",
        "job_type": "chat",
        "status": "awaiting_approval",
        "result": None,
        "error": None,
        "created_at": "2027-01-15T08:00:00.000Z",
    }
    assert 0 < job["progress"] < 100
    metadata = job["metadata"]
    assert (metadata["message"], metadata["document_html_provided"]) == (TWO, True)
    assert metadata["pending_batch_decisions"] is None
    assert metadata["intermediate_responses"][-1]["type"] == "proposed_change_batch"
    assert isinstance(metadata["intermediate_responses"][-1]["content"], str)


@pytest.mark.parametrize("age", ["five", "eleven"])
async def test_a_change_has_the_fields_of_its_age(
    start: Start, reach: Reach, superdocs: SuperDocs, age: Any
) -> None:
    """The old ones always, the additional ones only from the new API."""
    superdocs.behaviour.age = age
    metadata = (await reach(await start(TWO)))["metadata"]
    newer = (
        {"document_id", "insert_before_chunk_id", "status", "machine_checks"} if age == "eleven" else set()
    )
    assert metadata["pending_changes"][0].keys() == OLD_FIELDS | newer
    assert ("awaiting_kind" in metadata) is (age == "eleven")


@pytest.mark.parametrize("form", ["list", "string", "object"])
async def test_pending_changes_come_in_three_forms(
    start: Start, reach: Reach, superdocs: SuperDocs, form: Any
) -> None:
    """As a list, as JSON in a string, or as an object with a batch id; always the same changes."""
    superdocs.behaviour.pending_changes_as = form
    pending = (await reach(await start(TWO)))["metadata"]["pending_changes"]
    if form == "object":
        assert pending["batch_id"] == "ch_1"
        pending = pending["changes"]
    if form == "string":
        assert isinstance(pending, str)
        pending = json.loads(pending)
    assert [change["change_id"] for change in pending] == ["ch_1", "ch_2"]


async def test_a_compact_job_has_ids_only(api: httpx.AsyncClient, start: Start, reach: Reach) -> None:
    """No stored events, no result, and of the waiting changes nothing but their ids."""
    job_id = await start(TWO)
    await reach(job_id)
    job = (await api.get(f"/v1/jobs/{job_id}?compact=true")).json()
    assert job["status"] == "awaiting_approval"
    assert job["metadata"]["pending_changes"] == [{"change_id": "ch_1"}, {"change_id": "ch_2"}]
    assert "intermediate_responses" not in job["metadata"]
    done = await start("answer only", session_id="t")
    await reach(done, "completed")
    assert (await api.get(f"/v1/jobs/{done}?compact=true")).json()["result"] is None


async def test_changes_may_show_the_chunk_id(start: Start, reach: Reach, superdocs: SuperDocs) -> None:
    """Where that is the habit, both sides of a change carry it."""
    superdocs.behaviour.chunk_ids_in_changes = True
    edit, _ = (await reach(await start(TWO)))["metadata"]["pending_changes"]
    assert edit["old_html"].startswith('<p data-chunk-id="pay">4.1')
    assert edit["new_html"].startswith('<p data-chunk-id="pay">4.1')
