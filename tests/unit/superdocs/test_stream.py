"""Following a job."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from bot.core.errors import RefusedError, RelayError, TransientError
from bot.core.sighting import Glimpse, Hint
from bot.superdocs.stream import Follower

KEY = "sk_0123456789abcdef0123456789abcdef"
SESSION = (Path(__file__).parents[2] / "samples/reported/session.sse").read_bytes()
STREAM = {"Content-Type": "text/event-stream; charset=latin-1"}
EVENT = b'event: intermediate\ndata: {"content": "Reading", "sequence": 5}\n\n'
REFUSAL_EVENT = b'event: error\ndata: {"error": "Invalid API key"}\n\n'

Handler = Callable[[httpx.Request], httpx.Response]


class Chunks(httpx.AsyncByteStream):
    """A body that arrives in these pieces, and notes whether it was closed."""

    def __init__(self, *pieces: bytes, failure: Exception | None = None, hangs: bool = False) -> None:
        self.pieces = pieces
        self.failure = failure
        self.hangs = hangs
        self.closed = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece
        if self.failure is not None:
            raise self.failure
        if self.hangs:
            await asyncio.Event().wait()

    async def aclose(self) -> None:
        self.closed += 1


def streaming(body: Chunks | bytes) -> httpx.Response:
    """Return an answer that is a stream."""
    chunks = Chunks(body) if isinstance(body, bytes) else body
    return httpx.Response(200, headers=STREAM, stream=chunks)


def by_header(request: httpx.Request) -> bool:
    """Say whether the key was shown in the header, and only there."""
    assert ("authorization" in request.headers) != ("api_key" in request.url.params)
    return "authorization" in request.headers


class Wire:
    """A follower whose requests are answered by a function, and kept."""

    def __init__(self, handler: Handler) -> None:
        self.requests: list[httpx.Request] = []
        self._handler = handler
        client = httpx.AsyncClient(
            base_url="https://superdocs.test/api", transport=httpx.MockTransport(self._answer)
        )
        self.follower = Follower(client, KEY)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._handler(request)

    async def follow(self, last_sequence: int = 0) -> list[Glimpse]:
        """Follow to the end."""
        async with aclosing(self.follower.follow("s-1", "job_1", last_sequence)) as glimpses:
            return [glimpse async for glimpse in glimpses]


async def test_a_session_becomes_hints():
    """A recorded session is followed to its end, with what each event hints at."""
    glimpses = await Wire(lambda _: streaming(SESSION)).follow()
    assert [(g.hint, g.sequence) for g in glimpses] == [
        (Hint.DOCUMENT, 0),
        (Hint.PROGRESS, 1),
        (Hint.NOISE, 2),
        (Hint.NOISE, 3),
        (Hint.PAUSED, 4),
        (Hint.NOISE, 0),
        (Hint.ENDED, 0),
        (Hint.NOISE, 0),
    ]
    assert glimpses[0].document_html == '<p data-chunk-id="c-1">within 30 days</p>'
    assert glimpses[1].text == "Reading the contract…"


async def test_awkward_chunks_change_nothing():
    """A stream that arrives byte by byte tells the same, in UTF-8, whatever its charset claims."""
    bytewise = Chunks(*(SESSION[i : i + 1] for i in range(len(SESSION))))
    assert (
        await Wire(lambda _: streaming(bytewise)).follow()
        == await Wire(lambda _: streaming(SESSION)).follow()
    )


async def test_the_request_asks_for_a_stream():
    """The job is named in the query, the key in the header, and nothing is asked to be repeated."""
    wire = Wire(lambda _: streaming(EVENT))
    await wire.follow()
    (request,) = wire.requests
    assert request.url.path == "/api/v1/chat/s-1/stream"
    assert dict(request.url.params) == {"job_id": "job_1"}
    assert request.headers["accept"] == "text/event-stream"
    assert request.headers["authorization"] == f"Bearer {KEY}"


async def test_following_goes_on_after_the_last_event():
    """What was seen is not asked for again, and not told again if it comes all the same."""
    replay = (
        b"".join(EVENT.replace(b"5", str(n).encode()) for n in range(1, 8)) + b"event: final\ndata: {}\n\n"
    )
    wire = Wire(lambda _: streaming(replay))
    assert [g.sequence for g in await wire.follow(last_sequence=5)] == [6, 7, 0]
    assert wire.requests[0].url.params["last_sequence"] == "5"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_header_is_tried_in_the_query_and_remembered(status):
    """A stream that only takes the key in its query gets it there, and from then on at once."""
    wire = Wire(lambda r: httpx.Response(status) if by_header(r) else streaming(EVENT))
    assert len(await wire.follow()) == 1
    assert [by_header(r) for r in wire.requests] == [True, False]
    assert wire.requests[1].url.params["api_key"] == KEY
    await wire.follow()
    assert [by_header(r) for r in wire.requests] == [True, False, False]


async def test_a_refusal_by_event_counts_like_a_status():
    """A stream that answers 200 and then refuses the key has refused it: its error is not the job's end."""
    wire = Wire(lambda r: streaming(REFUSAL_EVENT if by_header(r) else EVENT))
    assert [g.hint for g in await wire.follow()] == [Hint.PROGRESS]
    assert [by_header(r) for r in wire.requests] == [True, False]


async def test_a_later_error_about_a_token_is_the_jobs():
    """Once a stream has told something, the key was good: an error then ends the job."""
    wire = Wire(lambda _: streaming(EVENT + REFUSAL_EVENT))
    assert [g.hint for g in await wire.follow()] == [Hint.PROGRESS, Hint.ENDED]


@pytest.mark.parametrize("answer", [lambda _: httpx.Response(401), lambda _: streaming(REFUSAL_EVENT)])
async def test_a_key_refused_in_both_ways_is_refused(answer):
    """When neither way of showing the key is taken, a person must know."""
    wire = Wire(answer)
    with pytest.raises(RefusedError) as refusal:
        await wire.follow()
    assert refusal.value.code == "key_refused"
    assert [by_header(r) for r in wire.requests] == [True, False]


async def test_a_known_way_is_the_only_one():
    """A key that was good in the header is not put into an address when it is revoked."""
    answers = [streaming(EVENT), httpx.Response(401)]
    wire = Wire(lambda _: answers.pop(0))
    await wire.follow()
    with pytest.raises(RefusedError):
        await wire.follow()
    assert all(by_header(r) for r in wire.requests)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"detail": "Job not found"}),
        httpx.Response(410),
        httpx.Response(409),
        httpx.Response(422, json={"detail": []}),
        httpx.Response(302, headers={"Location": "https://elsewhere.test/"}),
        httpx.Response(200, html="<p>Welcome</p>"),
        httpx.Response(200, json={"detail": "no stream"}),
        httpx.Response(204),
        httpx.Response(
            200, headers={**STREAM, "Content-Encoding": "zstd"}, stream=Chunks(b"\x28\xb5\x2f\xfd")
        ),
    ],
)
async def test_what_is_no_stream_ends_quietly(answer):
    """Without a stream there is nothing to tell: the job, which is read anyway, says what is the matter."""
    wire = Wire(lambda _: answer)
    with capture_logs() as logs:
        assert await wire.follow() == []
    assert len(wire.requests) == 1
    assert [(log["event"], log["status"]) for log in logs] == [("stream.not_given", answer.status_code)]


@pytest.mark.parametrize(("status", "wait"), [(429, 7.0), (500, None), (502, None), (503, 7.0), (504, None)])
async def test_trouble_is_passing(status, wait):
    """A server in trouble is asked again later, after the time it wishes."""
    headers = {} if wait is None else {"Retry-After": "7"}
    with pytest.raises(TransientError) as trouble:
        await Wire(lambda _: httpx.Response(status, headers=headers)).follow()
    assert trouble.value.retry_after_s == wait


@pytest.mark.parametrize(
    "failure", [httpx.ReadError("reset"), httpx.RemoteProtocolError("incomplete chunked read")]
)
async def test_a_cut_is_an_end(failure):
    """A stream that breaks off tells what came whole, and ends."""
    body = Chunks(EVENT, EVENT[:20], failure=failure)
    with capture_logs() as logs:
        glimpses = await Wire(lambda _: streaming(body)).follow()
    assert [g.text for g in glimpses] == ["Reading"]
    assert logs[0]["event"] == "stream.cut"
    assert body.closed


async def test_strange_events_are_counted_not_fatal():
    """Unknown, oversized and undecodable events cost only themselves, and are counted once for the stream."""
    strange = b"event: thinking\ndata: {}\n\n" * 3
    body = Chunks(strange, b"data: \xff\n\n", b"data: " + b"x" * (1 << 20) + b"\n\n", EVENT)
    with capture_logs() as logs:
        glimpses = await Wire(lambda _: streaming(body)).follow()
    assert [g.hint for g in glimpses] == [Hint.NOISE, Hint.NOISE, Hint.NOISE, Hint.PROGRESS]
    counted = {log["event"]: log.get("kinds") or log.get("count") for log in logs}
    assert counted == {"stream.event_unknown": {"thinking": 3}, "stream.event_dropped": 2}


async def test_leaving_early_closes_the_connection():
    """Whoever stops listening leaves no connection behind."""
    body = Chunks(EVENT, EVENT, hangs=True)
    async with aclosing(Wire(lambda _: streaming(body)).follower.follow("s-1", "job_1")) as glimpses:
        async for _ in glimpses:
            break
    assert body.closed == 1


async def test_a_time_limit_closes_the_connection():
    """A reader that is stopped in the middle of silence leaves no connection behind."""
    body = Chunks(EVENT, hangs=True)
    follower = Wire(lambda _: streaming(body)).follower
    seen: list[Glimpse] = []

    async def read() -> None:
        async with asyncio.timeout(0.02), aclosing(follower.follow("s-1", "job_1")) as glimpses:
            async for glimpse in glimpses:
                seen.append(glimpse)  # noqa: PERF401 - what came before the end of time is what counts.

    with pytest.raises(TimeoutError):
        await read()
    assert (len(seen), body.closed) == (1, 1)


async def test_no_error_holds_the_key():
    """Neither a broken connection nor a refusal shows the key, not even in its traceback."""

    def breaks_in_the_query(request: httpx.Request) -> httpx.Response:
        if by_header(request):
            return httpx.Response(401)
        raise httpx.ConnectError(f"cannot connect to {request.url}", request=request)

    for handler in (breaks_in_the_query, lambda _: httpx.Response(401), lambda _: httpx.Response(503)):
        with capture_logs() as logs, pytest.raises(RelayError) as caught:
            await Wire(handler).follow()
        assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(logs)
