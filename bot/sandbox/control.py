"""/sandbox/...: how the page, or anybody with curl, looks at the sandbox and acts as its people.

All JSON, no authentication: the server listens on the loopback only.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.acts import ACTS
from bot.sandbox.faults import Fault
from bot.sandbox.slack import ImpossibleActError, SlackError
from bot.sandbox.view import file_of, view_of

if TYPE_CHECKING:
    from bot.sandbox.slack import Slack
    from bot.sandbox.superdocs import SuperDocs

Json = dict[str, Any]
SIGN_OF_LIFE_S = 15
"""Seconds after which a comment is sent down a silent stream of changes."""


class Control:
    """The control interface of one sandbox."""

    def __init__(self, superdocs: SuperDocs, slack: Slack) -> None:
        self._superdocs = superdocs
        self._slack = slack
        self._streams: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[web.RouteDef]:
        """Give all routes."""
        return [
            web.get("/sandbox/view", self._view),
            web.get("/sandbox/changes", self._changes),
            web.post("/sandbox/act", self._act),
            web.post("/sandbox/files", self._take_file),
            web.get("/sandbox/files/{id}/{name}", self._give_file),
            web.post("/sandbox/faults", self._add_fault),
            web.post("/sandbox/superdocs", self._behave),
            web.get("/sandbox/calls", self._calls),
        ]

    def close(self) -> None:
        """End the streams of changes."""
        for task in self._streams:
            task.cancel()

    async def _view(self, request: web.Request) -> web.Response:
        user, channel = request.query.get("user", "U0REQ"), request.query.get("channel", "C0LEGAL")
        if user not in self._slack.people or channel not in self._slack.channels:
            raise web.HTTPNotFound(text="no such user or channel")
        return web.json_response(view_of(self._slack, user, channel))

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Send the number of the latest change, at once and after each change, as server-sent events."""
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await stream.prepare(request)
        task = asyncio.ensure_future(self._tell(stream))
        self._streams.add(task)
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
            self._streams.discard(task)
        return stream

    async def _tell(self, stream: web.StreamResponse) -> None:
        changes, told = self._slack.workspace.changes, -1
        with suppress(ConnectionResetError):  # The reader has gone, which is how these streams end.
            while True:
                number = await changes.after(told, within_s=SIGN_OF_LIFE_S)
                line = f"data: {json.dumps({'seq': number})}" if number > told else ":"
                await stream.write(f"{line}\n\n".encode())
                told = number

    async def _act(self, request: web.Request) -> web.Response:
        """Let somebody do something, and say what Slack would show."""
        body = await _object(request)
        act = ACTS.get(body.get("act", ""))
        if act is None or body.get("user") not in self._slack.people:
            raise web.HTTPBadRequest(text="no such act or user")
        try:
            return web.json_response(await act(self._slack, self._slack.person(body["user"]), body))
        except ImpossibleActError as impossible:
            return web.json_response({"ok": False, "error": str(impossible)})
        except SlackError as refusal:
            return web.json_response({"ok": False, "error": refusal.code})
        except (KeyError, TypeError) as problem:
            raise web.HTTPBadRequest(text=f"the act lacks or misuses {problem}") from problem

    async def _take_file(self, request: web.Request) -> web.Response:
        form = await request.post()
        user, file = form.get("user"), form.get("file")
        if not isinstance(file, web.FileField) or user not in self._slack.people:
            raise web.HTTPBadRequest(text="wanted: user and file")
        try:
            uploaded = await self._slack.person(str(user)).upload(file.filename, file.file.read())
        except ImpossibleActError as impossible:
            raise web.HTTPRequestEntityTooLarge(0, text=str(impossible)) from impossible
        return web.json_response({"file": file_of(uploaded)})

    async def _give_file(self, request: web.Request) -> web.Response:
        file = self._slack.files.get(request.match_info["id"])
        if file is None or not file.has_come:
            raise web.HTTPNotFound(text="no such file")
        # A document is shown as an attachment only, so that its scripts never run beside the page.
        return web.Response(
            body=file.content,
            content_type=file.mimetype,
            headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
        )

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await _object(request)
        half = self._half(body.pop("half", ""))
        try:
            half.faults.add(Fault(**body))
        except (TypeError, ValueError) as problem:
            raise web.HTTPBadRequest(text=str(problem)) from problem
        return web.json_response({"ok": True})

    async def _behave(self, request: web.Request) -> web.Response:
        """Change how SuperDocs behaves, setting by setting."""
        try:
            for name, value in (await _object(request)).items():
                setattr(self._superdocs.behaviour, name, value)
        except ValueError as problem:
            raise web.HTTPBadRequest(text=str(problem)) from problem
        return web.json_response({"ok": True})

    async def _calls(self, request: web.Request) -> web.Response:
        calls = [asdict(call) for call in self._half(request.query.get("half", "")).calls]
        return web.json_response({"calls": calls})

    def _half(self, name: str) -> Slack | SuperDocs:
        if name not in ("slack", "superdocs"):
            raise web.HTTPBadRequest(text="half is slack or superdocs")
        return self._slack if name == "slack" else self._superdocs


async def _object(request: web.Request) -> Json:
    """Read a body that must be a JSON object."""
    try:
        body = await request.json()
    except ValueError as problem:
        raise web.HTTPBadRequest(text="the body is not JSON") from problem
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="the body is not an object")
    return body
