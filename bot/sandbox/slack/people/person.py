"""A person at their Slack: everything they can do with an app, and what they see.

Every act waits for the app's receipt and returns what Slack would show. What a person could not do at all
(press a button that is not there) raises `ImpossibleActError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.inputs import with_values
from bot.sandbox.slack.people import commands, pressing, submitting, suggesting, talking, writing
from bot.sandbox.slack.people.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.sandbox.slack.delivery.courier import Courier
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.people.shown import Shown, Suggested
    from bot.sandbox.slack.state.files import File
    from bot.sandbox.slack.state.workspace import Workspace
    from bot.sandbox.slack.views import View


class Person:
    """One person. Get them from `Slack.person`."""

    def __init__(self, workspace: Workspace, courier: Courier, user_id: str) -> None:
        self.id = user_id
        self._desk = Desk(workspace, courier, user_id)

    # What they see.

    @property
    def dialog(self) -> View | None:
        """Give the dialog that is open on top."""
        return self._desk.workspace.views.top(self.id)

    @property
    def home(self) -> View | None:
        """Give the app's Home tab, once it has published one for this person."""
        return self._desk.workspace.views.homes.get(self.id)

    @property
    def notices(self) -> dict[str, str]:
        """Give the errors that Slack shows: id → sentence."""
        return self._desk.workspace.notices.setdefault(self.id, {})

    def ephemerals(self, channel: str) -> list[Message]:
        """List what only this person sees in a channel, oldest first."""
        return self._desk.workspace.messages.ephemerals(channel, self.id)

    # What they do.

    async def slash(
        self, channel: str, text: str = "", *, command: str = "/superdocs", is_marked: bool = False
    ) -> Shown:
        """Type a slash command in a channel.

        Args:
            channel: Where.
            text: What stands after the command; `@bob` and `#general` are understood.
            command: Which.
            is_marked: Whether the text is already marked and escaped, as clients do.
        """
        return await commands.slash(self._desk, channel, command, self._written(text, is_marked=is_marked))

    async def shortcut(self, callback_id: str, channel: str | None = None, ts: str | None = None) -> Shown:
        """Choose a shortcut of the app, on a message if one is named."""
        return await commands.shortcut(self._desk, callback_id, channel, ts)

    async def press(  # noqa: PLR0913 - the ways in which elements differ are keywords.
        self,
        target: Message | View,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
        option: str | None = None,
        state: dict[str, Any] | None = None,
        confirmed: bool = True,
    ) -> Shown:
        """Press a button, or choose in a menu.

        Args:
            target: The message, dialog or Home tab, as it was seen; a stale one will do, as for a slow client.
            action_id: Of the element.
            block_id: Of its block, where the action_id stands more than once.
            value: What is put into an input; for a button, a value that is not its own, as a forger would send.
            option: The value of the option that is chosen.
            state: What is in the inputs around it, as `state.values`, if that changed.
            confirmed: What the person says if the element asks "are you sure?".
        """
        entry = pressing.chosen(self._desk, target, action_id, block_id=block_id, value=value, option=option)
        if "confirm" in entry and not confirmed:
            return self._desk.shown()
        return await pressing.press(self._desk, target, entry, state)

    async def search(
        self, target: Message | View, action_id: str, words: str = "", *, block_id: str | None = None
    ) -> Suggested:
        """Type into a menu whose options come from the app, and see what it offers.

        Args:
            target: The message, dialog or Home tab.
            action_id: Of the menu.
            words: What stands in it.
            block_id: Of its block, where the action_id stands more than once.
        """
        return await suggesting.suggest(self._desk, target, action_id, words, block_id=block_id)

    async def act_on(
        self, target: Message | View, entry: dict[str, Any], state: dict[str, Any] | None
    ) -> Shown:
        """Press as a client says it: with a ready `actions` entry. What the element asks has been asked."""
        return await pressing.press(
            self._desk, target, pressing.completed_entry(self._desk, target, entry), state
        )

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Shown:
        """Fill in the open dialog and send it.

        Args:
            view: The dialog on top.
            values: See `bot.sandbox.slack.inputs.with_values`.
        """
        top = submitting.on_top(self._desk, view.id)
        return await submitting.submit(
            self._desk, top, with_values(top.blocks, top.state, dict(values or {}))
        )

    async def close(self, view: View, *, everything: bool = False) -> Shown:
        """Close the open dialog, or all of them at once."""
        return await submitting.close(
            self._desk, submitting.on_top(self._desk, view.id), everything=everything
        )

    async def say(
        self,
        channel: str,
        text: str,
        files: Sequence[File] = (),
        *,
        thread_ts: str | None = None,
        is_marked: bool = False,
    ) -> Message:
        """Post a message in a channel.

        Args:
            channel: Where.
            text: What; `@bob`, `#general` and links are understood.
            files: What goes with it.
            thread_ts: Which thread, if any.
            is_marked: Whether the text is already marked and escaped, as clients do.
        """
        written = self._written(text, is_marked=is_marked)
        return await talking.say(self._desk, channel, written, thread_ts=thread_ts, files=files)

    async def reply(self, channel: str, thread_ts: str, text: str, files: Sequence[File] = ()) -> Message:
        """Post a message in a thread."""
        return await self.say(channel, text, files, thread_ts=thread_ts)

    async def edit(self, channel: str, ts: str, text: str) -> Message:
        """Change one's own message."""
        return await talking.edit(self._desk, channel, ts, self._written(text, is_marked=False))

    async def delete(self, channel: str, ts: str) -> None:
        """Take back one's own message, or as an admin anybody's."""
        await talking.delete(self._desk, channel, ts)

    async def react(self, channel: str, ts: str, name: str) -> None:
        """React to a message with an emoji."""
        await talking.react(self._desk, channel, ts, name)

    async def open_home(self) -> View | None:
        """Open the app's Home tab."""
        return await talking.open_home(self._desk)

    async def upload(self, name: str, content: bytes) -> File:
        """Upload a file, to be put into a message or a dialog."""
        return talking.upload(self._desk, name, content)

    def dismiss(self, notice_id: str) -> None:
        """Take an error off the screen."""
        self.notices.pop(notice_id, None)
        self._desk.workspace.changes.ring()

    def _written(self, text: str, *, is_marked: bool) -> list[dict[str, Any]]:
        return (writing.on_wire if is_marked else writing.typed)(self._desk.workspace, text)
