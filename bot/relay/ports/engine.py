"""The engine, and whoever counts what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.core.model import Job


class Meter(Protocol):
    """Whoever counts what happens. Counting never fails and never waits."""

    def changed(self, before: Job | None, after: Job) -> None:
        """Count what a stored version of a record says that the one before did not."""

    def held_up(self, method: str) -> None:
        """Count that Slack asked to wait (429) before a method is called again."""

    def lost_stream(self) -> None:
        """Count that a job's stream broke, and had to be taken up again."""

    def closed_digest(self, outcome: str) -> None:
        """Count a digest that is done with: ``posted``, ``refused``, ``overtaken``, ``broken``."""


class Queue(Protocol):
    """The engine, as far as adding work goes."""

    @property
    def is_crowded(self) -> bool:
        """Say whether this worker has so much to do that it should take on no new edit."""

    async def add(self, step: str, ref: str, key: str) -> None:
        """Have a step of a job done soon, by any worker; a key that is queued or running already is dropped."""
