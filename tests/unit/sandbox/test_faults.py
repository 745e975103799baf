"""Faults on demand, as a client sees them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.sandbox.faults import CUT_AFTER, Fault, Faults, Handler, Kind, drop, dropped, serve


class Service:
    """A service with one operation, `work`, and one that streams, `tell`."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.worked = 0
        self.app = web.Application()
        self.app.router.add_get("/{name}", self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        handler: Handler = {"work": self._work, "tell": self._tell}[request.match_info["name"]]
        fault = self.faults.take(request.path.strip("/"))
        return await serve(fault, request, handler, self._answer) or dropped(request)

    def _answer(self, fault: Fault) -> web.Response:
        return web.Response(status=fault.status, text=fault.body or fault.error)

    async def _work(self, _request: web.Request) -> web.Response:
        self.worked += 1
        return web.json_response({"worked": self.worked})

    async def _tell(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"once upon a time"[: request.get(CUT_AFTER)])
        if CUT_AFTER in request:
            drop(request)
        return response


@pytest.fixture
async def service() -> Service:
    """Give a service without faults."""
    return Service()


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Give a real client of the served service."""
    async with (
        TestServer(service.app) as server,
        httpx.AsyncClient(base_url=str(server.make_url("/"))) as http,
    ):
        yield http


async def received_of(client: httpx.AsyncClient, path: str) -> bytes:
    """Return what arrives of a body before the connection breaks; fail if it does not break."""
    received = b""
    async with client.stream("GET", path) as answer:
        try:
            async for part in answer.aiter_raw():
                received += part
        except httpx.RemoteProtocolError:
            return received
    pytest.fail(f"the answer came whole: {received!r}")


async def test_without_a_fault_all_is_well(client: httpx.AsyncClient, service: Service) -> None:
    """No fault changes nothing."""
    assert (await client.get("/work")).json() == {"worked": 1}
    assert service.faults.take("work") is None


@pytest.mark.parametrize(("kind", "work_done"), [("refuse", 0), ("lost", 1)])
async def test_a_dropped_connection_gives_no_answer(
    client: httpx.AsyncClient, service: Service, kind: Kind, work_done: int
) -> None:
    """Refused and lost look alike to the client; only the service knows whether the work was done."""
    service.faults.add(Fault("work", kind))
    with pytest.raises(httpx.RemoteProtocolError):
        await client.get("/work")
    assert service.worked == work_done


async def test_an_error_does_not_do_the_work(client: httpx.AsyncClient, service: Service) -> None:
    """The answer has the asked status and words, and nothing has happened."""
    service.faults.add(Fault("work", "error", status=503, error="try_later"))
    answer = await client.get("/work")
    assert (answer.status_code, answer.text, service.worked) == (503, "try_later", 0)


async def test_a_slow_answer_is_right_but_late(client: httpx.AsyncClient, service: Service) -> None:
    """A client that is patient gets what it asked for; the delay is the asked one."""
    service.faults.add(Fault("work", "slow", delay_s=0.05))
    started = asyncio.get_running_loop().time()
    assert (await client.get("/work")).json() == {"worked": 1}
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_a_cut_answer_breaks_off_after_its_bytes(client: httpx.AsyncClient, service: Service) -> None:
    """The client gets the head and some bytes of the body, then an error; the work was done."""
    service.faults.add(Fault("work", "cut", after_bytes=3))
    received = await received_of(client, "/work")
    assert (received, service.worked) == (b'{"w', 1)


async def test_a_streaming_handler_learns_where_to_cut(client: httpx.AsyncClient, service: Service) -> None:
    """A handler that streams is told its budget and drops the connection itself."""
    service.faults.add(Fault("tell", "cut", after_bytes=4))
    received = await received_of(client, "/tell")
    assert received == b"once"


async def test_a_fault_happens_as_often_as_asked(client: httpx.AsyncClient, service: Service) -> None:
    """Afterwards all is well again."""
    service.faults.add(Fault("work", "error", times=2))
    assert [(await client.get("/work")).status_code for _ in range(3)] == [500, 500, 200]


def test_faults_befall_only_their_own_operation_in_order() -> None:
    """Each call takes the first fault that was added for it; `*` is for any."""
    faults = Faults()
    for name in ("approve", "*", "approve"):
        faults.add(Fault(name, "lost"))
    taken = [fault.name for name in ("get_job", "approve", "approve") if (fault := faults.take(name))]
    assert taken == ["*", "approve", "approve"]
    assert faults.take("approve") is None


def test_clearing_forgets_what_has_not_happened() -> None:
    """After clear, nothing is left to go wrong."""
    faults = Faults()
    faults.add(Fault("approve", "lost"))
    assert len(faults) == 1
    faults.clear()
    assert faults.take("approve") is None


@pytest.mark.parametrize("wrong", [{"kind": "explode"}, {"kind": "lost", "times": 0}])
def test_a_fault_that_cannot_happen_is_refused(wrong: dict[str, Any]) -> None:
    """A misspelt fault fails at once, where it was asked for, and not by never happening."""
    with pytest.raises(ValueError, match="fault"):
        Fault("approve", **wrong)
