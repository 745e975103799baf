"""What Slack tells the relay: commands, presses, filled-in dialogs, replies. One step of the relay for each.

The rule of this file: the record is made before `ack()`, and nothing that can fail comes after it. Whoever is
refused is told why, privately, and then acked. What could not be stored is not acked, so that Slack
says so to the person (or delivers the event again).

`process_before_response` makes Bolt wait for the listener; an error that leaves it is answered with a 500.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.core.errors import RefusedError, RelayError, TransientError
from bot.core.model import Verdict, Via
from bot.core.summary import Does
from bot.relay.asking import resume, start, stop
from bot.relay.deciding import decide, passing, review
from bot.relay.deciding.hear import COURTESY_S, hear, way_out
from bot.relay.reminding import digest
from bot.relay.showing.home import opened, prefer
from bot.relay.showing.repost import repost
from bot.slack import ids, modals, payloads
from bot.slack.blocks import richtext
from bot.slack.client import ANSWERS, heeding
from bot.slack.commands import Commands
from bot.slack.dialogs import Dialogs
from bot.slack.edit_payloads import parse_shortcut
from bot.slack.errors import TRANSPORT, check_answered
from bot.slack.starting import Starting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_bolt.context.ack.async_ack import AsyncAck
    from slack_bolt.context.respond.async_respond import AsyncRespond
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.relay.world import World
    from bot.slack.client import Holds
    from bot.slack.notifier import SlackNotifier
    from bot.slack.payloads import Press, View

Json = dict[str, Any]

_log = structlog.get_logger(__name__)


def build(client: AsyncWebClient, signing_secret: str = "") -> AsyncApp:
    """Make the Bolt app that listeners are registered on.

    Args:
        client: The one client of the process, with the bot's token.
        signing_secret: Checks requests in HTTP mode; Socket Mode needs none.
    """
    return AsyncApp(
        name="superdocs-relay",
        # Below a name whose level `logs.py` sets: Bolt writes whole bodies at DEBUG.
        logger=logging.getLogger("slack_bolt.superdocs_relay"),
        client=client,
        signing_secret=signing_secret,
        process_before_response=True,
        # It would keep from us that somebody deleted a message of ours: for Bolt, whose message it was did that.
        ignoring_self_events_enabled=False,
    )


def register(
    app: AsyncApp, world: World, client: AsyncWebClient, notifier: SlackNotifier, holds: Holds
) -> None:  # fmt: skip
    """Have an app listen.

    Args:
        app: Made with `process_before_response`.
        world: What the relay's steps need.
        client: Opens dialogs.
        notifier: Tells people things privately, in threads too.
        holds: What Slack wants left alone.
    """
    listeners = Listeners(world, Dialogs(client, world), notifier, holds)
    app.command(ids.COMMAND)(listeners.command)
    app.action(re.compile(r".*"))(listeners.press)
    app.message_shortcut(ids.SHORTCUT)(listeners.shortcut)
    app.view(ids.EDIT_DIALOG)(listeners.submit_edit)
    app.options(ids.LIBRARY)(listeners.offer)
    app.view(ids.READING_DIALOG)(listeners.submit_reading)
    app.view(ids.FEEDBACK_DIALOG)(listeners.submit_feedback)
    app.view(ids.PASSING_DIALOG)(listeners.submit_passing)
    app.event("message")(listeners.message)
    app.event("app_home_opened")(listeners.look)
    app.error(listeners.fail)


@dataclass(frozen=True, slots=True)
class Listeners:
    """The listeners, with what they need."""

    world: World
    dialogs: Dialogs
    notifier: SlackNotifier
    holds: Holds

    @property
    def starting(self) -> Starting:
        """What people start edits with."""
        return Starting(self.world, self.dialogs, self.notifier.files)

    @property
    def commands(self) -> Commands:
        """What can be said after the command."""
        return Commands(self.world, self.starting)

    async def command(self, ack: AsyncAck, body: Json) -> None:
        """Take `/superdocs …`: open the edit dialog, or answer privately."""
        try:
            answer = await self.commands.answer(payloads.parse_command(body))
        except (RefusedError, TransientError) as error:
            answer = {"text": richtext.mrkdwn(str(_refusal(error)))}
        await ack(**answer)

    async def press(self, ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        """Take a press of any button, or a menu's entry."""
        if payloads.is_at_home(body):
            await self._press_at_home(payloads.parse_press(body))
        else:
            await self._press(body, respond)
        await ack()

    async def _press(self, body: Json, respond: AsyncRespond) -> None:
        """Do what is pressed on a message or in a dialog, and answer whoever did."""
        actor = payloads.presser(body)
        view = payloads.parse_view(body) if body.get("view") else None
        thread_ts = str(body.get("container", {}).get("thread_ts") or "")
        try:
            sentence = await self._do(payloads.parse_press(body))
        except (RefusedError, TransientError) as error:
            refusal = _refusal(error)
            try:
                await self._tell_refusal(refusal, view, actor.channel, actor.user_id, thread_ts)
            except RefusedError:
                await self._answer(respond, str(refusal), thread_ts)
        else:
            await self._confirm(respond, sentence, thread_ts)

    async def submit_edit(self, ack: AsyncAck, body: Json) -> None:
        """Take a filled-in edit dialog; what is wrong is said at its field."""
        await ack(**await self.starting.take(body))

    async def offer(self, ack: AsyncAck, body: Json) -> None:
        """Take what somebody types to find a document of the library."""
        await ack(options=await self.starting.offer(body))

    async def shortcut(self, ack: AsyncAck, body: Json) -> None:
        """Take *Edit with SuperDocs* on a message: open the edit dialog for its file, or say why not."""
        chosen = parse_shortcut(body)
        try:
            await self.starting.open_for(chosen)
        except (RefusedError, TransientError) as error:
            said = modals.notice("Nothing was done", str(_refusal(error)))
            await self.dialogs.open(chosen.trigger_id, said)
        await ack()

    async def submit_reading(self, ack: AsyncAck, body: Json) -> None:
        """Take *Approve all*: exactly what the dialog showed. What happened to the rest meanwhile is said in it."""
        view, actor = payloads.parse_view(body), payloads.presser(body)
        title = "Not all were approved"
        try:
            said = await decide.approve_read(self.world, actor, view.memory.token, view.memory.offered)
        except RefusedError as refusal:
            title, said = "Nothing was approved", str(refusal)
        if said:
            await ack(response_action="update", view=await self.dialogs.saying(view, title, said))
        else:
            await ack()

    async def submit_feedback(self, ack: AsyncAck, body: Json) -> None:
        """Take a filled-in feedback dialog: a denial that says what should be different."""
        view = payloads.parse_view(body)
        try:
            said = payloads.parse_denial(body)
            await decide.decide(self.world, said.actor, said.target, Verdict.DENY, Via.DIALOG, said.feedback)
        except RefusedError as refusal:
            field = f"{ids.FEEDBACK}_{view.memory.phrases}"
            await self.dialogs.refresh(view.below, view.memory)
            await ack(response_action="errors", errors={field: richtext.unmarked(str(refusal))})
        else:
            await self.dialogs.refresh(view.below, view.memory)
            await ack()

    async def submit_passing(self, ack: AsyncAck, body: Json) -> None:
        """Take a filled-in dialog that passes a change on; who cannot be chosen is said at the field."""
        view, said = payloads.parse_view(body), payloads.parse_passing(body)
        try:
            await passing.pass_on(self.world, said.actor, said.target, said.to_id, said.note)
        except RefusedError as refusal:
            await ack(response_action="errors", errors={ids.PERSON: richtext.unmarked(str(refusal))})
        else:
            await self.dialogs.refresh(view.below, view.memory)
            await ack()

    async def message(self, body: Json) -> None:
        """Take a reply in a thread, or the news that a message was deleted; Bolt acks when this returns."""
        if (deleted := payloads.parse_deletion(body)) is not None:
            await repost(self.world, *deleted)
        elif (reply := payloads.parse_reply(body)) is not None:
            await hear(self.world, reply)

    async def look(self, body: Json) -> None:
        """Take the news that somebody opened their Home."""
        if (actor := payloads.parse_home(body)) is not None:
            await opened(self.world, actor)

    async def fail(self, error: Exception) -> BoltResponse | None:
        """Note what left a listener; it is not acked, and Slack tells the person or delivers again.

        What the relay cannot read is no fault of its own; for the rest Bolt answers 500.
        """
        if not isinstance(error, RelayError):
            _log.error("listener.failed", kind=type(error).__name__, exc_info=error)
            return None
        _log.warning("listener.failed", kind=type(error).__name__, reason=str(error))
        return BoltResponse(status=HTTPStatus.BAD_REQUEST) if isinstance(error, RefusedError) else None

    async def _do(self, press: Press) -> str | None:
        """Do what a press asks for, in a dialog or on the record; return what is not to be seen there."""
        sentence = None
        if press.view and press.name in {ids.PAGE_BACK, ids.PAGE_ON} and press.target.isdecimal():
            await self.dialogs.turn(press.view, int(press.target))
        elif press.view and press.name.startswith(ids.PHRASE):
            await self.dialogs.take_phrase(press, press.view)
        elif press.view and press.name == ids.MORE_FIELDS:
            await self.starting.widen(press, press.view)
        else:
            does = ids.parse_does(press.name)
            sentence = await _STEPS[does](self, press)
            if press.view and does not in _OPENING:
                await self.dialogs.refresh(press.view.view_id, press.view.memory)
        return sentence

    async def _press_at_home(self, press: Press) -> None:
        """Do what is pressed on somebody's Home. No channel is near: what is to be said of it is said in a dialog."""
        try:
            step = _AT_HOME.get(press.name) or _STEPS[ids.parse_does(press.name)]
            sentence = await step(self, press)
        except (RefusedError, TransientError) as error:
            await self.dialogs.open(press.trigger_id, modals.notice("Nothing was done", str(_refusal(error))))
            return
        if sentence:
            await self._note(press, sentence)

    async def _note(self, press: Press, sentence: str) -> None:
        """Say in a dialog what was done. A courtesy, like `_confirm`."""
        try:
            async with asyncio.timeout(COURTESY_S):
                await self.dialogs.open(press.trigger_id, modals.notice("Done", sentence))
        except (RelayError, TimeoutError) as error:
            _log.warning("press.not_confirmed", reason=str(error))

    async def _open_edit(self, press: Press) -> None:
        await self.starting.open(press.actor, press.trigger_id)

    async def _prefer(self, press: Press) -> None:
        await prefer(self.world, press.actor, press.target)

    async def _approve(self, press: Press) -> None:
        await decide.decide(self.world, press.actor, press.target, Verdict.APPROVE, _via(press))

    async def _deny(self, press: Press) -> None:
        await decide.decide(self.world, press.actor, press.target, Verdict.DENY, _via(press))

    async def _deny_all(self, press: Press) -> str:
        return await decide.deny_all(self.world, press.actor, press.target)

    async def _undo(self, press: Press) -> None:
        await decide.undo(self.world, press.actor, press.target)

    async def _send_now(self, press: Press) -> None:
        await decide.send_now(self.world, press.actor, press.target)

    async def _ask_feedback(self, press: Press) -> None:
        await self.dialogs.ask_feedback(press)

    async def _pass_on(self, press: Press) -> None:
        await self.dialogs.ask_whom(press)

    async def _review(self, press: Press) -> None:
        await self.dialogs.read(press, await review.read_change(self.world, press.actor, press.target))

    async def _review_all(self, press: Press) -> None:
        await self.dialogs.read(press, await review.read_round(self.world, press.actor, press.target))

    async def _stop(self, press: Press) -> str | None:
        await stop.request(self.world, press.actor, press.target)
        return None if press.actor.ts else "The edit is being stopped."

    async def _stop_other(self, press: Press) -> str:
        await stop.request_other(self.world, press.actor, press.target)
        return "The other edit is being stopped. Yours starts when its session is free."

    async def _ask_again(self, press: Press) -> str:
        await start.ask_again(self.world, press.actor, press.target)
        return "Asked again. What SuperDocs proposes comes as a new message."

    async def _ask_all_again(self, press: Press) -> str:
        return await digest.ask_all_again(self.world, press.actor, press.target)

    async def _edit_again(self, press: Press) -> None:
        await self.starting.open_again(press)

    async def _continue(self, press: Press) -> None:
        await resume.answer(self.world, press.actor, press.target, goes_on=True)

    async def _halt(self, press: Press) -> None:
        await resume.answer(self.world, press.actor, press.target, goes_on=False)

    async def _tell_refusal(
        self, refusal: RefusedError, view: View | None, channel: str, user_id: str, thread_ts: str
    ) -> None:
        """Say why nothing was done: in the dialog that the person looks at, or privately where they are."""
        if view and await self.dialogs.refuse(view, str(refusal)):
            return
        await self.notifier.tell(channel, user_id, str(refusal), way_out(refusal), thread_ts=thread_ts)

    async def _confirm(self, respond: AsyncRespond, sentence: str | None, thread_ts: str) -> None:
        """Say what was done, if the message shows nothing of it. A courtesy: it is stored, whatever becomes of this."""
        if not sentence:
            return
        try:
            async with asyncio.timeout(COURTESY_S):
                await self._answer(respond, sentence, thread_ts)
        except (RelayError, TimeoutError) as error:
            _log.warning("press.not_confirmed", reason=str(error))

    async def _answer(self, respond: AsyncRespond, sentence: str, thread_ts: str) -> None:
        """Answer a press by its own address: Slack takes that where it takes no private message (not in the channel)."""
        async with heeding(self.holds, ANSWERS):
            try:
                answer = await respond(
                    text=richtext.mrkdwn(sentence), replace_original=False, thread_ts=thread_ts or None
                )
            except (*TRANSPORT, ValueError) as error:
                # Bolt raises the latter where a press came without an address.
                raise TransientError("Slack did not take the answer to a press.") from error
            check_answered(answer)


def _refusal(error: RefusedError | TransientError) -> RefusedError:
    """Return what a person is told of an error: why nothing was done, or that Slack wants the relay to wait.

    Raises:
        TransientError: It is nothing that they are told by us.
    """
    if isinstance(error, RefusedError):
        return error
    if error.retry_after_s is None:
        raise error
    return RefusedError(f"{error} Please try again in {math.ceil(error.retry_after_s)} seconds.", code="held")


def _via(press: Press) -> Via:
    return Via.DIALOG if press.view else Via.BUTTON


_AT_HOME: Final[dict[str, Callable[[Listeners, Press], Awaitable[str | None]]]] = {
    ids.EDIT: Listeners._open_edit,
    ids.PREFERRED: Listeners._prefer,
}
"""What only somebody's Home offers, by the name of the action."""

_STEPS: Final[dict[Does, Callable[[Listeners, Press], Awaitable[str | None]]]] = {
    Does.APPROVE: Listeners._approve,
    Does.DENY: Listeners._deny,
    Does.FEEDBACK: Listeners._ask_feedback,
    Does.UNDO: Listeners._undo,
    Does.REVIEW: Listeners._review,
    Does.REVIEW_ALL: Listeners._review_all,
    Does.APPROVE_ALL: Listeners._review_all,
    Does.DENY_ALL: Listeners._deny_all,
    Does.SEND_NOW: Listeners._send_now,
    Does.STOP: Listeners._stop,
    Does.STOP_OTHER: Listeners._stop_other,
    Does.ASK_AGAIN: Listeners._ask_again,
    Does.ASK_ALL_AGAIN: Listeners._ask_all_again,
    Does.EDIT_AGAIN: Listeners._edit_again,
    Does.CONTINUE: Listeners._continue,
    Does.HALT: Listeners._halt,
    Does.HAND_ON: Listeners._pass_on,
}
_OPENING: Final = frozenset(
    {Does.FEEDBACK, Does.HAND_ON, Does.REVIEW, Does.REVIEW_ALL, Does.APPROVE_ALL, Does.EDIT_AGAIN}
)
"""What opens a dialog instead of changing the record."""
