"""Where an address leads, without asking anybody: to this machine, into a private network, or out into the open."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, urlsplit

_PRIVATE_ENDINGS: Final = (".internal", ".local", ".lan", ".localdomain", ".home.arpa", ".svc")
"""Names that no public server has; see RFC 6762, RFC 8375 and ICANN's reservation of ``internal``."""


def hosts(url: str) -> tuple[str, ...]:
    """Name the hosts of an address; Sentinel has several, a socket none. An unreadable host is left out."""
    members = _authority(url).rpartition("@")[2].split(",")
    return tuple(filter(None, map(_host, members)))


def has_password(url: str) -> bool:
    """Say whether an address carries a password, before the host or in the query, as redis-py takes it."""
    user = _authority(url).rpartition("@")[0]
    return bool(user.partition(":")[2]) or "password" in parse_qs(url.partition("?")[2])


def shown(url: str) -> str:
    """Return an address as it may be shown: without user, password and query.

    Nothing before the last ``@`` of all is shown: a password may hold what ends an authority.
    """
    scheme, _, rest = url.partition("://")
    _, is_inside, after = rest.rpartition("@")
    bare = after if is_inside else rest
    return f"{scheme}://{bare.partition('?')[0].partition('#')[0]}"


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, as its own address says."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_private(host: str) -> bool:
    """Say whether a host can only be this machine or one of the same network, such as a container beside it."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return is_loopback(host) or "." not in host or host.endswith(_PRIVATE_ENDINGS)


def is_in_the_open(url: str) -> bool:
    """Say whether what is sent to an address over HTTP can be read on the way."""
    return not url.startswith("https://") and not all(map(is_loopback, hosts(url)))


def _authority(url: str) -> str:
    """Return what stands between ``://`` and the path; a password may hold what looks like a path, if encoded."""
    rest = url.partition("://")[2]
    ends = (rest.find(mark) for mark in "/?#")
    return rest[: min((end for end in ends if end >= 0), default=len(rest))]


def _host(member: str) -> str:
    try:
        return urlsplit(f"//{member}").hostname or ""
    except ValueError:
        return ""
