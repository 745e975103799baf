"""Where in a payload a check stands, and what it found wrong there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


@dataclass(frozen=True)
class Problem:
    """One broken rule."""

    pointer: str
    """JSON pointer to the offending value, or to the object that lacks one."""
    code: str
    sentence: str

    def line(self) -> str:
        """Give it in the form of Slack's `response_metadata.messages`."""
        return f"{self.sentence} [json-pointer:{self.pointer}]"

    def payload(self) -> dict[str, Any]:
        """Give it in the form of blocks.validate."""
        return {"pointer": self.pointer, "code": self.code, "message": self.sentence}


@dataclass(frozen=True)
class Place:
    """A place in a payload that is being checked."""

    surface: Surface
    pointer: str = ""
    problems: list[Problem] = field(default_factory=list)
    """Everything found so far, shared by all places of one check."""

    def at(self, key: str | int) -> Place:
        """Go one step down."""
        return Place(self.surface, f"{self.pointer}/{key}", self.problems)

    def fail(self, sentence: str, code: str = "failed_constraint") -> None:
        """Note that a rule is broken here."""
        self.problems.append(Problem(self.pointer, code, sentence))
