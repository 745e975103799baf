"""Slack: where messages go, and who people are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta

    from bot.core.home import HomeSummary
    from bot.core.model import MessageRef
    from bot.core.permission import Person
    from bot.core.request import SourceFile
    from bot.core.summary import Action, Summary
    from bot.relay.acts import Replies


@dataclass(frozen=True, slots=True)
class Urgency:
    """How much it matters when a message has its turn, among all that wait for one.

    Attributes:
        by: The moment from which it comes too late for somebody to decide; None behind everything that has one.
        turns: How many turns its job waits for with this one, itself included.
    """

    by: datetime | None = None
    turns: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes, how it is known again, and when.

    Attributes:
        thread_ts: The message it answers; "" for the channel itself.
        ref: The job it belongs to.
        slot: Which of the job's messages it is; see `Job.messages`.
        copies: How many stood for the same before; see `MessageRef.copies`.
    """

    channel: str
    ref: str
    slot: str
    thread_ts: str = ""
    copies: int = 0
    urgency: Urgency = Urgency()


Check = Callable[[], Awaitable[None]]
"""Asked when there is no way back but this: raises when what is about to be done is not wanted any more."""


async def unchecked() -> None:
    """Let it be done, come what may."""


class Notifier(Protocol):
    """Slack, as far as messages go."""

    async def post(self, place: Place, summary: Summary, check: Check = unchecked) -> MessageRef:
        """Post a message once, if a last check lets it be."""

    async def find(self, place: Place) -> MessageRef | None:
        """Look for a message that an earlier attempt may have posted."""

    async def update(
        self, ref: MessageRef, summary: Summary, by: datetime | None = None, check: Check = unchecked
    ) -> None:
        """Make a message say something else, if a last check lets it be; by a moment, if that matters.

        Raises:
            GoneError: The message no longer exists.
        """

    async def backlog(self, channel: str) -> timedelta:
        """Return how long it takes until all that waits to be posted in a channel stands there."""

    async def permalink(self, ref: MessageRef) -> str:
        """Return the address of a message."""

    async def publish(
        self, place: Place, name: str, content: str | bytes, sentence: str, check: Check = unchecked
    ) -> MessageRef:
        """Post a file with a sentence, if a last check lets it be."""

    async def tell(
        self,
        channel: str,
        user_id: str,
        sentence: str,
        actions: tuple[Action, ...] = (),
        *,
        thread_ts: str = "",
        words: str = "",
    ) -> None:
        """Tell one person something, privately, in a channel or in a thread of it.

        `words` are what the actions carry along to the dialog that they open.
        """

    async def show_home(self, user_id: str, summary: HomeSummary, at: datetime) -> None:
        """Have somebody's Home say something, as of a moment."""

    async def latest_replies(self, channel: str, since: str) -> dict[str, str]:
        """Return the latest reply to each message of a channel from one on, by message; "" where there is none.

        A message is left out when it is gone, or further back than can be looked.
        """

    async def replies(self, channel: str, thread_ts: str, since: str) -> Replies:
        """Read back what people said in a thread after a message, the earliest first, as far as one look reaches."""

    async def acknowledge(self, channel: str, ts: str) -> None:
        """Show under somebody's message that it was taken."""

    async def download(self, source: SourceFile) -> bytes:
        """Fetch the file that somebody gave."""


class Directory(Protocol):
    """The workspace's people, as they are now."""

    async def person(self, user_id: str, team_id: str, channel: str) -> Person:
        """Look somebody up; without a channel, whether they are a member is left out, and counts as no.

        Raises:
            TransientError: The look-up failed; whoever asks must refuse.
        """

    async def named(self, user_id: str) -> Person:
        """Look up somebody who is only named, and does nothing here: membership is left out, and counts as no.

        Raises:
            TransientError: The look-up failed.
        """

    async def groups_of(self, user_id: str, wanted: Collection[str]) -> frozenset[str]:
        """Return those of some user groups that somebody is in, looked up a minute ago at most.

        Raises:
            TransientError: A look-up failed; whoever asks must refuse.
            RefusedError: The relay may not look.
        """

    async def check_reachable(self, channel: str) -> None:
        """Make sure that the relay can post in a channel.

        Raises:
            RefusedError: It cannot; the text says what to do. `code` is one of `standing.CLOSED` where the channel is
                why, else ``channel``.
            TransientError: The look-up failed.
        """
