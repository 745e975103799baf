"""Faults on demand: what can go wrong between a client and a service, asked for by name.

A fault is taken up by the next calls of its operation, in the order in which faults were added:

| kind | what the client sees | is the work done? |
|---|---|---|
| `refuse` | the connection closes, no answer | no |
| `error` | an answer with `status`, and `body` or `error` when given | no |
| `rate` | a 429; with `Retry-After` when `retry_after` is given | no |
| `lost` | the connection closes, no answer | yes |
| `slow` | the right answer, `delay_s` seconds late | yes |
| `cut` | the beginning of the right answer, `after_bytes` long, then the connection closes | yes |

The halves differ only in what an `error` and a `rate` look like, so each gives `serve` its own form of them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from aiohttp import web

Kind: TypeAlias = Literal["refuse", "error", "lost", "slow", "cut", "rate"]
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
AnswerTo: TypeAlias = Callable[["Fault"], web.StreamResponse]

ANY_CALL: Final = "*"
"""As a fault's name: whatever is called next."""

CUT_AFTER: Final = web.RequestKey("cut_after", int)
"""Where a handler that streams finds how many bytes of its body it may send before it must drop the connection."""


@dataclass
class Fault:
    """One thing that shall go wrong."""

    name: str
    """The operation that it befalls, as in the call log; `*` for any."""
    kind: Kind
    """See the table at the top of this module."""
    times: int = 1
    """How many more calls it befalls."""
    status: int = 500
    """HTTP status of an `error`."""
    retry_after: int | None = None
    """Seconds, for the `Retry-After` header of a `rate` or an `error`."""
    delay_s: float = 0.0
    """Seconds by which a `slow` answer is late."""
    after_bytes: int | None = None
    """How much of the body a `cut` lets through. None: nothing."""
    body: str | None = None
    """The body of an `error` or a `rate`, sent as it is."""
    error: str | None = None
    """The service's own word for an `error`, in the service's own form."""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"a fault is one of {', '.join(get_args(Kind))}, not {self.kind!r}")
        if self.times < 1:
            raise ValueError(f"a fault happens at least once, not {self.times} times")


class Faults:
    """The faults that are still to happen in one half of the sandbox."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, fault: Fault) -> None:
        """Let a fault befall the next `fault.times` matching calls, after those added before it."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._waiting.clear()

    def take(self, name: str) -> Fault | None:
        """Return the fault that befalls this call, if any, and count it as having happened."""
        fault = next((fault for fault in self._waiting if fault.name in (name, ANY_CALL)), None)
        if fault is None:
            return None
        fault.times -= 1
        if not fault.times:
            self._waiting.remove(fault)
        return fault


async def serve(
    fault: Fault | None, request: web.Request, handler: Handler, answer: AnswerTo
) -> web.StreamResponse | None:
    """Answer a request, well or with the fault that befalls it.

    Args:
        fault: What `Faults.take` gave for this call.
        request: The request.
        handler: Does the work and gives the right answer.
        answer: Gives the service's own form of an `error` or a `rate`. It must not do the work.

    Returns:
        The answer to send, or None when there must be no answer: record the call with status 0
        and return `dropped(request)`.
    """
    if fault is None:
        return await handler(request)
    if fault.kind in ("error", "rate"):
        return answer(fault)
    if fault.kind == "refuse":
        return None
    return await _serve_badly(fault, request, handler)


async def _serve_badly(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse | None:
    """Do the work, and spoil how it is answered."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
    if fault.kind == "cut":
        request[CUT_AFTER] = fault.after_bytes or 0
    response = await handler(request)
    if fault.kind == "lost":
        return None
    if fault.kind == "cut" and isinstance(response, web.Response):
        return await _cut_short(request, response)
    return response


async def _cut_short(request: web.Request, whole: web.Response) -> web.StreamResponse:
    """Send the head of an answer and the beginning of its body, then drop the connection."""
    body = whole.body if isinstance(whole.body, bytes) else b""
    part = web.StreamResponse(status=whole.status, headers=whole.headers)
    part.content_length = len(body)
    await part.prepare(request)
    await part.write(body[: request[CUT_AFTER]])
    drop(request)
    return part


def drop(request: web.Request) -> None:
    """Close the connection under a request, after what was already written to it."""
    if request.transport is not None:
        request.transport.close()


def dropped(request: web.Request) -> web.Response:
    """Drop the connection, and give aiohttp the answer object it wants, which nobody will see."""
    drop(request)
    return web.Response(status=500)
