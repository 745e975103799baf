"""The operations: what each answers, and what each refuses."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
CHAT = {"message": "improve this", "session_id": "s"}
REPLACE = 'replace "30 days" with "60 days"'


async def test_an_edit_is_queued(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """The answer has the job's id at once, before any work is done."""
    answer = await api.post("/v1/chat/async", json=CHAT)
    assert answer.json() == {
        "job_id": superdocs.latest.job_id,
        "session_id": "s",
        "status": "pending",
        "message": "Chat request queued for processing",
    }


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        ({**CHAT, "message": "  "}, 400, "Message cannot be empty"),
        (
            {"session_id": "s"},
            422,
            [{"type": "missing", "loc": ["body", "message"], "msg": "Field required"}],
        ),
        (
            {"message": "x"},
            422,
            [{"type": "missing", "loc": ["body", "session_id"], "msg": "Field required"}],
        ),
        (
            {**CHAT, "message": "x" * 100_001},
            422,
            [
                {
                    "type": "string_too_long",
                    "loc": ["body", "message"],
                    "msg": "String should have at most 100000 characters",
                }
            ],
        ),
        (
            {**CHAT, "response_mode": "tiny"},
            422,
            [
                {
                    "type": "literal_error",
                    "loc": ["body", "response_mode"],
                    "msg": "Input should be 'full' or 'compact'",
                }
            ],
        ),
        (
            {**CHAT, "session_id": "tenant:42"},
            422,
            [{"type": "string_pattern_mismatch", "loc": ["body", "session_id"]}],
        ),
        ([], 422, [{"type": "model_type", "loc": ["body"]}]),
    ],
)
async def test_what_cannot_be_started(api: httpx.AsyncClient, body: Any, status: int, detail: Any) -> None:
    """An empty message is a 400; what does not fit the schema is a 422 with FastAPI's list."""
    answer = await api.post("/v1/chat/async", json=body)
    assert answer.status_code == status
    told = answer.json()["detail"]
    if isinstance(detail, list):
        assert [
            {key: entry[key] for key in wanted} for entry, wanted in zip(told, detail, strict=True)
        ] == detail
    else:
        assert told == detail


async def test_a_body_that_is_no_json(api: httpx.AsyncClient) -> None:
    """It is a 422 that says where the JSON broke."""
    answer = await api.post("/v1/chat/async", content=b'{"message": ')
    assert (answer.status_code, answer.json()["detail"][0]["type"]) == (422, "json_invalid")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/chat/async"),
        ("POST", "/v1/chat/s/approve"),
        ("POST", "/v1/chat/s/continue"),
        ("GET", "/v1/chat/s/stream?job_id=j"),
        ("GET", "/v1/jobs"),
        ("GET", "/v1/jobs/j"),
        ("POST", "/v1/jobs/j/cancel"),
        ("GET", "/v1/sessions"),
        ("GET", "/v1/sessions/s/jobs"),
        ("GET", "/v1/sessions/s/documents"),
        ("POST", "/v1/sessions/s/documents/doc_primary/focus"),
        ("POST", "/v1/documents/upload"),
        ("POST", "/v1/documents/upload-base64"),
        ("POST", "/v1/documents/export"),
        ("GET", "/v1/agents/whoami"),
    ],
)
async def test_no_operation_without_the_key(api: httpx.AsyncClient, method: str, path: str) -> None:
    """A missing, malformed or wrong key is a 401 with a sentence, everywhere, before anything else is looked at."""
    del api.headers["Authorization"]
    for header in (None, "sk_sandbox", "bearer sk_sandbox", "Bearer sk_wrong", "Bearer"):
        answer = await api.request(method, path, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401, header
        assert isinstance(answer.json()["detail"], str)


async def test_an_api_key_does_not_open_the_web_application(api: httpx.AsyncClient) -> None:
    """The old usage endpoints refuse even the right key."""
    assert (await api.get("/v1/users/me/usage")).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/chat/s/approve", {"job_id": "job_none", "approved": True}),
        ("POST", "/v1/chat/s/continue", {"job_id": "job_none", "continue": True}),
        ("GET", "/v1/jobs/job_none", None),
        ("POST", "/v1/jobs/job_none/cancel", None),
        ("GET", "/v1/sessions/none/documents", None),
    ],
)
async def test_what_does_not_exist(api: httpx.AsyncClient, method: str, path: str, body: Any) -> None:
    """It is a 404 that says what was not found."""
    answer = await api.request(method, path, json=body)
    assert answer.status_code == 404
    assert "not found" in answer.json()["detail"]


async def test_a_job_of_another_session_does_not_exist(
    api: httpx.AsyncClient, start: Start, reach: Reach
) -> None:
    """An approval must name the right session."""
    job_id = await start(REPLACE)
    await reach(job_id)
    body = {"job_id": job_id, "approved": True, "change_id": "ch_1"}
    assert (await api.post("/v1/chat/other/approve", json=body)).status_code == 404


@pytest.mark.parametrize("nested", [True, False])
async def test_one_job_at_a_time_in_a_session(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs, nested: bool
) -> None:
    """A second edit is a 409 that can be told from others by its code; other sessions are free."""
    superdocs.behaviour.busy_nested = nested
    await reach(await start(REPLACE))
    answer = await api.post("/v1/chat/async", json=CHAT)
    body = answer.json()
    error = body["detail"] if nested else body
    assert (answer.status_code, error["error_code"], error["active_jobs"]) == (409, "session_busy", 1)
    assert (await api.post("/v1/chat/async", json={**CHAT, "session_id": "t"})).status_code == 200


async def test_a_refused_edit_does_not_replace_the_document(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """A busy session keeps its document."""
    await reach(await start(REPLACE))
    await api.post("/v1/chat/async", json={**CHAT, "document_html": "<p>something else</p>"})
    document = superdocs.sessions["s"].document
    assert document is not None
    assert "something else" not in document.html


@pytest.mark.parametrize("form", ["object", "sentence"])
async def test_no_edit_without_operations_left(
    api: httpx.AsyncClient, superdocs: SuperDocs, form: Any
) -> None:
    """The quota's 429 has a JSON body, a code or only a sentence in it, and the usage in its headers."""
    superdocs.behaviour.change({"quota_remaining": 0, "quota_told_as": form})
    answer = await api.post("/v1/chat/async", json=CHAT)
    detail = answer.json()["detail"]
    assert answer.status_code == 429
    assert "Monthly operation limit (500) reached" in (detail if form == "sentence" else detail["message"])
    assert form == "sentence" or detail["error_code"] == "quota_exhausted"
    usage = {name: answer.headers[name] for name in ("X-Usage-Limit", "X-Usage-Used", "X-Usage-Remaining")}
    assert usage == {"X-Usage-Limit": "500", "X-Usage-Used": "500", "X-Usage-Remaining": "0"}
    assert "Retry-After" in answer.headers


async def test_a_surge_is_another_429(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """Plain text, neither usage nor `Retry-After`, and the same request goes through a little later."""
    superdocs.faults.add(Fault("chat_async", "rate", times=2))
    for _ in range(2):
        answer = await api.post("/v1/chat/async", json=CHAT)
        assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (429, "text/plain")
        assert not {"retry-after", "x-usage-limit"} & answer.headers.keys()
    assert (await api.post("/v1/chat/async", json=CHAT)).status_code == 200


@pytest.mark.parametrize(
    ("tier", "depth"), [("max", "deep"), ("core", "fast"), ("banana", "bottomless"), (None, None)]
)
async def test_the_model_and_its_depth_are_noted(
    start: Start, superdocs: SuperDocs, tier: str | None, depth: str | None
) -> None:
    """Any word is taken, sensible or not (seen at the real one); the job remembers which."""
    await start(REPLACE, model_tier=tier, thinking_depth=depth)
    assert (superdocs.latest.model_tier, superdocs.latest.thinking_depth) == (tier, depth)


async def test_a_document_that_is_not_there_cannot_be_pinned(api: httpx.AsyncClient) -> None:
    """An edit of it is a 404, and starts nothing."""
    answer = await api.post("/v1/chat/async", json={**CHAT, "document_id": "doc_none"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "Document not found")


@pytest.mark.parametrize("limit", ["max_body_bytes", "max_html_bytes"])
async def test_what_is_too_large(api: httpx.AsyncClient, superdocs: SuperDocs, limit: str) -> None:
    """Both the request and the document in it have a limit, and a 413 that names it."""
    superdocs.behaviour.change({limit: 200})
    answer = await api.post("/v1/chat/async", json={**CHAT, "document_html": "ü" * 150})
    assert (answer.status_code, answer.json()["detail"]["max_bytes"]) == (413, 200)


async def test_lists_are_newest_first_and_filtered(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """By status, by session and by number; `total` is the number returned."""
    ids = [await start(REPLACE, session_id=session) for session in ("s", "t", "u")]
    for job_id in ids:
        await reach(job_id)
    await reach(await start("answer only", session_id="v"), "completed")

    async def listed(path: str) -> list[str]:
        body = (await api.get(path)).json()
        assert body["total"] == len(body["jobs"])
        return [job["job_id"] for job in body["jobs"]]

    assert await listed("/v1/jobs?status=awaiting_approval&compact=true") == ids[::-1]
    assert await listed("/v1/jobs?status=awaiting_approval&limit=2") == ids[:0:-1]
    assert await listed("/v1/sessions/t/jobs") == [ids[1]]
    assert await listed("/v1/sessions/none/jobs") == []
    superdocs.behaviour.list_limit = 1
    assert await listed("/v1/jobs") == [superdocs.latest.job_id]
    assert (await api.get("/v1/jobs?limit=0")).status_code == 422


async def test_a_running_job_can_be_cancelled(
    api: httpx.AsyncClient, start: Start, superdocs: SuperDocs
) -> None:
    """Its session is free at once; a second time it cannot be cancelled."""
    superdocs.behaviour.work_s = 60
    job_id = await start(REPLACE)
    answer = await api.post(f"/v1/jobs/{job_id}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert (await api.post(f"/v1/jobs/{job_id}/cancel")).status_code == 400
    await start(REPLACE)


@pytest.mark.parametrize("habit", ["refuses", "works"])
async def test_whether_a_paused_job_can_be_cancelled_depends(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs, habit: Any
) -> None:
    """The old documents refuse it, builders say that it works."""
    superdocs.behaviour.cancel_paused = habit
    job_id = await start(REPLACE)
    await reach(job_id)
    answer = await api.post(f"/v1/jobs/{job_id}/cancel")
    assert (answer.status_code == 200) is (habit == "works")
    assert superdocs.jobs[job_id].is_active is (habit == "refuses")


async def test_a_continue_prompt_is_another_pause(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """It has its own kind and its own endpoint; each endpoint refuses the other's pause with a 409."""
    superdocs.behaviour.continue_prompts = 1
    job_id = await start(REPLACE)
    paused = await reach(job_id)
    assert paused["metadata"]["awaiting_kind"] == "continue_prompt"
    assert "Continue" in paused["metadata"]["continue_prompt"]["message"]
    assert paused["metadata"]["pending_changes"] is None
    approval = {"job_id": job_id, "approved": True, "change_id": "ch_1"}
    go_on = {"job_id": job_id, "continue": True}
    assert (await api.post("/v1/chat/s/approve", json=approval)).status_code == 409
    assert (await api.post("/v1/chat/s/continue", json=go_on)).json()["status"] == "ok"
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    assert (await reach(job_id))["metadata"]["awaiting_kind"] == "change_review"
    assert (await api.post("/v1/chat/s/continue", json=go_on)).status_code == 409
    assert (await api.post("/v1/chat/s/approve", json=approval)).status_code == 200
    await reach(job_id, "completed")
    assert (await api.post("/v1/chat/s/continue", json=go_on)).status_code == 400


async def test_stopping_at_a_continue_prompt(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """The job ends as completed, with nothing changed."""
    superdocs.behaviour.continue_prompts = 1
    job_id = await start(REPLACE)
    await reach(job_id)
    await api.post("/v1/chat/s/continue", json={"job_id": job_id, "continue": False})
    assert (await reach(job_id, "completed"))["result"]["document_changes"] is None


async def test_a_session_without_a_document(api: httpx.AsyncClient) -> None:
    """Its roster is empty."""
    await api.post("/v1/chat/async", json=CHAT)
    assert (await api.get("/v1/sessions/s/documents")).json()["documents"] == []


async def test_the_balance(api: httpx.AsyncClient) -> None:
    """Whoami tells the tier and what is left."""
    body = (await api.get("/v1/agents/whoami")).json()
    assert (body["tier"], body["quota"]) == ("free", {"remaining": 456, "monthly_limit": 500})


async def test_a_brand_new_document_is_never_asked_about(start: Start, reach: Reach) -> None:
    """Even under review mode it is written at once, and the job never pauses."""
    job_id = await start("Write a cancellation letter", document_html=None)
    changes = (await reach(job_id, "completed"))["result"]["document_changes"]
    assert changes["changes"] == [{"change_id": "ch_1", "status": "auto_approved"}]
    assert "cancellation letter" in changes["updated_html"]
