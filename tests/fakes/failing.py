"""What every fake of an edge can do: fail on demand, once for each failure that it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Failing:
    """Remembers its calls, and what is to happen at them.

    Attributes:
        calls: (method, arguments), in order.
        fails: By method, what its next calls raise.
        then: By method, what happens at each call before anything is raised: a call may fail after its effect.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.fails: dict[str, list[Exception]] = {}
        self.then: dict[str, Callable[[], object]] = {}

    def note(self, method: str, *arguments: Any) -> None:
        """Remember a call, let happen what is to happen at it, and raise what is to be raised."""
        self.calls.append((method, arguments))
        self.then.get(method, lambda: None)()
        if self.fails.get(method):
            raise self.fails[method].pop(0)

    def called(self, method: str) -> list[tuple[Any, ...]]:
        """Return the arguments of every call of a method."""
        return [arguments for name, arguments in self.calls if name == method]
