"""Slash commands: each opens a dialog, or is answered to whoever typed it, and to nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.core.summary import spoken_of
from bot.core.words.listing import stoppable
from bot.relay.asking import stop
from bot.relay.reminding import backlog, digest
from bot.slack.blocks import richtext
from bot.slack.cards import render

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.core.summary import BacklogSummary
    from bot.relay.world import World
    from bot.slack.payloads import Command
    from bot.slack.starting import Starting

Json = dict[str, Any]

HELP: Final = (
    "`/superdocs` or `/superdocs edit …` edits a document: give it, and say what should be changed. "
    "Each change is then shown in the review channel, to be approved or denied there.\n"
    "*Edit with SuperDocs*, in the menu of a message, edits its file; *Edit again…*, in the menu of a finished edit, "
    "goes on with what it left.\n"
    "In the thread of a review, `approve`, `approve 2`, `deny 1,3` or `deny 2: keep the original` decides, too.\n"
    "*Deny* without feedback may end the edit; *Deny with feedback…* has SuperDocs propose again.\n"
    "`/superdocs pending` lists what waits for you. `/superdocs digest` posts what waits in this channel, and what "
    "lapsed; in the morning, that comes by itself.\n"
    "`/superdocs stop` stops your edit, or lists those that you may stop.\n"
    "`/superdocs help` says this again."
)

_NAME: Final = 120
"""Characters of a document's name in an answer."""


@dataclass(frozen=True, slots=True)
class Commands:
    """What can be said after the command."""

    world: World
    starting: Starting

    async def answer(self, said: Command) -> Json:
        """Do what a command says, and return what is acked; unknown words get the help.

        Raises:
            RefusedError: Nothing was done; the text says why.
        """
        return await COMMANDS.get(said.verb, Commands._help)(self, said)

    async def _edit(self, said: Command) -> Json:
        await self.starting.open(said.actor, said.trigger_id, said.words)
        return {}

    async def _list_pending(self, said: Command) -> Json:
        return _listed(await backlog.waiting_for(self.world, said.actor))

    async def _stop(self, said: Command) -> Json:
        """Stop the caller's edit, if it is the only one that they may stop; else let them choose."""
        jobs, unseen = await backlog.stoppable_by(self.world, said.actor)
        if len(jobs) != 1 or unseen or jobs[0].requester_id != said.actor.user_id:
            return _listed(stoppable(jobs, unseen))
        await stop.request(self.world, said.actor, jobs[0].ref)
        name = richtext.escaped(richtext.one_line(spoken_of(jobs[0].title), _NAME)) or "a document"
        return {"text": f"The edit of {name} is being stopped."}

    async def _post_digest(self, said: Command) -> Json:
        # A trigger is of one command alone, so the same command delivered twice is one digest.
        await digest.request(self.world, said.actor, said.trigger_id)
        return {"text": "The digest comes in a moment, unless all is decided by then."}

    async def _help(self, said: Command) -> Json:
        unknown = "" if said.verb == "help" else f"The relay does not know “{richtext.mrkdwn(said.verb)}”.\n"
        return {"text": unknown + HELP}


def _listed(summary: BacklogSummary) -> Json:
    """Give a list that the caller alone sees, with its buttons."""
    shown = render(summary)
    return {"response_type": "ephemeral", "text": shown.text, "blocks": shown.blocks}


COMMANDS: Final[dict[str, Callable[[Commands, Command], Awaitable[Json]]]] = {
    "": Commands._edit,
    "edit": Commands._edit,
    "pending": Commands._list_pending,
    "stop": Commands._stop,
    "digest": Commands._post_digest,
}
"""What is done, by the command's first word; the help for any other."""
