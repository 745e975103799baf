"""Approvals: which shapes are taken, which refused, and what a part of a batch does."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from bot.sandbox.superdocs import SuperDocs

Start = Callable[..., Awaitable[str]]
Reach = Callable[..., Awaitable[dict[str, Any]]]
Approve = Callable[..., Awaitable[httpx.Response]]

THREE = 'replace "30 days" with "60 days"; add "9.3 New." after "9.1"; delete "may agree otherwise"'
EACH = [{"change_id": f"ch_{number}", "approved": True} for number in (1, 2, 3)]


@pytest.fixture
async def paused(start: Start, reach: Reach) -> str:
    """Give a job that waits for three changes."""
    job_id = await start(THREE)
    await reach(job_id)
    return job_id


async def sent(api: httpx.AsyncClient, job_id: str, **body: Any) -> httpx.Response:
    """Send an approval of these very fields."""
    return await api.post("/v1/chat/s/approve", json={"job_id": job_id, **body})


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"approved": False}, ["body", "job_id"]),
        ({"job_id": "j", "changes": EACH}, ["body", "approved"]),
        ({"job_id": "j", "approved": "perhaps"}, ["body", "approved"]),
        ({"job_id": "j", "approved": True, "changes": "ch_1"}, ["body", "changes"]),
    ],
)
async def test_job_and_top_level_verdict_are_always_needed(
    api: httpx.AsyncClient, body: Any, place: list[str]
) -> None:
    """Leaving either out is a 422 that names the field, also when every change has its own verdict."""
    answer = await api.post("/v1/chat/s/approve", json=body)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, place)


async def test_a_denial_without_ids_does_nothing(
    api: httpx.AsyncClient, paused: str, superdocs: SuperDocs
) -> None:
    """It is answered with 200 all the same; only `batch_complete` tells."""
    answer = await sent(api, paused, approved=False, feedback="no")
    assert (answer.status_code, answer.json()["batch_complete"]) == (200, False)
    assert superdocs.jobs[paused].status == "awaiting_approval"
    assert len(superdocs.jobs[paused].pending) == 3


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ([{"change_id": "ch_9", "approved": True}], 500),
        ([{"chunk_id": "pay", "approved": True}], 500),
        ([{"change_id": "pay", "approved": True}], 500),
        ([*EACH, EACH[0]], 400),
        ([{"change_id": "ch_1", "approved": "yes"}], 422),
    ],
)
async def test_a_wrong_change_decides_nothing(
    api: httpx.AsyncClient, paused: str, superdocs: SuperDocs, changes: Any, status: int
) -> None:
    """One wrong id, or one change decided twice, refuses the whole call."""
    answer = await sent(api, paused, approved=True, changes=changes)
    assert answer.status_code == status
    assert superdocs.jobs[paused].status == "awaiting_approval"
    assert superdocs.jobs[paused].ledger == {}


async def test_an_unknown_change_may_be_a_400(
    api: httpx.AsyncClient, paused: str, superdocs: SuperDocs
) -> None:
    """The documents do not settle how an unknown id is refused."""
    superdocs.behaviour.unknown_change_status = 400
    assert (await sent(api, paused, approved=True, change_id="ch_9")).status_code == 400


async def test_an_entry_without_a_verdict_takes_the_top_level_one(
    api: httpx.AsyncClient, paused: str, reach: Reach
) -> None:
    """Its own verdict wins where it has one."""
    changes = [
        {"change_id": "ch_1"},
        {"change_id": "ch_2"},
        {"change_id": "ch_3", "approved": False, "feedback": "no"},
    ]
    await sent(api, paused, approved=True, changes=changes)
    document = (await reach(paused))["metadata"]["pending_changes"]
    assert [change["chunk_id"] for change in document] == ["end"]


async def test_the_answer_may_lack_whether_the_batch_is_complete(
    api: httpx.AsyncClient, paused: str, superdocs: SuperDocs
) -> None:
    """Older documents show a bare 200."""
    superdocs.behaviour.approve_tells_completion = False
    answer = await sent(api, paused, approved=True, changes=EACH)
    assert answer.json() == {"status": "ok", "message": "Approval processed"}


async def test_an_approval_that_comes_twice(api: httpx.AsyncClient, paused: str, reach: Reach) -> None:
    """The second one is a 400, at once and after the end."""
    assert (await sent(api, paused, approved=True, changes=EACH)).status_code == 200
    for _ in range(2):
        answer = await sent(api, paused, approved=True, changes=EACH)
        assert (answer.status_code, answer.json()["detail"]) == (400, "Job is not awaiting approval")
        await reach(paused, "completed")


async def test_an_approval_that_comes_too_early(
    api: httpx.AsyncClient, start: Start, superdocs: SuperDocs
) -> None:
    """A job that still works is not awaiting approval."""
    superdocs.behaviour.work_s = 60
    job_id = await start(THREE)
    assert (await sent(api, job_id, approved=True, changes=EACH)).status_code == 400


async def test_a_part_may_close_the_round(api: httpx.AsyncClient, paused: str, reach: Reach) -> None:
    """By this reading the rest is discarded, and a second call for it is refused."""
    answer = await sent(api, paused, approved=True, change_id="ch_1")
    assert answer.json()["batch_complete"] is True
    assert (await sent(api, paused, approved=True, change_id="ch_2")).status_code == 400
    changes = (await reach(paused, "completed"))["result"]["document_changes"]["changes"]
    assert {entry["change_id"]: entry["status"] for entry in changes} == {
        "ch_1": "approved",
        "ch_2": "discarded",
        "ch_3": "discarded",
    }


async def test_a_part_may_be_written_down(
    api: httpx.AsyncClient, paused: str, reach: Reach, superdocs: SuperDocs
) -> None:
    """By this reading the job resumes when all are decided; until then a ledger shows what is."""
    superdocs.behaviour.partial_decisions = "ledger"
    answer = await sent(api, paused, approved=True, change_id="ch_1")
    assert answer.json()["batch_complete"] is False
    shown = (await reach(paused))["metadata"]
    assert shown["pending_batch_decisions"] == {"ch_1": {"approved": True, "feedback": None}}
    assert len(shown["pending_changes"]) == 3
    assert (await sent(api, paused, approved=False, change_id="ch_1")).status_code == 400
    rest = [{"change_id": "ch_2", "approved": True}, {"change_id": "ch_3", "approved": True}]
    assert (await sent(api, paused, approved=True, changes=rest)).json()["batch_complete"] is True
    changes = (await reach(paused, "completed"))["result"]["document_changes"]["changes"]
    assert {entry["status"] for entry in changes} == {"approved"}


async def test_every_approval_is_kept_for_tests(
    api: httpx.AsyncClient, paused: str, superdocs: SuperDocs
) -> None:
    """Right or wrong, the bodies can be looked at."""
    await sent(api, paused, changes=EACH)
    await sent(api, paused, approved=True, changes=EACH)
    assert superdocs.approvals == [
        {"job_id": paused, "changes": EACH},
        {"job_id": paused, "approved": True, "changes": EACH},
    ]
