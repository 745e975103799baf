"""blocks.validate: Slack's own validator, as a method.

Source: https://docs.slack.dev/reference/methods/blocks.validate
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.validate import message_problems, view_problems

if TYPE_CHECKING:
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.web.arguments import Arguments

GIVEN = ("blocks", "message", "view")


def validate_blocks(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:  # noqa: ARG001 - as all methods.
    """blocks.validate: of exactly one of blocks, message and view."""
    given = [name for name in GIVEN if name in arguments]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    value = arguments.parsed(given[0], "invalid_arguments")
    if given[0] == "message":
        value = value.get("blocks", []) if isinstance(value, dict) else value
    problems = view_problems(value) if given[0] == "view" else message_problems(value)
    if problems:
        raise SlackError("invalid_blocks", errors=[problem.payload() for problem in problems])
    return {}
