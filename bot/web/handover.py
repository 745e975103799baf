"""The API by which programs bring edits: to start them, hand them over, and ask what became of them.

Whoever knows `RELAY_API_TOKEN` may use it; the description is for everybody.
"""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NoReturn
from urllib.parse import quote

from aiohttp import web

from bot.core.report import report
from bot.relay.asking import programs
from bot.relay.asking.handover import HandOver, find, take_over
from bot.relay.asking.programs import ProgramRequest
from bot.web import UNCACHED
from bot.web.asked import Token, body, parsed
from bot.web.openapi import (
    DESCRIPTION,
    DOCUMENT,
    EDITS,
    JOB,
    KEY,
    KEY_SHAPE,
    REPORT,
    WATCH,
    EditRequest,
    Links,
    Watched,
    WatchRequest,
    description,
)
from bot.web.problems import ProblemError, answering

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.relay.world import World

ChannelId = Callable[[str], Awaitable[str]]
"""Finds the id of a channel that is given as ``#name``; refuses one that the relay does not see."""

Turn = Callable[[], Awaitable[float]]
"""Takes a turn and returns 0; or takes none, and returns in how many seconds there is one."""

LARGEST: Final = 64 * 1024
"""Bytes of a body without a document; the longest that is well-formed is far shorter."""

LARGEST_EDIT: Final = 12 * 1024 * 1024
"""Bytes of a body with a document: the largest document, in UTF-8, and what stands around it."""

BODY_S: Final = 10.0
"""Seconds in which a body must be here."""

_EDIT_BODY: Final = 3
"""How many times as long a document may take."""

_LARGE_AT_ONCE: Final = 4
"""Documents that a worker holds in memory at once, several times each; others wait for their turn."""


def routes(
    world: World, token: str, channel_id: ChannelId, turn: Turn, *, body_s: float = BODY_S
) -> list[web.RouteDef]:  # fmt: skip
    """Give the routes of everything below ``/v1/``.

    Args:
        world: What the steps are given.
        token: The bearer token (`RELAY_API_TOKEN`); must not be empty.
        channel_id: Asked for channels that are given by name.
        turn: Taken for each edit that is asked for.
        body_s: Seconds in which a body must be here.
    """
    api = _Api(world, Token(token), channel_id, turn, body_s)
    return [
        web.get(DESCRIPTION, answering(_describe)),
        web.post(EDITS, answering(api.edit)),
        web.post(WATCH, answering(api.watch)),
        web.get(JOB, answering(api.report)),
        web.get(DOCUMENT, answering(api.document)),
        web.route("*", DESCRIPTION, answering(_only("GET", "HEAD"))),
        web.route("*", EDITS, answering(_only("POST"))),
        web.route("*", WATCH, answering(_only("POST"))),
        web.route("*", JOB, answering(_only("GET", "HEAD"))),
        web.route("*", DOCUMENT, answering(_only("GET", "HEAD"))),
        web.route("*", "/v1/{nothing:.*}", answering(_nothing)),
    ]


class _Api:
    def __init__(
        self, world: World, token: Token, channel_id: ChannelId, turn: Turn, body_s: float
    ) -> None:  # fmt: skip
        self._world = world
        self._token = token
        self._channel_id = channel_id
        self._turn = turn
        self._body_s = body_s
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def edit(self, request: web.Request) -> web.Response:
        """Start an edit."""
        self._token.check(request)
        key = _key(request)
        async with self._large:
            raw = await body(request, LARGEST_EDIT, self._body_s * _EDIT_BODY)
            await self._take_turn()
            wanted = await self._named(parsed(raw, EditRequest), key)
            job = await programs.request(self._world, wanted)
        return _taken(job, job.ref)

    async def watch(self, request: web.Request) -> web.Response:
        """Take a job over."""
        self._token.check(request)
        wanted = parsed(await body(request, LARGEST, self._body_s), WatchRequest)
        channel = await self._channel(wanted.channel)
        handed = HandOver(wanted.job_id, wanted.session_id, channel, wanted.requester, wanted.document)
        job, _is_new = await take_over(self._world, handed)
        return _taken(job, job.job_id)

    async def report(self, request: web.Request) -> web.Response:
        """Tell what became of a job."""
        self._token.check(request)
        job = await find(self._world, request.match_info["job_id"])
        return web.json_response(REPORT.dump_python(report(job), mode="json"), headers=UNCACHED)

    async def document(self, request: web.Request) -> web.Response:
        """Give the document that a job left."""
        self._token.check(request)
        html = await programs.edited(self._world, request.match_info["job_id"])
        headers = {**UNCACHED, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _named(self, wanted: EditRequest, key: str) -> ProgramRequest:
        """Return what is wanted, with ids in place of names."""
        return ProgramRequest(
            message=wanted.message,
            key=key,
            session_id=wanted.session_id,
            document_html=wanted.document_html,
            channel=await self._channel(wanted.channel),
            requester=wanted.requester,
            document=wanted.document,
            callback_url=wanted.callback_url,
            mode=wanted.mode,
            tier=wanted.model_tier,
            depth=wanted.thinking_depth,
        )

    async def _channel(self, named: str) -> str:
        return await self._channel_id(named) if named.startswith("#") else named

    async def _take_turn(self) -> None:
        """Refuse a program that asks for too many edits; only once its body is read, or the answer would be lost."""
        wait_s = math.ceil(await self._turn())
        if wait_s:
            sentence = f"Too many edits were asked for: the next one is taken in {wait_s} s."
            headers = {"Retry-After": str(wait_s)}
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", sentence, headers=headers)


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


def _key(request: web.Request) -> str:
    """Return the key of a request, "" without one; of two, nobody could say which one counts."""
    given = request.headers.getall(KEY, [])
    if not given:
        return ""
    if len(given) > 1 or not re.fullmatch(KEY_SHAPE, given[0]):
        sentence = f"{KEY} must be 1 to 255 printable ASCII characters, and come once."
        raise ProblemError(HTTPStatus.BAD_REQUEST, "bad_key", sentence)
    return given[0]


def _taken(job: Job, name: str) -> web.Response:
    """Answer that a job is looked after, and by which name to ask for it."""
    job_id = quote(name, safe="")
    watched = Watched(
        ref=job.ref,
        job_id=job.job_id,
        session_id=job.session_id,
        state=job.state,
        channel=job.channel,
        links=Links(self=JOB.format(job_id=job_id), document=DOCUMENT.format(job_id=job_id)),
    )
    return web.json_response(
        watched.model_dump(mode="json"),
        status=HTTPStatus.ACCEPTED,
        headers={**UNCACHED, "Location": watched.links.self},
    )
