"""Seconds that pass when a test says so, for whatever asks a clock by calling it."""

from __future__ import annotations


class Seconds:
    """A clock that stands.

    Attributes:
        now: What it shows; a test adds to it.
    """

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
