"""Inline styles, read as a browser reads them: escapes undone, comments gone, the last of equal names wins."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n\r\f]?|([^\n\r\f]))")
_DECLARATION: Final = re.compile(r"(?:[^;\"'(]|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z)|\([^)]*(?:\)|\Z))+")
_NUMBER: Final = re.compile(r"(-?\+?(?:\d+\.?\d*|\.\d+))([a-z%]*)")
_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


@lru_cache(maxsize=1024)
def declarations(style: str) -> Mapping[str, str]:
    """Return a style attribute's values by property, both in lower case and with single spaces.

    ``!important`` is left out of the value, and wins over what comes later without it.
    """
    found: dict[str, str] = {}
    important: set[str] = set()
    for part in _DECLARATION.findall(_unescaped(_COMMENT.sub(" ", style))):
        name, colon, value = part.partition(":")
        name, value = name.strip().lower(), " ".join(value.lower().split())
        bare = value.removesuffix("important").rstrip().removesuffix("!").rstrip()
        is_important = bare != value and "!" in value
        if not colon or not name or (name in important and not is_important):
            continue
        found[name] = bare if is_important else value
        if is_important:
            important.add(name)
    return MappingProxyType(found)


def number(value: str) -> tuple[float, str] | None:
    """Return the number at the start of a value and its unit; None when it begins with none."""
    matched = _NUMBER.match(value.strip())
    return (float(matched[1].replace("+", "")), matched[2]) if matched else None


def _unescaped(style: str) -> str:
    return _ESCAPE.sub(_character, style)


def _character(escape: re.Match[str]) -> str:
    if escape[2]:
        return escape[2]
    code = int(escape[1], 16)
    return chr(code) if 0 < code <= _LAST and code not in _SURROGATES else "\ufffd"
