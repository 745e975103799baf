"""The front desk: what is the same for every request.

Read the body, let an ordered fault befall it, check the key, answer, and record the call.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias, TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from bot.sandbox.calls import CallLog
from bot.sandbox.faults import Faults, dropped, serve
from bot.sandbox.superdocs.account import Account
from bot.sandbox.superdocs.errors import (
    RefusalError,
    fault_answer,
    invalid,
    too_large,
    unauthorised,
    unprocessable,
)
from bot.sandbox.superdocs.files.parts import Part, parts_of

Body = TypeVar("Body", bound=BaseModel)
_PIECE: Final = 64 * 1024
_BEARER: Final = "Bearer "


@dataclass
class Asked:
    """A request that was read whole."""

    request: web.Request
    name: str
    raw: bytes = b""
    """The body as it came."""
    is_recorded: bool = False

    @cached_property
    def body(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.raw)
        except ValueError:
            return None

    @cached_property
    def form(self) -> dict[str, Part]:
        """The body as a form; empty if it is none."""
        return parts_of(self.request.headers.get("Content-Type", ""), self.raw)

    @property
    def arguments(self) -> dict[str, Any]:
        """Path, query and body parameters together; of a file in a form only its name."""
        body = self.body if isinstance(self.body, dict) else {}
        fields = {name: part.filename or part.text for name, part in self.form.items()}
        return {**self.request.match_info, **self.request.query, **fields, **body}

    def parsed(self, model: type[Body]) -> Body:
        """Return the body in its schema.

        Raises:
            RefusalError: 422, in FastAPI's words.
        """
        try:
            return model.model_validate(json.loads(self.raw))
        except json.JSONDecodeError as error:
            raise _no_json(error) from None
        except ValidationError as error:
            raise invalid(error, "body") from None

    def queried(self, model: type[Body]) -> Body:
        """Return the query in its schema; 422 like a body."""
        try:
            return model.model_validate(dict(self.request.query))
        except ValidationError as error:
            raise invalid(error, "query") from None

    def path(self, name: str) -> str:
        """Return a part of the path."""
        return self.request.match_info[name]


Answer: TypeAlias = Callable[[Asked], Awaitable[web.StreamResponse]]


class Desk:
    """Serves the operations of an account."""

    def __init__(self, account: Account, faults: Faults, calls: CallLog) -> None:
        self._account = account
        self._faults = faults
        self._calls = calls

    def route(self, method: str, path: str, name: str, answer: Answer) -> web.RouteDef:
        """Return the route of one operation. `answer` raises `RefusalError` to say no."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._serve(Asked(request, name), answer)

        return web.route(method, path, handle)

    def keyed_route(self, method: str, path: str, name: str, answer: Answer) -> web.RouteDef:
        """Return the route of an operation that is refused without the key in its header."""

        async def checked(asked: Asked) -> web.StreamResponse:
            self.check_header(asked.request)
            return await answer(asked)

        return self.route(method, path, name, checked)

    def check_header(self, request: web.Request) -> None:
        """Check the key in the `Authorization` header; 401 in the words of what is wrong."""
        header = request.headers.get("Authorization", "")
        if not header.startswith(_BEARER):
            raise unauthorised("Missing or malformed Authorization header. Use: Bearer sk_...")
        self.check_key(header.removeprefix(_BEARER))

    def check_key(self, key: str) -> None:
        """Check a key; 401 if it is not the account's."""
        if key != self._account.behaviour.api_key:
            raise unauthorised("Invalid API key")

    def record(self, asked: Asked, status: int) -> None:
        """Record a call, once. A stream does so when it opens, everything else when it is answered."""
        if not asked.is_recorded:
            asked.is_recorded = True
            self._calls.record(asked.name, path=asked.request.path, arguments=asked.arguments, status=status)

    async def _serve(self, asked: Asked, answer: Answer) -> web.StreamResponse:
        async def well(_request: web.Request) -> web.StreamResponse:
            return await self._answered(asked, answer)

        try:
            asked.raw = await self._read(asked.request)
        except RefusalError as refusal:
            response: web.StreamResponse | None = refusal.answer()
        else:
            response = await serve(self._faults.take(asked.name), asked.request, well, fault_answer)
        self.record(asked, response.status if response is not None else 0)
        return response if response is not None else dropped(asked.request)

    async def _answered(self, asked: Asked, answer: Answer) -> web.StreamResponse:
        try:
            return await answer(asked)
        except RefusalError as refusal:
            return refusal.answer()

    async def _read(self, request: web.Request) -> bytes:
        """Read a body up to the gateway's limit; 413 beyond it."""
        limit = self._account.behaviour.max_body_bytes
        parts, size = [], 0
        async for part in request.content.iter_chunked(_PIECE):
            size += len(part)
            if size > limit:
                raise too_large(limit)
            parts.append(part)
        return b"".join(parts)


def _no_json(error: json.JSONDecodeError) -> RefusalError:
    problem = {"type": "json_invalid", "loc": ["body", error.pos], "msg": "JSON decode error", "input": {}}
    return unprocessable([{**problem, "ctx": {"error": error.msg}}])
