"""Bodies from strangers: as much of one as may be, for as long as it may take, whatever length it declares."""

from __future__ import annotations

import asyncio
from enum import StrEnum

from aiohttp import web


class Unread(StrEnum):
    """Why a body was not read to its end."""

    TOO_LARGE = "too_large"
    SLOW = "slow"
    BROKEN = "broken"


async def read(request: web.Request, largest: int, limit_s: float) -> bytes | Unread:
    """Read a body.

    Args:
        request: Its body was not read yet.
        largest: Bytes that it may have.
        limit_s: Seconds in which it must be here.
    """
    raw = bytearray()
    try:
        async with asyncio.timeout(limit_s):
            async for chunk in request.content.iter_any():
                raw += chunk
                if len(raw) > largest:
                    return Unread.TOO_LARGE
    except TimeoutError:
        return Unread.SLOW
    except (web.RequestPayloadError, ConnectionError):
        return Unread.BROKEN
    return bytes(raw)
