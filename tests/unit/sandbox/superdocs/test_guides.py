"""The examples of the official guides, followed to the letter: whoever wrote a client by them is served."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.superdocs import SuperDocs

Reach = Callable[..., Awaitable[dict[str, Any]]]
CONTRACT = (
    "<h2>Liability</h2><p>The Supplier may refuse in 30 days.</p><h2>Law</h2><p>German law will apply.</p>"
)


async def test_the_polling_example_of_the_review_guide(
    api: httpx.AsyncClient, superdocs: SuperDocs, reach: Reach
) -> None:
    """Start with `ask_every_time`, poll, print each change with defaults, approve all with one array, poll on."""
    answer = await api.post(
        "/v1/chat/async",
        json={
            "message": "Rewrite the liability section",
            "session_id": "contract-review",
            "document_html": CONTRACT,
            "approval_mode": "ask_every_time",
        },
    )
    job_id = answer.json()["job_id"]
    while (job := await reach(job_id, _next_stop(superdocs)))["status"] != "completed":
        changes = job["metadata"]["pending_changes"]
        assert all(change.get("ai_explanation", "N/A") for change in changes)
        await api.post(
            "/v1/chat/contract-review/approve",
            json={
                "job_id": job_id,
                "approved": True,
                "changes": [{"change_id": change["change_id"], "approved": True} for change in changes],
            },
        )
    assert "The Supplier shall refuse" in job["result"]["document_changes"]["updated_html"]


def _next_stop(superdocs: SuperDocs) -> str:
    """Return where a job will stop next: at its first pause, or at its end."""
    return "completed" if superdocs.approvals else "awaiting_approval"


async def test_the_single_change_examples(api: httpx.AsyncClient, superdocs: SuperDocs, reach: Reach) -> None:
    """Deny one change with feedback by its id, then approve the revision by its id."""
    body = {
        "message": 'change "30 days" to "60 days"',
        "session_id": "contract-review",
        "document_html": CONTRACT,
    }
    answer = await api.post("/v1/chat/async", json={**body, "approval_mode": "ask_every_time"})
    job_id = answer.json()["job_id"]
    await reach(job_id)
    feedback = "Keep the original language but add a GDPR reference link"
    denial = {"job_id": job_id, "change_id": "ch_1", "approved": False, "feedback": feedback}
    await api.post("/v1/chat/contract-review/approve", json=denial)
    await superdocs.until(lambda: superdocs.latest.pending, within_s=5)
    (revision,) = (await reach(job_id))["metadata"]["pending_changes"]
    assert "30 days" in revision["new_html"]
    assert "GDPR reference link" in revision["new_html"]
    approval = {"job_id": job_id, "change_id": revision["change_id"], "approved": True}
    await api.post("/v1/chat/contract-review/approve", json=approval)
    assert "GDPR" in (await reach(job_id, "completed"))["result"]["document_changes"]["updated_html"]


async def test_the_python_example_of_the_streaming_guide(
    api: httpx.AsyncClient, superdocs: SuperDocs
) -> None:
    """The key as a query parameter, lines that begin with `data: `, `content` as progress."""
    superdocs.behaviour.age = "five"
    del api.headers["Authorization"]
    answer = await api.post(
        "/v1/chat/async",
        headers={"Authorization": "Bearer sk_sandbox"},
        json={"message": "Make it concise", "session_id": "my-session", "document_html": CONTRACT},
    )
    progress = []
    url = f"/v1/chat/my-session/stream?job_id={answer.json()['job_id']}&api_key=sk_sandbox"
    async with api.stream("GET", url) as response:
        async for line in response.aiter_lines():
            data = json.loads(line[6:]) if line.startswith("data: ") else {}
            progress += [data["content"]] if "content" in data else []
    assert progress[0] == "Analyzing document structure..."
    assert "applied" in progress[-1]


@pytest.mark.parametrize("age", ["five", "eleven"])
async def test_the_event_source_example_collects_the_whole_batch(
    api: httpx.AsyncClient, superdocs: SuperDocs, age: Any
) -> None:
    """By `batch_total` in the old age; in the new one the job has to be read, since there is one event for all."""
    superdocs.behaviour.age = age
    body = {
        "message": "tighten",
        "session_id": "s",
        "document_html": CONTRACT,
        "approval_mode": "ask_every_time",
    }
    job_id = (await api.post("/v1/chat/async", json=body)).json()["job_id"]
    collected: list[dict[str, Any]] = []
    async with api.stream("GET", f"/v1/chat/s/stream?job_id={job_id}&api_key=sk_sandbox") as response:
        name = ""
        async for line in response.aiter_lines():
            name = line[7:] if line.startswith("event: ") else name
            if line.startswith("data: ") and name.startswith("proposed_change"):
                content = json.loads(json.loads(line[6:])["content"])
                collected += content.get("changes", [content])
                if len(collected) == content["batch_total"]:
                    break
    waiting = superdocs.jobs[job_id].pending
    assert [change["change_id"] for change in collected] == [change.change_id for change in waiting]
    assert len(collected) > 1
