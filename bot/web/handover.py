"""The API by which programs hand jobs over: `POST /v1/watch`, `GET /v1/watch/{job_id}`, `GET /v1/openapi.json`.

Whoever knows `RELAY_API_TOKEN` may use it; the description is for everybody. A request is checked in the order of
what it costs: token, kind of body, size, JSON, fields, and only then what they name.

Source of the token's form: https://www.rfc-editor.org/rfc/rfc6750
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NoReturn
from urllib.parse import quote

from aiohttp import web
from pydantic import ValidationError

from bot.core.report import report
from bot.relay.handover import MEANINGS, HandOver, find, take_over
from bot.web import UNCACHED
from bot.web.body import Unread, read
from bot.web.openapi import DESCRIPTION, JOB, REPORT, WATCH, Links, Watched, WatchRequest, description
from bot.web.problems import Fault, ProblemError, answering

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.relay.world import World

ChannelId = Callable[[str], Awaitable[str]]
"""Finds the id of a channel that is given as ``#name``; refuses one that the relay does not see."""

LARGEST: Final = 64 * 1024
"""Bytes of a body; the longest that is well-formed is far shorter."""

BODY_S: Final = 10.0
"""Seconds in which a body must be here."""

_UNREAD: Final = {
    Unread.TOO_LARGE: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A body may have {LARGEST:,} bytes at most."),
    Unread.SLOW: (HTTPStatus.REQUEST_TIMEOUT, "The body did not come in time."),
    Unread.BROKEN: (HTTPStatus.BAD_REQUEST, "The body is broken."),
}
"""What a program is told whose body could not be read."""

_LONGEST_POINTER: Final = 80
_MOST_FAULTS: Final = 10

_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="superdocs-relay"'}


def routes(world: World, token: str, channel_id: ChannelId, *, body_s: float = BODY_S) -> list[web.RouteDef]:
    """Give the routes of everything below ``/v1/``.

    Args:
        world: What the steps are given.
        token: The bearer token (`RELAY_API_TOKEN`); must not be empty.
        channel_id: Asked for channels that are given by name.
        body_s: Seconds in which a body must be here.
    """
    api = _Api(world, token, channel_id, body_s)
    return [
        web.get(DESCRIPTION, answering(_describe)),
        web.post(WATCH, answering(api.watch)),
        web.get(JOB, answering(api.report)),
        web.route("*", DESCRIPTION, answering(_only("GET", "HEAD"))),
        web.route("*", WATCH, answering(_only("POST"))),
        web.route("*", JOB, answering(_only("GET", "HEAD"))),
        web.route("*", "/v1/{nothing:.*}", answering(_nothing)),
    ]


class _Api:
    def __init__(self, world: World, token: str, channel_id: ChannelId, body_s: float) -> None:
        if not token:
            raise ValueError("The API needs a token.")
        self._world = world
        self._seal = _sealed(token)
        self._channel_id = channel_id
        self._body_s = body_s

    async def watch(self, request: web.Request) -> web.Response:
        """Take a job over."""
        self._check_token(request)
        wanted = _parsed(await _body(request, self._body_s))
        by_name = wanted.channel.startswith("#")
        channel = await self._channel_id(wanted.channel) if by_name else wanted.channel
        handed = HandOver(wanted.job_id, wanted.session_id, channel, wanted.requester, wanted.document)
        job, _is_new = await take_over(self._world, handed)
        watched = _watched(job)
        return web.json_response(
            watched.model_dump(mode="json"),
            status=HTTPStatus.ACCEPTED,
            headers={**UNCACHED, "Location": watched.links.self},
        )

    async def report(self, request: web.Request) -> web.Response:
        """Tell what became of a job."""
        self._check_token(request)
        job = await find(self._world, request.match_info["job_id"])
        return web.json_response(REPORT.dump_python(report(job), mode="json"), headers=UNCACHED)

    def _check_token(self, request: web.Request) -> None:
        given = request.headers.getall("Authorization", [])
        scheme, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        if scheme.lower() != "bearer" or not hmac.compare_digest(_sealed(token.strip()), self._seal):
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "unauthorized", headers=_CHALLENGE)


def _sealed(token: str) -> bytes:
    """Return a digest to compare by: of equal length whatever is given, so that time tells nothing."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


async def _describe(_request: web.Request) -> web.Response:
    return web.json_response(description())


async def _nothing(_request: web.Request) -> NoReturn:
    raise ProblemError(HTTPStatus.NOT_FOUND, "no_such_address", "There is nothing at this address.")


def _only(*methods: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def refuse(_request: web.Request) -> NoReturn:
        allowed = ", ".join(methods)
        sentence = f"What is taken here is {allowed}."
        status = HTTPStatus.METHOD_NOT_ALLOWED
        raise ProblemError(status, "method_not_allowed", sentence, headers={"Allow": allowed})

    return refuse


def _watched(job: Job) -> Watched:
    return Watched(
        ref=job.ref,
        job_id=job.job_id,
        session_id=job.session_id,
        state=job.state,
        channel=job.channel,
        links=Links(self=JOB.format(job_id=quote(job.job_id, safe=""))),
    )


async def _body(request: web.Request, limit_s: float) -> bytes:
    _check_kind(request)
    raw = await read(request, LARGEST, limit_s)
    if isinstance(raw, Unread):
        status, sentence = _UNREAD[raw]
        raise ProblemError(status, raw.value, sentence)
    return raw


def _check_kind(request: web.Request) -> None:
    is_plain = request.headers.get("Content-Encoding", "identity").lower() == "identity"
    is_utf8 = (request.charset or "utf-8").lower() == "utf-8"
    if request.content_type != "application/json" or not is_plain or not is_utf8:
        sentence = "Send application/json, in UTF-8 and not compressed."
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", sentence)


def _parsed(raw: bytes) -> WatchRequest:
    try:
        given = json.loads(raw.decode(), object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise _unreadable("it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _unreadable(f"line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _unreadable("it is nested too deeply") from None
    except ValueError:
        raise _unreadable("it names a field twice, or holds what is no number of JSON's") from None
    try:
        return WatchRequest.model_validate(given)
    except ValidationError as error:
        raise _unfit(error) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Read an object; of two fields of one name, nobody could say which one counts."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a field twice")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _unreadable(reason: str) -> ProblemError:
    return ProblemError(HTTPStatus.BAD_REQUEST, "bad_json", f"The body is not readable JSON: {reason}.")


def _unfit(error: ValidationError) -> ProblemError:
    """Name every field that is wrong and what it must be; never what it held."""
    details = error.errors(include_input=False, include_url=False, include_context=False)
    faults = [_fault(detail["loc"], detail["type"], detail["msg"]) for detail in details[:_MOST_FAULTS]]
    named = ", ".join(fault.pointer.removeprefix("/") or "the body" for fault in faults)
    sentence = f"These fields are wrong: {named}."
    return ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", sentence, errors=faults)


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> Fault:
    name = "/".join(str(part) for part in place)
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in place)
    meaning = MEANINGS.get(name) if kind == "string_pattern_mismatch" else None
    return Fault(
        pointer=pointer[:_LONGEST_POINTER], detail=f"Must be {meaning}." if meaning else f"{message}."
    )
