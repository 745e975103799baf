"""What goes wrong with a request, as RFC 9457 problem details: one shape for every answer that is no success.

No problem tells what a request held, beyond the names of its fields, or what broke inside.

Source: https://www.rfc-editor.org/rfc/rfc9457
"""

from __future__ import annotations

import math
from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, RelayError, TransientError
from bot.web import UNCACHED, broken

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MEDIA_TYPE: Final = "application/problem+json"

_RETRY_AFTER_S: Final = 5
"""When to come again, if whoever failed did not say: the staleness of SuperDocs' reads is over by then."""

_STATUS: Final[Mapping[str, HTTPStatus]] = {
    "job_id": HTTPStatus.UNPROCESSABLE_ENTITY,
    "session_id": HTTPStatus.UNPROCESSABLE_ENTITY,
    "channel": HTTPStatus.UNPROCESSABLE_ENTITY,
    "channel_not_found": HTTPStatus.UNPROCESSABLE_ENTITY,
    "requester": HTTPStatus.UNPROCESSABLE_ENTITY,
    "document": HTTPStatus.UNPROCESSABLE_ENTITY,
    "message": HTTPStatus.UNPROCESSABLE_ENTITY,
    "document_html": HTTPStatus.UNPROCESSABLE_ENTITY,
    "callback_url": HTTPStatus.UNPROCESSABLE_ENTITY,
    "mode": HTTPStatus.UNPROCESSABLE_ENTITY,
    "idempotency_key": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_job": HTTPStatus.NOT_FOUND,
    "session_mismatch": HTTPStatus.CONFLICT,
    "session_starting": HTTPStatus.CONFLICT,
    "job_ended": HTTPStatus.CONFLICT,
    "too_late": HTTPStatus.CONFLICT,
    "unbound_route": HTTPStatus.CONFLICT,
    "crowded": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""What the codes of our own refusals are in HTTP. Any other is Slack's or SuperDocs' no to the relay itself."""

_MAY_COME_AGAIN: Final = frozenset({"session_starting", "crowded"})


class Fault(BaseModel):
    """What is wrong with one field of a request.

    Attributes:
        pointer: JSON Pointer to the field.
        detail: What it must be.
    """

    pointer: str
    detail: str


class Problem(BaseModel):
    """Why a request was not done (RFC 9457).

    Attributes:
        type: Always about:blank; the code tells problems apart.
        title: The status in words.
        status: The HTTP status.
        code: A word that never changes, for programs.
        detail: A sentence for people: what is wrong, and what to do.
        errors: The fields that are wrong.
    """

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: tuple[Fault, ...] | None = None


class ProblemError(Exception):
    """A request that is not done, as it is answered."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        detail: str | None = None,
        *,
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.problem = Problem(
            title=status.phrase, status=status, code=code, detail=detail, errors=tuple(errors) or None
        )
        self.headers = {**UNCACHED, **(headers or {})}


def answering(handler: Handler) -> Handler:
    """Have a handler answer with a problem whatever it raises."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ProblemError as error:
            return _rendered(error)
        except RelayError as error:
            return _rendered(_translated(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is, its text may quote the request
            return _rendered(_broken(error))

    return answer


def _translated(error: RelayError) -> ProblemError:
    match error:
        case RefusedError():
            return _refused(error)
        case TransientError():
            wait_s = math.ceil(error.retry_after_s or _RETRY_AFTER_S)
            return _later(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error), wait_s)
        case OutcomeUnknownError():
            return _later(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error), _RETRY_AFTER_S)
    return _broken(error)


def _refused(error: RefusedError) -> ProblemError:
    otherwise = HTTPStatus.NOT_FOUND if isinstance(error, GoneError) else HTTPStatus.BAD_GATEWAY
    status, code = _STATUS.get(error.code, otherwise), error.code or "refused"
    if code in _MAY_COME_AGAIN:
        return _later(status, code, str(error), _RETRY_AFTER_S)
    field = _FIELDS.get(code)
    faults = [Fault(pointer=f"/{field}", detail=str(error))] if field else []
    return ProblemError(status, code, str(error), errors=faults)


_FIELDS: Final[Mapping[str, str]] = {
    "job_id": "job_id",
    "session_id": "session_id",
    "channel": "channel",
    "channel_not_found": "channel",
    "requester": "requester",
    "document": "document",
    "message": "message",
    "document_html": "document_html",
    "callback_url": "callback_url",
    "mode": "mode",
}
"""Codes of what is wrong with one field, and which."""


def _later(status: HTTPStatus, code: str, detail: str, wait_s: int) -> ProblemError:
    return ProblemError(status, code, detail, headers={"Retry-After": str(wait_s)})


def _broken(error: Exception) -> ProblemError:
    broken.note(error)
    return ProblemError(HTTPStatus.INTERNAL_SERVER_ERROR, "bug")


def _rendered(error: ProblemError) -> web.Response:
    return web.json_response(
        error.problem.model_dump(exclude_none=True),
        status=error.problem.status,
        headers=error.headers,
        content_type=MEDIA_TYPE,
    )
