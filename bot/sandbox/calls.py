"""What was asked of the sandbox: every request, in order, for tests and for the page to look at."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.bell import Bell


@dataclass(frozen=True)
class Call:
    """One request and how it was answered."""

    number: int
    """Position among all calls of this half, from 1."""
    name: str
    """The operation: `approve`, `get_job`, or a Slack method such as `chat.postMessage`."""
    path: str
    """The path as it was asked for, without the query."""
    arguments: dict[str, Any]
    """Path, query and body parameters together; the body wins."""
    at: float
    """Seconds since the epoch, by the sandbox's clock."""
    status: int
    """The HTTP status of the answer; 0 when the connection was dropped without one."""


class CallLog:
    """The calls that one half of the sandbox has received, oldest first."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._calls: list[Call] = []
        self._clock = clock
        self._bell = Bell()

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def record(self, name: str, *, path: str, arguments: dict[str, Any], status: int) -> Call:
        """Note a call, numbered and dated, and wake those who wait for it.

        Call it when the answer's status is known and before the answer leaves, so that a client
        which has its answer finds the call recorded.
        """
        call = Call(len(self._calls) + 1, name, path, arguments, self._clock(), status)
        self._calls.append(call)
        self._bell.ring()
        return call

    def named(self, name: str) -> list[Call]:
        """Return the calls of one operation, oldest first."""
        return [call for call in self._calls if call.name == name]

    async def wait_for(
        self,
        name: str,
        *,
        count: int = 1,
        where: Callable[[Call], bool] | None = None,
        within_s: float = 10,
    ) -> Call:
        """Wait until an operation was called often enough, and return that call.

        Args:
            name: The operation.
            count: Which of the matching calls to wait for, from 1; earlier calls count.
            where: Only calls for which this holds match.
            within_s: Seconds to wait at most.

        Raises:
            TimeoutError: It was not called so often in time; the text lists what was called instead.
        """

        def matching() -> list[Call]:
            return [call for call in self.named(name) if where is None or where(call)]

        try:
            await self._bell.until(lambda: len(matching()) >= count, within_s=within_s)
        except TimeoutError:
            raise TimeoutError(
                f"waited {within_s} s for call {count} of {name}, saw {len(matching())}; "
                f"recorded: {self.summary()}"
            ) from None
        return matching()[count - 1]

    def summary(self) -> str:
        """Say in one line what was called, in order, with the status of each answer."""
        return ", ".join(f"{call.number} {call.name} {call.status}" for call in self._calls) or "nothing"
