"""/upload and /files: the bytes of files, in and out.

Source: https://docs.slack.dev/messaging/working-with-files
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.slack.web.api import bearer

if TYPE_CHECKING:
    from bot.sandbox.slack.state.files import File
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.edge import Edge

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>"
)


class Transfers:
    """Takes uploads and gives downloads."""

    def __init__(self, workspace: Workspace, edge: Edge) -> None:
        self._workspace = workspace
        self._edge = edge

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes of a file at its upload_url, as the raw body or as a form's file."""
        file = self._workspace.files.get(request.match_info["id"])
        content = await _body(request)
        arguments = {"id": request.match_info["id"], "bytes": len(content)}
        return await self._edge.serve("upload", request, arguments, lambda: _stored(file, content))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Give a file to whoever holds the bot token; others see the page to sign in."""
        file = self._workspace.files.get(request.match_info["id"])
        arguments = {"id": request.match_info["id"]}
        return await self._edge.serve("download", request, arguments, lambda: self._given(request, file))

    def _given(self, request: web.Request, file: File | None) -> web.Response:
        app = self._workspace.app
        if bearer(request) != app.bot_token or "files:read" not in app.scopes:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        if file is None or not file.has_come:
            return web.Response(status=404, text="not found")
        return web.Response(body=file.content, content_type=file.mimetype)


async def _body(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


def _stored(file: File | None, content: bytes) -> web.Response:
    """Keep the bytes of a file that was announced with that length and is not complete yet."""
    if file is None or file.is_complete:
        return web.Response(status=404, text="not found")
    if len(content) != file.expected_bytes:
        return web.Response(status=400, text=f"expected {file.expected_bytes} bytes, got {len(content)}")
    file.content, file.has_come = content, True
    return web.Response(text=f"OK - {len(content)}")
