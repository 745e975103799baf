"""Connections that go where the name leads, if that may be called, and to nothing else.

The name is resolved once, here, at the moment of connecting: no second answer can differ from the one that was checked.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

import httpcore

from bot.callbacks.address import CODE
from bot.callbacks.networks import Machine, may_call
from bot.core.errors import RefusedError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterable

Resolve = Callable[[str, int], Awaitable[tuple[Machine, ...]]]
"""Finds every machine that a name stands for. It raises OSError when it cannot."""

_UNKNOWN: Final = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})

_ONE_S: Final = 4.0
"""Seconds for a connection to one of several machines; the next is tried then."""


_ASKING: Final = ThreadPoolExecutor(4, "callback-names")
"""Threads of its own: a name server that does not answer must not hold up the names of Slack, nor other work."""


class UnknownHostError(TransientError):
    """There is no such name now."""


async def resolved(name: str, port: int) -> tuple[Machine, ...]:
    """Ask the system which machines a name stands for, each once, in its order."""
    ask = partial(socket.getaddrinfo, name, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    found = await asyncio.get_running_loop().run_in_executor(_ASKING, ask)
    return tuple(dict.fromkeys(ip_address(address[0]) for *_, address in found))


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to names all of whose machines may be called.

    Args:
        allows_private: Whether networks of one's own are allowed.
        resolve: How names are resolved.
        network: Makes the connections, to addresses in numbers only.
    """

    def __init__(
        self,
        *,
        allows_private: bool,
        resolve: Resolve = resolved,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allows_private = allows_private
        self._resolve = resolve
        self._network = network or httpcore.AnyIOBackend()

    async def machines(self, name: str, port: int) -> tuple[Machine, ...]:
        """Return the machines that a name stands for, all of which may be called.

        Raises:
            RefusedError: One of them may not; `code` is ``callback_url``.
            UnknownHostError: There is no such name.
            TransientError: It cannot be resolved now.
        """
        found = await self._resolved(name, port)
        if not all(may_call(machine, allows_private=self._allows_private) for machine in found):
            sentence = f"The callback's host {name} leads to an address that is not public."
            raise RefusedError(sentence, code=CODE)
        return found

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of a name's machines that answers."""
        limit_s = min(timeout or _ONE_S, _ONE_S)
        *others, last = await self.machines(host, port)
        for machine in others:
            try:
                return await self._network.connect_tcp(
                    str(machine), port, limit_s, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(str(last), port, limit_s, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait, for httpcore."""
        await self._network.sleep(seconds)

    async def _resolved(self, name: str, port: int) -> tuple[Machine, ...]:
        try:
            found = await self._resolve(name, port)
        except socket.gaierror as error:
            if error.errno in _UNKNOWN:
                raise UnknownHostError(_unknown(name)) from error
            raise _unresolved(name) from error
        except (OSError, ValueError) as error:
            raise _unresolved(name) from error
        if not found:
            raise UnknownHostError(_unknown(name))
        return found


def _unknown(name: str) -> str:
    return f"The callback's host {name} is not known to the domain name system."


def _unresolved(name: str) -> TransientError:
    return TransientError(f"The callback's host {name} cannot be resolved now.")
