"""The bytes of an event stream, cut into whole events before any library buffers them. Pure.

httpx-sse 0.4.3 has no size limit (a line that never ends takes all memory), keeps a leading byte order mark,
replaces bytes that are not UTF-8 and holds a lone CR back until the next byte. So it is only ever given
whole, checked events with LF line ends.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import httpx
from httpx_sse import EventSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx_sse import ServerSentEvent

EVENT_LIMIT: Final = 1024 * 1024
"""Bytes of one event. A larger one is dropped: the stream only hints, and the job can be read."""

_BOM: Final = b"\xef\xbb\xbf"

# An empty line: two line ends in a row, of which CR LF is one. A pair that is not CR LF is two.
_EMPTY_LINE: Final = re.compile(rb"\n\n|[\r\n]\r")


class Frames:
    """Cuts bytes into events, however they arrive.

    Attributes:
        dropped: How many events were too large, or not UTF-8.
    """

    def __init__(self, limit: int = EVENT_LIMIT) -> None:
        self.dropped = 0
        self._limit = limit
        self._pending = bytearray()
        self._is_skipping = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take some bytes, and return the events that they complete; what is kept is never more than one."""
        seen = max(len(self._pending) - 1, 0)
        self._pending += chunk
        ends = [match.end() for match in _EMPTY_LINE.finditer(self._pending, seen)]
        starts = [0, *ends]
        whole = [self._checked(bytes(self._pending[a:b])) for a, b in zip(starts, ends, strict=False)]
        del self._pending[: starts[-1]]
        self._bound()
        return [event for event in whole if event]

    def _bound(self) -> None:
        """Forget an event that is already too large, all but the byte that may begin its end."""
        if len(self._pending) > self._limit:
            self._is_skipping = True
            del self._pending[:-1]

    def _checked(self, block: bytes) -> bytes:
        """Return an event with LF line ends, or nothing when it cannot be used."""
        was_skipping, self._is_skipping = self._is_skipping, False
        if was_skipping or len(block) > self._limit or not _is_utf8(block):
            self.dropped += 1
            return b""
        return block.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def parse_frame(frame: bytes) -> Iterator[ServerSentEvent]:
    """Read a whole event with httpx-sse; comments and events without data give nothing."""
    headers = {"content-type": "text/event-stream; charset=utf-8"}
    source = EventSource(httpx.Response(200, headers=headers, content=frame))
    return (event for event in source.iter_sse() if event.data)


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True
