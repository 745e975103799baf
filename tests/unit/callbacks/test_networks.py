"""Which machines may be called, by their numbers."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from bot.callbacks.networks import may_call
from tests.unit.callbacks.forms import NEVER, OWN, PUBLIC


@pytest.mark.parametrize("machine", PUBLIC)
def test_a_public_machine_may_be_called(machine):
    """Anywhere, also where IPv4 is only reached through IPv6."""
    assert may_call(ip_address(machine), allows_private=False)
    assert may_call(ip_address(machine), allows_private=True)


@pytest.mark.parametrize("machine", OWN)
def test_a_machine_of_one_s_own_is_called_only_where_that_is_allowed(machine):
    """Private networks, this machine itself, and either wrapped in IPv6."""
    assert not may_call(ip_address(machine), allows_private=False)
    assert may_call(ip_address(machine), allows_private=True)


@pytest.mark.parametrize("machine", NEVER)
def test_some_machines_are_never_called(machine):
    """What gives away a machine's secrets, whole groups of machines, tunnels' ends, and what is nobody's."""
    assert not may_call(ip_address(machine), allows_private=False)
    assert not may_call(ip_address(machine), allows_private=True)


@pytest.mark.parametrize(
    ("last", "first"), [("9.255.255.255", "11.0.0.0"), ("172.15.255.255", "172.32.0.0"), ("192.167.255.255", "192.169.0.0"),
                        ("100.63.255.255", "100.128.0.0"), ("126.255.255.255", "128.0.0.1"), ("169.253.255.255", "169.255.0.0"),
                        ("198.17.255.255", "198.20.0.0"), ("168.63.129.15", "168.63.129.17"), ("223.255.255.255", "1.0.0.0"),
                        ("2001:200::", "2001:db7:ffff::"), ("2001:db9::", "2001:ffff::"), ("2003::", "3ffe:ffff::")],
)  # fmt: skip
def test_what_lies_just_beside_a_network_is_public(last, first):
    """No network is larger than it is."""
    assert may_call(ip_address(last), allows_private=False)
    assert may_call(ip_address(first), allows_private=False)
