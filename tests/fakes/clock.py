"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.make import NOON


class Clock:
    """The store's time."""

    def __init__(self) -> None:
        self.now: datetime = NOON

    def move(self, seconds: float) -> datetime:
        """Let so many seconds pass, and return what it is then."""
        self.now += timedelta(seconds=seconds)
        return self.now
