"""The one HTTP proxy before Slack and SuperDocs: all processes of a run share its address, each has a path of its own.

They must share it: a relay fetches files only from where its Slack is.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp import web

from tests.crash.naming import of_slack, of_superdocs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.sandbox.server import Sandbox
    from tests.crash.wires import Wires

_HOP: Final = frozenset({"host", "connection", "transfer-encoding", "content-length", "keep-alive"})
_LARGEST: Final = 64 * 1024 * 1024


CALLED: Final = "/called"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program was told of its edit: by which id, and the body."""

    message_id: str
    body: bytes


class Front:
    """A sandbox, seen through a proxy. Use as an async context manager.

    What Slack itself hands out leads here too (files), but for the addresses of its sockets. And it is the program that
    is told of an edit's outcome.

    Attributes:
        outcomes: What that was told, each time.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._wires: list[Wires] = []
        self.url = ""
        self.outcomes: list[Outcome] = []

    async def __aenter__(self) -> Front:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        whole = web.Application(client_max_size=_LARGEST)
        whole.add_routes(
            [
                web.route("*", r"/process/{number:\d+}{path:/.*}", self._counted),
                web.post(CALLED, self._called),
                web.route("*", r"/{path:.*}", self._uncounted),
            ]
        )
        self._runner = web.AppRunner(whole, access_log=None, shutdown_timeout=0.01, handler_cancellation=True)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._sandbox.slack.workspace.url = f"{self.url}/slack"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    def address_of(self, wires: Wires) -> str:
        """Give a process an address of its own."""
        self._wires.append(wires)
        return f"{self.url}/process/{len(self._wires) - 1}"

    def name(self, request: web.Request, path: str, body: bytes) -> str:
        """Name a call."""
        if path.startswith("/superdocs"):
            return of_superdocs(request.method, path.removeprefix("/superdocs"))
        return of_slack(self._sandbox.slack, path, request.content_type, body)

    @asynccontextmanager
    async def ask(
        self, request: web.Request, path: str, body: bytes
    ) -> AsyncIterator[aiohttp.ClientResponse]:  # fmt: skip
        """Forward a call, and give its answer."""
        url = f"{self._sandbox.url}{path}"
        headers, query = without_hop(request.headers), request.query
        async with self._session.request(
            request.method, url, params=query, headers=headers, data=body
        ) as answer:
            yield answer

    def led_around(self, part: bytes) -> bytes:
        """Let a process open its socket at Slack itself: what goes over it is no call of the process."""
        here, there = self.url.encode(), self._sandbox.url.encode()
        return part.replace(here.replace(b"http", b"ws", 1), there.replace(b"http", b"ws", 1))

    async def _counted(self, request: web.Request) -> web.StreamResponse:
        wires = self._wires[int(request.match_info["number"])]
        return await wires.pass_on(request, request.match_info["path"])

    async def _called(self, request: web.Request) -> web.StreamResponse:
        """Be the program that is told an outcome, by the process that began last."""
        told = Outcome(request.headers["webhook-id"], await request.read())
        return await self._wires[-1].take(request, lambda: self.outcomes.append(told))

    async def _uncounted(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        async with self.ask(request, request.path, body) as answer:
            headers = without_hop(answer.headers)
            return web.Response(status=answer.status, headers=headers, body=await answer.read())


def without_hop(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that are meant for the other end."""
    return {name: value for name, value in headers.items() if name.lower() not in _HOP}
