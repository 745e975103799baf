"""Time: what is cleaned up when, what reads still show, and how long a session stays busy."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
Approve = Callable[..., Awaitable[httpx.Response]]
REPLACE = 'replace "30 days" with "60 days"'


async def test_a_job_that_is_cleaned_up_stops_working(
    clock: Any, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """Nothing goes on in the background for a job that nobody can see any more."""
    job_id = await start(REPLACE)
    await reach(job_id)
    work = superdocs.jobs[job_id].work
    clock.move(3600)
    superdocs.wake()
    assert work is not None
    await asyncio.wait([work], timeout=5)
    assert work.cancelled()


async def test_a_paused_job_is_gone_after_an_hour(
    api: httpx.AsyncClient, clock: Any, start: Start, reach: Reach, approve: Approve
) -> None:
    """Until then it waits; afterwards it never existed, and its session is free."""
    job_id = await start(REPLACE)
    await reach(job_id)
    clock.move(3599)
    assert (await api.get(f"/v1/jobs/{job_id}")).status_code == 200
    clock.move(1)
    assert (await api.get(f"/v1/jobs/{job_id}")).status_code == 404
    assert (await approve(job_id, ch_1=True)).status_code == 404
    assert (await api.get("/v1/jobs")).json()["jobs"] == []
    await start(REPLACE)


@pytest.mark.parametrize(("counts_from", "left"), [("pause", 1000), ("start", 500)])
async def test_when_the_hour_begins_depends(
    api: httpx.AsyncClient, clock: Any, start: Start, superdocs: SuperDocs, counts_from: Any, left: float
) -> None:
    """With the pause, so that each pause has its own hour; or with the job, whose first pause used up half of it."""
    superdocs.behaviour.change(
        {"approval_window_s": 1000, "window_counts_from": counts_from, "continue_prompts": 1}
    )
    job_id = await start(REPLACE)
    job = superdocs.jobs[job_id]
    await superdocs.until(lambda: job.continue_prompt, within_s=5)
    clock.move(500)
    await api.post("/v1/chat/s/continue", json={"job_id": job_id, "continue": True})
    await superdocs.until(lambda: job.pending, within_s=5)
    clock.move(left - 1)
    superdocs.wake()
    assert not job.gone
    clock.move(1)
    superdocs.wake()
    assert job.gone


async def test_a_new_round_has_a_new_hour(
    api: httpx.AsyncClient, clock: Any, start: Start, superdocs: SuperDocs, approve: Approve
) -> None:
    """Feedback after half an hour does not shorten the time for the revision."""
    job_id = await start(REPLACE)
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    clock.move(1800)
    await approve(job_id, ch_1="90 days")
    await superdocs.until(lambda: superdocs.jobs[job_id].pending, within_s=5)
    clock.move(3000)
    assert (await api.get(f"/v1/jobs/{job_id}")).json()["status"] == "awaiting_approval"


async def test_a_finished_job_is_kept_for_an_hour(
    api: httpx.AsyncClient, clock: Any, start: Start, reach: Reach
) -> None:
    """Then its result is gone, but the session keeps the document."""
    job_id = await start(REPLACE, approval_mode="approve_all")
    await reach(job_id, "completed")
    clock.move(3600)
    assert (await api.get(f"/v1/jobs/{job_id}")).status_code == 404
    documents = (await api.get("/v1/sessions/s/documents?include_html=true")).json()["documents"]
    assert "60" in documents[0]["html"]


async def test_reads_may_be_stale_after_an_approval(
    api: httpx.AsyncClient, clock: Any, start: Start, reach: Reach, approve: Approve, superdocs: SuperDocs
) -> None:
    """For a while the job still seems to wait, in every read and with its old document; deciding again is refused."""
    superdocs.behaviour.stale_reads_s = 3
    job_id = await start(REPLACE)
    await reach(job_id)
    assert (await approve(job_id, ch_1=True)).json()["batch_complete"] is True
    stale = await reach(job_id, "completed")
    assert (stale["status"], len(stale["metadata"]["pending_changes"])) == ("awaiting_approval", 1)
    assert (await api.get("/v1/jobs?status=awaiting_approval")).json()["total"] == 1
    assert "<b>30</b>" in (await api.get("/v1/sessions/s/documents?include_html=true")).text
    assert (await approve(job_id, ch_1=True)).status_code == 400
    clock.move(3)
    assert (await api.get(f"/v1/jobs/{job_id}")).json()["status"] == "completed"
    assert (
        "<b>60</b>"
        in (await api.get("/v1/sessions/s/documents?include_html=true")).json()["documents"][0]["html"]
    )


async def test_a_session_may_stay_busy_after_the_end(
    api: httpx.AsyncClient, clock: Any, start: Start, reach: Reach, superdocs: SuperDocs
) -> None:
    """Completed does not yet mean free, where that is the habit."""
    superdocs.behaviour.busy_after_s = 5
    await reach(await start("answer only"), "completed")
    assert (await api.post("/v1/chat/async", json={"message": "x", "session_id": "s"})).status_code == 409
    clock.move(5)
    assert (await api.post("/v1/chat/async", json={"message": "x", "session_id": "s"})).status_code == 200
