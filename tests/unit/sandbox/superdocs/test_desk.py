"""What is the same for every request: faults and the record."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.faults import Fault
from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
Approve = Callable[..., Awaitable[httpx.Response]]
REPLACE = 'replace "30 days" with "60 days"'


async def test_every_call_is_recorded_before_its_answer(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """With its name, its path, its arguments from everywhere, and the status it got."""
    await api.post("/v1/chat/s/approve", params={"api_key": "x"}, json={"job_id": "j"})
    (call,) = superdocs.calls
    assert (call.number, call.name, call.path, call.status) == (1, "approve", "/v1/chat/s/approve", 422)
    assert call.arguments == {"session_id": "s", "api_key": "x", "job_id": "j"}


async def test_a_stream_is_recorded_when_it_opens(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """Once, and not only when it ends."""
    job_id = await start(REPLACE)
    await reach(job_id)
    async with api.stream("GET", "/v1/chat/s/stream", params={"job_id": job_id}):
        call = await superdocs.calls.wait_for("stream")
        assert (call.status, call.arguments["job_id"]) == (200, job_id)
    assert len(superdocs.calls.named("stream")) == 1


@pytest.mark.parametrize(("kind", "status_after"), [("refuse", "awaiting_approval"), ("lost", "completed")])
async def test_an_approval_without_an_answer(
    start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs, kind: Any, status_after: str
) -> None:
    """The client cannot tell whether it was done; the job can, and the record has it without a status."""
    job_id = await start(REPLACE)
    await reach(job_id)
    superdocs.faults.add(Fault("approve", kind))
    with pytest.raises(httpx.RemoteProtocolError):
        await approve(job_id, ch_1=True)
    assert (await reach(job_id, status_after))["status"] == status_after
    assert superdocs.calls.named("approve")[0].status == 0


@pytest.mark.parametrize(
    ("fault", "status", "text", "retry_after"),
    [
        (Fault("*", "error"), 500, '{"detail": "Internal server error"}', None),
        (Fault("*", "error", status=504, body="upstream timed out"), 504, "upstream timed out", None),
        (Fault("*", "error", status=403, error="Not yours"), 403, '{"detail": "Not yours"}', None),
        (Fault("*", "error", status=402, body='{"code": 1}'), 402, '{"code": 1}', None),
        (Fault("*", "error", status=503, retry_after=3), 503, '{"detail": "Internal server error"}', "3"),
        (Fault("*", "rate"), 429, "Too Many Requests", None),
        (Fault("*", "rate", retry_after=7), 429, "Too Many Requests", "7"),
        (Fault("*", "rate", body='{"detail": "slow down"}'), 429, '{"detail": "slow down"}', None),
    ],
)
async def test_ordered_errors_have_their_form(
    api: httpx.AsyncClient,
    superdocs: SuperDocs,
    fault: Fault,
    status: int,
    text: str,
    retry_after: str | None,
) -> None:
    """An error is JSON unless its body says otherwise; a surge is plain text without `Retry-After` unless asked."""
    superdocs.faults.add(fault)
    answer = await api.get("/v1/jobs")
    assert (answer.status_code, answer.text, answer.headers.get("Retry-After")) == (status, text, retry_after)
    is_json = text.startswith("{")
    assert answer.headers["Content-Type"].startswith("application/json" if is_json else "text/plain")
    assert (await api.get("/v1/jobs")).status_code == 200


async def test_an_ordered_error_does_nothing(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """No job is started by an edit that was answered with an error."""
    superdocs.faults.add(Fault("chat_async", "error", status=503))
    answer = await api.post("/v1/chat/async", json={"message": "x", "session_id": "s"})
    assert answer.status_code == 503
    assert superdocs.jobs == {}


async def test_a_cut_answer_is_no_json(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """The client gets the status, then the connection breaks in the body."""
    superdocs.faults.add(Fault("list_jobs", "cut", after_bytes=5))
    with pytest.raises(httpx.RemoteProtocolError):
        await api.get("/v1/jobs")
    assert superdocs.calls.named("list_jobs")[0].status == 200
