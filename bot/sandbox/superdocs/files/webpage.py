"""HTML as a file: what an upload drops of it."""

import re
from typing import Final

from bot.sandbox.superdocs.editor.markup import Splice, Token, spliced, tokens

_DATA: Final = re.compile(r"\s+data-[^\s=>/]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]*))?", re.IGNORECASE)


def uploaded(html: str) -> str:
    """Return HTML as an upload keeps it: without comments and without `data-` attributes; a `class` survives."""
    splices: list[Splice] = []
    for token in tokens(html):
        splices += _dropped(html, token)
    return spliced(html, splices)


def _dropped(html: str, token: Token) -> list[Splice]:
    if token.kind == "other" and html.startswith("<!--", token.start):
        return [Splice(token.start, token.end, "")]
    if token.kind != "start":
        return []
    return [Splice(*match.span(), "") for match in _DATA.finditer(html, token.start, token.end)]
