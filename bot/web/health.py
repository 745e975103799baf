"""Whether the relay lives (`/healthz`), and whether work may be sent to it (`/readyz`).

A process that lives is not restarted because Redis is away: only `/readyz` asks the parts, each for two seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web

from bot.web import UNCACHED

Probe = Callable[[], Awaitable[bool]]
"""Says whether a part does its work now; one that raises says no."""

PATIENCE_S: Final = 2.0
"""Seconds that a probe may take."""

_log: Final = structlog.get_logger(__name__)


class Health:
    """What is asked by whoever supervises the process, or balances load.

    Args:
        probes: By the part's name, as `/readyz` shows it.
        patience_s: Seconds that each may take.

    Attributes:
        draining: Whether this process is about to end: then it is not ready, whatever the probes say.
    """

    def __init__(self, probes: Mapping[str, Probe], patience_s: float = PATIENCE_S) -> None:
        self.draining = False
        self._probes = dict(probes)
        self._patience_s = patience_s

    def routes(self) -> list[web.RouteDef]:
        """Give the two routes."""
        return [web.get("/healthz", self._live), web.get("/readyz", self._ready)]

    async def readiness(self) -> dict[str, bool]:
        """Ask every part at once, and return who is well."""
        answers = await asyncio.gather(*(self._ask(name, probe) for name, probe in self._probes.items()))
        return dict(zip(self._probes, answers, strict=True))

    async def _ask(self, name: str, probe: Probe) -> bool:
        try:
            async with asyncio.timeout(self._patience_s):
                return await probe()
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with a part, it is not ready
            _log.warning("probe.failed", probe=name, kind=type(error).__name__)
            return False

    async def _live(self, _request: web.Request) -> web.Response:
        return web.Response(text="ok\n", headers=UNCACHED)

    async def _ready(self, _request: web.Request) -> web.Response:
        """Answer 200 with everybody well, else 503; the body names each part."""
        parts = await self.readiness()
        is_ready = all(parts.values()) and not self.draining
        return web.json_response(
            {"ready": is_ready, "draining": self.draining, "parts": parts},
            status=HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
            headers=UNCACHED,
        )
