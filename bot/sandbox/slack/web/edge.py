"""What every request of the app passes: it goes well or wrong as the faults say, and is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox import faults as faulty

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.calls import CallLog
    from bot.sandbox.faults import Fault, Faults


class Edge:
    """Serves requests with faults and records them."""

    def __init__(self, calls: CallLog, faults: Faults) -> None:
        self._calls = calls
        self._faults = faults

    async def serve(
        self, name: str, request: web.Request, arguments: dict[str, Any], answer: Callable[[], web.Response]
    ) -> web.StreamResponse:
        """Answer a request.

        Args:
            name: What is called, for faults and the record.
            request: The request.
            arguments: For the record.
            answer: Does the work and gives the right answer.
        """

        async def work(_: web.Request) -> web.StreamResponse:
            return answer()

        response = await faulty.serve(self._faults.take(name), request, work, failure)
        status = response.status if response else 0
        self._calls.record(name, path=request.path, arguments=arguments, status=status)
        return response or faulty.dropped(request)


def failure(fault: Fault) -> web.Response:
    """Give Slack's form of an error or a refusal for too many calls."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.kind == "rate":
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if fault.error:
        return web.json_response({"ok": False, "error": fault.error}, headers=headers)
    return web.Response(status=fault.status, text=fault.body or "", content_type="text/html", headers=headers)
