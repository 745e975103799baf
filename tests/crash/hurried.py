"""The relay, ten times as fast: the one list of the waits that a hurried process shortens, and why each may be.

A crash run waits mostly for these. Each is a promise about time and none about order, so a tenth of all of them
together leaves every race as it was. What is shortened here is also what a failing run must be read with.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PACE: Final = 10
"""How many times faster a hurried relay waits."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One constant of the relay, and what a hurried process sets it to; a function is given the usual value."""

    module: str
    name: str
    hurried: Any
    reason: str


def _s(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def _chores(usual: Mapping[str, tuple[Any, timedelta]]) -> dict[str, tuple[Any, timedelta]]:
    return {name: (chore, every / PACE) for name, (chore, every) in usual.items()}


WAITS: Final = (
    # First of all, since others take these as they are imported.
    Wait("bot.core.deadline", "CALL_LIMIT", _s(1.5), "how long an answer of SuperDocs is waited for"),
    Wait("bot.core.deadline", "PROMPT", _s(0.3), "how soon a call follows its turn"),
    Wait("bot.core.deadline", "STALE", _s(0.5), "how long a read proves nothing after a call"),
    Wait("bot.core.deadline", "GLANCE", _s(0.2), "how long a card's state must last to be shown"),
    Wait("bot.core.deadline", "SLICE", _s(1.2), "how long one slice of watching holds a stream"),
    Wait("bot.core.deadline", "_BACKOFF_S", (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 3.0), "pauses after failures"),
    Wait("bot.engine.tasks", "CHORES", _chores, "how often each worker does what the clock asks for"),
    Wait("bot.engine.chores", "_AGAIN", _s(0.1), "how soon a chore that failed is tried again"),
    Wait("bot.engine.worker", "RECONNECT", _s(0.1), "how soon a lost store is looked for again"),
    Wait("bot.superdocs.calls", "WRITE_LIMIT", _s(1.2), "over before CALL_LIMIT is"),
    Wait("bot.superdocs.calls", "READ_LIMIT", _s(0.9), "a whole read; a busy machine needs its tenths"),
    Wait("bot.relay.watching.watch", "_PROGRESS_EVERY", _s(0.3), "how often a progress line may change"),
    Wait("bot.relay.watching.watch", "_QUIET", _s(0.1), "pause after a slice that told nothing"),
    Wait(
        "bot.relay.showing.announce",
        "_LEASE",
        _s(1),
        "when a pass over the messages counts as lost; most deaths wait for it",
    ),
    Wait("bot.relay.showing.announce", "_BUDGET", _s(0.6), "how long one pass posts; less than its lease"),
    Wait("bot.relay.showing.announce", "_REFUSED_PAUSE", _s(3), "pause after Slack refused a message"),
    Wait("bot.slack.notifier", "POST_INTERVAL_S", 0.1, "Slack's pace for messages"),
    Wait("bot.slack.notifier", "UPDATE_INTERVAL_S", 0.131, "Slack's pace for edits"),
    Wait("bot.engine.worker", "REDELIVERY", _s(0.5), "when the queue gives a dead worker's task to another"),
    Wait("bot.store.jobs", "_IN_HAND_S", 1, "when a reply that a dead worker had in hand may be taken"),
    Wait(
        "bot.relay.deciding.catch_up", "PAUSE_S", 1.0, "how soon replies that could not be read are read back"
    ),
)


def hurry() -> None:
    """Set every wait, before anything has taken it.

    Raises:
        AttributeError: The relay has no such constant any more: this list must follow it.
    """
    for wait in WAITS:
        module: Any = importlib.import_module(wait.module)
        hurried = wait.hurried
        setattr(module, wait.name, hurried(getattr(module, wait.name)) if callable(hurried) else hurried)
