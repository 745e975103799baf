"""What people do, as the edges hand it over: ids and words, nothing of Slack's payloads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.model import Mode
    from bot.core.request import Depth, LibraryFile, SourceFile, Tier


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and where.

    Attributes:
        team_id: The workspace of the account that acts.
        channel: The channel it is done in.
        ts: The message it is done on; "" in a dialog.
    """

    user_id: str
    team_id: str
    channel: str
    ts: str = ""


@dataclass(frozen=True, slots=True)
class EditRequest:
    """A filled-in edit dialog.

    Attributes:
        key: Names this very request: delivered twice, it starts one edit.
        channel: Where the changes are to be reviewed.
        source: The document; None when the session has it already.
        tier: Which model is to work on it; None for SuperDocs' own default.
        depth: How long it is to think; likewise.
        continues_ref: The finished edit whose document is edited again, or "".
    """

    key: str
    actor: Actor
    channel: str
    instruction: str
    mode: Mode
    source: SourceFile | LibraryFile | None
    tier: Tier | None = None
    depth: Depth | None = None
    continues_ref: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A message in a thread.

    Attributes:
        is_edited: Whether it says something else now than when it was written.
    """

    actor: Actor
    thread_ts: str
    text: str
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class Replies:
    """What was said in a thread, as it is read back.

    Attributes:
        until: The last message that was read, whoever wrote it; what comes after it is still to be read.
    """

    said: tuple[Reply, ...]
    until: str


def order(ts: str) -> tuple[int, int]:
    """Compare Slack's message ids as what they are: seconds, and a count within them."""
    seconds, _, count = ts.partition(".")
    return int(seconds), int(count or 0)


class Heard(StrEnum):
    """What became of a reply."""

    TAKEN = "taken"
    """It was a command, and it is recorded."""

    TALK = "talk"
    """It was talk in a thread of ours; nothing was recorded."""

    NOT_OURS = "not_ours"
    """The thread is not one of ours, or nothing is open in it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a reply, and what its author is told of it.

    Attributes:
        told: How much of it was taken, and why the rest was not; "" when all of it was.
    """

    heard: Heard
    told: str = ""
