"""Pieces of sentences that several messages share: a count, a cut, a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.core.routing import GROUP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from bot.core.model import Job

_MARKUP: Final = str.maketrans(dict.fromkeys("<>*"))
"""What makes words alive in a sentence of ours."""


def changes(count: int) -> str:
    """Count changes in words."""
    return "1 change" if count == 1 else f"{count} changes"


def numbered(numbers: Sequence[int]) -> str:
    """Name changes by their numbers; there is at least one."""
    listed = ", ".join(map(str, numbers[:-1])) + (" and " if len(numbers) > 1 else "") + str(numbers[-1])
    return f"change {listed}" if len(numbers) == 1 else f"changes {listed}"


def cut(text: str, limit: int) -> str:
    """Shorten a text to at most `limit` characters, an ellipsis included."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def duration(span: timedelta) -> str:
    """Say how long something took, in the two largest units that tell anything."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    if not minutes:
        return f"{seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def inert(words: str) -> str:
    """Return words that are not ours so that nothing in them comes alive in a sentence that is."""
    return words.translate(_MARKUP)


def link(job: Job, slot: str) -> str:
    """Return the address of one of a job's messages; "" while it is not known."""
    message = job.messages.get(slot)
    return message.permalink if message else ""


def named(who: str) -> str:
    """Name a user or a user group, by id, so that they are told."""
    return f"<!subteam^{who}>" if GROUP.fullmatch(who) else f"<@{who}>"


def calling(people: Sequence[str]) -> str:
    """Call people and user groups to a message; "" for nobody."""
    return f"For {', '.join(map(named, people))}." if people else ""
