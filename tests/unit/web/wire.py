"""Raw requests over a socket, as no client library would send them, and a server to send them to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.web.server import Server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from aiohttp import web

HOST = "127.0.0.1"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_790_000_000
"""When a test sends what it sends."""

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes:
        status: 0 when the connection was closed without an answer.
        headers: By name in lower case.
    """

    status: int
    headers: dict[str, str]
    body: bytes


def signature(body: bytes, timestamp: str = str(NOW), secret: str = SECRET) -> str:
    """Sign as https://docs.slack.dev/authentication/verifying-requests-from-slack says."""
    text = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def signed(body: bytes, timestamp: str = str(NOW), secret: str = SECRET) -> Headers:
    """Give the two headers that a genuine request has."""
    made = signature(body, timestamp, secret)
    return [("X-Slack-Request-Timestamp", timestamp), ("X-Slack-Signature", made)]


def request(
    body: bytes = b"", headers: Iterable[tuple[str, str]] = (), *, path: str = "/slack/events", method: str = "POST"
) -> bytes:  # fmt: skip
    """Write a request; its length is declared unless the headers say otherwise."""
    given = [("Host", HOST), *headers]
    if not {"content-length", "transfer-encoding"} & {name.lower() for name, _ in given}:
        given.append(("Content-Length", str(len(body))))
    lines = "".join(f"{name}: {value}\r\n" for name, value in given)
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "surrogateescape") + body


def chunked(body: bytes, size: int = 1000) -> bytes:
    """Write a body in chunks, which declare no length."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@asynccontextmanager
async def serving(routes: Sequence[web.AbstractRouteDef], drain_s: float = 1.0) -> AsyncIterator[Server]:
    """Serve routes as the relay does."""
    server = Server(HOST, 0, routes, drain_s=drain_s)
    await server.start()
    try:
        yield server
    finally:
        await server.close()


async def send(server: Server, *parts: bytes) -> Reply:
    """Send bytes on a connection of their own, and read until the answer is complete or the server hangs up."""
    reader, writer = await asyncio.open_connection(HOST, server.port)
    try:
        writer.writelines(parts)
        return await read_reply(reader)
    finally:
        writer.close()


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    """Read one answer."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    except (asyncio.IncompleteReadError, ConnectionError):
        return Reply(0, {}, b"")
    return Reply(int(first.split()[1]), headers, body)
