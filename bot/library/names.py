"""What a document of the library may be called, and what stands beside it is called. Pure.

A name is a path inside the library: relative, its parts separated by ``/``. People and programs give such names, so
whatever could lead out of the library, to another store or to a hidden file is none.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

from bot.core.formats import Format, format_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 512
"""Characters of a path."""

_LONGEST_PART: Final = 255
"""Bytes of a file's name, as most file systems have it."""

_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]|[\u202a-\u202e\u2066-\u2069]")
"""What ends a line, a string or a log's entry, or is no character; and what lets a name read as another, right to left."""

_EDITED: Final = re.compile(r" \(edited(?: \d+)?\)$")


def fault(path: str) -> str:
    """Say in one sentence why something is no name of a document; "" when it is one."""
    if not path or len(path) > LONGEST:
        return f"The name of a document has between 1 and {LONGEST} characters."
    if _UNSEEN.search(path):
        return "The name of a document has no control characters."
    if "\\" in path or "::" in path or "://" in path:
        return "The name of a document is a path inside the library, with / between its folders."
    if any(not part or part.startswith(".") for part in path.split("/")):
        return "The name of a document has no empty part, and none that begins with a dot."
    if format_of(path) is None:
        return f"A document is one of these: {', '.join(f'.{form}' for form in Format)}."
    return ""


def is_too_deep(folder: str) -> bool:
    """Say whether nothing in a folder could have a name: its own, with the ``/`` after it, leaves no room for one."""
    return len(folder) >= LONGEST


def besides(path: str) -> Iterator[str]:
    """Give the names that an edited version may have beside its original, without an end, the plainest first."""
    folder, _, name = path.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    stem = _EDITED.sub("", stem)
    for number in count(1):
        ending = f" (edited{f' {number}' if number > 1 else ''}).{suffix}"
        beginning = f"{folder}/" if folder else ""
        yield f"{beginning}{_cut(stem, ending, LONGEST - len(beginning))}{ending}"


def _cut(stem: str, ending: str, longest: int) -> str:
    """Shorten a stem until it fits with its ending, never within a character."""
    in_bytes = stem.encode()[: _LONGEST_PART - len(ending.encode())].decode(errors="ignore")
    return in_bytes[: longest - len(ending)]
