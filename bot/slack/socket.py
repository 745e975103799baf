"""Socket Mode: one WebSocket that stays up, and a watchdog for when the library believes that it does.

The library's own reconnecting is trusted first; a handler that stays unconnected for several looks is replaced
as a whole, which gets a fresh address from Slack. It is the `websockets` handler, because the `aiohttp` one
retries a dead address for ever.

Sources: https://docs.slack.dev/apis/events-api/using-socket-mode,
https://github.com/slackapi/python-slack-sdk/issues/1110
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import structlog
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_sdk.errors import SlackClientError
from websockets.exceptions import WebSocketException

from bot.core.errors import RefusedError, RelayError, TransientError
from bot.slack.errors import TRANSPORT, translated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

CHECK_S: Final = 10.0
"""How often the watchdog looks."""

_PATIENCE: Final = 3
"""Looks in a row that find no connection before the handler is replaced."""

_DRAIN_S: Final = 5.0
"""How long listeners that are at work may take when the socket is closed; Slack waits three seconds for each."""

_CONNECTING: Final = logging.getLogger("slack_sdk.connecting")
"""What the library writes to while it connects; `logs.py` keeps it quiet, since a failure is raised, and said once."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Socket:
    """The connection over which Slack delivers to this process.

    Attributes:
        app_token: ``xapp-…``
        workers: How many connections are to be expected, of all processes together. More mean that presses
            go to sockets that nobody listens on.
        check_s: Seconds between two looks of the watchdog.
    """

    app: AsyncApp
    app_token: str
    workers: int = 10
    check_s: float = CHECK_S
    _handler: AsyncSocketModeHandler | None = None
    _watchdog: asyncio.Task[None] | None = None
    _at_work: set[asyncio.Task[Any]] = field(default_factory=set)
    _is_closing: bool = False

    async def connect(self) -> None:
        """Connect, and stay connected until `close`.

        Raises:
            RefusedError: Slack does not accept the app token.
            TransientError: Slack cannot be reached.
        """
        try:
            self._handler = await self._connected()
        except RefusedError as error:
            sentence = (
                "Slack does not accept it. Under Basic Information, App-Level Tokens, make a new one with "
                "connections:write, and see that Socket Mode is enabled."
            )
            raise RefusedError(sentence, code=error.code) from error
        self._watchdog = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Take nothing more, let listeners that are at work finish, and hang up."""
        self._is_closing = True
        if self._watchdog:
            self._watchdog.cancel()
            with suppress(asyncio.CancelledError):
                await self._watchdog
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=_DRAIN_S)
        await self._drop(self._handler)

    async def is_connected(self) -> bool:
        """Say whether Slack can deliver to this process now."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def _connected(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(self.app, self.app_token)
        handler.client.message_listeners.append(self._note_hello)
        handler.client.socket_mode_request_listeners[:] = [self._tracked(handler.handle)]
        speaking, handler.client.logger = handler.client.logger, _CONNECTING
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
        except (SlackClientError, WebSocketException, *TRANSPORT) as error:
            await self._drop(handler)
            if isinstance(error, WebSocketException):
                raise TransientError("Slack did not let the relay connect.") from error
            raise translated(error) from error
        handler.client.logger = speaking
        return handler

    async def _watch(self) -> None:
        """Look, and replace the handler when it stays unconnected."""
        missed = 0
        while True:
            await asyncio.sleep(self.check_s)
            missed = 0 if await self.is_connected() else missed + 1
            if missed >= _PATIENCE:
                missed = 0
                await self._replace()

    async def _replace(self) -> None:
        _log.warning("socket.lost")
        try:
            fresh = await self._connected()
        except RelayError as error:
            _log.warning("socket.not_restored", reason=str(error))
            return
        stale, self._handler = self._handler, fresh
        await self._drop(stale)
        _log.info("socket.restored")

    async def _drop(self, handler: AsyncSocketModeHandler | None) -> None:
        """Close a handler, and see its tasks end: the library cancels them and does not wait.

        They are cancelled before the connection goes: a receiver that sees it go calls that an error in the log.
        """
        if handler is None:
            return
        client = handler.client
        tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
        running = [task for task in tasks if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await handler.close_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped

    def _tracked(
        self, handle: Callable[[Any, SocketModeRequest], Awaitable[None]]
    ) -> Callable[[AsyncBaseSocketModeClient, SocketModeRequest], Awaitable[None]]:
        """Let `close` know what is at work; what comes after that is left to other processes, unacked."""

        async def tracked(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            if self._is_closing:
                return
            task = asyncio.ensure_future(handle(client, request))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)
            await task

        return tracked

    async def _note_hello(
        self, _client: AsyncBaseSocketModeClient, message: dict[str, Any], _raw: str | None
    ) -> None:
        """Warn when Slack counts more connections than there are workers: presses then get lost.

        Source: https://github.com/slackapi/python-slack-sdk/issues/1940
        """
        count = message.get("num_connections")
        if message.get("type") == "hello" and isinstance(count, int) and count > self.workers:
            _log.warning("socket.crowded", connections=count, expected=self.workers)
