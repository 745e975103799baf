"""One server on the loopback for the whole sandbox: SuperDocs, Slack, the control interface and the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from aiohttp import web

from bot.sandbox.control import Control
from bot.sandbox.slack import Slack
from bot.sandbox.superdocs import SuperDocs

if TYPE_CHECKING:
    from types import TracebackType

    from bot.sandbox.faults import Handler

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "page" / "dist"
BODY_BYTES = 32 * 1024 * 1024
"""No request may be larger: a file given in a dialog has at most 10 MB, and ten of them come one by one."""
SUPERDOCS_KEY = "sk_sandbox"
CHANNEL = "C0LEGAL"
OWN_NAMES = ("127.0.0.1", "localhost")


class Sandbox:
    """A SuperDocs and a Slack to try the relay against.

    Use it as an async context manager.

    Args:
        port: Where to listen; 0 takes any free port.
        superdocs: The one half, if it was set up before.
        slack: The other half, likewise.
    """

    def __init__(
        self, port: int = 0, *, superdocs: SuperDocs | None = None, slack: Slack | None = None
    ) -> None:
        self.superdocs = superdocs or SuperDocs()
        self.slack = slack or Slack()
        self.url = ""
        """Where it listens, without a slash at the end; known once it does."""
        self._port = port
        self._control = Control(self.superdocs, self.slack)
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        port = self._runner.addresses[0][1]
        self.url = f"http://{HOST}:{port}"
        self.slack.workspace.url = f"{self.url}/slack"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._control.close()
        await self.superdocs.close()
        await self.slack.close()
        await self._runner.cleanup()

    def environment(self) -> dict[str, str]:
        """Give the environment that a relay needs to run against this sandbox."""
        app = self.slack.app
        return {
            "SLACK_BOT_TOKEN": app.bot_token,
            "SLACK_APP_TOKEN": app.app_token,
            "SLACK_SIGNING_SECRET": app.signing_secret,
            "SLACK_API_URL": f"{self.url}/slack/api/",
            "SUPERDOCS_API_KEY": SUPERDOCS_KEY,
            "SUPERDOCS_BASE_URL": f"{self.url}/superdocs",
            "RELAY_CHANNEL": CHANNEL,
        }

    def _application(self) -> web.Application:
        whole = web.Application(client_max_size=BODY_BYTES, middlewares=[_from_here])
        whole.add_subapp("/superdocs", _part(self.superdocs.app_routes()))
        whole.add_subapp("/slack", _part(self.slack.routes()))
        whole.add_routes(self._control.routes())
        whole.add_routes([web.get("/", _page)])
        if PAGE.is_dir():
            whole.add_routes([web.static("/assets", PAGE)])
        return whole


@web.middleware
async def _from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another site's page sends through the browser: by a foreign origin, or by a name made to lead here."""
    origin = request.headers.get("Origin", f"http://{request.host}")
    if request.url.host not in OWN_NAMES or origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="The sandbox answers this machine only.")
    return await handler(request)


def _part(routes: list[web.RouteDef]) -> web.Application:
    part = web.Application(client_max_size=BODY_BYTES)
    part.add_routes(routes)
    return part


async def _page(_: web.Request) -> web.StreamResponse:
    """Give the page, or say how to build it."""
    index = PAGE / "index.html"
    if index.is_file():
        return web.FileResponse(index)
    return web.Response(text="The sandbox runs. Its page is not built: run `make page`.\n")
