"""What is open, what lapsed and what was decided: the content of the digest, and of the lists that people ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import MessageRef


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest of one channel: what it lists is fixed when it begins, so that a part posted after a crash fits.

    Attributes:
        name: Our own name for it; follows from the channel and the moment, so that it exists once.
        channel: Channel id.
        moment: When it was due; for one that somebody asked for, when they did.
        since: What was decided after this is told.
        is_asked_for: Whether somebody asked for it; the daily ones do not count from it.
        open: Refs of the jobs whose round is open, most urgent first.
        lapsed: Refs of the jobs that left something which nobody has asked for again, newest first.
        messages: Ours by part: ``1``, ``2``…
        posted_at: When its last part was posted; None before.
    """

    name: str
    channel: str
    moment: datetime
    since: datetime
    is_asked_for: bool = False
    open: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    messages: dict[str, MessageRef] = field(default_factory=dict)
    posted_at: datetime | None = None
