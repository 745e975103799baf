"""The call that delivers an outcome, as the relay's port `Callbacks` wants it. Nothing is repeated here.

httpcore is used as it is, without httpx on top: it follows no redirect, asks no proxy of the environment, keeps no
cookie and unpacks nothing, and it takes an address in its parts, so nobody reads it a second time.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

import httpcore
import httpx

from bot import __version__
from bot.callbacks.address import CODE
from bot.callbacks.transport import CheckedNetwork, UnknownHostError
from bot.core.errors import RefusedError, TransientError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Mapping

    from bot.callbacks.address import Address, Allowed
    from bot.callbacks.signing import Signer

LIMIT: Final = timedelta(seconds=10)
"""A whole call, from resolving the name to the end of the answer."""

_READ_LIMIT: Final = 64 * 1024
"""Bytes of an answer that are read, so that whoever writes it need not break off; they are thrown away."""

_CONNECTIONS: Final = 100
_TAKEN: Final = range(200, 300)
_GONE: Final = 410

_HEADERS: Final = {
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "User-Agent": f"superdocs-relay/{__version__}",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    retry_after: str


class HttpCallbacks:
    """Delivers to addresses that are allowed.

    Args:
        allowed: Which are.
        signer: Signs what is delivered.
        network: In place of the usual one, for tests.
        certificates: Whom to believe who a host is; None for those that the environment trusts.
        limit: Of a whole call.
    """

    def __init__(
        self,
        allowed: Allowed,
        signer: Signer,
        *,
        network: CheckedNetwork | None = None,
        certificates: ssl.SSLContext | None = None,
        limit: timedelta = LIMIT,
    ) -> None:
        self._allowed = allowed
        self._signer = signer
        self._network = network or CheckedNetwork(allows_private=allowed.private)
        self._limit_s = limit.total_seconds()
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=certificates or httpx.create_ssl_context(),
            max_connections=_CONNECTIONS,
            # A connection is for one call: the next one asks anew where the name leads.
            max_keepalive_connections=0,
            network_backend=self._network,
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    async def check(self, url: str) -> None:
        """Refuse an address that may not be called, or whose name leads where nothing may be called.

        Raises:
            RefusedError: Which rule it breaks; `code` is ``callback_url``.
            TransientError: Its name cannot be resolved now.
        """
        address = self._allowed.parse(url)
        async with self._in_time(address):
            try:
                await self._network.machines(address.host.name, address.port)
            except UnknownHostError as error:
                raise RefusedError(str(error), code=CODE) from error

    async def deliver(self, url: str, message_id: str, at: datetime, payload: bytes) -> None:
        """Call an address once, and return when it took what it was told.

        Args:
            url: Checked again: what is allowed may have changed since it was given.
            message_id: The same however often this is tried.
            at: The time now.
            payload: JSON, in UTF-8.

        Raises:
            TransientError: It was not taken, or nobody knows; later it may be.
            RefusedError: It may not be called, or wants to hear no more (410).
        """
        address = self._allowed.parse(url)
        headers = {
            **_HEADERS,
            "Host": address.authority,
            **self._signer.headers(message_id, at, payload),
        }
        answer = await self._posted(address, headers, payload)
        _judge(address, answer, at)

    async def _posted(self, address: Address, headers: Mapping[str, str], payload: bytes) -> _Answer:
        answer: _Answer | None = None
        try:
            async with self._in_time(address), self._stream(address, headers, payload) as response:
                answer = _Answer(response.status, _header(response, b"retry-after"))
                await _drain(response)
        except TransientError:
            # The status says it all: how the rest of an answer ends is of no interest.
            if answer is None:
                raise
        return answer

    @asynccontextmanager
    async def _stream(
        self, address: Address, headers: Mapping[str, str], payload: bytes
    ) -> AsyncIterator[httpcore.Response]:
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), self._limit_s)
        async with self._pool.stream(
            "POST",
            httpcore.URL(
                scheme=address.scheme.encode(),
                host=address.host.name.encode(),
                port=address.port,
                target=address.target.encode(),
            ),
            headers=[(name.encode(), value.encode()) for name, value in headers.items()],
            content=payload,
            extensions={"timeout": timeouts},
        ) as response:
            yield response

    @asynccontextmanager
    async def _in_time(self, address: Address) -> AsyncIterator[None]:
        """Be done in time, and translate what the network has to say; not one word of it is passed on."""
        name = address.host.name
        try:
            async with asyncio.timeout(self._limit_s):
                yield
        except (TimeoutError, httpcore.TimeoutException) as error:
            sentence = f"The callback's host {name} did not answer within {self._limit_s:g} seconds."
            raise TransientError(sentence) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            sentence = f"The callback's host {name} could not be called ({type(error).__name__})."
            raise TransientError(sentence) from error


async def _drain(response: httpcore.Response) -> None:
    read = 0
    async for part in response.aiter_stream():
        read += len(part)
        if read >= _READ_LIMIT:
            return


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")


def _judge(address: Address, answer: _Answer, now: datetime) -> None:
    """Raise unless the message was taken.

    Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
    """
    name, status = address.host.name, answer.status
    if status in _TAKEN:
        return
    if status == _GONE:
        sentence = f"The callback's host {name} answered 410: it wants to hear no more."
        raise RefusedError(sentence, code="callback_gone")
    sentence = f"The callback's host {name} answered {status}."
    raise TransientError(sentence, retry_after_s=_wait_s(answer.retry_after, now))


def _wait_s(retry_after: str, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for; None when it says nothing that one could obey."""
    if re.fullmatch(r"[0-9]{1,9}", retry_after):
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())
