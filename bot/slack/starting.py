"""Starting an edit: the dialog that asks for it, opened from wherever, and what comes back from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.core.errors import RefusedError
from bot.relay import start
from bot.slack import ids, modals, payloads
from bot.slack.blocks import richtext
from bot.slack.modals import EditForm, Memory

if TYPE_CHECKING:
    from bot.relay.acts import Actor
    from bot.relay.world import World
    from bot.slack.dialogs import Dialogs
    from bot.slack.files import Files
    from bot.slack.payloads import Chosen

Json = dict[str, Any]


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
        form = EditForm(mode, self.world.channel, words)
        await self.dialogs.open(trigger_id, modals.edit(form, Memory(channel=actor.channel)))

    async def open_for(self, chosen: Chosen) -> None:
        """Open that dialog for the file of a message.

        Raises:
            RefusedError: There is none, or the person never starts edits.
        """
        mode = await start.preferred_mode(self.world, chosen.actor)
        if not chosen.file_id:
            sentence = "There is no HTML file in this message: only such can be edited."
            raise RefusedError(sentence, code="document")
        form = EditForm(mode, self.world.channel, document=chosen.name or "the file of the message")
        memory = Memory(channel=chosen.actor.channel, document=chosen.file_id)
        await self.dialogs.open(chosen.trigger_id, modals.edit(form, memory))

    async def take(self, body: Json) -> Json:
        """Start what a filled-in dialog asks for, and return what is acked: what is wrong is said at its field."""
        memory = payloads.parse_view(body).memory
        try:
            wanted = payloads.parse_edit(body)
            if memory.document:
                wanted = replace(wanted, source=await self.files.given(memory.document))
            await start.request(self.world, wanted)
        except RefusedError as refusal:
            errors = {_field(refusal, memory): richtext.unmarked(str(refusal))}
            return {"response_action": "errors", "errors": errors}
        return {}


def _field(refusal: RefusedError, memory: Memory) -> str:
    """Name the field that a refusal is about; there is none for a file that was chosen before."""
    field = _FIELDS.get(refusal.code, ids.INSTRUCTION)
    return ids.INSTRUCTION if memory.document and field == ids.DOCUMENT else field


_FIELDS: Final = {
    "document": ids.DOCUMENT,
    "foreign_file": ids.DOCUMENT,
    "instruction": ids.INSTRUCTION,
    "channel": ids.CHANNEL,
    "not_a_member": ids.CHANNEL,
    "channel_not_found": ids.CHANNEL,
    "not_in_channel": ids.CHANNEL,
    "is_archived": ids.CHANNEL,
    "mode": ids.MODE,
}
"""Which field of the edit dialog a refusal is about, by its code; the instruction's for the rest."""
