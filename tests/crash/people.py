"""People who do not give up: whatever fails under their hands is tried again, as people do, until it is shown as done."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import aiohttp

from bot.sandbox.slack.errors import ImpossibleActError
from tests.e2e.relay import CONTRACT, REQUESTER, REVIEWER, Story, offered

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.sandbox.server import Sandbox
    from bot.sandbox.slack.messages import Message
    from tests.crash.fleet import Fleet

PATIENCE_S: Final = 15
"""Longer than anything may take; a run that goes well never waits for it."""

API_TOKEN: Final = "a-token-of-some-length"

TYPES_S: Final = 0.2
"""How long somebody takes, ten times as fast as people are, from seeing a card to having written a reply."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did to a change, and whether Slack was told that it arrived.

    Attributes:
        slot: The card, or the message of the round.
        verdict: ``approve`` or ``deny``.
        is_acked: Whether the person saw no error.
    """

    user: str
    slot: str
    verdict: str
    is_acked: bool
    feedback: str = ""


@dataclass
class People:
    """Those who act in a run, in the words of the stories.

    Attributes:
        acts: What was said about changes, attempt by attempt.
        edits: How many edits were asked for.
    """

    sandbox: Sandbox
    fleet: Fleet
    patience_s: float = PATIENCE_S
    acts: list[Act] = field(default_factory=list)
    edits: int = 0

    @property
    def story(self) -> Story:
        """Return what they see."""
        return Story(self.sandbox)

    async def edit(self, instruction: str) -> None:
        """Type `/superdocs edit`, fill in the dialog, and send it until it is taken."""
        self.edits += 1
        person = self.story.slack.person(REQUESTER)
        file = await person.upload("supply.html", CONTRACT.encode())

        async def once() -> bool:
            if person.dialog is None:
                await person.slash(self.story.channel, "edit")
            if person.dialog is None:
                return False
            filled_in = {"document": [file], "instruction": instruction}
            return (await person.submit(person.dialog, filled_in)).ok

        await self._until(once)

    async def edit_found(self, words: str, instruction: str) -> None:
        """The same with a document of the library, which is looked for in the dialog."""
        self.edits += 1
        person = self.story.slack.person(REQUESTER)

        async def once() -> bool:
            if person.dialog is None:
                await person.slash(self.story.channel, "edit")
            if person.dialog is None:
                return False
            found = (await person.search(person.dialog, "library", words)).options
            if not found:
                await asyncio.sleep(0.05)
                return False
            filled_in = {"library": found[0], "instruction": instruction}
            return (await person.submit(person.dialog, filled_in)).ok

        await self._until(once)

    async def program(self, instruction: str) -> None:
        """Have a program ask for an edit, by one key, until somebody has taken it."""
        self.edits += 1
        wanted = {"message": instruction, "document_html": CONTRACT, "callback_url": self.fleet.called}
        headers = {"Authorization": f"Bearer {API_TOKEN}", "Idempotency-Key": "the same each time"}

        async def once() -> bool:
            if not self.fleet.relays:
                return False
            url = f"http://127.0.0.1:{self.fleet.relays[-1].port}/v1/edits"
            try:
                async with aiohttp.request("POST", url, json=wanted, headers=headers) as answer:
                    return answer.status == HTTPStatus.ACCEPTED
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
                return False

        await self._until(once)

    async def press(self, slot: str, does: str, user: str = REVIEWER) -> None:
        """Press a button, and again whenever Slack says that it failed and the card still offers it."""

        async def once() -> bool:
            message = await self._offering(slot, does)
            shown = await self.story.press(message, does, user)
            self.acts.append(Act(user, slot, does, shown.ok))
            return shown.ok

        await self._until(once, unless=lambda: self._is_settled(slot, does))

    async def deny_with(self, slot: str, words: str, user: str = REVIEWER) -> None:
        """Deny with feedback by the dialog, likewise."""
        person = self.story.slack.person(user)

        async def once() -> bool:
            if person.dialog is not None:
                await person.close(person.dialog, everything=True)
            message = await self._offering(slot, "deny_with_feedback")
            dialog = (await person.press(message, "deny_with_feedback")).dialog
            if dialog is None:
                return False
            shown = await person.submit(dialog, {"feedback": words})
            self.acts.append(Act(user, slot, "deny", shown.ok, words))
            return shown.ok

        await self._until(once, unless=lambda: self._is_settled(slot, "deny_with_feedback"))

    async def reply(self, slot: str, words: str, user: str = REVIEWER) -> None:
        """Write in the thread of a message until the card says so; again only when told that it did not count.

        A reply that nobody takes is brought again by Slack.
        """
        person = self.story.slack.person(user)

        async def once() -> bool:
            await self._offering(slot, "approve")
            told = len(person.ephemerals(self.story.channel))
            await asyncio.sleep(TYPES_S)
            await self.story.reply(slot, words, user)
            return await self._comes(
                lambda: self._is_settled(slot, "approve"),
                unless=lambda: len(person.ephemerals(self.story.channel)) > told,
            )

        await self._until(once, unless=lambda: self._is_settled(slot, "approve"))

    async def follow(self, slot: str, does: str, until: Callable[[], bool], user: str = REVIEWER) -> None:
        """Press a button that is no verdict, until something is to be seen."""

        async def once() -> bool:
            # What a press that was killed has brought may offer the same again: that is another edit's.
            if not await self._comes(lambda: self.offers(slot, does), unless=until):
                return True
            message = self.story.message(slot)
            return (await self.story.press(message, does, user)).ok and await self._comes(until)

        await self._until(once, unless=until)

    async def _comes(self, this: Callable[[], bool], unless: Callable[[], bool] = lambda: False) -> bool:
        """Wait for something to be seen; False when something else is seen before."""
        await self.sandbox.slack.until(lambda: this() or unless(), within_s=self.patience_s)
        return this()

    def offers(self, slot: str, does: str) -> bool:
        """Say whether something can be done on a message now."""
        found = self.story.messages(slot)
        return bool(found) and does in offered(found[-1])

    def _is_settled(self, slot: str, does: str) -> bool:
        return bool(self.story.messages(slot)) and not self.offers(slot, does)

    async def _offering(self, slot: str, does: str) -> Message:
        await self.sandbox.slack.until(lambda: self.offers(slot, does), within_s=self.patience_s)
        return self.story.message(slot)

    async def _until(
        self, once: Callable[[], Awaitable[bool]], unless: Callable[[], bool] = lambda: False
    ) -> None:
        """Try until it works, or until it shows that an earlier attempt has worked after all."""
        async with asyncio.timeout(self.patience_s):
            while not await self._tried(once):
                await self.fleet.ready()
                if unless():
                    return

    async def _tried(self, once: Callable[[], Awaitable[bool]]) -> bool:
        try:
            return await once()
        except ImpossibleActError:
            await asyncio.sleep(0.05)  # What they were about to use has gone: they look again.
            return False
