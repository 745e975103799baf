"""Addresses read as a browser reads them, and written so that nothing in them is out of sight.

Other values that a flag quotes are written here as well: `legible` names what a person would not see, and
`contrasted` keeps two long values apart where they differ.

The reading follows https://url.spec.whatwg.org/#concept-basic-url-parser as far as it decides where an address
leads. Of what a browser would not take for a scheme, more is taken for one rather than less.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from bot.redline.flags.texts import code_point, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from bot.redline.flags.tree import Element

LONGEST: Final = 120
"""Characters of an address as a flag shows it."""

RUNNING: Final = frozenset({"javascript", "jscript", "livescript", "mocha", "vbscript"})
"""Schemes whose address is a program."""

_HOSTED: Final = frozenset({"ftp", "ftps", "http", "https", "ws", "wss"})
"""Schemes after which a browser looks for a host, however many slashes there are, and in whatever direction."""

_LOCAL: Final = frozenset({"blob", "file", "filesystem", "jar", "smb", "view-source"})

_ASCII_LETTER: Final = re.compile("[A-Za-z]")

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
_ESCAPES: Final = re.compile(r"(?:%[0-9a-fA-F]{2})++")
_PATH_MARKS: Final = frozenset("%/?#\\ ")
_QUERY_MARKS: Final = frozenset("%&=#+; ")
"""Characters that mean something else escaped than they do plain; an address in a query stays readable."""

_LABEL: Final = 63
"""Characters of one part of a host, at most: more is no host, and takes long to convert."""

_WHITE: Final = re.compile(r"[ \t\n\r\f]+")
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
        return ".".join(map(_from_ascii, self.host.split(".")))

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
    scheme, rest = _scheme(_IGNORED.sub("", address.strip(_EDGES)))
    if scheme not in _HOSTED and scheme:
        return Url(scheme, "", "", "", rest)
    path, mark, query = _divided(rest)
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


def shown(address: str, limit: int = LONGEST, *, is_drawn: bool = True) -> str:
    """Write an address so that it can be read: normalised, decoded, and its host in ASCII.

    Of a long one, the end is left out, but never the end of its host.

    Args:
        address: As it stands in the document.
        limit: Characters.
        is_drawn: Whether to say as well how a host looks that is not ASCII, with its look-alike letters named.
    """
    url = read(address)
    rest = unquote(url.rest) if url.scheme in RUNNING or url.scheme == "data" else _decoded(url.rest)
    slashes = "//" if url.host else ""
    user = f"{_short(url.user, limit // 4)}@" if url.user else ""
    host = url.host if len(url.host) <= limit // 2 else f"…{url.host[1 - limit // 2 :]}"
    looks = is_drawn and url.written_host != url.host
    note = f" ({quoted(_unmasked(url.written_host), limit // 4)})" if looks else ""
    start = f"{url.scheme}:" if url.scheme else ""
    return legible(f"{start}{slashes}{user}{host}{url.port}{rest}", limit - len(note)) + note


def _unmasked(host: str) -> str:
    """Name the letters of a host that pass for others: those of another script in a label with Latin ones."""
    return ".".join(map(_unmasked_label, host.split(".")))


def _unmasked_label(label: str) -> str:
    if not _ASCII_LETTER.search(label):
        return label
    foreign = (letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN ") for letter in label)
    return "".join(
        f"[{code_point(letter)}]" if is_foreign else letter
        for letter, is_foreign in zip(label, foreign, strict=True)
    )


def legible(text: str, limit: int) -> str:
    """Write a text on one line, in at most `limit` characters, what would not be seen named as ``[U+202E]``."""
    return quoted(_WHITE.sub(" ", text[: 4 * limit]), limit)[1:-1]


def contrasted(old: str, new: str, limit: int) -> tuple[str, str]:
    """Shorten two texts that differ, so that both still show where they do.

    Args:
        old: A text.
        new: Another one.
        limit: Characters of each.
    """
    same = _equal_from_start(old, new)
    lead, head = limit // 8, limit // 3
    if max(len(old), len(new)) <= limit or same - lead <= head:
        return legible(old, limit), legible(new, limit)
    return _around(old, head, same - lead, limit), _around(new, head, same - lead, limit)


_ADDRESSES: Final = frozenset({
    "action", "background", "cite", "code", "codebase", "data", "dynsrc", "formaction", "href", "longdesc", "lowsrc",
    "manifest", "ping", "poster", "src", "xlink:href",
})  # fmt: skip
DRAWING: Final = frozenset({"audio", "image", "img", "input", "source", "video"})
"""They draw or play what their address holds, and never run it."""
ANIMATING: Final = frozenset({"animate", "set"})
"""They can give another element an address."""


_MOST_CANDIDATES: Final = 300
"""Sizes of one image. No page has more."""


def addresses(element: Element) -> Iterator[tuple[str, str]]:
    """Give the names and values of its attributes that are addresses."""
    for name, value in element.attributes.items():
        if name in _ADDRESSES and not (name == "data" and element.tag != "object"):
            yield name, value
        elif name in {"srcset", "imagesrcset"}:
            candidates = value.split(",", _MOST_CANDIDATES)[:_MOST_CANDIDATES]
            yield from ((name, each.split()[0]) for each in candidates if each.strip())
        elif element.tag in ANIMATING and name in {"by", "from", "to", "values"}:
            yield from ((name, each) for each in value.split(";"))
        elif element.tag == "meta" and name == "content" and "refresh" in _equivalent(element):
            yield name, value.partition("=")[2].strip(" '\"")


def _equivalent(meta: Element) -> str:
    return meta.attributes.get("http-equiv", "").lower()


def in_css(css: str) -> Iterator[str]:
    """Give the addresses in a style sheet or in a style attribute's value; see `plain_css`."""
    if "(" in css or "@" in css:
        yield from (plain or imported for plain, imported in _CSS_ADDRESS.findall(plain_css(css)))


def plain_css(css: str) -> str:
    """Return a style as it is understood, its comments gone and its escapes undone."""
    return _CSS_ESCAPE.sub(_css_letter, _CSS_COMMENT.sub("", css))


_CSS_ADDRESS: Final = re.compile(
    r"(?:url|image|image-set|src)\(\s*+[\"']?([^\"')]*+)|@import\s*+[\"']([^\"']*+)", re.IGNORECASE
)
_CSS_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_CSS_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|([^\n\r\f]))")


def _css_letter(escape: re.Match[str]) -> str:
    return chr(min(int(escape[1], 16), 0x10FFFF)) if escape[1] else escape[2]


def words_in(element: Element, limit: int) -> str:
    """Return how the text of an element begins, white space made plain; takes no longer for a long text."""
    return " ".join("".join(_first_runs(element, 2 * limit)).split())[: limit + 1]


def _first_runs(element: Element, length: int) -> Iterator[str]:
    for run in element.runs:
        yield run.text[:length]
        length -= len(run.text)
        if length <= 0:
            return


def _equal_from_start(old: str, new: str) -> int:
    shorter = min(len(old), len(new))
    return next((place for place in range(shorter) if old[place] != new[place]), shorter)


def _around(text: str, head: int, start: int, limit: int) -> str:
    if start >= len(text):
        return legible(text, limit)
    begin = legible(text[:head], head)
    return f"{begin}…{legible(text[start:], limit - len(begin) - 1)}"


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


def _divided(rest: str) -> tuple[str, str, str]:
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


def _decoded(rest: str) -> str:
    """Undo the escapes of what follows a host, but not of what would mean something else."""
    path, mark, query = _divided(rest)
    return _unescaped(path, _PATH_MARKS) + mark + _unescaped(query, _QUERY_MARKS)


def _unescaped(text: str, marks: Set[str]) -> str:
    def undone(escapes: re.Match[str]) -> str:
        try:
            letters = bytes.fromhex(escapes[0].replace("%", "")).decode()
        except UnicodeDecodeError:
            return escapes[0]
        return "".join(f"%{ord(each):02X}" if each in marks or each < " " else each for each in letters)

    return _ESCAPES.sub(undone, text)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
