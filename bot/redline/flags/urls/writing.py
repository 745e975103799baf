"""Addresses and other values of attributes, written so that nothing in them is out of sight.

`legible` names what a person would not see, and `contrasted` keeps two long values apart where they differ.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from bot.redline.flags.texts import code_point, quoted
from bot.redline.flags.urls.url import RUNNING, divided, read

if TYPE_CHECKING:
    from collections.abc import Set

LONGEST: Final = 120
"""Characters of an address as a flag shows it."""

_ASCII_LETTER: Final = re.compile("[A-Za-z]")
_WHITE: Final = re.compile(r"[ \t\n\r\f]+")
_ESCAPES: Final = re.compile(r"(?:%[0-9a-fA-F]{2})++")
_PATH_MARKS: Final = frozenset("%/?#\\ ")
_QUERY_MARKS: Final = frozenset("%&=#+; ")
"""Characters that mean something else escaped than they do plain; an address in a query stays readable."""


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


def _equal_from_start(old: str, new: str) -> int:
    shorter = min(len(old), len(new))
    return next((place for place in range(shorter) if old[place] != new[place]), shorter)


def _around(text: str, head: int, start: int, limit: int) -> str:
    if start >= len(text):
        return legible(text, limit)
    begin = legible(text[:head], head)
    return f"{begin}…{legible(text[start:], limit - len(begin) - 1)}"


def _decoded(rest: str) -> str:
    """Undo the escapes of what follows a host, but not of what would mean something else."""
    path, mark, query = divided(rest)
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
