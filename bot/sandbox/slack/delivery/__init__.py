"""How payloads reach the app: over its sockets or by signed requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Json = dict[str, Any]
Kind = Literal["events_api", "interactive", "slash_commands"]


@dataclass(frozen=True)
class Ack:
    """The app's receipt."""

    body: Any = None
    """What came with it: an object, a text, or nothing."""


@dataclass(frozen=True)
class Retry:
    """Which repetition of an event this is, and why it is repeated."""

    number: int
    reason: str


class UndeliveredError(Exception):
    """The app did not acknowledge a payload.

    Args:
        code: What Slack shows to the person: `operation_timeout` or `dispatch_failed`.
        reason: What Slack tells the app when it tries again.
        is_final: Whether the app asked not to try again.
    """

    def __init__(self, code: str, reason: str, *, is_final: bool = False) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.is_final = is_final


class Carrier(Protocol):
    """Takes payloads to the app."""

    async def send(self, kind: Kind, payload: Json, retry: Retry | None = None) -> Ack:
        """Hand over a payload and wait for the app's receipt.

        Raises:
            UndeliveredError: There was none in time.
        """
