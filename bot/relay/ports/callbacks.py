"""The programs that want to hear of an outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Callbacks(Protocol):
    """The programs that want to hear of an outcome."""

    async def check(self, url: str) -> None:
        """Make sure that an address may be called.

        Raises:
            RefusedError: It may not; the sentence says which rule, `code` is ``callback_url``.
        """

    async def deliver(self, url: str, message_id: str, at: datetime, payload: bytes) -> None:
        """Tell a program something, signed; the same message may come again, by the same id.

        Raises:
            TransientError: It was not taken, or nobody knows: try again.
            RefusedError: It never will be.
        """
