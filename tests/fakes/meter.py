"""The `Meter` port: remembers what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.model import Job


class FakeMeter:
    """Counts for a test to look at.

    Attributes:
        versions: (before, after) of every stored change.
        held: The methods that Slack held up.
        lost_streams: How many streams broke.
        digests: How each digest ended.
    """

    def __init__(self) -> None:
        self.versions: list[tuple[Job | None, Job]] = []
        self.held: list[str] = []
        self.lost_streams = 0
        self.digests: list[str] = []

    def changed(self, before: Job | None, after: Job) -> None:
        self.versions.append((before, after))

    def held_up(self, method: str) -> None:
        self.held.append(method)

    def lost_stream(self) -> None:
        self.lost_streams += 1

    def closed_digest(self, outcome: str) -> None:
        self.digests.append(outcome)
