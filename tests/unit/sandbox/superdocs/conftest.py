"""A SuperDocs that thinks in no time, served over loopback, and a clock that tests move."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.superdocs import Behaviour, SuperDocs

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Spares each client the reading of certificates; nothing here speaks TLS."""

CONTRACT = (
    '<h1 data-chunk-id="h">Supply agreement</h1>\n'
    '<p data-chunk-id="pay">4.1 The Buyer shall pay within <b>30</b> days &amp; no later.</p>\n'
    '<p data-chunk-id="law">9.1 German law applies.</p>\n'
    '<p data-chunk-id="end">9.2 The parties may agree otherwise.</p>'
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        """Return the time, in seconds since the epoch."""
        return self.now

    def move(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds


@pytest.fixture
def contract() -> str:
    """Give a document whose chunks are called h, pay, law and end."""
    return CONTRACT


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still."""
    return Clock()


@pytest.fixture
async def superdocs(clock: Clock) -> AsyncIterator[SuperDocs]:
    """Give a SuperDocs that needs no time to think, and end its work afterwards."""
    service = SuperDocs(clock=clock, behaviour=Behaviour(work_s=0))
    yield service
    await service.close()


@pytest.fixture
async def api(superdocs: SuperDocs) -> AsyncIterator[httpx.AsyncClient]:
    """Give a real client with the right key."""
    app = web.Application()
    app.add_routes(superdocs.app_routes())
    headers = {"Authorization": "Bearer sk_sandbox"}
    async with (
        TestServer(app) as server,
        httpx.AsyncClient(base_url=str(server.make_url("/")), headers=headers, verify=NO_TLS) as client,
    ):
        yield client
        await superdocs.close()


@pytest.fixture
def start(api: httpx.AsyncClient) -> Callable[..., Awaitable[str]]:
    """Give a function that starts an edit of the contract and returns the job's id."""

    async def start_edit(message: str, **fields: Any) -> str:
        body = {
            "message": message,
            "session_id": "s",
            "document_html": CONTRACT,
            "approval_mode": "ask_every_time",
        }
        answer = await api.post("/v1/chat/async", json={**body, **fields})
        assert answer.status_code == 200, answer.text
        job_id: str = answer.json()["job_id"]
        return job_id

    return start_edit


@pytest.fixture
def reach(api: httpx.AsyncClient, superdocs: SuperDocs) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Give a function that waits until a job has a status, and returns the job as the API shows it."""

    async def wait(job_id: str, status: str = "awaiting_approval") -> dict[str, Any]:
        await superdocs.until(lambda: superdocs.jobs[job_id].status == status, within_s=5)
        job: dict[str, Any] = (await api.get(f"/v1/jobs/{job_id}")).json()
        return job

    return wait


@pytest.fixture
def approve(api: httpx.AsyncClient) -> Callable[..., Awaitable[httpx.Response]]:
    """Give a function that decides changes: `approve(job_id, ch_1=True, ch_2="use other words", ch_3=False)`."""

    async def send(job_id: str, **verdicts: bool | str) -> httpx.Response:
        changes = [
            {"change_id": change_id, "approved": verdict}
            if isinstance(verdict, bool)
            else {"change_id": change_id, "approved": False, "feedback": verdict}
            for change_id, verdict in verdicts.items()
        ]
        body = {
            "job_id": job_id,
            "approved": all(change["approved"] for change in changes),
            "changes": changes,
        }
        return await api.post("/v1/chat/s/approve", json=body)

    return send
