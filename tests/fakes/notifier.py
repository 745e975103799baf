"""The `Notifier` port: a Slack in which messages stand where they were posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.errors import GoneError
from bot.core.model import MessageRef
from bot.relay.acts import Replies, order
from bot.relay.ports import unchecked
from tests.fakes.failing import Failing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.core.home import HomeSummary
    from bot.core.request import SourceFile
    from bot.core.summary import Action, Summary
    from bot.relay.acts import Reply
    from bot.relay.ports import Check, Place


class FakeNotifier(Failing):
    """Channels as one list of messages.

    Attributes:
        standing: What each message says, by its ts; `delete` takes one away.
        places: Where each was posted, by its ts.
        homes: What each person's Home says.
        told: (user, sentence, actions) of private messages.
        replied: What people said in threads, in order; `say` adds to it.
        unseen: Beginnings of threads that are too far back to be seen.
        page: How many replies one look reaches.
        file: What a download yields.
        waiting: How long all that waits takes.
        opened: The direct messages that a user's id leads to.
        urgencies: By when each edit was wanted.
        turns: By method, what happens while a call waits for its turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self.standing: dict[str, Summary | str] = {}
        self.places: dict[str, Place] = {}
        self.homes: dict[str, HomeSummary] = {}
        self.told: list[tuple[str, str, tuple[Action, ...]]] = []
        self.replied: list[Reply] = []
        self.unseen: set[str] = set()
        self.page = 1000
        self.file = b"<p>30 days</p>"
        self.waiting = timedelta(0)
        self.opened: dict[str, str] = {}
        self.urgencies: list[datetime | None] = []
        self.turns: dict[str, Callable[[], object]] = {}

    async def post(self, place: Place, summary: Summary, check: Check = unchecked) -> MessageRef:
        """Post; when it is to fail, its effect may stand all the same (see `then`)."""
        await self._let_be("post", check)
        self.note("post", place, summary)
        return self.stand(place, summary)

    def stand(self, place: Place, summary: Summary | str) -> MessageRef:
        """Have a message stand, whoever posted it."""
        ts = f"{100 + len(self.places)}.000100"
        self.standing[ts], self.places[ts] = summary, place
        return MessageRef(self.opened.get(place.channel, place.channel), ts, copies=place.copies)

    async def _let_be(self, method: str, check: Check) -> None:
        """Wait for a turn, as far as that goes here, and ask for the last time."""
        self.turns.pop(method, lambda: None)()
        await check()

    def delete(self, ts: str) -> None:
        """Delete a message, as a person may."""
        del self.standing[ts]

    def slots(self) -> list[str]:
        """Name the messages that stand, in the order in which they were posted."""
        return [self.places[ts].slot for ts in self.standing]

    async def find(self, place: Place) -> MessageRef | None:
        self.note("find", place)
        same = (
            ts
            for ts, other in self.places.items()
            if (other.ref, other.slot, other.copies) == (place.ref, place.slot, place.copies)
            and ts in self.standing
        )
        channel = self.opened.get(place.channel, place.channel)
        return next((MessageRef(channel, ts, copies=place.copies) for ts in same), None)

    async def update(
        self, ref: MessageRef, summary: Summary, by: datetime | None = None, check: Check = unchecked
    ) -> None:
        await self._let_be("update", check)
        self.urgencies.append(by)
        self.note("update", ref, summary)
        if ref.ts not in self.standing:
            sentence = "The message was deleted."
            raise GoneError(sentence, code="message_not_found")
        self.standing[ref.ts] = summary

    async def permalink(self, ref: MessageRef) -> str:
        self.note("permalink", ref)
        return f"https://slack.example/{ref.ts}"

    async def backlog(self, channel: str) -> timedelta:
        self.note("backlog", channel)
        return self.waiting

    async def publish(
        self, place: Place, name: str, content: str | bytes, sentence: str, check: Check = unchecked
    ) -> MessageRef:
        await self._let_be("publish", check)
        self.note("publish", place, name, content, sentence)
        return replace(self.stand(place, sentence), attempt=0)

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
        self.note("tell", channel, user_id, thread_ts, words)
        self.told.append((user_id, sentence, actions))

    def say(self, reply: Reply) -> Reply:
        """Have somebody reply, whoever hears it."""
        self.replied.append(reply)
        return reply

    async def latest_replies(self, channel: str, since: str) -> dict[str, str]:
        self.note("latest_replies", channel, since)
        said = [reply for reply in self.replied if reply.actor.channel == channel]
        beginnings = set(self.standing)
        return {
            ts: max((r.actor.ts for r in said if r.thread_ts == ts), key=order, default="")
            for ts in (beginnings | {r.thread_ts for r in said}) - self.unseen
            if order(ts) >= order(since)
        }

    async def replies(self, channel: str, thread_ts: str, since: str) -> Replies:
        self.note("replies", channel, thread_ts, since)
        place = channel, thread_ts
        there = [r for r in self.replied if (r.actor.channel, r.thread_ts) == place]
        said = tuple(r for r in there if order(r.actor.ts) > order(since))[: self.page]
        return Replies(said, said[-1].actor.ts if said else since)

    async def show_home(self, user_id: str, summary: HomeSummary, at: datetime) -> None:
        self.note("show_home", user_id, at)
        self.homes[user_id] = summary

    async def acknowledge(self, channel: str, ts: str) -> None:
        self.note("acknowledge", channel, ts)

    async def download(self, source: SourceFile) -> bytes:
        self.note("download", source)
        return self.file
