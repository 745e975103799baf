"""Which addresses may be called: pure rules, checked in this order, each with its sentence.

What is checked is what is called: an address is taken apart here and nowhere else, and the call is made with the parts.

Source of the grammar: https://www.rfc-editor.org/rfc/rfc3986#appendix-A
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from bot.callbacks.hosts import PORTS, Host, Listed, MalformedError, parse_authority, parse_hosts
from bot.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CODE: Final = "callback_url"
"""What a refusal is about."""

LONGEST: Final = 2_000
"""Characters of an address."""

_PCHAR: Final = r"[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2}"
_TARGET: Final = re.compile(rf"(?:/(?:{_PCHAR})*)?(?:\?(?:{_PCHAR}|\?)*)?", re.ASCII)
_PARTS: Final = re.compile(r"([^/?]*)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """What is called.

    Attributes:
        scheme: ``https``, or ``http`` where that is allowed.
        target: Path and query, as they are sent; begins with "/".
    """

    scheme: str
    host: Host
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Return the host as its server expects to be called, with the port unless it goes without saying."""
        is_usual = self.port == PORTS[self.scheme]
        return self.host.written if is_usual else f"{self.host.written}:{self.port}"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be called.

    Attributes:
        hosts: None is allowed that none of these covers.
        private: Whether addresses in networks of one's own may be called, too, and without encryption.
    """

    hosts: tuple[Listed, ...]
    private: bool = False

    @classmethod
    def of(cls, words: Iterable[str], *, private: bool = False) -> Allowed:
        """Read what a deployment allows.

        Args:
            words: Such as ``hooks.example.com``, ``*.example.com``, ``hooks.example.com:8443``.
            private: See `private`.

        Raises:
            RefusedError: One of the words is no such thing; the text names it.
        """
        try:
            return cls(parse_hosts(words, allows_private=private), private)
        except MalformedError as error:
            sentence = f"{error}."
            raise RefusedError(sentence) from error

    def parse(self, url: str) -> Address:
        """Take apart an address that may be called.

        Raises:
            RefusedError: It may not; `code` is ``callback_url``, and the text says which rule it breaks.
        """
        _check_characters(url)
        scheme, separator, rest = url.partition("://")
        scheme = scheme.lower()
        if not separator or scheme not in self._schemes:
            _refuse(f"must begin with {' or '.join(f'{name}://' for name in self._schemes)}")
        authority, target = _split(rest)
        try:
            host, port = parse_authority(authority)
        except MalformedError as error:
            _refuse(str(error))
        address = Address(scheme, host, port or PORTS[scheme], target)
        self._check_listed(address)
        return address

    @property
    def _schemes(self) -> Sequence[str]:
        return ("https", "http") if self.private else ("https",)

    def _check_listed(self, address: Address) -> None:
        host, port = address.host, address.port
        if host.literal is not None and not self.private:
            _refuse("must name its host, and not give an address in numbers")
        if not any(listed.covers(host, address.scheme, port) for listed in self.hosts):
            _refuse(f"must be one that CALLBACK_HOSTS allows, and {host.written} on port {port} is not")


def _check_characters(url: str) -> None:
    if len(url) > LONGEST:
        _refuse(f"may have {LONGEST:,} characters at most")
    # Categories C (control, invisible, unassigned) and Z (spaces, breaks of lines).
    if any(unicodedata.category(character)[0] in "CZ" for character in url):
        _refuse("may hold no spaces and no invisible characters")
    if "#" in url:
        _refuse("may have no fragment (#…)")


def _split(rest: str) -> tuple[str, str]:
    """Return the authority and what is asked of it."""
    found = _PARTS.fullmatch(rest)
    authority, target = (found[1], found[2]) if found else (rest, "")
    if "@" in authority:
        _refuse("may hold no user and no password")
    if not _TARGET.fullmatch(target):
        _refuse("must escape, as %20, whatever may not stand in a path or a query")
    return authority, target if target.startswith("/") else f"/{target}"


def _refuse(rule: str) -> NoReturn:
    sentence = f"The callback's address {rule}."
    raise RefusedError(sentence, code=CODE)
