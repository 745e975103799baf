"""`GET /v1/chat/{session_id}/stream`: a job's events as they happen, on one open connection."""

from typing import Final

from aiohttp import web

from bot.sandbox.faults import CUT_AFTER, drop
from bot.sandbox.superdocs.account import Account
from bot.sandbox.superdocs.jobs import Event, Job
from bot.sandbox.superdocs.wire import event_bytes

_ENDS: Final = frozenset({"final", "usage", "error"})
_HEADERS: Final = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}


async def refuse(request: web.Request, reason: str) -> web.StreamResponse:
    """Open a stream only to tell that it is refused."""
    line = await _Line.open(request)
    await line.tell(Event("error", {"error": reason}))
    return line.response


async def follow(request: web.Request, account: Account, job: Job, after: int) -> web.StreamResponse:
    """Tell a job's events until it ends, is cleaned up, or the client goes away.

    Args:
        request: The request that opened the stream.
        account: Whose bell says that there is news.
        job: The job to follow.
        after: Events up to this sequence are left out.
    """
    line = await _Line.open(request)
    silent = frozenset() if job.is_active or account.behaviour.replays_final else _ENDS
    told = 0
    while line.is_open:
        news = job.events[told:]
        told += len(news)
        for event in news:
            if event.name not in silent and (event.sequence is None or event.sequence > after):
                await line.tell(event)
        if not job.is_active or account.is_closing:
            break
        if len(job.events) == told:
            await _wait(line, account, job)
        if job.gone:
            await line.tell(Event("error", {"error": "Job not found"}))
            break
    return line.response


async def _wait(line: "_Line", account: Account, job: Job) -> None:
    """Wait for news; tell the client now and then that the line is alive, if that is the habit."""
    pause_s = min(account.behaviour.keepalive_s or float("inf"), max(account.time_left_s(job), 0))
    heard = await account.bell.heard(within_s=None if pause_s == float("inf") else pause_s)
    account.sweep()
    if not heard and account.behaviour.keepalive_s and not job.gone:
        await line.write(b": keep-alive\n\n")


class _Line:
    """An open stream, which may be ordered to break after so many bytes."""

    def __init__(self, request: web.Request, response: web.StreamResponse) -> None:
        self.response = response
        self._request = request
        self._budget: int | None = request.get(CUT_AFTER)
        self._broken = False

    @classmethod
    async def open(cls, request: web.Request) -> "_Line":
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        line = cls(request, response)
        line._spend(0)
        return line

    @property
    def is_open(self) -> bool:
        """Whether anybody can still read it."""
        transport = self._request.transport
        return not self._broken and transport is not None and not transport.is_closing()

    async def tell(self, event: Event) -> None:
        await self.write(event_bytes(event))

    async def write(self, data: bytes) -> None:
        """Send bytes; those beyond the budget are lost with the connection."""
        if not self.is_open:
            return
        part = data if self._budget is None else data[: self._budget]
        try:
            await self.response.write(part)
        except ConnectionError:
            self._broken = True  # The client went away; nobody is left to tell.
            return
        self._spend(len(part))

    def _spend(self, sent: int) -> None:
        """Take sent bytes off the budget, and break the connection when it is used up."""
        if self._budget is None:
            return
        self._budget -= sent
        if self._budget <= 0:
            self._broken = True
            drop(self._request)
