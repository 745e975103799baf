"""The grammar of thread replies: the whole reply is a command, or it is talk. Talk never decides anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from bot.core.model import Verdict

_SPAN: Final = r"\#?\d+ (?: \s* - \s* \#?\d+ )?"
"""One change, or a first and a last one; `1-3-5` is neither."""

_COMMAND: Final = re.compile(
    rf"""
    (?P<verb>approve|deny)
    (?: \s+ (?P<which> all | {_SPAN} (?: \s* (?: , | and ) \s* {_SPAN} )* ) )?
    (?: \s* : \s* (?P<feedback> .+ ) | \s* [.!]? )
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_MENTION: Final = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s,:]*")
_PART: Final = re.compile(r"#?(\d+)(?:\s*-\s*#?(\d+))?")
_MOST: Final = 500
"""More changes than any round has; a longer span is talk."""


@dataclass(frozen=True, slots=True)
class Command:
    """What a reply asks for.

    Attributes:
        numbers: The changes it names; empty for "the one that is open".
        is_all: Whether it says ``all``.
        feedback: What follows the colon; only with a denial.
    """

    verdict: Verdict
    numbers: tuple[int, ...] = ()
    is_all: bool = False
    feedback: str = ""


def parse_reply(text: str, bot_user_id: str) -> Command | None:
    """Read a thread reply as a command.

    Args:
        text: The reply as Slack sends it; the bot's own mention may lead.
        bot_user_id: The relay's user id.

    Returns:
        The command, or None when the reply is anything else: "I don't approve" is talk.
    """
    bare = _without_mention(text.strip(), bot_user_id)
    match = _COMMAND.fullmatch(bare)
    if match is None:
        return None
    verdict = Verdict(match["verb"].lower())
    feedback = (match["feedback"] or "").strip()
    if feedback and verdict is Verdict.APPROVE:
        return None
    which = (match["which"] or "").lower()
    if which == "all":
        return Command(verdict, is_all=True, feedback=feedback)
    numbers = _numbers(which)
    return None if numbers is None else Command(verdict, numbers, feedback=feedback)


def _without_mention(text: str, bot_user_id: str) -> str:
    match = _MENTION.match(text)
    return text[match.end() :] if match and bot_user_id in match.group() else text


def _numbers(which: str) -> tuple[int, ...] | None:
    """Spell out ``1,3``, ``1-3`` or ``1 and 3``; None when it makes no sense."""
    found: list[int] = []
    for first, last in _PART.findall(which):
        start, end = int(first), int(last or first)
        if end < start or end - start >= _MOST:
            return None
        found += range(start, end + 1)
    return tuple(dict.fromkeys(found))
