"""Messages, out: posted once, found again, kept current, at the pace that Slack allows.

Sources: https://docs.slack.dev/apis/web-api/rate-limits, https://docs.slack.dev/messaging/message-metadata
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import MessageRef
from bot.core.routing import PERSON
from bot.core.summary import fingerprint
from bot.relay.ports import Urgency, unchecked
from bot.slack import ids
from bot.slack.blocks import richtext
from bot.slack.blocks.buttons import row
from bot.slack.cards import notification, render
from bot.slack.errors import ask
from bot.slack.files import Files, bears_mark, marked_name
from bot.slack.home import home
from bot.slack.names import direct_messages
from bot.slack.threads import Threads, messages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime, timedelta

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.core.home import HomeSummary
    from bot.core.request import SourceFile
    from bot.core.summary import Action, Summary
    from bot.relay.acts import Replies
    from bot.relay.ports import Check, Place
    from bot.slack.directory import Identity

Json = dict[str, Any]

POST_INTERVAL_S: Final = 1.0
"""One message a second in each channel, whatever way it is posted."""

UPDATE_INTERVAL_S: Final = 1.31
"""chat.update is in tier 3: 50 a minute in the workspace, of which the first four may come at once."""

POST_PATIENCE_S: Final = 5.0
EDIT_PATIENCE_S: Final = 0.2
"""How long the pass over a job's messages may wait for a turn. No card may have to wait behind the edit of a line."""

HOME_INTERVAL_S: Final = 0.65
"""views.publish is in tier 4: 100 a minute in the workspace."""

HOME_PATIENCE_S: Final = 1.0
"""How long a Home may wait for its turn: who opens it looks at it."""

_POSTS: Final = "chat.postMessage"
_HOMES: Final = "views.publish"
_UPDATES: Final = "chat.update"

_LOOK_AFTER_S: Final = (0.2, 0.6, 1.5)
"""A shared file's message appears a little after the call that shared it."""

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://superdocs.app/relay/messages")

_log = structlog.get_logger(__name__)


class Pacer(Protocol):
    """Slack's pace, kept by all workers together."""

    async def turn(self, key: str, interval_s: float, patience_s: float, who: str, urgency: Urgency) -> None:
        """Wait until the next call under this key may be made, `interval_s` after the one before.

        Args:
            key: A method, and behind a blank what it is counted for by itself.
            interval_s: Seconds for each call.
            patience_s: Seconds to wait at most.
            who: Names whoever waits, now and when they come back.
            urgency: Who goes first.

        Raises:
            TransientError: It would take longer.
        """

    async def backlog(self, key: str, interval_s: float) -> timedelta:
        """Return how long it takes until everybody who waits under a key has had their turns."""


@dataclass(frozen=True, slots=True)
class SlackNotifier:
    """Slack, as far as messages go (`bot.relay.ports.Notifier`)."""

    client: AsyncWebClient
    files: Files
    pacer: Pacer
    identity: Identity

    async def post(self, place: Place, summary: Summary, check: Check = unchecked) -> MessageRef:
        """Post a message once.

        The message bears its place as metadata and as a ``client_msg_id``: by either it is found again.

        Args:
            place: Where, and when.
            summary: What it says.
            check: Asked right before the call, when the turn has come: what it raises is raised, and nothing posted.

        Raises:
            OutcomeUnknownError: It may stand there: `find` it before posting again.
        """
        payload = render(summary)
        await self._turn(place)
        await check()
        call = self.client.chat_postMessage(
            channel=place.channel,
            thread_ts=place.thread_ts or None,
            text=payload.text,
            blocks=payload.blocks,
            metadata={"event_type": ids.MESSAGE_EVENT, "event_payload": _mark(place)},
            client_msg_id=_client_msg_id(place),
            unfurl_links=False,
            unfurl_media=False,
        )
        answer = await ask(call, posts=True)
        channel, ts = answer.get("channel"), answer.get("ts")
        if not isinstance(channel, str) or not isinstance(ts, str):
            raise OutcomeUnknownError("Slack did not say where it put the message.")
        return MessageRef(channel, ts, shown=fingerprint(summary), copies=place.copies)

    async def find(self, place: Place) -> MessageRef | None:
        """Look for a message that an earlier attempt may have posted.

        Somebody's user id, which a message may be posted to, is nothing that can be read: their direct messages are.
        """
        channel = place.channel
        if PERSON.fullmatch(channel):
            channel = await direct_messages(self.client, channel)
        if not channel:
            return None
        place = replace(place, channel=channel)
        async for message in self._messages(place):
            if self._is_ours(message) and _stands_for(message, place):
                return MessageRef(channel, message["ts"], copies=place.copies)
        return None

    async def update(
        self, ref: MessageRef, summary: Summary, by: datetime | None = None, check: Check = unchecked
    ) -> None:
        """Make a message say something else.

        Args:
            ref: The message.
            summary: What it is to say.
            by: Until when that matters to somebody who decides; None for whenever there is room.
            check: Asked right before the call, when the turn has come: what it raises is raised, and nothing changed.

        Raises:
            GoneError: The message no longer exists.
        """
        payload = render(summary)
        who = f"{ref.channel} {ref.ts}"
        await self.pacer.turn(_UPDATES, UPDATE_INTERVAL_S, EDIT_PATIENCE_S, who, Urgency(by))
        await check()
        await ask(
            self.client.chat_update(channel=ref.channel, ts=ref.ts, text=payload.text, blocks=payload.blocks)
        )

    async def backlog(self, channel: str) -> timedelta:
        """Return how long it takes until all that waits to be posted in a channel stands there."""
        return await self.pacer.backlog(_posts(channel), POST_INTERVAL_S)

    async def permalink(self, ref: MessageRef) -> str:
        """Return the address of a message."""
        answer = await ask(self.client.chat_getPermalink(channel=ref.channel, message_ts=ref.ts))
        return str(answer.get("permalink") or "")

    async def publish(
        self, place: Place, name: str, content: str | bytes, sentence: str, check: Check = unchecked
    ) -> MessageRef:
        """Post a file with a sentence.

        Args:
            place: Where, and when.
            name: The file's, for people.
            content: The file; a text is kept as UTF-8.
            sentence: What is said with it.
            check: See `post`.

        Raises:
            OutcomeUnknownError: It may be there, or is not to be seen yet: `find` it before trying again.
        """
        comment = richtext.mrkdwn(sentence)
        file_id = await self.files.upload(marked_name(name, place), _bytes(content))
        await self._turn(place)
        await check()
        await self.files.share(file_id, richtext.one_line(name, 200), place, comment)
        try:
            return await self._shared(place)
        except (TransientError, RefusedError) as error:
            raise OutcomeUnknownError("Slack has the file and does not say where.") from error

    async def _shared(self, place: Place) -> MessageRef:
        """Find the message of a file that was shared just now."""
        for seconds in _LOOK_AFTER_S:
            found = await self.find(place)
            if found:
                return found
            await asyncio.sleep(seconds)
        raise OutcomeUnknownError("Slack has the file and does not show it yet.")

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
        """Tell one person something, privately, in a channel or in a thread of it."""
        said = richtext.block(richtext.section(*richtext.sentence(sentence)))
        carrying = [replace(a, target=ids.with_words(a.target, words)) for a in actions] if words else actions
        call = self.client.chat_postEphemeral(
            channel=channel,
            user=user_id,
            text=notification(sentence),
            blocks=[said, *row(carrying, "")],
            thread_ts=thread_ts or None,
        )
        await ask(call)

    async def show_home(self, user_id: str, summary: HomeSummary, at: datetime) -> None:
        """Have somebody's Home say something, as of a moment."""
        view = home(summary, at)
        await self.pacer.turn(_HOMES, HOME_INTERVAL_S, HOME_PATIENCE_S, user_id, Urgency())
        await ask(self.client.views_publish(user_id=user_id, view=view))

    async def latest_replies(self, channel: str, since: str) -> dict[str, str]:
        """Return the latest reply to each message of a channel from one on; see `Threads`."""
        return await Threads(self.client, self.identity.team_id).latest_replies(channel, since)

    async def replies(self, channel: str, thread_ts: str, since: str) -> Replies:
        """Read back what people said in a thread after a message; see `Threads`."""
        return await Threads(self.client, self.identity.team_id).replies(channel, thread_ts, since)

    async def acknowledge(self, channel: str, ts: str) -> None:
        """Show under somebody's message that it was taken."""
        try:
            await ask(self.client.reactions_add(channel=channel, timestamp=ts, name="white_check_mark"))
        except RefusedError as error:
            if error.code != "already_reacted":
                raise

    async def download(self, source: SourceFile) -> bytes:
        """Fetch the file that somebody gave."""
        return await self.files.download(source)

    async def _turn(self, place: Place) -> None:
        """Wait until it is the turn of a new message."""
        who = f"{place.ref} {place.slot}"
        await self.pacer.turn(_posts(place.channel), POST_INTERVAL_S, POST_PATIENCE_S, who, place.urgency)

    def _messages(self, place: Place) -> AsyncIterator[Json]:
        """Read the messages of a thread or of a channel, with all that they bear."""
        read = self.client.conversations_history
        if place.thread_ts:
            read = partial(self.client.conversations_replies, ts=place.thread_ts)
        return messages(partial(read, channel=place.channel, include_all_metadata=True))

    def _is_ours(self, message: Json) -> bool:
        return message.get("user") == self.identity.user_id or message.get("bot_id") == self.identity.bot_id


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _posts(channel: str) -> str:
    """Name what a channel's messages are counted under, whatever way they are posted."""
    return f"{_POSTS} {channel}"


def _stands_for(message: Json, place: Place) -> bool:
    """Say whether a message of ours is the one of this place."""
    metadata = message.get("metadata") or {}
    is_marked = metadata.get("event_type") == ids.MESSAGE_EVENT and metadata.get("event_payload") == _mark(
        place
    )
    files = message.get("files") or []
    is_file = any(bears_mark(str(file.get("name")), place) for file in files)
    return is_marked or is_file or message.get("client_msg_id") == _client_msg_id(place)


def _mark(place: Place) -> Json:
    """Name a message in its metadata: what it stands for, and which copy of that it is."""
    return {"ref": place.ref, "slot": place.slot} | ({"copy": place.copies} if place.copies else {})


def _client_msg_id(place: Place) -> str:
    """Name a message to Slack, which may refuse a second one of the same name: each copy has its own."""
    return str(uuid.uuid5(_NAMESPACE, " ".join(map(str, _mark(place).values()))))
