"""Ways into what Slack sends: each leads to something of the kind that is expected there, or is refused.

Source: https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

import re
from typing import Final

from bot.core.errors import RefusedError

PERSON: Final = re.compile(r"[UW][A-Z0-9]{1,30}")
TEAM: Final = re.compile(r"[TE][A-Z0-9]{1,30}")
PLACE: Final = re.compile(r"[CDG][A-Z0-9]{1,30}")
TS: Final = re.compile(r"\d{1,12}\.\d{1,6}")
"""What ids look like: a person's, a workspace's, a conversation's, a message's."""

_ANY: Final = re.compile(r".*", re.DOTALL)
_NEEDED: Final = object()


def part(value: object, *path: str | int, default: object = _NEEDED) -> object:
    """Follow a path into a payload; what is missing or null is the default, or refused."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            value = None
    if value is not None:
        return value
    if default is _NEEDED:
        raise strange()
    return default


def text(value: object, *path: str | int, default: object = _NEEDED, shape: re.Pattern[str] = _ANY) -> str:
    """Follow a path to a text of some shape, or refuse."""
    return shaped(part(value, *path, default=default), shape)


def shaped(found: object, shape: re.Pattern[str]) -> str:
    """Return a text of some shape, or refuse what is none."""
    if not isinstance(found, str) or not shape.fullmatch(found):
        raise strange()
    return found


def strange() -> RefusedError:
    """Return the refusal of what nobody understands."""
    sentence = (
        "Slack sent something that the relay does not understand, so nothing was done. Please try again."
    )
    return RefusedError(sentence, code="payload")
