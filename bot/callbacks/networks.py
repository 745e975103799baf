"""Whether a machine's address may be called: pure.

Nothing is left to the standard library's own idea of a public address, which changed between its versions.

Sources: https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry ; for the services that tell a machine its secrets, the
documents of AWS, Google Cloud, Azure, Alibaba Cloud and Oracle Cloud.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

Machine = IPv4Address | IPv6Address
"""An address on the network."""

_METADATA: Final = (
    IPv4Network("169.254.0.0/16"),  # AWS, Azure, Google, Oracle and most others; link-local altogether
    IPv4Network("168.63.129.16/32"),  # Azure; it looks public
    IPv4Network("100.100.100.200/32"),  # Alibaba
    IPv4Network("192.0.0.192/32"),  # Oracle, as it was
    IPv6Network("fd00:ec2::/32"),  # AWS
    IPv6Network("fd20:ce::/32"),  # Google
    IPv6Network("fe80::/10"),  # link-local
)
"""What tells a machine who it is, and with which secrets: never called, whatever is allowed."""

_OWN: Final = (
    IPv4Network("10.0.0.0/8"),
    IPv4Network("172.16.0.0/12"),
    IPv4Network("192.168.0.0/16"),
    IPv4Network("100.64.0.0/10"),
    IPv4Network("127.0.0.0/8"),
    IPv6Network("fc00::/7"),
    IPv6Network("::1/128"),
)
"""Networks of one's own: called only where that is allowed."""

_SPECIAL: Final = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.0.2.0/24"),
    IPv4Network("192.31.196.0/24"),
    IPv4Network("192.52.193.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("192.175.48.0/24"),
    IPv4Network("198.18.0.0/15"),
    IPv4Network("198.51.100.0/24"),
    IPv4Network("203.0.113.0/24"),
    IPv4Network("224.0.0.0/3"),  # multicast, reserved, broadcast
    IPv6Network("2001::/23"),  # Teredo, ORCHID, benchmarking
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("2620:4f:8000::/48"),
    IPv6Network("3fff::/20"),
)
"""Nobody's: no program has its address there."""

_UNICAST: Final = IPv6Network("2000::/3")
"""The only part of IPv6 from which public addresses were given out."""

_NAT64: Final = IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})


def may_call(machine: Machine, *, allows_private: bool) -> bool:
    """Say whether a machine may be called.

    Args:
        machine: As its name was resolved.
        allows_private: Whether networks of one's own are allowed.
    """
    meant = _unwrapped(machine)
    if _is_in(meant, _METADATA):
        return False
    if _is_in(meant, _OWN):
        return allows_private
    return not _is_in(meant, _SPECIAL) and (isinstance(meant, IPv4Address) or _is_plain(meant))


def _is_in(machine: Machine, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(machine in network for network in networks if network.version == machine.version)


def _unwrapped(machine: Machine) -> Machine:
    """Return the IPv4 address that an IPv6 address only wraps, so that the rules are those of where it leads."""
    if isinstance(machine, IPv4Address):
        return machine
    if machine in _NAT64:
        return IPv4Address(int(machine) & 0xFFFFFFFF)
    return machine.ipv4_mapped or machine


def _is_plain(machine: IPv6Address) -> bool:
    """Say whether it is public, and no tunnel's end that names an IPv4 address in its second half."""
    tunnel = int(machine) >> 32 & 0xFFFFFFFF
    return machine in _UNICAST and tunnel not in _ISATAP and machine.scope_id is None
