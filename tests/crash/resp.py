"""Redis' wire format, as far as a proxy must read it: where a command ends, and where an answer does.

Source: https://redis.io/docs/latest/develop/reference/protocol-spec/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio

_LINES: Final = b"+-:_#,("
_STRINGS: Final = b"$!="
_LISTS: Final = b"*~>"
_PAIRS: Final = b"%|"


async def read_command(reader: asyncio.StreamReader) -> tuple[bytes, list[bytes]]:
    """Read one command: its bytes as they came, and its words.

    Raises:
        EOFError: The connection has ended.
    """
    head = await _line(reader)
    raw, words = bytearray(head), []
    for _ in range(int(head[1:])):
        size = await _line(reader)
        word = await reader.readexactly(int(size[1:]) + 2)
        raw += size + word
        words.append(word[:-2])
    return bytes(raw), words


async def read_reply(reader: asyncio.StreamReader) -> bytes:
    """Read one answer whole, as it came.

    Raises:
        EOFError: The connection has ended.
    """
    head = await _line(reader)
    kind, size = head[:1], head[1:-2]
    if kind in _LINES or size.startswith(b"-"):
        return head
    if kind in _STRINGS:
        return head + await reader.readexactly(int(size) + 2)
    parts = [head]
    count = int(size) * (2 if kind in _PAIRS else 1) + (kind == b"|")
    for _ in range(count):
        parts.append(await read_reply(reader))  # noqa: PERF401 -- one after the other, as they come
    return b"".join(parts)


def is_push(reply: bytes) -> bool:
    """Say whether the server sent this unasked."""
    return reply.startswith(b">")


async def _line(reader: asyncio.StreamReader) -> bytes:
    line = await reader.readline()
    if not line.endswith(b"\r\n"):
        raise EOFError
    return line
