"""The door: who is let in, what is handed on, and what everybody else is told (nothing)."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.web.guard import LARGEST, Guard, Reason
from bot.web.slack import PATH, Answer, Door
from tests.unit.web.wire import HOST, NOW, SECRET, chunked, read_reply, request, send, serving, signed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from bot.web.server import Server

CANARY = b"canary-7d1f"
BODY = b'{"text":"' + CANARY + b'"}'


class House:
    """What stands behind the door: notes who came, and answers as it was told."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.headers: list[Mapping[str, Sequence[str]]] = []
        self.refused: list[Reason] = []
        self.answer: Answer | Exception = Answer(200)

    async def dispatch(self, body: str, headers: Mapping[str, Sequence[str]]) -> Answer:
        self.bodies.append(body)
        self.headers.append(headers)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @asynccontextmanager
    async def open(self, body_s: float = 1.0) -> AsyncIterator[Server]:
        """Serve the door."""
        door = Door(Guard(SECRET), self.dispatch, self.refused.append, clock=lambda: NOW, body_s=body_s)
        async with serving(door.routes()) as server:
            yield server


@pytest.fixture
def house() -> House:
    """Give a house."""
    return House()


async def test_a_genuine_request_is_handed_on_as_it_came(house: House):
    """Its body as text, byte for byte, and its headers by name, doubled ones twice."""
    body = 'payload={"text":"ü%20+%F0"}'.encode()
    extra = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Slack-Retry-Num", "1"),
        ("X-A", "1"),
        ("x-a", "2"),
    ]
    async with house.open() as server:
        reply = await send(server, request(body, [*signed(body), *extra]))
    assert reply.status == 200
    assert house.bodies == [body.decode()]
    (headers,) = house.headers
    assert headers["content-type"] == ["application/x-www-form-urlencoded"]
    assert headers["x-slack-retry-num"] == ["1"]
    assert headers["x-a"] == ["1", "2"]


async def test_slack_gets_the_answer_of_whoever_was_asked(house: House):
    """Status, body, and headers, a doubled one too; what only the server knows stays the server's."""
    house.answer = Answer(
        202,
        '{"ü":1}',
        {
            "content-type": ["application/json;charset=utf-8"],
            "set-cookie": ["a", "b"],
            "Content-Length": ["9999"],
        },
    )
    async with house.open() as server:
        reply = await send(server, request(BODY, signed(BODY)))
    assert (reply.status, reply.body.decode()) == (202, '{"ü":1}')
    assert reply.headers["content-type"] == "application/json;charset=utf-8"
    assert reply.headers["set-cookie"] == "b"


@pytest.mark.parametrize(
    ("reason", "status", "headers"),
    [
        (Reason.MALFORMED, 401, []),
        (Reason.MALFORMED, 401, [signed(BODY)[0]]),
        (Reason.MALFORMED, 401, [*signed(BODY), signed(BODY)[0]]),
        (Reason.STALE, 401, signed(BODY, str(NOW - 301))),
        (Reason.FORGED, 401, signed(BODY, secret="another")),
        (Reason.TOO_LARGE, 413, [*signed(BODY), ("Content-Length", str(LARGEST + 1))]),
    ],
)
async def test_who_is_refused_learns_nothing_and_is_counted(
    house: House, reason: Reason, status: int, headers: list[tuple[str, str]]
):
    """One status, no body; the log has one word at debug, and nothing of the request."""
    with capture_logs() as logs:
        async with house.open() as server:
            reply = await send(server, request(BODY, headers))
    assert (reply.status, reply.body) == (status, b"")
    assert house.bodies == []
    assert house.refused == [reason]
    assert logs == [{"event": "request.refused", "reason": reason.value, "log_level": "debug"}]


async def test_headers_are_judged_before_the_body_is_there(house: House):
    """A forger gets the answer while the body is still to come."""
    head = request(b"", [*signed(BODY)[:1], ("Content-Length", "1000")])
    async with house.open() as server:
        assert (await send(server, head)).status == 401


async def test_a_body_in_chunks_is_read_whole(house: House):
    """Without a declared length."""
    headers = [*signed(BODY), ("Transfer-Encoding", "chunked")]
    async with house.open() as server:
        assert (await send(server, request(chunked(BODY, 3), headers))).status == 200
    assert house.bodies == [BODY.decode()]


async def test_a_body_in_chunks_is_cut_off_at_the_limit(house: House):
    """The length that counts is the one that came: its end is not waited for."""
    endless = chunked(bytes(LARGEST + 1), 65_536).removesuffix(b"0\r\n\r\n")
    headers = [*signed(b""), ("Transfer-Encoding", "chunked")]
    async with house.open() as server:
        assert (await send(server, request(endless, headers))).status == 413
    assert house.refused == [Reason.TOO_LARGE]


async def test_a_body_that_does_not_come_is_not_waited_for(house: House):
    """Whoever is slow holds up nobody for long."""
    async with house.open(body_s=0.01) as server:
        reply = await send(server, request(BODY, signed(BODY))[:-1])
    assert (reply.status, reply.body) == (408, b"")
    assert house.refused == [Reason.SLOW]


async def test_a_body_that_breaks_off_is_no_error_of_ours(house: House):
    """Chunks that are none are answered as that, and nothing of them is logged."""
    headers = [*signed(BODY), ("Transfer-Encoding", "chunked")]
    with capture_logs() as logs:
        async with house.open() as server:
            _, writer = await asyncio.open_connection(HOST, server.port)
            writer.write(request(b"5\r\nab", headers))
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            reply = await send(server, request(b"zz\r\n" + CANARY, headers))
    assert reply.status == 400
    assert house.bodies == []
    assert CANARY.decode() not in str(logs)
    assert not [entry for entry in logs if entry["log_level"] == "error"]


async def test_a_signed_body_that_is_no_text_is_unreadable(house: House):
    """It is Slack's, and nothing can be made of it."""
    body = b"\xff" + BODY
    async with house.open() as server:
        assert (await send(server, request(body, signed(body)))).status == 400
    assert house.refused == [Reason.UNREADABLE]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"event":[]}', b"payload=7", b"[" * 100_000])
async def test_a_signed_body_that_is_no_payload_goes_no_further(house: House, body: bytes):
    """Bolt would stumble over it, and log it."""
    async with house.open() as server:
        sent = request(body, [*signed(body), ("Content-Type", "application/json")])
        assert (await send(server, sent)).status == 400
    assert (house.bodies, house.refused) == ([], [Reason.UNREADABLE])


async def test_a_compressed_body_is_judged_as_it_came(house: House):
    """It is not inflated: neither for the signature nor to fill the memory."""
    body = b"\x1f\x8b" + bytes(20)
    async with house.open() as server:
        reply = await send(server, request(body, [*signed(body), ("Content-Encoding", "gzip")]))
    assert reply.status == 400
    assert house.refused == [Reason.UNREADABLE]


async def test_what_breaks_behind_the_door_is_answered_without_detail(house: House):
    """Slack says so to the person, or delivers again; the log has the kind and the place, not the text."""
    house.answer = KeyError(CANARY.decode())
    with capture_logs() as logs:
        async with house.open() as server:
            reply = await send(server, request(BODY, signed(BODY)))
    assert (reply.status, reply.body) == (500, b"")
    assert [(entry["event"], entry["kind"]) for entry in logs] == [("request.broken", "KeyError")]
    assert CANARY.decode() not in str(logs)


async def test_nobody_is_asked_to_go_on(house: House):
    """A client that wants to be asked for its body before it is known is not asked."""
    async with house.open() as server:
        reply = await send(server, request(BODY, [*signed(BODY), ("Expect", "100-continue")]))
    assert (reply.status, reply.body) == (417, b"")
    assert house.bodies == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_other_methods_and_paths_lead_nowhere(house: House, method: str):
    """Signed or not."""
    async with house.open() as server:
        assert (await send(server, request(headers=signed(b""), method=method))).status == 405
        for path in (f"{PATH}/", f"{PATH}x", "/slack", "/", "/slack/%65vents%00"):
            assert (await send(server, request(headers=signed(b""), path=path))).status == 404
    assert house.bodies == []


async def test_one_connection_carries_many_genuine_requests(house: House):
    """Slack's proxies keep theirs open; a refusal closes it."""
    async with house.open() as server:
        reader, writer = await asyncio.open_connection(HOST, server.port)
        for _ in range(3):
            writer.write(request(BODY, signed(BODY)))
            assert (await read_reply(reader)).status == 200
        writer.write(request(BODY))
        assert (await read_reply(reader)).status == 401
        assert await reader.read() == b""
        writer.close()
    assert len(house.bodies) == 3
