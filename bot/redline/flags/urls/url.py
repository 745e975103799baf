"""An address read as a browser reads it.

The reading follows https://url.spec.whatwg.org/#concept-basic-url-parser as far as it decides where an address
leads. Of what a browser would not take for a scheme, more is taken for one rather than less.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

RUNNING: Final = frozenset({"javascript", "jscript", "livescript", "mocha", "vbscript"})
"""Schemes whose address is a program."""

_HOSTED: Final = frozenset({"ftp", "ftps", "http", "https", "ws", "wss"})
"""Schemes after which a browser looks for a host, however many slashes there are, and in whatever direction."""

_LOCAL: Final = frozenset({"blob", "file", "filesystem", "jar", "smb", "view-source"})

_ORDINARY: Final = _HOSTED | {
    "about", "callto", "cid", "data", "doi", "fax", "geo", "im", "irc", "ircs", "mailto", "matrix", "mid", "news",
    "nntp", "sip", "sips", "skype", "sms", "smsto", "tel", "urn", "webcal", "xmpp",
}  # fmt: skip
"""Schemes that documents have for good reasons. Any other one starts a program of the reader's computer."""

_DRAWN: Final = ("audio/", "font/", "image/", "video/")
_ACTIVE_TYPES: Final = ("html", "xml", "svg", "script", "multipart/")

_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.\-]*+):(?!\d)|([a-zA-Z][a-zA-Z0-9+\-]*+):")
_IGNORED: Final = re.compile(r"[\t\n\r]")
_EDGES: Final = "".join(map(chr, range(0x21)))
_UNSEEN: Final = re.compile(
    r"[\x00-\x1f\x7f-\xa0\xad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_HEAD: Final = 100
"""Characters in which the scheme of an address is looked for."""

_AUTHORITY: Final = re.compile(r"[^/?#]*+")
_PORT: Final = re.compile(r":\d*\Z")
_LABEL: Final = 63
"""Characters of one part of a host, at most: more is no host, and takes long to convert."""
_LONGEST: Final = 253
"""Characters of a host, at most."""
_STOPS: Final = re.compile("[\u3002\uff0e\uff61]")


@dataclass(frozen=True, slots=True)
class Url:
    """An address, taken apart.

    Attributes:
        scheme: In lower case; empty for an address that is relative, also if it begins with a host.
        user: What stands before the host and an ``@``.
        host: As it is asked for: in lower case and ASCII; empty where there is none.
        port: With its colon.
        rest: What follows, not decoded.
    """

    scheme: str
    user: str
    host: str
    port: str
    rest: str

    @property
    def written_host(self) -> str:
        """Return the host in the letters that ``xn--`` stands for."""
        is_host = len(self.host) <= _LONGEST
        return ".".join(map(_from_ascii, self.host.split("."))) if is_host else self.host

    @property
    def runs(self) -> bool:
        """Whether opening it runs a program, or draws a page that comes with the address."""
        if self.scheme == "data":
            kind = self.rest.partition(",")[0].lower()
            return any(part in kind for part in _ACTIVE_TYPES)
        return self.scheme in RUNNING

    @property
    def leaves(self) -> bool:
        """Whether it is asked for from another computer."""
        return bool(self.host)

    @property
    def goal(self) -> tuple[str, ...]:
        """Return what is equal for addresses that lead to the same place, however they are spelled."""
        return (self.scheme, self.user, self.host, self.port, (self.rest or "/") if self.host else self.rest)

    def is_beside(self, other: Url) -> bool:
        """Say whether only the scheme differs."""
        return self.goal[1:] == other.goal[1:]

    def danger(self, *, is_drawn: bool = False) -> str:
        """Say what makes it dangerous, as ``runs a script``; empty if nothing does.

        Args:
            is_drawn: Where it stands, pictures, sound or film are expected, so it may hold them itself.
        """
        if self.scheme in RUNNING:
            return "runs a script"
        if self.scheme == "data":
            is_media = is_drawn and self.rest.lower().startswith(_DRAWN)
            return "" if is_media else "opens a page or file that is hidden in the address itself"
        if self.scheme in _LOCAL:
            return "reaches into the reader's own computer or network"
        return "starts another program" if self.scheme and self.scheme not in _ORDINARY else ""


def read(address: str) -> Url:
    """Take an address apart as a browser does. Never fails.

    Args:
        address: An attribute's value, its entities decoded.
    """
    address = address.strip(_EDGES)
    if address.isprintable() and address.isascii() and ":" not in address and address[:1] not in "/\\":
        return Url("", "", "", "", address)
    scheme, rest = _scheme(_IGNORED.sub("", address))
    if scheme not in _HOSTED and scheme:
        return Url(scheme, "", "", "", rest)
    path, mark, query = divided(rest)
    path = path.replace("\\", "/")
    if not scheme and not path.startswith("//"):
        return Url("", "", "", "", rest)
    path = path.lstrip("/")
    authority = _AUTHORITY.match(path)
    end = authority.end() if authority else 0
    user, _, host = path[:end].rpartition("@")
    port = _PORT.search(host)
    name = host[: port.start()] if port else host
    return Url(scheme, user, _to_ascii(name), port[0].rstrip(":") if port else "", path[end:] + mark + query)


def _scheme(address: str) -> tuple[str, str]:
    """Divide an address after its scheme; a scheme that only what nobody sees keeps from being one counts."""
    head = _UNSEEN.sub("", address[:_HEAD])
    hidden = _SCHEME.match(head)
    if hidden and (hidden[1] or hidden[2]).lower() in RUNNING | {"data"} | _LOCAL:
        address = head + address[_HEAD:]
    found = _SCHEME.match(address)
    if not found or found[0].lower() == "localhost:":
        return "", address
    return (found[1] or found[2]).lower(), address[found.end() :]


def divided(rest: str) -> tuple[str, str, str]:
    """Divide before the query or the fragment, in which a backslash is no slash."""
    place = min((place for mark in "?#" if (place := rest.find(mark)) >= 0), default=len(rest))
    return rest[:place], rest[place : place + 1], rest[place + 1 :]


def _to_ascii(host: str) -> str:
    if host.isascii() and host.isprintable() and "%" not in host:
        return host.lower()
    host = unicodedata.normalize("NFKC", _UNSEEN.sub("", unquote(host))).lower()
    return ".".join(_label_to_ascii(label) for label in _STOPS.sub(".", host).split("."))


def _label_to_ascii(label: str) -> str:
    if label.isascii() or len(label) > _LABEL:
        return label
    return f"xn--{label.encode('punycode', 'replace').decode('ascii')}"


def _from_ascii(label: str) -> str:
    if not label.startswith("xn--") or len(label) > 2 * _LABEL:
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
