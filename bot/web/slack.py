"""Slack's requests in HTTP mode: `POST /slack/events` for events, commands, presses and dialogs alike.

The guard comes first: its headers before the body is read, the body's bytes before anything is parsed. Whoever
is refused learns nothing but that, and the log learns one word.

Sources: https://docs.slack.dev/apis/events-api/using-http-request-urls,
https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web

from bot.web.body import Unread, read
from bot.web.guard import LARGEST, Claim, Guard, Reason
from bot.web.payload import is_payload

PATH: Final = "/slack/events"

BODY_S: Final = 3.0
"""Seconds in which a body must be here: Slack gives the whole answer no longer."""

_STATUS: Final = {
    Reason.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Reason.SLOW: HTTPStatus.REQUEST_TIMEOUT,
    Reason.BROKEN: HTTPStatus.BAD_REQUEST,
    Reason.UNREADABLE: HTTPStatus.BAD_REQUEST,
}
"""What is answered to whom; everything else is not authorized."""

_OURS: Final = frozenset({"connection", "content-length", "date", "server", "transfer-encoding"})
"""Headers of an answer that only the server knows."""

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack is answered.

    Attributes:
        body: Text, "" for none.
        headers: Values by name, in lower case.
    """

    status: int
    body: str = ""
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)


Dispatch = Callable[[str, Mapping[str, Sequence[str]]], Awaitable[Answer]]
"""Hands a genuine request on: its body, and its headers' values by name in lower case."""


class Door:
    """Where Slack knocks.

    Args:
        guard: Knows the signing secret.
        dispatch: Given what is genuine; what it raises is a bug of ours, and the server answers it as one.
        refused: Told the reason of each refusal, to count it.
        clock: Seconds since the epoch.
        body_s: Seconds in which a body must be here.
    """

    def __init__(
        self,
        guard: Guard,
        dispatch: Dispatch,
        refused: Callable[[Reason], None],
        *,
        clock: Callable[[], float] = time.time,
        body_s: float = BODY_S,
    ) -> None:
        self._guard = guard
        self._dispatch = dispatch
        self._refused = refused
        self._clock = clock
        self._body_s = body_s

    def routes(self) -> list[web.RouteDef]:
        """Give the route to the door."""
        return [web.post(PATH, self._open, expect_handler=_not_before)]

    async def _open(self, request: web.Request) -> web.StreamResponse:
        claim = self._guard.examine(request.headers.items(), self._clock())
        if isinstance(claim, Reason):
            return self._refuse(claim)
        body = await self._genuine(request, claim)
        if isinstance(body, Reason):
            return self._refuse(body)
        headers = {name.lower(): request.headers.getall(name) for name in request.headers}
        return _rendered(await self._dispatch(body, headers))

    async def _genuine(self, request: web.Request, claim: Claim) -> str | Reason:
        """Read a body, believe it only when it is signed, and hand on only what is a payload."""
        raw = await read(request, LARGEST, self._body_s)
        if isinstance(raw, Unread):
            return Reason(raw.value)
        if reason := self._guard.verify(claim, raw):
            return reason
        try:
            body = raw.decode()
        except UnicodeDecodeError:
            return Reason.UNREADABLE
        return body if is_payload(body, request.content_type) else Reason.UNREADABLE

    def _refuse(self, reason: Reason) -> web.StreamResponse:
        self._refused(reason)
        _log.debug("request.refused", reason=reason.value)
        response = web.Response(status=_STATUS.get(reason, HTTPStatus.UNAUTHORIZED))
        response.force_close()
        return response


async def _not_before(_request: web.Request) -> web.StreamResponse:
    """Ask nobody to go on and send a body: Slack does not wait to be asked."""
    return web.Response(status=HTTPStatus.EXPECTATION_FAILED)


def _rendered(answer: Answer) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body.encode())
    for name, values in answer.headers.items():
        if name.lower() not in _OURS:
            response.headers.popall(name, None)
            for value in values:
                response.headers.add(name, value)
    return response
