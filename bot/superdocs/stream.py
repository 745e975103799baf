"""Following a job's stream: `GET /v1/chat/{session_id}/stream`. A hint of what the job then tells.

Sources: https://docs.superdocs.app/guides/streaming and
https://docs.superdocs.app/api-reference/v1/stream-chat-progress (`last_sequence`, the `authorization` header).
"""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing, asynccontextmanager
from enum import Enum
from typing import TYPE_CHECKING, Final

import httpx
import structlog

from bot.core.errors import RefusedError
from bot.superdocs.calls import raw_chunks
from bot.superdocs.errors import Code, decipher, translate
from bot.superdocs.events import parse_event
from bot.superdocs.framing import Frames, parse_frame
from bot.superdocs.wire import render_segment

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from bot.core.sighting import Glimpse
    from bot.superdocs.events import Event

TIMEOUT: Final = httpx.Timeout(connect=5.0, write=5.0, read=None, pool=None)
"""Silence of minutes is normal on a stream; whoever follows it limits the time."""

_KIND_LIMIT: Final = 40
"""Characters of an unknown event's name that are logged."""

_ABOUT_THE_KEY: Final = frozenset({Code.KEY_REFUSED, Code.FORBIDDEN})

_log = structlog.get_logger()


class _Way(Enum):
    """Where the stream is shown the key. Only the query is documented, but it ends up in proxies' logs."""

    HEADER = "header"
    QUERY = "query"


class Follower:
    """Follows streams, and remembers how they want to be shown the key.

    Args:
        client: Its own, since each stream keeps a connection; knows the base address.
        api_key: Never logged, and never part of an error.
    """

    def __init__(self, client: httpx.AsyncClient, api_key: str) -> None:
        self._client = client
        self._api_key = api_key
        self._ways: tuple[_Way, ...] = (_Way.HEADER, _Way.QUERY)

    async def follow(
        self, session_id: str, job_id: str, last_sequence: int = 0
    ) -> AsyncGenerator[Glimpse, None]:
        """Yield a job's events from after one of them, until the stream ends, is cut or turns out to be none.

        Events that a server repeats although they were asked for no more are left out. Close the generator
        (``aclosing``) or cancel its reader to stop early.

        Raises:
            TransientError: It could not be reached, or has too much to do.
            RefusedError: The key was refused in every way of showing it.
        """
        path = f"/v1/chat/{render_segment(session_id)}/stream"
        query = {"job_id": job_id} | ({"last_sequence": str(last_sequence)} if last_sequence > 0 else {})
        ways = self._ways
        for way in ways:
            try:
                async with aclosing(self._events(way, path, query)) as events:
                    async for event in events:
                        if not 0 < event.glimpse.sequence <= last_sequence:
                            yield event.glimpse
            except RefusedError as error:
                if way is ways[-1] or error.code not in _ABOUT_THE_KEY:
                    raise
            else:
                return

    async def _events(self, way: _Way, path: str, query: dict[str, str]) -> AsyncGenerator[Event, None]:
        async with self._opened(way, path, query) as response:
            if not _is_stream(response, query["job_id"]):
                return
            is_first = True
            async with aclosing(_read(response, query["job_id"])) as events:
                async for event in events:
                    if is_first and event.refuses_key:
                        raise RefusedError("SuperDocs refused the key on the stream.", code=Code.KEY_REFUSED)
                    is_first, self._ways = False, (way,)
                    yield event

    @asynccontextmanager
    async def _opened(self, way: _Way, path: str, query: dict[str, str]) -> AsyncIterator[httpx.Response]:
        shown = way is _Way.HEADER
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        request = self._client.build_request(
            "GET",
            path,
            params=query if shown else {**query, "api_key": self._api_key},
            headers={**headers, "Authorization": f"Bearer {self._api_key}"} if shown else headers,
        )
        try:
            response = await self._client.send(request, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Without the cause: its request holds the address, and that may hold the key.
            raise translate(error, is_write=False) from None
        try:
            yield response
        finally:
            await response.aclose()


def _is_stream(response: httpx.Response, job_id: str) -> bool:
    """Say whether an answer is a stream; one that is not ends quietly, since a read of the job tells more.

    Raises:
        RefusedError: The key was refused.
        TransientError: SuperDocs is in trouble, or has too much to do.
    """
    status = response.status_code
    if status in {401, 403, 429} or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise decipher(status, response.headers, b"", is_write=False)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = response.headers.get("content-encoding", "identity")
    if status == httpx.codes.OK and kind == "text/event-stream" and encoding == "identity":
        return True
    _log.warning("stream.not_given", job_id=job_id, status=status, content_type=kind[:_KIND_LIMIT])
    return False


async def _read(response: httpx.Response, job_id: str) -> AsyncGenerator[Event, None]:
    """Yield the whole events of a stream; a cut ends it like any other end."""
    frames = Frames()
    unknown: Counter[str] = Counter()
    try:
        async with aclosing(raw_chunks(response)) as chunks:
            async for chunk in chunks:
                for event in _parsed(frames.feed(chunk)):
                    if not event.is_known:
                        unknown[event.kind[:_KIND_LIMIT]] += 1
                    yield event
    except httpx.HTTPError as error:
        _log.info("stream.cut", job_id=job_id, reason=type(error).__name__)
    finally:
        if unknown:
            _log.warning("stream.event_unknown", job_id=job_id, kinds=dict(unknown))
        if frames.dropped:
            _log.warning("stream.event_dropped", job_id=job_id, count=frames.dropped)


def _parsed(whole: list[bytes]) -> list[Event]:
    return [parse_event(sse.event, sse.data, sse.id) for frame in whole for sse in parse_frame(frame)]
