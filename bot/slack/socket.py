"""Socket Mode: one WebSocket that stays up, and a watchdog for when the library believes that it does.

The library's own reconnecting is trusted first; a handler that stays unconnected for several looks is replaced
as a whole, which gets a fresh address from Slack. It is the `websockets` handler, because the `aiohttp` one
retries a dead address for ever.

Slack delivers to any connection of the app. It may believe in some that nobody listens on any more (ghosts): when it
counts more connections than there are workers, the log and the metrics say so.

Sources: https://docs.slack.dev/apis/events-api/using-socket-mode,
https://github.com/slackapi/python-slack-sdk/issues/1110
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import structlog
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_sdk.errors import SlackClientError
from websockets.exceptions import WebSocketException

from bot.core.errors import RefusedError, RelayError, TransientError
from bot.relay.ended import ended
from bot.slack.errors import TRANSPORT, translated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    from slack_bolt.async_app import AsyncApp
    from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
    from slack_sdk.socket_mode.request import SocketModeRequest

CHECK_S: Final = 10.0
"""How often the watchdog looks."""

_PATIENCE: Final = 3
"""Looks in a row that find no connection before the handler is replaced."""

_COUNTING: Final = 3
"""Looks over which the most workers that were there are compared with what Slack counted: some have just begun, and
are not known yet, others have just ended."""

_DRAIN_S: Final = 5.0
"""How long listeners that are at work may take when the socket is closed; Slack waits three seconds for each."""

_CONNECTING: Final = logging.getLogger("slack_sdk.connecting")
"""What the library writes to while it connects; `logs.py` keeps it quiet, since a failure is raised, and said once."""

_log = structlog.get_logger(__name__)


async def _one() -> int:
    return 1


async def _nothing() -> None:
    """Do nothing: nobody is to be told."""


@dataclass(slots=True)
class _Count:
    """What Slack counted when it greeted a connection, and how many workers were seen since."""

    connections: int
    workers: int = 0
    looks: int = 0


@dataclass(slots=True)
class Socket:
    """The connection over which Slack delivers to this process.

    Attributes:
        app_token: ``xapp-…``
        workers: Counts the workers, of all processes together. Each has one connection; more mean that presses go
            to connections that nobody listens on.
        came_back: Is awaited whenever Slack can deliver again, after it could not for a while.
        crowded: Is told how many connections there are beyond those of the workers, whenever that was looked at.
        check_s: Seconds between two looks of the watchdog.
    """

    app: AsyncApp
    app_token: str
    workers: Callable[[], Awaitable[int]] = _one
    came_back: Callable[[], Awaitable[None]] = _nothing
    crowded: Callable[[int], None] = lambda _ghosts: None
    check_s: float = CHECK_S
    _handler: AsyncSocketModeHandler | None = None
    _watchdog: asyncio.Task[None] | None = None
    _at_work: set[asyncio.Task[Any]] = field(default_factory=set)
    _catching_up: asyncio.Task[None] | None = None
    _count: _Count | None = None
    _has_greeted: bool = False
    _leaves_one: bool = False
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
        for task in (self._watchdog, self._catching_up):
            if task:
                await ended(task)
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=_DRAIN_S)
        await self._drop(self._handler)

    async def is_connected(self) -> bool:
        """Say whether Slack can deliver to this process now."""
        return self._handler is not None and await self._handler.client.is_connected()

    async def _connected(self) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(self.app, self.app_token)
        handler.client.message_listeners.append(self._note_hello)
        handler.client.issue_new_wss_url = self._noting(handler.client)  # type: ignore[method-assign]  # no hook
        handler.client.socket_mode_request_listeners[:] = [self._tracked(handler.handle)]
        speaking, handler.client.logger = handler.client.logger, _CONNECTING
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt leaves it untyped
        except BaseException as error:  # Whoever ends while it connects leaves nothing behind either.
            await self._drop(handler)
            if isinstance(error, Exception):
                raise _unconnected(error) from error
            raise
        handler.client.logger = speaking
        return handler

    async def _watch(self) -> None:
        """Look, and replace the handler when it stays unconnected."""
        missed = 0
        while True:
            await asyncio.sleep(self.check_s)
            with _contained():
                await self._look_for_ghosts()
            with _contained():
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

    def _noting(self, client: AsyncBaseSocketModeClient) -> Callable[[], Coroutine[Any, Any, str]]:
        """Note, whenever an address is asked for, whether the connection up to now is still there: Slack counts it."""
        issue = client.issue_new_wss_url

        async def issue_new_wss_url() -> str:
            self._leaves_one = await client.is_connected()
            return await issue()

        return issue_new_wss_url

    async def _note_hello(
        self, _client: AsyncBaseSocketModeClient, message: dict[str, Any], _raw: str | None
    ) -> None:
        """Take Slack's greeting: it delivers here from now on, and says to how many connections in all.

        Source: https://docs.slack.dev/apis/events-api/using-socket-mode
        """
        if message.get("type") != "hello":
            return
        count = message.get("num_connections")
        if isinstance(count, int):
            self._count = _Count(count - self._leaves_one)
        if self._has_greeted and (self._catching_up is None or self._catching_up.done()):
            self._catching_up = asyncio.create_task(self._catch_up())
        self._has_greeted = True

    async def _catch_up(self) -> None:
        with _contained():
            await self.came_back()

    async def _look_for_ghosts(self) -> None:
        """Compare what Slack counted with the workers. Presses that go to others than these are lost.

        Source: https://github.com/slackapi/python-slack-sdk/issues/1940
        """
        count = self._count
        if count is None:
            return
        try:
            count.workers = max(count.workers, await self.workers())
        except TransientError:
            return  # The store is away; whoever works with it says so.
        count.looks += 1
        ghosts = max(0, count.connections - count.workers)
        if ghosts and count.looks < _COUNTING:
            return
        self._count = None
        self.crowded(ghosts)
        if ghosts:
            _log.warning("socket.crowded", connections=count.connections, workers=count.workers)


@contextmanager
def _contained() -> Iterator[None]:
    """Let nothing out but to the log: nobody waits for these tasks, and no bug may end the watch."""
    try:
        yield
    except Exception:  # noqa: BLE001 -- as it says
        _log.exception("socket.broken")


def _unconnected(error: Exception) -> RelayError:
    """Give our error for whatever came of connecting.

    When a proxy answers in Slack's place, with what is no JSON or no object, the library trips over the answer:
    TypeError, AttributeError, ValueError. No list of what it may raise would ever be whole.
    """
    if isinstance(error, (SlackClientError, *TRANSPORT)):
        return translated(error)
    if isinstance(error, WebSocketException):
        return TransientError("Slack did not let the relay connect.")
    sentence = f"What answers in Slack's place is not understood ({type(error).__name__})."
    return TransientError(sentence)
