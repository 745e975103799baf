"""One call, on its way and back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest

from bot.core.deadline import CALL_LIMIT
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.superdocs import calls
from bot.superdocs.calls import READ_LIMIT, WRITE_LIMIT, Calls, TooLargeError, parse_success, within

MOMENT = timedelta(seconds=0.01)

Handler = Callable[[httpx.Request], httpx.Response]


def calling(handler: Handler) -> Calls:
    """Return calls that a function answers."""
    transport = httpx.MockTransport(handler)
    return Calls(httpx.AsyncClient(base_url="https://superdocs.test", transport=transport))


async def hang(_: httpx.Request) -> httpx.Response:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError("nobody rings")


async def endless() -> AsyncIterator[bytes]:
    """A body that never ends."""
    while True:
        yield b" " * 65_536


def test_every_call_is_over_in_time():
    """A write ends before its answer counts as lost; a read leaves a task time for its one long thing."""
    assert WRITE_LIMIT < CALL_LIMIT
    assert timedelta(seconds=20) > READ_LIMIT + CALL_LIMIT


async def test_a_silent_server_is_given_up(monkeypatch):
    """The whole call has a limit: a write is unknown then, a read may be repeated."""
    monkeypatch.setattr(calls, "WRITE_LIMIT", MOMENT)
    with pytest.raises(OutcomeUnknownError, match="did not answer in time"):
        await calling(hang).post("/v1/x", {})  # type: ignore[arg-type] # An async handler is one, too.
    with pytest.raises(TransientError, match="did not answer in time"):
        async with within(MOMENT, is_write=False):
            await calling(hang).get("/v1/x")  # type: ignore[arg-type] # An async handler is one, too.


async def test_a_dripping_answer_is_given_up():
    """An answer that trickles in forever is bounded by the whole call's time, not by each piece's."""

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    with pytest.raises(TransientError):
        async with within(MOMENT, is_write=False):
            await calling(lambda _: httpx.Response(200, content=drip())).get("/v1/x")


async def test_the_callers_cancellation_is_not_an_error_of_ours():
    """A task that is cancelled from outside stays cancelled."""

    async def call() -> None:
        async with within(CALL_LIMIT, is_write=True):
            await asyncio.Event().wait()

    task = asyncio.create_task(call())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_endless_answer_is_cut(monkeypatch):
    """No answer fills the memory: a read says that it is too large, a write that nothing is known."""
    monkeypatch.setattr(calls, "BODY_LIMIT", 1 << 20)
    flooding = calling(lambda _: httpx.Response(200, content=endless()))
    with pytest.raises(TooLargeError):
        await flooding.get("/v1/x")
    body = await flooding.post("/v1/x", {})
    assert len(body) <= (1 << 20) + 65_536
    with pytest.raises(OutcomeUnknownError):
        parse_success(body)


async def test_a_large_refusal_is_still_a_refusal(monkeypatch):
    """A no is a no, however many words it is wrapped in."""
    monkeypatch.setattr(calls, "BODY_LIMIT", 1 << 17)
    with pytest.raises(RefusedError):
        await calling(lambda _: httpx.Response(403, content=endless())).get("/v1/x")


async def test_a_packed_answer_is_not_unpacked():
    """What was sent packed although nobody asked for it is not unpacked: it could be of any size."""
    packed = httpx.Response(
        200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b\x08" * 9)
    )
    with pytest.raises(TransientError, match="not readable"):
        await calling(lambda _: packed).get("/v1/x")


async def test_json_goes_out_as_utf8_and_half_characters_as_escapes():
    """Documents are not blown up by escapes, and nothing that people type stops a call."""
    sent: list[bytes] = []

    def keep(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        assert request.headers["content-type"] == "application/json"
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    for message in ("Grüße", "half \ud83d"):
        await calling(keep).post("/v1/x", {"message": message})
        assert json.loads(sent[-1]) == {"message": message}
    assert "Grüße".encode() in sent[0]
    assert sent[1].isascii()


async def test_a_broken_connection_keeps_its_cause():
    """The library's error stays behind ours, for whoever looks for the fault."""

    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset", request=request)

    with pytest.raises(OutcomeUnknownError) as caught:
        await calling(breaks).post("/v1/x", {})
    assert isinstance(caught.value.__cause__, httpx.ReadError)


async def test_an_answer_broken_off_is_no_answer():
    """A body cut in the middle proves nothing, even under a good status."""

    async def half() -> AsyncIterator[bytes]:
        yield b'{"batch_complete": '
        raise httpx.ReadError("reset")

    with pytest.raises(OutcomeUnknownError):
        await calling(lambda _: httpx.Response(200, content=half())).post("/v1/x", {})


def test_a_success_nobody_can_read_is_unknown():
    """A good status with an unreadable body proves nothing about a write."""
    assert parse_success(b'{"a": 1}') == {"a": 1}
    with pytest.raises(OutcomeUnknownError):
        parse_success(b"<html>OK</html>")
