"""Socket Mode: up to ten WebSockets of the app, each payload to any one of them.

Source: https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import json
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from bot.sandbox import faults as faulty
from bot.sandbox.slack.delivery import Ack, Kind, Retry, UndeliveredError
from bot.sandbox.slack.web.edge import failure

if TYPE_CHECKING:
    from bot.sandbox.faults import Faults
    from bot.sandbox.slack.state.workspace import Workspace

Json = dict[str, Any]
HOST = "applink-sandbox"
DEBUG_RECONNECT_S = 360
WARNING_S = 10
FRAME_BYTES = 4 * 1024 * 1024


class Sockets:
    """The app's connections, and the envelopes that wait for their ack.

    Faults are taken by the names `socket` (the handshake), `envelope` (on its way to the app; anything but `slow`
    loses it) and `ack` (on its way back; likewise).
    """

    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults
        self._open: list[web.WebSocketResponse] = []
        self._turn = 0
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._late: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._open)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take a connection that comes with an unused ticket."""
        response = await faulty.serve(self._faults.take("socket"), request, self._connect, failure)
        return response or faulty.dropped(request)

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Ack:
        """Send an envelope over the next connection and wait for its ack."""
        if not self._open:
            raise UndeliveredError("dispatch_failed", "connection_failed")
        envelope_id = str(uuid.uuid4())
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = future
        try:
            async with asyncio.timeout(self._workspace.settings.ack_within_s):
                await self._transmit(_envelope(envelope_id, kind, payload, retry))
                return await future
        except TimeoutError as error:
            raise UndeliveredError("operation_timeout", "timeout") from error
        finally:
            del self._waiting[envelope_id]

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to renew all its connections; each stays open until the app leaves it.

        Args:
            reason: warning, refresh_requested, link_disabled or too_many_websockets.
        """
        for socket in tuple(self._open):
            await socket.send_json(_farewell(reason))

    async def close(self) -> None:
        """Close all connections from this side."""
        for task in tuple(self._late):
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)
        for socket in tuple(self._open):
            await socket.close()

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if not self._workspace.tickets.use_socket(request.query.get("ticket", "")):
            return web.Response(status=403, text="invalid ticket")
        socket = web.WebSocketResponse(max_msg_size=FRAME_BYTES)
        await socket.prepare(request)
        if len(self._open) >= self._workspace.settings.connections:
            await socket.send_json(_farewell("too_many_websockets"))
            await socket.close()
            return socket
        await self._listen(socket, debug=request.query.get("debug_reconnects") == "true")
        return socket

    async def _listen(self, socket: web.WebSocketResponse, *, debug: bool) -> None:
        """Greet the app and take its acks until the connection ends."""
        lasts_s = DEBUG_RECONNECT_S if debug else self._workspace.settings.connection_s
        self._open.append(socket)
        self._workspace.changes.ring()
        expiry = asyncio.create_task(_expire(socket, lasts_s))
        try:
            await socket.send_json(self._hello(lasts_s))
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._take(frame.data)
        finally:
            expiry.cancel()
            self._open.remove(socket)
            self._workspace.changes.ring()

    def _take(self, frame: str) -> None:
        """Take an ack. Anything else is not for Slack to understand."""
        try:
            answer = json.loads(frame)
        except ValueError:
            return
        if not isinstance(answer, dict) or "envelope_id" not in answer:
            return
        fault = self._faults.take("ack")
        if fault is None:
            self._settle(answer)
        elif fault.kind == "slow":
            asyncio.get_running_loop().call_later(fault.delay_s, self._settle, answer)

    def _settle(self, answer: Json) -> None:
        future = self._waiting.get(answer["envelope_id"])
        if future and not future.done():
            future.set_result(Ack(answer.get("payload")))

    async def _transmit(self, envelope: Json) -> None:
        """Send an envelope now, later or never, as the faults say."""
        fault = self._faults.take("envelope")
        if fault is None:
            await self._put(envelope)
        elif fault.kind == "slow":
            task = asyncio.create_task(self._put_late(envelope, fault.delay_s))
            self._late.add(task)
            task.add_done_callback(self._late.discard)

    async def _put_late(self, envelope: Json, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        if self._open:
            await self._put(envelope)

    async def _put(self, envelope: Json) -> None:
        """Send an envelope over the connection whose turn it is."""
        self._turn += 1
        try:
            await self._open[self._turn % len(self._open)].send_json(envelope)
        except ConnectionResetError as error:
            raise UndeliveredError("dispatch_failed", "connection_failed") from error

    def _hello(self, lasts_s: float) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": HOST, "build_number": 1, "approximate_connection_time": lasts_s},
            "connection_info": {"app_id": self._workspace.app.id},
        }


async def _expire(socket: web.WebSocketResponse, lasts_s: float) -> None:
    """End a connection when its time is over, with a warning before."""
    with suppress(ConnectionResetError):  # The app left before.
        await asyncio.sleep(max(lasts_s - WARNING_S, 0))
        await socket.send_json(_farewell("warning"))
        await asyncio.sleep(min(lasts_s, WARNING_S))
        await socket.send_json(_farewell("refresh_requested"))
        await socket.close()


def _envelope(envelope_id: str, kind: Kind, payload: Json, retry: Retry | None) -> Json:
    envelope = {
        "envelope_id": envelope_id,
        "payload": payload,
        "type": kind,
        "accepts_response_payload": kind != "events_api",
    }
    if kind != "events_api":
        return envelope
    number, reason = (retry.number, retry.reason) if retry else (0, "")
    return {**envelope, "retry_attempt": number, "retry_reason": reason}


def _farewell(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}}
