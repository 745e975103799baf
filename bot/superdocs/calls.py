"""One call to SuperDocs: sent once, over within its time, its answer read up to a limit, its error translated."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

import httpx

from bot.core.deadline import CALL_LIMIT, PROMPT
from bot.core.errors import OutcomeUnknownError, TransientError
from bot.superdocs.decoding import parse_body
from bot.superdocs.errors import decipher, translate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping

WRITE_LIMIT: Final = CALL_LIMIT - PROMPT
"""A whole call that changes something. The record counts an answer as lost `CALL_LIMIT` after it noted the
intent, so the call is over before that. An approval takes 2 to 8 s."""

READ_LIMIT: Final = timedelta(seconds=4.5)
"""A whole read. A task reads the job before or after its one long thing, and has 20 s for both."""

BODY_LIMIT: Final = 32 * 1024 * 1024
"""Bytes of an answer: a job with a document of the largest size that SuperDocs takes."""

_CONNECT_S: Final = 4.0
TIMEOUT: Final = httpx.Timeout(CALL_LIMIT.total_seconds(), connect=_CONNECT_S)
"""Of each step of a call. The whole has a limit of its own; a connection that cannot be had is told apart."""


class TooLargeError(TransientError):
    """An answer is larger than `BODY_LIMIT`."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A success: its headers, looked up by names in lower case, and its body."""

    headers: Mapping[str, str]
    body: bytes


class Calls:
    """Makes calls with a client that knows the base address and the key."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> object:
        """Return the JSON at a path. Belongs inside `within`.

        Raises:
            TooLargeError: There is an answer, but nobody should read it.
            TransientError: SuperDocs is in trouble, or wrote something unreadable.
            RefusedError: It said no.
        """
        request = self._client.build_request("GET", path, params=query)
        return parse_body((await self._read(request)).body)

    async def ask(self, path: str, payload: object) -> Reply:
        """Post what may be posted again at any time, and return the answer. Belongs inside `within`.

        Raises what `get` does.
        """
        return await self._read(self._posting(path, payload))

    async def upload(self, path: str, fields: Mapping[str, str], file: tuple[str, bytes, str]) -> object:
        """Post a form with a file (name, content, content type), and return the JSON of the answer.

        As with `ask`, it may be posted again at any time. Belongs inside `within`, and raises what `get` does.
        """
        request = self._client.build_request("POST", path, data=dict(fields), files={"file": file})
        return parse_body((await self._read(request)).body)

    async def post(self, path: str, payload: object) -> bytes:
        """Have something done, and return the body of the success.

        Raises:
            TransientError: It was certainly not done.
            OutcomeUnknownError: It may have been done.
            RefusedError: SuperDocs said no.
        """
        async with within(WRITE_LIMIT, is_write=True):
            return (await self._answer(self._posting(path, payload), is_write=True)).body

    def _posting(self, path: str, payload: object) -> httpx.Request:
        headers = {"Content-Type": "application/json"}
        return self._client.build_request("POST", path, content=_encoded(payload), headers=headers)

    async def _read(self, request: httpx.Request) -> Reply:
        reply = await self._answer(request, is_write=False)
        if len(reply.body) > BODY_LIMIT:
            raise TooLargeError("SuperDocs' answer is too large to be read.")
        return reply

    async def _answer(self, request: httpx.Request, *, is_write: bool) -> Reply:
        response = await self._client.send(request, stream=True)
        async with aclosing(response):
            body = await _body(response)
        if not response.is_success:
            raise decipher(response.status_code, response.headers, body, is_write=is_write)
        return Reply(response.headers, body)


@asynccontextmanager
async def within(limit: timedelta, *, is_write: bool) -> AsyncIterator[None]:
    """Bound the time of a call, and translate what keeps it from an answer."""
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except (httpx.HTTPError, TimeoutError) as error:
        raise translate(error, is_write=is_write) from error


def parse_success(body: bytes) -> object:
    """Read the answer to a call that changed something.

    Raises:
        OutcomeUnknownError: It cannot be read. The status was that of a success, so that proves nothing.
    """
    try:
        return parse_body(body)
    except TransientError as error:
        raise OutcomeUnknownError(f"{error} What was sent may have taken effect.") from error


def raw_chunks(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    """Return what comes over the wire, unpacked by nobody; close it before the response."""
    # httpx declares an iterator and makes it with `yield`; only a generator can be closed in good order.
    return cast("AsyncGenerator[bytes, None]", response.aiter_raw())


async def _body(response: httpx.Response) -> bytes:
    """Read an answer, no further than a little over `BODY_LIMIT`."""
    body = bytearray()
    async with aclosing(raw_chunks(response)) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > BODY_LIMIT:
                break
    return bytes(body)


def _encoded(payload: object) -> bytes:
    """Write JSON: readable UTF-8, or escapes where half a character would not let itself be encoded."""
    try:
        return json.dumps(payload, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(payload).encode()
