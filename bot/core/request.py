"""What an edit was asked with: its document, how hard SuperDocs is to think, and who is to hear of the outcome.

Times are aware UTC datetimes on the store's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that was given in the dialog.

    Attributes:
        url: Slack's private download address; needs the bot's token.
    """

    file_id: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A document of the library.

    Attributes:
        path: Inside the library, relative, with "/" between its parts.
        version: Names the bytes that the edit began with, so that nobody's newer text is written over; "" before.
    """

    path: str
    version: str = ""

    @property
    def name(self) -> str:
        """Return what people call it."""
        return self.path


@dataclass(frozen=True, slots=True)
class HandedText:
    """HTML that came with a program's request; the store keeps it as the document ``source``."""

    characters: int
    name: str = ""


Source: TypeAlias = SourceFile | LibraryFile | HandedText


class Tier(StrEnum):
    """Which model works on it; the values are SuperDocs' ``model_tier`` words."""

    CORE = "core"
    TURBO = "turbo"
    PRO = "pro"
    MAX = "max"


class Depth(StrEnum):
    """How long it thinks; the values are SuperDocs' ``thinking_depth`` words."""

    FAST = "fast"
    BALANCED = "balanced"
    DEEP = "deep"


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a program wants to hear of the outcome, and how far that came.

    Attributes:
        url: Allowed when it was given, and checked again before each call. Never logged.
        next_at: When to call it again; None before the first call, and when nothing is left to do.
        attempts: How often it was called in vain.
        delivered_at: When it took the outcome; None before.
        trouble: Why it has not, in a sentence; "" when nothing is wrong.
    """

    url: str
    next_at: datetime | None = None
    attempts: int = 0
    delivered_at: datetime | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """What became of the finished document in the library.

    Attributes:
        path: Where it stands now; "" when it could not be written.
        is_beside: Whether the original had changed meanwhile, so that this is a new file beside it.
        version: Names the bytes that were written; "" when none were.
        trouble: Why it could not be written, in a sentence; "" when it was.
    """

    path: str
    is_beside: bool = False
    version: str = ""
    trouble: str = ""
