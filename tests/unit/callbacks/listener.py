"""A real server on this machine that counts who comes, and says what a test wants."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator


@dataclass
class Listener:
    """A server.

    Attributes:
        says: To each connection, one after the other; the last one again and again. None says nothing.
        keeps_open: Whether it leaves a connection open after what it said.
        connections: How many there were.
        heard: What each request was.
        came: Set when the first was heard.
        server_names: Which host each connection asked for, where it is encrypted.
    """

    says: list[bytes | None] = field(default_factory=lambda: [b"HTTP/1.1 204 No Content\r\n\r\n"])
    keeps_open: bool = False
    port: int = 0
    connections: int = 0
    heard: list[bytes] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    server_names: list[str | None] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            self.heard.append(await self._request(reader))
            self.came.set()
            said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
            if said is not None:
                writer.write(said)
                await writer.drain()
            if said is None or self.keeps_open:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The other side broke off; what it had said is remembered.
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> bytes:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().lower().splitlines()
        (length,) = [int(line.partition(":")[2]) for line in lines if line.startswith("content-length:")]
        return head + await reader.readexactly(length)

    def header(self, name: str) -> str:
        """Return a header of the last request."""
        lines = self.heard[-1].partition(b"\r\n\r\n")[0].decode().splitlines()
        (value,) = [v.strip() for n, _, v in (line.partition(":") for line in lines) if n.lower() == name]
        return value

    @property
    def body(self) -> bytes:
        """Return the body of the last request."""
        return self.heard[-1].partition(b"\r\n\r\n")[2]


@asynccontextmanager
async def listening(context: ssl.SSLContext | None = None, **how) -> AsyncIterator[Listener]:
    """Listen on this machine."""
    listener = Listener(**how)
    if context is not None:
        context.sni_callback = lambda _socket, name, _context: listener.server_names.append(name)
    async with await asyncio.start_server(listener.serve, "127.0.0.1", 0, ssl=context) as server:
        listener.port = server.sockets[0].getsockname()[1]
        yield listener
