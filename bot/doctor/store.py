"""The store: does it answer, would it keep an acked decision, and does its clock agree with this machine's?

An embedded server that does not run is started for the look and ended after it; nothing is written into any store.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from redis.exceptions import RedisError

from bot.core.errors import RefusedError
from bot.doctor.addresses import shown
from bot.doctor.finding import checked, fault, not_checked, ok, warning
from bot.doctor.refusals import unanswered
from bot.doctor.traits import agreement, durable, exposure, program, version
from bot.engine.worker import connected
from bot.store import embedded
from bot.store.keys import QUEUE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from redis.asyncio import Redis

    from bot.config import Settings
    from bot.doctor.finding import Finding, Findings


"""The name that the queue has; connecting to it writes nothing."""

_START_LIMIT_S: Final = 30.0
"""Longer than the embedded server may take to read its data, so that none is left half started."""

_FROM_STORE: Final = ("store version", "store durability", "store clock")
_FOLDER: Final = "Set DATA_DIR to a folder that this user may write, or REDIS_URL to a server of yours."


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server tells about itself.

    Attributes:
        info: Its INFO.
        at: Its clock.
        here: This machine's, at that moment.
    """

    info: Mapping[str, Any]
    at: datetime
    here: datetime


async def examine(settings: Settings, clock: Callable[[], datetime], limit_s: float) -> Findings:
    """Look at the store that the settings name, or at the one that comes along."""
    if settings.redis_url is None:
        found = await checked("DATA_DIR", _of_our_own(settings, clock), max(limit_s, _START_LIMIT_S))
    else:
        what = ("REDIS_URL", shown(settings.redis_url))
        theirs = _asked(what, settings.redis_url, settings, clock)
        found = (*exposure(settings.redis_url), *await checked("REDIS_URL", theirs, limit_s))
    return (*found, *volatile(settings))


async def _of_our_own(settings: Settings, clock: Callable[[], datetime]) -> Findings:
    try:
        async with _running(settings.data_dir) as server:
            state = "running already" if server.is_found else "started for the look"
            place = f"the embedded server in {settings.data_dir}, {state},"
            return await _asked(("DATA_DIR", place), server.url, settings, clock)
    except RefusedError as error:
        found = str(error)
    except OSError as error:
        found = f"{settings.data_dir} cannot be used ({error.strerror})"
    return _in_vain(fault("DATA_DIR", found, _FOLDER))


@asynccontextmanager
async def _running(data_dir: Path) -> AsyncIterator[embedded.Embedded]:
    """Find the server of a data folder, or start it for the time being."""
    server = await embedded.ensure(data_dir)
    try:
        yield server
    finally:
        if not server.is_found:
            await server.stop_unless_shared()


async def _asked(
    what: tuple[str, str], url: str, settings: Settings, clock: Callable[[], datetime]
) -> Findings:
    """Ask a server what it is, the way the relay connects.

    Args:
        what: The setting that names the server, and the server as it may be shown.
        url: Its address, password included.
        settings: What else was chosen.
        clock: This machine's.
    """
    name, server = what
    try:
        async with connected(url, QUEUE) as docket, docket.redis() as client:
            seen = await _seen(cast("Redis", client), clock)
    except (RedisError, OSError, ValueError) as error:
        return _in_vain(unanswered(name, error, server))
    return (
        ok(name, f"{server} answers ({program(seen.info)})"),
        version(seen.info),
        *durable(seen.info, may_forget=settings.allow_volatile),
        agreement(seen.at, seen.here),
    )


async def _seen(client: Redis, clock: Callable[[], datetime]) -> Seen:
    info = await client.info("everything")
    seconds, micros = await client.time()
    return Seen(info, datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros), clock())


def _in_vain(found: Finding) -> Findings:
    return (found, *(not_checked(name, found.name) for name in _FROM_STORE))


def volatile(settings: Settings) -> Findings:
    """Remind of a promise that was waived."""
    if not settings.allow_volatile:
        return ()
    cure = "Unset ALLOW_VOLATILE wherever a decision matters."
    return (
        warning(
            "ALLOW_VOLATILE", "true: the relay runs even on a store that forgets decisions in a crash", cure
        ),
    )
