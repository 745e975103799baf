"""Connections go to the machine that was looked at, and a name that leads elsewhere leads nowhere."""

from __future__ import annotations

import asyncio
import socket
import threading
from ipaddress import ip_address

import httpcore
import pytest

from bot.callbacks.address import CODE
from bot.callbacks.transport import CheckedNetwork, UnknownHostError, resolved
from bot.core.errors import RefusedError, TransientError
from tests.unit.callbacks.forms import NEVER, OWN, PUBLIC

NAME = "hooks.example.com"
GOOD = PUBLIC[0]


def checked(network, names, *, private: bool = False) -> CheckedNetwork:
    """Return what connects, over a network that remembers."""
    return CheckedNetwork(allows_private=private, resolve=names.resolve, network=network)


@pytest.mark.parametrize("bad", [*OWN, *NEVER])
@pytest.mark.parametrize("place", ["alone", "first", "last"])
async def test_one_bad_machine_spoils_a_name(network, names, bad, place):
    """Whether it is the first answer or the last: no connection to any of them."""
    names.answers = [{"alone": (bad,), "first": (bad, GOOD), "last": (GOOD, bad)}[place]]
    with pytest.raises(RefusedError, match="leads to an address that is not public") as refused:
        await checked(network, names).connect_tcp(NAME, 443)
    assert refused.value.code == CODE
    assert bad not in str(refused.value)
    assert network.connected == []


@pytest.mark.parametrize("bad", NEVER)
async def test_what_is_never_called_is_not_called_from_a_network_of_one_s_own(network, names, bad):
    """CALLBACK_PRIVATE opens private networks, and not what gives away a machine's secrets."""
    names.answers = [(bad,)]
    with pytest.raises(RefusedError):
        await checked(network, names, private=True).connect_tcp(NAME, 80)
    assert network.connected == []


@pytest.mark.parametrize("own", OWN)
async def test_a_machine_of_one_s_own_is_connected_to_where_that_is_allowed(network, names, own):
    """By its number."""
    names.answers = [(own,)]
    await checked(network, names, private=True).connect_tcp(NAME, 80)
    assert network.connected == [(str(ip_address(own)), 80)]


async def test_a_connection_goes_to_the_number_that_was_looked_at(network, names):
    """The name is resolved once: what it stands for a moment later does not matter."""
    names.answers = [(GOOD,), ("127.0.0.1",)]
    await checked(network, names).connect_tcp(NAME, 443)
    assert network.connected == [(GOOD, 443)]
    assert names.asked == [NAME]


async def test_a_name_server_that_does_not_answer_holds_up_no_other_work(monkeypatch):
    """Names are asked for in threads of their own, however many wait for an answer."""
    answers = threading.Event()
    find = socket.getaddrinfo

    def slow(name, *asked, **rest):
        answers.wait(10)
        return find(name, *asked, **rest)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    waiting = [asyncio.create_task(resolved("127.0.0.1", 443)) for _ in range(64)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(2):
            assert await asyncio.to_thread(lambda: "done") == "done"
    finally:
        answers.set()
    assert await asyncio.gather(*waiting) == [(ip_address("127.0.0.1"),)] * 64


async def test_each_connection_is_looked_at_anew(network, names):
    """A name that was public once is not believed the next time."""
    names.answers = [(GOOD,), ("169.254.169.254",)]
    network_ = checked(network, names)
    await network_.connect_tcp(NAME, 443)
    with pytest.raises(RefusedError):
        await network_.connect_tcp(NAME, 443)
    assert network.connected == [(GOOD, 443)]


async def test_the_next_machine_is_tried_when_one_does_not_answer(network, names):
    """The last one's silence is the name's."""
    names.answers = [PUBLIC[:3]]
    network.says = [httpcore.ConnectError(), httpcore.ConnectTimeout()]
    await checked(network, names).connect_tcp(NAME, 443)
    assert network.connected == [(machine, 443) for machine in PUBLIC[:3]]
    network.says = [httpcore.ConnectError()] * 3
    with pytest.raises(httpcore.ConnectError):
        await checked(network, names).connect_tcp(NAME, 443)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), UnknownHostError),
        ((), UnknownHostError),
        (socket.gaierror(socket.EAI_AGAIN, "busy"), TransientError),
        (OSError("no network"), TransientError),
        (UnicodeError("label too long"), TransientError),
    ],
)
async def test_a_name_that_cannot_be_resolved_may_be_later(network, names, answer, kind):
    """That there is none is told apart from that nobody knows."""
    names.answers = [answer]
    with pytest.raises(TransientError) as unresolved:
        await checked(network, names).connect_tcp(NAME, 443)
    assert type(unresolved.value) is kind
    assert network.connected == []


async def test_the_system_resolves_names():
    """Numbers stand for themselves, each once."""
    assert await resolved("127.0.0.1", 80) == (ip_address("127.0.0.1"),)
    assert set(await resolved("localhost", 80)) <= {ip_address("127.0.0.1"), ip_address("::1")}


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "127.1", "0177.0.0.1"])
async def test_what_the_c_library_takes_for_a_number_is_refused_by_where_it_leads(network, spelling):
    """Should such a spelling ever come this far, the system's own reading of it is what is looked at."""
    with pytest.raises(RefusedError):
        await CheckedNetwork(allows_private=False, network=network).connect_tcp(spelling, 443)
    assert network.connected == []
