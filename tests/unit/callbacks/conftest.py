"""A network that remembers what it was to connect to, and names that stand for what a test says."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

import httpcore
import pytest

from bot.callbacks.address import Allowed
from bot.callbacks.sender import HttpCallbacks
from bot.callbacks.signing import Signer
from bot.callbacks.transport import CheckedNetwork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty two bytes....").decode()
TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


class RecordingNetwork(httpcore.AsyncNetworkBackend):
    """Connects nowhere: says to each connection what it was told to say.

    Attributes:
        connected: Where connections went, in order.
        says: What the other side says; an error is raised in place of a connection.
    """

    def __init__(self) -> None:
        self.connected: list[tuple[str, int]] = []
        self.says: list[bytes | Exception] = []

    async def connect_tcp(self, host, port, *_how):
        self.connected.append((host, port))
        said = self.says.pop(0) if self.says else TAKEN
        if isinstance(said, Exception):
            raise said
        return httpcore.AsyncMockStream([said])


@dataclass
class Names:
    """What names stand for.

    Attributes:
        answers: Given one after the other, the last one again and again; an error is raised.
        asked: The names that were asked for.
    """

    answers: list[tuple[str, ...] | Exception] = field(default_factory=lambda: [("93.184.215.14",)])
    asked: list[str] = field(default_factory=list)

    async def resolve(self, name, _port):
        self.asked.append(name)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return tuple(map(ip_address, answer))


@pytest.fixture
def network() -> RecordingNetwork:
    """Give a network in which every call is taken."""
    return RecordingNetwork()


@pytest.fixture
def names() -> Names:
    """Give a name system in which every name is public."""
    return Names()


@pytest.fixture
async def calling(network, names) -> AsyncIterator[Callable[..., HttpCallbacks]]:
    """Give a way to make callbacks over that network; they are closed in the end."""
    made = []

    def make(*hosts: str, private: bool = False, **rest) -> HttpCallbacks:
        checked = CheckedNetwork(allows_private=private, resolve=names.resolve, network=network)
        allowed = Allowed.of(hosts, private=private)
        made.append(HttpCallbacks(allowed, Signer(SECRET), **{"network": checked, **rest}))
        return made[-1]

    yield make
    for one in made:
        await one.close()
