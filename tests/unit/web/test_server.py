"""The server: starts with a clear word, ends in order, and says little to strangers."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.core.errors import RelayError
from bot.web import server as module
from bot.web.server import Server
from tests.unit.web.wire import HOST, read_reply, request, send, serving

CANARY = "canary-91c2"


class Desk:
    """A route whose work lasts until a test lets it end."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.was_cancelled = False

    async def work(self, _request: web.Request) -> web.Response:
        self.begun.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        return web.Response(text="done")

    def routes(self) -> list[web.RouteDef]:
        """Give the route."""
        return [web.post("/", self.work)]


async def test_a_free_port_is_found_and_told():
    """0 means any; before the start it is what was given."""
    server = Server(HOST, 0, [])
    assert server.port == 0
    await server.start()
    assert server.port > 0
    assert (await send(server, request(method="GET"))).status == 404
    await server.close()


async def test_a_taken_port_is_refused_with_a_cure():
    """One sentence, which names the setting."""
    async with serving([]) as first:
        with pytest.raises(RelayError, match=rf"^PORT: {first.port} is taken on {HOST}\..*another PORT"):
            await Server(HOST, first.port, []).start()


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
async def test_an_address_of_another_machine_is_refused_with_a_cure(host: str):
    """One sentence, which names the setting."""
    with pytest.raises(RelayError, match=f"^HOST: this machine cannot listen on {host}"):
        await Server(host, 0, []).start()


async def test_closing_lets_requests_at_work_finish():
    """Nobody new is taken meanwhile."""
    desk = Desk()
    server = Server(HOST, 0, desk.routes())
    await server.start()
    port = server.port
    asked = asyncio.create_task(send(server, request(path="/")))
    await desk.begun.wait()
    closing = asyncio.create_task(server.close())
    await asyncio.sleep(0)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, port)
    desk.may_end.set()
    assert (await asked).body == b"done"
    await closing


async def test_closing_waits_no_longer_than_it_may():
    """A request that never ends is cut off."""
    desk = Desk()
    server = Server(HOST, 0, desk.routes(), drain_s=0.02)
    await server.start()
    asked = asyncio.create_task(send(server, request(path="/")))
    await desk.begun.wait()
    await server.close()
    assert desk.was_cancelled
    assert (await asked).status == 0


async def test_closing_does_not_wait_for_idle_connections():
    """A proxy that keeps a connection open holds nothing up."""
    server = Server(HOST, 0, [])
    await server.start()
    reader, writer = await asyncio.open_connection(HOST, server.port)
    writer.write(request(path="/"))
    await read_reply(reader)
    await server.close()
    assert await reader.read() == b""
    writer.close()


async def test_a_connection_that_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch):
    """Nor one whose headers never end."""
    monkeypatch.setitem(module._LIMITS, "keepalive_timeout", 0.02)
    async with serving([]) as server:
        silent, one = await asyncio.open_connection(HOST, server.port)
        slow, other = await asyncio.open_connection(HOST, server.port)
        other.write(request(path="/")[:-2])
        assert await silent.read() == b""
        assert await slow.read() == b""
        one.close()
        other.close()


@pytest.mark.parametrize(
    "error", [ValueError(CANARY), KeyError(CANARY), TimeoutError(CANARY), OSError(CANARY)]
)
async def test_what_breaks_is_answered_without_detail_and_logged_by_its_kind(error: Exception):
    """An exception's text may quote a body."""

    async def broken(_request: web.Request) -> web.Response:
        raise error

    with capture_logs() as logs:
        async with serving([web.post("/", broken)]) as server:
            reply = await send(server, request(CANARY.encode(), path="/"))
    assert reply.status in {500, 504}
    assert reply.body == b""
    assert [(entry["event"], entry["kind"]) for entry in logs] == [("request.broken", type(error).__name__)]
    assert CANARY not in str(logs)


async def test_the_log_says_where_it_broke():
    """A kind alone would be no help."""

    async def broken(_request: web.Request) -> web.Response:
        raise ValueError

    with capture_logs() as logs:
        async with serving([web.post("/", broken)]) as server:
            await send(server, request(path="/"))
    assert "test_server.py:" in logs[0]["at"]


@pytest.mark.parametrize(
    "sent",
    [
        CANARY.encode() + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00" + CANARY.encode() + b"\r\n\r\n",
        f"GET /{CANARY} HTTP/9.9.9\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: a\r\n{CANARY}\x00: b\r\n\r\n".encode(),
        f"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: {CANARY}\r\n\r\n".encode(),
        b"GET / HTTP/1.1\r\nHost: a\r\n" + CANARY.encode() + b": " + b"x" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"%s-%d: 1\r\n" % (CANARY.encode(), n) for n in range(100)) + b"\r\n",
        b"GET /" + CANARY.encode() * 1000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)  # fmt: skip
async def test_what_is_no_http_is_answered_without_detail(sent: bytes, caplog: pytest.LogCaptureFixture):
    """Too long, too much, or nonsense: nothing of it comes back, and nothing is logged of it."""
    caplog.set_level("DEBUG")
    with capture_logs() as logs:
        async with serving([]) as server:
            reply = await send(server, sent)
    assert (reply.status, reply.body) == (400, b"")
    assert reply.headers["server"] == "superdocs-relay"
    assert {entry["log_level"] for entry in logs} == {"debug"}
    assert CANARY not in str(logs) + caplog.text


async def test_no_answer_names_a_version():
    """Whoever looks for old software is not helped."""

    async def fine(_request: web.Request) -> web.Response:
        return web.Response(text="fine")

    async with serving([web.get("/", fine)]) as server:
        replies = [await send(server, request(method="GET", path=path)) for path in ("/", "/nowhere")]
    assert [reply.headers["server"] for reply in replies] == ["superdocs-relay"] * 2


async def test_a_body_beyond_the_limit_is_not_read():
    """A route that has its body read for it cannot be made to take more."""

    async def read(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    async with serving([web.post("/", read)]) as server:
        assert (await send(server, request(bytes(1024 * 1024), path="/"))).body == b"1048576"
        assert (await send(server, request(bytes(1024 * 1024 + 1), path="/"))).status == 413
