"""Opening, stacking and refreshing dialogs: what must happen within three seconds of a press.

Source: https://docs.slack.dev/surfaces/modals
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from bot.core.errors import GoneError, RefusedError, RelayError
from bot.relay.deciding import passing, review
from bot.relay.deciding.hear import COURTESY_S
from bot.slack import modals
from bot.slack.errors import ask
from bot.slack.modals import Memory
from bot.slack.payloads import typed

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.core.summary import ReadingSummary
    from bot.relay.world import World
    from bot.slack.payloads import Press, View

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Dialogs:
    """The dialogs that people have open."""

    client: AsyncWebClient
    world: World

    async def open(self, trigger_id: str, view: dict[str, Any]) -> None:
        """Open a dialog by itself."""
        await ask(self.client.views_open(trigger_id=trigger_id, view=view))

    async def read(self, press: Press, summary: ReadingSummary) -> None:
        """Open the reading dialog at a page."""
        await self._show(press, modals.reading(summary, Memory(channel=press.actor.channel)))

    async def ask_feedback(self, press: Press) -> None:
        """Open the feedback dialog, starting from the words that the button carries."""
        below = press.view.memory if press.view else Memory(channel=press.actor.channel)
        summary = await review.feedback_form(self.world, press.actor, press.target)
        await self._show(press, modals.feedback(summary, below, press.words))

    async def ask_whom(self, press: Press) -> None:
        """Open the dialog in which somebody is chosen to pass a change on to."""
        below = press.view.memory if press.view else Memory(channel=press.actor.channel)
        summary = await passing.passing_form(self.world, press.actor, press.target)
        await self._show(press, modals.passing(summary, below))

    async def take_phrase(self, press: Press, view: View) -> None:
        """Put a ready phrase after what stands in the feedback dialog."""
        summary = await review.feedback_form(self.world, press.actor, view.memory.target)
        memory = replace(view.memory, phrases=view.memory.phrases + 1)
        words = " ".join(filter(None, [typed(view), f"{press.target}."]))
        await self.show(view.view_id, modals.feedback(summary, memory, words))

    async def turn(self, view: View, page: int) -> None:
        """Show a page of the reading dialog."""
        summary = await review.turn(self.world, view.memory.token, page)
        await self.show(view.view_id, modals.reading(summary, view.memory))

    async def saying(self, view: View, title: str, sentence: str) -> dict[str, Any]:
        """Give a dialog that says what happened, above its page as it is now if it has one."""
        try:
            summary = await review.turn(self.world, view.memory.token, view.memory.page)
        except RefusedError:
            return modals.notice(title, sentence)
        return modals.reading(replace(summary, note=sentence), view.memory)

    async def refuse(self, view: View, sentence: str) -> bool:
        """Say in a dialog why nothing was done; False when it was closed meanwhile."""
        said = await self.saying(view, "Nothing was recorded", sentence)
        try:
            await self.show(view.view_id, said)
        except GoneError:
            return False
        return True

    async def refresh(self, view_id: str, memory: Memory) -> None:
        """Bring the reading dialog up to date. A courtesy: what was decided is stored, whatever becomes of it."""
        if not view_id or not memory.token:
            return
        try:
            async with asyncio.timeout(COURTESY_S):
                summary = await review.turn(self.world, memory.token, memory.page)
                await self.show(view_id, modals.reading(summary, memory))
        except (RelayError, TimeoutError) as error:
            _log.warning("dialog.left_stale", reason=str(error))

    async def show(self, view_id: str, view: dict[str, Any]) -> None:
        """Show something else in a dialog that is open; what was filled in stays where a field keeps its ids."""
        await ask(self.client.views_update(view_id=view_id, view=view))

    async def _show(self, press: Press, view: dict[str, Any]) -> None:
        """Open a dialog, on top of the one that the press came from, if it came from one."""
        if press.view:
            await ask(self.client.views_push(trigger_id=press.trigger_id, view=view))
        else:
            await self.open(press.trigger_id, view)
