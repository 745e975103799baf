"""The stream: which events come, in which order, and how it ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from httpx_sse import ServerSentEvent, aconnect_sse

from bot.sandbox.faults import Fault
from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
Approve = Callable[..., Awaitable[httpx.Response]]
TWO = 'replace "30 days" with "60 days"; delete "may agree otherwise"'


async def told(api: httpx.AsyncClient, job_id: str, **query: Any) -> AsyncIterator[ServerSentEvent]:
    """Follow a job's stream to its end."""
    async with aconnect_sse(api, "GET", "/v1/chat/s/stream", params={"job_id": job_id, **query}) as source:
        source.response.raise_for_status()
        async for event in source.aiter_sse():
            yield event


async def names(api: httpx.AsyncClient, job_id: str, **query: Any) -> list[str]:
    """Return the names of a finished job's events."""
    return [event.event async for event in told(api, job_id, **query)]


async def test_one_stream_tells_the_whole_story(
    api: httpx.AsyncClient, start: Start, approve: Approve, superdocs: SuperDocs
) -> None:
    """It stays open while people think, goes on after the approval, and ends with `final` and `usage`."""
    superdocs.behaviour.noise = False
    job_id = await start(TWO)
    seen: list[ServerSentEvent] = []
    async for event in told(api, job_id):
        seen.append(event)
        if event.event == "proposed_change_batch":
            await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
            await approve(job_id, ch_1=True, ch_2=True)
    order = list(dict.fromkeys(event.event for event in seen))
    assert order == ["document_sync", "intermediate", "proposed_change_batch", "final", "usage"]
    final = seen[-2].json()
    assert final["content"] == final["result"]["response"]
    assert "60" in final["result"]["document_changes"]["updated_html"]
    assert seen[-1].json() == final["result"]["usage"]
    assert 'data-chunk-id="pay"' in seen[0].json()["content"]


async def test_the_new_age_tells_a_batch_in_one_event(
    api: httpx.AsyncClient, start: Start, reach: Reach
) -> None:
    """Its content is JSON in a string, with the batch around the changes."""
    job_id = await start(TWO)
    await reach(job_id)
    async for event in told(api, job_id):
        if event.event == "proposed_change_batch":
            content = json.loads(event.json()["content"])
            break
    assert (content["type"], content["batch_id"], content["batch_total"]) == ("batch_approval", "ch_1", 2)
    assert [change["change_id"] for change in content["changes"]] == ["ch_1", "ch_2"]


@pytest.mark.parametrize(("age", "message", "count"), [("eleven", 'delete "otherwise"', 1), ("five", TWO, 2)])
async def test_single_changes_have_events_of_their_own(
    api: httpx.AsyncClient, start: Start, superdocs: SuperDocs, age: Any, message: str, count: int
) -> None:
    """In the old age always; in the new one when a change stands alone."""
    superdocs.behaviour.age = age
    job_id = await start(message)
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    changes: list[dict[str, Any]] = []
    async for event in told(api, job_id):
        if event.event == "proposed_change":
            changes.append(json.loads(event.json()["content"]))
        if len(changes) == count:
            break
    assert [change["change_id"] for change in changes] == ["ch_1", "ch_2"][:count]
    assert changes[0]["batch_total"] == (2 if count == 2 else None)


async def test_the_old_age_knows_five_events(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """No document_sync, no noise."""
    superdocs.behaviour.age = "five"
    job_id = await start(TWO, approval_mode="approve_all")
    await reach(job_id, "completed")
    assert set(await names(api, job_id)) == {"intermediate", "final", "usage"}


async def test_the_new_age_mixes_in_what_concerns_nobody(
    api: httpx.AsyncClient, start: Start, reach: Reach
) -> None:
    """Roster news, a model's fallback and pointers to buttons."""
    job_id = await start("answer only")
    await reach(job_id, "completed")
    assert {"documents_changed", "model_fallback", "ui_pointer"} <= set(await names(api, job_id))


async def test_a_reconnect_goes_on_where_it_was(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """Events up to `last_sequence` are left out; where it is not honoured, everything comes again."""
    job_id = await start("answer only")
    await reach(job_id, "completed")
    last = superdocs.jobs[job_id].last_sequence
    whole = await names(api, job_id)
    assert await names(api, job_id, last_sequence=last) == ["document_sync", "final", "usage"]
    assert len(await names(api, job_id, last_sequence=last - 2)) == 5
    superdocs.behaviour.honours_last_sequence = False
    assert await names(api, job_id, last_sequence=last) == whole
    superdocs.behaviour.change({"honours_last_sequence": True, "age": "five"})
    assert await names(api, job_id, last_sequence=last) == whole


async def test_sequences_rise(api: httpx.AsyncClient, start: Start, reach: Reach) -> None:
    """Every event that can be replayed has a higher sequence than the one before."""
    job_id = await start("answer only")
    await reach(job_id, "completed")
    data = [event.json() async for event in told(api, job_id)]
    sequences = [entry["sequence"] for entry in data if "sequence" in entry]
    assert sequences == list(range(1, len(sequences) + 1))


async def test_a_late_stream_may_not_tell_the_end(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """Where the end is not replayed, the stream of a finished job just stops."""
    superdocs.behaviour.replays_final = False
    job_id = await start("answer only")
    await reach(job_id, "completed")
    assert not {"final", "usage"} & set(await names(api, job_id))


@pytest.mark.parametrize(
    ("end", "error"), [("fail", "could not complete"), ("cancel", "cancelled"), ("expire", "not found")]
)
async def test_a_bad_end_is_an_error_event(
    api: httpx.AsyncClient, clock: Any, start: Start, superdocs: SuperDocs, end: str, error: str
) -> None:
    """Failed, cancelled or cleaned up: the open stream says which, and ends."""
    superdocs.behaviour.cancel_paused = "works"
    job_id = await start("fail" if end == "fail" else TWO)
    following = asyncio.create_task(last_of(told(api, job_id)))
    await superdocs.calls.wait_for("stream")
    if end == "cancel":
        await api.post(f"/v1/jobs/{job_id}/cancel")
    if end == "expire":
        await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
        clock.move(3600)
        superdocs.wake()
    event = await following
    assert event.event == "error"
    assert error in event.json()["error"]


async def last_of(events: AsyncIterator[ServerSentEvent]) -> ServerSentEvent:
    """Return the last event of a stream."""
    return [event async for event in events][-1]


async def test_an_unknown_job_is_told_as_an_event(api: httpx.AsyncClient) -> None:
    """The stream opens, says that there is no such job, and ends."""
    event = await last_of(told(api, "job_none"))
    assert (event.event, event.json()) == ("error", {"error": "Job not found"})


async def test_a_stream_needs_a_job(api: httpx.AsyncClient) -> None:
    """Without `job_id` it is a 422 that names the query."""
    answer = await api.get("/v1/chat/s/stream")
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", "job_id"])


@pytest.mark.parametrize(
    ("place", "by_header", "by_query"),
    [("header", True, False), ("query", False, True), ("both", True, True)],
)
async def test_where_the_key_is_looked_for_depends(
    api: httpx.AsyncClient, superdocs: SuperDocs, place: Any, by_header: bool, by_query: bool
) -> None:
    """In the header, in the query, or in either."""
    superdocs.behaviour.stream_auth = place
    path = "/v1/chat/s/stream?job_id=j"
    assert ((await api.get(path)).status_code == 200) is by_header
    del api.headers["Authorization"]
    assert ((await api.get(f"{path}&api_key=sk_sandbox")).status_code == 200) is by_query
    assert (await api.get(f"{path}&api_key=sk_wrong")).status_code == 401
    assert (await api.get(path)).status_code == 401


async def test_a_wrong_key_may_be_told_as_an_event(api: httpx.AsyncClient, superdocs: SuperDocs) -> None:
    """Where that is the habit, the stream opens with 200 and its only event is the refusal."""
    superdocs.behaviour.stream_refuses_by = "event"
    event = await last_of(told(api, "j", api_key="sk_wrong"))
    assert (event.event, event.json()) == ("error", {"error": "Invalid API key"})


async def test_silence_may_be_broken_by_comments(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """A keep-alive is a comment line, which is no event."""
    superdocs.behaviour.keepalive_s = 0.01
    job_id = await start(TWO)
    await reach(job_id)
    async with api.stream("GET", "/v1/chat/s/stream", params={"job_id": job_id}) as answer:
        async for line in answer.aiter_lines():
            if line.startswith(":"):
                break
    assert line == ": keep-alive"


@pytest.mark.parametrize("after_bytes", [None, 60])
async def test_a_stream_can_be_cut(
    api: httpx.AsyncClient, start: Start, superdocs: SuperDocs, after_bytes: int | None
) -> None:
    """The connection breaks after so many bytes, in the middle of whatever it is telling."""
    job_id = await start(TWO)
    superdocs.faults.add(Fault("stream", "cut", after_bytes=after_bytes))
    received = b""
    async with api.stream("GET", "/v1/chat/s/stream", params={"job_id": job_id}) as answer:
        assert answer.status_code == 200
        try:
            async for part in answer.aiter_raw():
                received += part
        except httpx.RemoteProtocolError:
            broken = True
        else:
            broken = False
    assert (broken, len(received)) == (True, after_bytes or 0)
    assert (await api.get(f"/v1/jobs/{job_id}")).status_code == 200


async def test_a_client_that_goes_away_disturbs_nobody(
    api: httpx.AsyncClient, start: Start, approve: Approve, reach: Reach, caplog: Any
) -> None:
    """The job goes on, and another client is told everything."""
    job_id = await start(TWO)
    await reach(job_id)
    async for event in told(api, job_id):
        if event.event == "proposed_change_batch":
            break
    await approve(job_id, ch_1=True, ch_2=True)
    await reach(job_id, "completed")
    assert (await names(api, job_id))[-2:] == ["final", "usage"]
    assert caplog.records == []


async def test_closing_ends_the_streams(
    api: httpx.AsyncClient, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """A sandbox that shuts down does not keep its clients waiting."""
    job_id = await start(TWO)
    await reach(job_id)
    following = asyncio.create_task(names(api, job_id))
    await superdocs.calls.wait_for("stream")
    await superdocs.close()
    assert "final" not in await following
