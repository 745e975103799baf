"""Addresses in style sheets and in styles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS: Final = re.compile(
    r"(?:url|image|image-set|src)\(\s*+[\"']?([^\"')]*+)|@import\s*+[\"']([^\"']*+)", re.IGNORECASE
)
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|([^\n\r\f]))")


def in_css(css: str) -> Iterator[str]:
    """Give the addresses in a style sheet or in a style attribute's value; see `plain_css`."""
    if "(" in css or "@" in css:
        yield from (plain or imported for plain, imported in _ADDRESS.findall(plain_css(css)))


def plain_css(css: str) -> str:
    """Return a style as it is understood, its comments gone and its escapes undone."""
    return _ESCAPE.sub(_letter, _COMMENT.sub("", css))


def _letter(escape: re.Match[str]) -> str:
    return chr(min(int(escape[1], 16), 0x10FFFF)) if escape[1] else escape[2]
