"""Starting an edit: the dialog that asks for it, opened from wherever, and what comes back from it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.core.errors import RefusedError, RelayError
from bot.relay.asking import search, start
from bot.slack import ids
from bot.slack.blocks import richtext
from bot.slack.edit_dialog import EditForm, documents, edit, remembered
from bot.slack.edit_payloads import filled_in, parse_edit, parse_search
from bot.slack.modals import Memory
from bot.slack.payloads import parse_view

if TYPE_CHECKING:
    from bot.relay.acts import Actor
    from bot.relay.world import World
    from bot.slack.dialogs import Dialogs
    from bot.slack.edit_payloads import Chosen
    from bot.slack.files import Files
    from bot.slack.payloads import Press, View

Json = dict[str, Any]

_log: Final = structlog.get_logger(__name__)

_PATIENCE_S: Final = 2.5
"""How long a search may take: Slack waits three seconds for what is found."""


@dataclass(frozen=True, slots=True)
class Starting:
    """What people start edits with."""

    world: World
    dialogs: Dialogs
    files: Files

    async def open(self, actor: Actor, trigger_id: str, words: str = "") -> None:
        """Open the dialog that starts an edit.

        Args:
            actor: Who is to fill it in, and where they are.
            trigger_id: Opens a dialog within three seconds.
            words: What the instruction starts from.

        Raises:
            RefusedError: They never start edits.
        """
        mode = await start.preferred_mode(self.world, actor)
        form = EditForm(mode, self.world.channel, words, has_library=self._has_library)
        await self.dialogs.open(trigger_id, edit(form, Memory(channel=actor.channel)))

    async def open_for(self, chosen: Chosen) -> None:
        """Open that dialog for the file of a message.

        Raises:
            RefusedError: There is none, or the person never starts edits.
        """
        mode = await start.preferred_mode(self.world, chosen.actor)
        if not chosen.file_id:
            raise RefusedError(_NOTHING_TO_EDIT, code="document")
        name = remembered(chosen.name)
        memory = Memory(channel=chosen.actor.channel, document=chosen.file_id, name=name)
        form = EditForm(mode, self.world.channel, document=name)
        await self.dialogs.open(chosen.trigger_id, edit(form, memory))

    async def open_again(self, press: Press) -> None:
        """Open that dialog for the document that a finished edit left behind.

        Raises:
            RefusedError: It left none, or the person never starts edits.
        """
        mode = await start.preferred_mode(self.world, press.actor)
        job = await start.finished(self.world, press.target)
        name = remembered(job.document or "the document of that edit")
        # A channel that is closed to the relay is none to review in.
        channel = self.world.channel if job.moved_from else job.channel
        memory = Memory(channel=press.actor.channel, continues=job.ref, name=name)
        form = EditForm(mode, channel, document=name, is_kept=True)
        await self.dialogs.open(press.trigger_id, edit(form, memory))

    async def widen(self, press: Press, view: View) -> None:
        """Show the fields that are rarely wanted, and leave the others as they are.

        What was typed or chosen stays where a field keeps its ids, a file too. What is not a file is given again
        nevertheless, for whoever has not touched it.
        Source: https://docs.slack.dev/surfaces/modals#updating_views
        """
        mode = await start.preferred_mode(self.world, press.actor)
        filled, memory = filled_in(view), view.memory
        form = EditForm(
            mode,
            filled.channel,
            filled.instruction,
            document=memory.name,
            is_kept=bool(memory.continues),
            has_library=self._has_library,
            path=filled.path,
            picked=filled.mode,
            is_wide=True,
        )
        await self.dialogs.show(view.view_id, edit(form, memory))

    async def offer(self, body: Json) -> list[Json]:
        """Return the documents of the library that go with what somebody typed; none where anything goes wrong."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                asked = parse_search(body)
                return documents(await search.documents(self.world, asked.actor, asked.words))
        except (RelayError, TimeoutError) as error:
            _log.warning("library.not_searched", kind=type(error).__name__, reason=str(error))
            return []

    async def take(self, body: Json) -> Json:
        """Start what a filled-in dialog asks for, and return what is acked: what is wrong is said at its field."""
        memory = parse_view(body).memory
        try:
            wanted = parse_edit(body)
            if memory.document:
                wanted = replace(wanted, source=await self.files.given(memory.document))
            await start.request(self.world, wanted)
        except RefusedError as refusal:
            errors = {_field(refusal, memory): richtext.unmarked(str(refusal))}
            return {"response_action": "errors", "errors": errors}
        return {}

    @property
    def _has_library(self) -> bool:
        return self.world.library is not None


def _field(refusal: RefusedError, memory: Memory) -> str:
    """Name the field that a refusal is about; there is none for a document that was chosen before."""
    field = _FIELDS.get(refusal.code, ids.INSTRUCTION)
    is_chosen = bool(memory.document or memory.continues)
    return ids.INSTRUCTION if is_chosen and field == ids.DOCUMENT else field


_NOTHING_TO_EDIT: Final = "There is no file in this message that can be edited: only HTML, Word (.docx), PDF, Markdown, text and RTF can be."

_FIELDS: Final = {
    "document": ids.DOCUMENT,
    "foreign_file": ids.DOCUMENT,
    "library": ids.LIBRARY,
    "instruction": ids.INSTRUCTION,
    "channel": ids.CHANNEL,
    "not_a_member": ids.CHANNEL,
    "channel_not_found": ids.CHANNEL,
    "not_in_channel": ids.CHANNEL,
    "is_archived": ids.CHANNEL,
    "mode": ids.MODE,
}
"""Which field of the edit dialog a refusal is about, by its code; the instruction's for the rest."""
