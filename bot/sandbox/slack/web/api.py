"""/api/<method>: the Web API over HTTP.

Sources: https://docs.slack.dev/apis/web-api and, for the headers with scopes, "Working with scopes" on
https://docs.slack.dev/legacy/legacy-authentication/legacy-oauth-scopes
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.slack.errors import RateLimitedError, SlackError
from bot.sandbox.slack.methods import METHODS, Method
from bot.sandbox.slack.web.arguments import Arguments

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.edge import Edge
    from bot.sandbox.slack.web.rates import Rates

Json = dict[str, Any]


class Api:
    """Answers calls of Web API methods."""

    def __init__(self, workspace: Workspace, rates: Rates, edge: Edge) -> None:
        self._workspace = workspace
        self._rates = rates
        self._edge = edge

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call, GET or POST."""
        name = request.match_info["method"]
        try:
            arguments = Arguments(await read_arguments(request))
        except SlackError as refusal:
            refused = self._refused(refusal, bearer(request))
            return await self._edge.serve(name, request, {}, lambda: refused)
        return await self._edge.serve(
            name, request, arguments.values, lambda: self._answer(name, request, arguments)
        )

    def _answer(self, name: str, request: web.Request, arguments: Arguments) -> web.Response:
        """Do what the method does, or refuse."""
        token = bearer(request) or arguments.text("token")
        try:
            method = self._permitted(name, token)
            channel = self._workspace.channel_id(arguments.text("channel")) if method.posts else None
            self._rates.spend(name, method.per_minute, channel)
            return self._respond({"ok": True, **method.run(self._workspace, arguments)}, token, method)
        except SlackError as refusal:
            return self._refused(refusal, token)

    def _permitted(self, name: str, token: str) -> Method:
        """Find the method, and refuse a call whose token does not allow it."""
        app = self._workspace.app
        method = METHODS.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        if not token:
            raise SlackError("not_authed")
        granted = app.granted(token)
        if granted is None:
            raise SlackError("invalid_auth")
        if method.wants_app_token != (token == app.app_token):
            raise SlackError("not_allowed_token_type")
        if method.scopes and not granted.intersection(method.scopes):
            raise SlackError("missing_scope", needed=method.scopes[0], provided=",".join(sorted(granted)))
        return method

    def _refused(self, refusal: SlackError, token: str) -> web.Response:
        response = self._respond(refusal.answer(), token, None)
        if isinstance(refusal, RateLimitedError):
            response.set_status(429)
            response.headers["Retry-After"] = str(refusal.retry_after_s)
        return response

    def _respond(self, body: Json, token: str, method: Method | None) -> web.Response:
        """Answer, and say what the token may do, be the answer a yes or a no."""
        granted = self._workspace.app.granted(token)
        headers = {} if granted is None else {"x-oauth-scopes": ",".join(sorted(granted))}
        if method:
            headers["x-accepted-oauth-scopes"] = ",".join(method.scopes)
        return web.json_response(body, headers=headers)


def bearer(request: web.Request) -> str:
    """Give the token of the Authorization header, or nothing."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def read_arguments(request: web.Request) -> Json:
    """Give the arguments of a call: query, then form or JSON body, the body winning.

    Raises:
        SlackError: The JSON cannot be read, or is no object.
    """
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        arguments.update(_parsed(await request.text()))
    elif request.can_read_body:
        arguments.update(
            {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        )
    return arguments


def _parsed(body: str) -> Json:
    try:
        value = json.loads(body) if body else {}
    except (ValueError, RecursionError) as error:
        raise SlackError("invalid_json") from error
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
