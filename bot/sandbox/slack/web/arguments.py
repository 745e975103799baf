"""The arguments of a Web API call, whichever way they came: query, form or JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]


class Arguments:
    """Arguments by name. In a query or form everything is text; in JSON values have their types."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """Give an argument as text."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def needed(self, name: str) -> str:
        """Give an argument as text, or refuse if it is missing or empty."""
        if not self.text(name):
            raise missing(name)
        return self.text(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Give an argument as yes or no: Slack takes true, "true" and 1."""
        value = self.values.get(name, default)
        return value.lower() in ("true", "1") if isinstance(value, str) else bool(value)

    def number(self, name: str, default: int) -> int:
        """Give an argument as a whole number, or refuse."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError) as error:
            raise SlackError(f"invalid_{name}") from error

    def parsed(self, name: str, error: str) -> Any:
        """Give an argument that is JSON, be it as a string or as it is. None if missing.

        Raises:
            SlackError: `error`, if it cannot be read.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as problem:
            raise SlackError(error) from problem


def missing(name: str) -> SlackError:
    """Give the refusal for a required argument that is not there."""
    return SlackError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] missing required field: {name}"]}
    )
