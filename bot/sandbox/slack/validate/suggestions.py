"""What an app answers when a menu asks it for options.

Source: https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload (at most 100 options or groups)
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.validate.objects import OPTION, OPTION_GROUP
from bot.sandbox.slack.validate.place import Place
from bot.sandbox.slack.validate.shapes import items, one_of, record

Json = dict[str, Any]
MOST = 100

_ANSWER = record(
    {},
    {"options": items(OPTION, MOST, 0), "option_groups": items(OPTION_GROUP, MOST, 0)},
    one_of("options", "option_groups"),
)


def checked_suggestions(answer: Any) -> Json:
    """Give an app's answer to `block_suggestion`: `options` or `option_groups`, possibly none.

    Raises:
        SlackError: It is no such answer; the details say where.
    """
    place = Place("modal")
    _ANSWER(answer, place)
    if place.problems:
        lines = [f"[ERROR] {problem.line()}" for problem in place.problems]
        raise SlackError("invalid_options", response_metadata={"messages": lines})
    return dict(answer)
