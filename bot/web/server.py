"""The relay's one HTTP server: small limits, few words, and an orderly end.

What is no HTTP, and what breaks in a route, is answered without detail and logged by its kind alone: a request's
bytes may be anything, and an exception's text may quote them.
"""

from __future__ import annotations

import asyncio
import errno
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from bot.core.errors import RelayError
from bot.web import broken

if TYPE_CHECKING:
    from collections.abc import Iterable


DRAIN_S: Final = 5.0
"""Seconds that requests at work may take when the server closes; Slack waits three for each."""

NAME: Final = "superdocs-relay"

_LARGEST: Final = 1024 * 1024
"""Bytes of a body that a route has read for it; one that takes more, or from strangers, reads and counts by itself."""

_LIMITS: Final = {
    "keepalive_timeout": 75.0,  # seconds, also for the first request's headers; above a proxy's usual 60
    # Seconds in which a body that nobody wants is read away, so that the answer arrives: megabytes, not their worth of CPU.
    "lingering_time": 0.005,
    "max_line_size": 4096,
    "max_field_size": 8190,
    "max_headers": 64,
    "auto_decompress": False,  # a small body must not become a large one, and signatures are over what was sent
    "access_log": None,
}

_log: Final = structlog.get_logger(__name__)


class Server:
    """Listens from `start` to `close`.

    Args:
        host: Name or address to listen on (`HOST`).
        port: Port (`PORT`); 0 takes any free one.
        routes: From the modules of this folder.
        drain_s: Seconds that requests at work may take when it closes.
    """

    def __init__(
        self, host: str, port: int, routes: Iterable[web.AbstractRouteDef], *, drain_s: float = DRAIN_S
    ) -> None:
        self._host = host
        self._port = port
        application = web.Application(client_max_size=_LARGEST)
        application.add_routes(routes)
        application.on_response_prepare.append(_name)
        # Closing waits this long twice: for requests to end by themselves, and for those whose body is cut off.
        self._runner = _Runner(application, shutdown_timeout=drain_s / 2)

    @property
    def port(self) -> int:
        """Return the port that it listens on; before `start`, the one it was given."""
        return self._runner.addresses[0][1] if self._runner.addresses else self._port

    async def start(self) -> None:
        """Listen.

        Raises:
            RelayError: It cannot; the sentence names the settings, and what to do.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise RelayError(_sentence(self._host, self._port, error)) from error

    async def close(self) -> None:
        """Take nothing more at once, let requests at work finish within `drain_s`, and hang up."""
        await self._runner.cleanup()


class _Connection(web.RequestHandler):
    """One connection; it says nothing about us to whoever sends what is no HTTP."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 -- quotes the request, so it is neither sent nor logged
    ) -> web.StreamResponse:
        """Answer what is no HTTP (400), or what broke (5xx)."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            broken.note(exc)
        else:
            _log.debug("request.malformed", kind=type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionResetError("The answer had begun; nothing else can be said.")
        response = web.Response(status=status, headers={"Server": NAME})
        response.force_close()
        return response


class _Front(web.Server):
    """Makes a `_Connection` for each client."""

    def __call__(self) -> web.RequestHandler:
        return _Connection(self, loop=asyncio.get_running_loop(), **_LIMITS)  # type: ignore[arg-type]  # each by its name


class _Runner(web.AppRunner):
    """Runs the application behind a `_Front`."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Front(made.request_handler, request_factory=made.request_factory)


async def _name(_request: web.Request, response: web.StreamResponse) -> None:
    """Say who answers, without versions."""
    response.headers["Server"] = NAME


def _sentence(host: str, port: int, error: OSError) -> str:
    """Say what keeps the server from listening, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"PORT: {port} is taken on {host}. Stop what listens there, or choose another PORT (0 for none)."
        )
    if error.errno == errno.EACCES:
        return f"PORT: this account may not listen on {port}. Choose a PORT of 1024 or above."
    return f"HOST: this machine cannot listen on {host}. Use one of its addresses, 127.0.0.1, or 0.0.0.0 for all."
