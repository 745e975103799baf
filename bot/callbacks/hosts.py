"""How a host is written, and which hosts are listed: pure.

There is one spelling of each host. Whatever libraries read in different ways (numbers, escapes, other alphabets' dots)
is none, so nothing is left about which two of them could differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final

import idna

if TYPE_CHECKING:
    from collections.abc import Iterable

PORTS: Final = {"https": 443, "http": 80}
"""Of each scheme, where no port is written."""

_LONGEST_NAME: Final = 253
_HIGHEST_PORT: Final = 65_535

_AUTHORITY: Final = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([1-9][0-9]{0,4}))?", re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
"""A last label that the C library would take for the end of an address, whatever stands before it."""

Literal = IPv4Address | IPv6Address


class MalformedError(ValueError):
    """It is not written as a host is; the text says what it must be."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host, as it is called.

    Attributes:
        name: In lower case, other alphabets as ``xn--``; an address in numbers as it is written canonically, without brackets.
        literal: The address, where it is given in numbers.
    """

    name: str
    literal: Literal | None = None

    @property
    def written(self) -> str:
        """Return it as it stands in an address."""
        return f"[{self.name}]" if isinstance(self.literal, IPv6Address) else self.name


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the list of hosts that may be called.

    Attributes:
        below: Whether it stands for every name below this one, and not for this one.
        port: The only port; None for the one that the scheme has.
    """

    host: Host
    below: bool = False
    port: int | None = None

    def covers(self, host: Host, scheme: str, port: int) -> bool:
        """Say whether a host on a port is meant by this entry."""
        if port != (self.port or PORTS[scheme]):
            return False
        if self.below:
            return host.literal is None and host.name.endswith(f".{self.host.name}")
        return host == self.host


def parse_authority(authority: str) -> tuple[Host, int | None]:
    """Take apart a host and its port, None where none is written.

    Raises:
        MalformedError: It is not written so.
    """
    found = _AUTHORITY.fullmatch(authority)
    port = int(found[2] or 0) if found else 0
    if found is None or port > _HIGHEST_PORT:
        raise MalformedError("must name one host, and at most one port after it, in plain digits")
    return _parse_host(found[1]), port or None


def parse_hosts(words: Iterable[str], *, allows_private: bool) -> tuple[Listed, ...]:
    """Read the list of hosts that may be called.

    Args:
        words: Such as ``hooks.example.com``, ``*.example.com``, ``hooks.example.com:8443``.
        allows_private: Whether addresses in numbers, and everything below one label, may be listed, too.

    Raises:
        MalformedError: One of them is no such thing; the text names it.
    """
    stripped = (word.strip() for word in words)
    return tuple(_parse_listed(word, allows_private=allows_private) for word in stripped if word)


def _parse_listed(word: str, *, allows_private: bool) -> Listed:
    below = word.startswith("*.")
    try:
        host, port = parse_authority(word.removeprefix("*."))
    except MalformedError as error:
        sentence = f"{word!r} {error}"
        raise MalformedError(sentence) from None
    if host.literal is not None and (below or not allows_private):
        sentence = f"{word!r} must name a host: addresses in numbers take CALLBACK_PRIVATE=true"
        raise MalformedError(sentence)
    if below and "." not in host.name and not allows_private:
        sentence = f"{word!r} must have two labels at least after the star"
        raise MalformedError(sentence)
    return Listed(host, below, port)


def _parse_host(written: str) -> Host:
    if written.startswith("["):
        return _in_numbers(IPv6Address, written[1:-1])
    name = _ascii(written)
    if len(name) > _LONGEST_NAME or not all(map(_LABEL.fullmatch, name.split("."))):
        raise MalformedError(
            "must name its host in letters, digits and hyphens, with single dots between its parts only"
        )
    return _in_numbers(IPv4Address, name) if _NUMBER.fullmatch(name.rpartition(".")[2]) else Host(name)


def _ascii(written: str) -> str:
    """Return a name in lower case; one of another alphabet as ``xn--``, if it has no look-alikes of dots and digits in it."""
    name = "".join(c.lower() if c.isascii() else c for c in written)
    if name.isascii() or len(name) > _LONGEST_NAME:
        return name
    try:
        return idna.encode(name, strict=True).decode("ascii")
    except idna.IDNAError:
        raise MalformedError(
            "must name its host in letters of one kind and lower case, or in its form with xn--"
        ) from None


def _in_numbers(kind: type[IPv4Address | IPv6Address], written: str) -> Host:
    """Read an address in numbers, in the one spelling that everybody reads alike."""
    try:
        literal = kind(written)
    except AddressValueError:
        literal = None
    if literal is None or (isinstance(literal, IPv6Address) and literal.scope_id is not None):
        raise MalformedError("must name its host, and not give an address in numbers")
    return Host(str(literal), literal)
