"""The words in which stories about the relay are told: what people do, and what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.server import CHANNEL, Sandbox
from bot.sandbox.slack.controls import controls

if TYPE_CHECKING:
    from bot.sandbox.slack.messages import Message
    from bot.sandbox.slack.people.shown import Shown
    from bot.sandbox.slack.views import View

REQUESTER, REVIEWER, COUNSEL, GUEST = "U0REQ", "U0REV", "U0CAROL", "U0GUEST"
WITHIN_S = 20
"""Long enough for a busy machine; a story that goes well never waits for it."""

CONTRACT = (
    "<h1>Supply agreement</h1><h2>4. Payment</h2><p>The Buyer pays within 30 days of the invoice.</p>"
    "<h2>5. Term</h2><p>The agreement runs for three years.</p><h2>6. Law</h2><p>German law applies.</p>"
)
ONE = 'replace "30 days" with "60 days"'
TWO = 'replace "30 days" with "60 days"; replace "three years" with "five years"'
THREE = 'replace "30 days" with "60 days"; replace "three years" with "five years"; replace "German law" with "Irish law"'


def given(**settings: str) -> pytest.MarkDecorator:
    """Run a story's relay with other settings."""
    return pytest.mark.parametrize("settings", [settings], ids=[""])


class Story:
    """What people do and see, in the words of the stories.

    Args:
        sandbox: Where it happens.
        channel: Where changes are reviewed.
        ref: The one edit that the story is about, if there are others.
    """

    def __init__(self, sandbox: Sandbox, channel: str = CHANNEL, ref: str = "") -> None:
        self.sandbox = sandbox
        self.channel = channel
        self.ref = ref
        self.slack = sandbox.slack
        self.superdocs = sandbox.superdocs

    async def one_of(self, count: int) -> Story:
        """Wait until so many edits have their message, and return the story of the last one."""
        await self._seen(
            lambda: len(self._of("job")) == count, lambda: f"not {count}, but {len(self._of('job'))}"
        )
        return Story(self.sandbox, self.channel, _payload(self.message("job"))["ref"])

    # What people do.

    async def edit(
        self, instruction: str, *, html: str = CONTRACT, user: str = REQUESTER, **values: Any
    ) -> Shown:
        """Have somebody type `/superdocs edit` and fill in the dialog."""
        person = self.slack.person(user)
        shown = await person.slash(self.channel, "edit")
        assert shown.dialog is not None, person.notices
        file = await person.upload("supply.html", html.encode())
        filled_in = {"document": [file], "instruction": instruction, **values}
        sent = await person.submit(shown.dialog, filled_in)
        assert sent.ok, sent
        return sent

    async def press(self, slot: str | Message, does: str, user: str = REVIEWER, **more: Any) -> Shown:
        """Have somebody press a button on a message, or choose in its menu."""
        message = self.message(slot) if isinstance(slot, str) else slot
        option = _option(message.blocks, does)
        action: dict[str, Any] = {"action_id": "more", "option": option} if option else {"action_id": does}
        return await self.slack.person(user).press(message, **action, **more)

    async def open_dialog(self, slot: str | Message, does: str, user: str = REVIEWER) -> View:
        """Have somebody press what opens a dialog, and return the dialog."""
        dialog = (await self.press(slot, does, user)).dialog
        assert dialog is not None, f"{does} opened no dialog"
        return dialog

    async def turn(self, dialog: View, user: str = REVIEWER) -> View:
        """Have somebody turn to the next page of a dialog, and return what they see then."""
        shown = (await self.slack.person(user).press(dialog, "page_on")).dialog
        assert shown is not None
        return shown

    async def press_in(self, dialog: View, does: str, number: int, user: str = REVIEWER) -> View:
        """Have somebody press a change's button in a dialog, and return what they see then."""
        block_id = next(
            block["block_id"]
            for block, element in controls(dialog.blocks)
            if element["action_id"] == does and element["value"].split(".")[1] == str(number)
        )
        shown = (await self.slack.person(user).press(dialog, does, block_id=block_id)).dialog
        assert shown is not None
        return shown

    async def deny_with(self, slot: str, words: str, user: str = REVIEWER) -> Shown:
        """Have somebody deny a change with feedback."""
        dialog = await self.open_dialog(slot, "deny_with_feedback", user)
        return await self.slack.person(user).submit(dialog, {"feedback": words})

    async def reply(self, slot: str, words: str, user: str = REVIEWER) -> Message:
        """Have somebody reply in the thread of a message."""
        sent = await self.slack.person(user).reply(self.channel, self.message(slot).ts, words)
        return next(m for m in self.slack.messages(self.channel) if m.ts == sent.ts)

    # What they see.

    def message(self, slot: str) -> Message:
        """Return the message that stands for a slot (`job`, `round:1`, `card:2`); of several jobs the last one's."""
        found = self._of(slot)
        assert found, f"no message {slot}; there are {list(map(_payload, self.slack.messages(self.channel)))}"
        return found[-1]

    def messages(self, slot: str) -> list[Message]:
        """Return the messages that stand for a slot, one for each job that has one."""
        return self._of(slot)

    def says(self, slot: str) -> str:
        """Return everything that can be read in a message now; "" when there is none."""
        found = self._of(slot)
        return said(found[-1]) if found else ""

    async def shows(self, slot: str, *words: str, within_s: float = WITHIN_S) -> Message:
        """Wait until a message says something, and the relay knows where it stands; return it."""
        return await self._known(await self.reads(slot, *words, within_s=within_s))

    async def reads(self, slot: str, *words: str, within_s: float = WITHIN_S) -> Message:
        """Wait until a message says something, and return it."""

        def look() -> bool:
            return all(word in self.says(slot) for word in words)

        def otherwise() -> str:
            return f"{slot} does not say {words}; it says: {self.says(slot) or 'nothing'}"

        await self._seen(look, otherwise, within_s)
        return self.message(slot)

    async def offers(self, slot: str, *actions: str) -> Message:
        """Wait until exactly these things can be done on a message, and return it."""

        def look() -> bool:
            return bool(self._of(slot)) and offered(self.message(slot)) == set(actions)

        def otherwise() -> str:
            there = offered(self.message(slot)) if self._of(slot) else "nothing"
            return f"{slot} does not offer {set(actions)}, but {there}"

        await self._seen(look, otherwise)
        return await self._known(self.message(slot))

    async def open_cards(self, count: int) -> None:
        """Wait until so many cards of the first round, or its one message, can be decided."""
        for number in range(1, count + 1):
            await self.shows("round:1" if count == 1 else f"card:{number}", "decide by")

    async def told(self, user: str, *words: str) -> Message:
        """Wait until somebody was told something privately, and return that message."""
        person = self.slack.person(user)

        def look() -> list[Message]:
            return [m for m in person.ephemerals(self.channel) if all(word in said(m) for word in words)]

        def otherwise() -> str:
            return f"{user} was not told {words}, but {[said(m) for m in person.ephemerals(self.channel)]}"

        await self._seen(look, otherwise)
        return look()[-1]

    async def _known(self, message: Message) -> Message:
        """Wait until the relay has noted where a message stands, which it has when it asks for the link to it."""
        await self.slack.calls.wait_for(
            "chat.getPermalink",
            where=lambda call: call.arguments["message_ts"] == message.ts,
            within_s=WITHIN_S,
        )
        return message

    async def _seen(self, look: Any, otherwise: Any, within_s: float = WITHIN_S) -> None:
        try:
            await self.slack.until(look, within_s=within_s)
        except TimeoutError:
            raise AssertionError(otherwise()) from None

    def _of(self, slot: str) -> list[Message]:
        there = [(m, _payload(m)) for m in self.slack.messages(self.channel)]
        return [m for m, its in there if its.get("slot") == slot and self.ref in {"", its["ref"]}]

    # What SuperDocs sees.

    async def waits(self) -> None:
        """Wait until SuperDocs' latest job waits for an answer."""
        await self.ended("awaiting_approval")

    async def submitted(self, count: int = 1, *, within_s: float = WITHIN_S) -> list[tuple[bool, str]]:
        """Wait for the n-th round that SuperDocs received; return (approved, feedback) of each change, in order."""
        await self.superdocs.calls.wait_for("approve", count=count, within_s=within_s)
        body = self.superdocs.approvals[count - 1]
        return [(change["approved"], change.get("feedback") or "") for change in body["changes"]]

    async def ended(self, status: str = "completed") -> str:
        """Wait until SuperDocs' latest job has ended, and return its document."""

        def look() -> bool:
            return bool(self.superdocs.jobs) and self.superdocs.latest.status == status

        await self.superdocs.until(look, within_s=WITHIN_S)
        document = self.superdocs.sessions[self.superdocs.latest.session_id].document
        return document.html if document else ""

    def returned(self) -> list[str]:
        """Return the documents that stand in the thread of the last job."""
        thread = self.slack.messages(self.channel, self.message("job").ts)
        return [self.slack.files[file.id].content.decode() for m in thread for file in m.files]


def said(message: Message) -> str:
    """Return everything that can be read in a message."""
    return f"{message.text} {words_of(message.blocks)}"


def offered(shown: Message | View) -> set[str]:
    """Return what can be done on a message or in a dialog: its buttons, and the entries of its menu."""
    buttons = {e["action_id"] for _, e in controls(shown.blocks) if e["action_id"] != "more"}
    return buttons | {entry["value"].partition("|")[0] for entry in _entries(shown.blocks)}


def words_of(value: Any) -> str:
    """Return the texts of blocks, joined: what a person could read."""
    if isinstance(value, dict):
        own = value.get("text") if isinstance(value.get("text"), str) else ""
        rest = " ".join(words_of(part) for key, part in value.items() if key not in {"text"} or not own)
        mention = f"<@{value['user_id']}>" if value.get("type") == "user" else ""
        return f"{own or ''} {mention} {rest}"
    if isinstance(value, list):
        return " ".join(words_of(part) for part in value)
    return ""


def _option(blocks: list[dict[str, Any]], does: str) -> str | None:
    """Find the value of a menu's entry."""
    values = (entry["value"] for entry in _entries(blocks))
    return next((value for value in values if value.partition("|")[0] == does), None)


def _entries(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [entry for _, element in controls(blocks) for entry in element.get("options", [])]


def _payload(message: Message) -> dict[str, str]:
    """Return the metadata by which the relay knows a message again: its edit, and what it stands for."""
    return (message.metadata or {}).get("event_payload") or {}
