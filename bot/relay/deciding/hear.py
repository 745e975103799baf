"""Hear a reply: take it as a decision, answer it, or let it be; once, however often and whichever way it comes.

A reply comes live from Slack, again when Slack was not acked in time, and once more when threads are read back. What
was taken stands in the record; what was answered is noted beside it, after the answer: a crash in between answers
twice rather than never.

Before: somebody writes in a thread of ours; `catch_up.py` where nobody listened. After: `decide.py` records it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import BugError, RefusedError, RelayError
from bot.core.summary import Action, Does
from bot.relay.acts import Heard
from bot.relay.deciding import decide

if TYPE_CHECKING:
    from bot.relay.acts import Reply
    from bot.relay.world import World

COURTESY_S: Final = 0.7
"""How long what follows a stored decision may keep its receipt waiting. The look-up of who decides has two of the
three seconds that Slack waits; what is stored must not look as if it had failed."""

_log: Final = structlog.get_logger(__name__)


async def hear(world: World, said: Reply) -> None:
    """Do all that a reply asks for, unless it is done. Whoever called may ack after that.

    Raises:
        TransientError: It is not done, or somebody else is at it: the reply must come again.
    """
    if said.actor.user_id == world.bot_user_id:
        return  # A file of ours comes as somebody's message.
    ref = await world.store.ref_at(said.actor.channel, said.thread_ts)
    if ref is None:
        return
    what = f"reply {ref} {said.actor.ts}"
    hold = await world.store.begin(what)
    if hold is None:
        return
    try:
        await _heed(world, said)
    except BugError:
        # It would only fail again.
        await world.store.finish(what)
        raise
    except BaseException:
        await world.store.abandon(what, hold)
        raise
    await world.store.finish(what)


def way_out(refusal: RefusedError) -> tuple[Action, ...]:
    """Give the button that leads where a refused approval may be given."""
    if not refusal.code.startswith(decide.UNREAD):
        return ()
    return (Action(Does.REVIEW, "Review whole change", refusal.code.removeprefix(decide.UNREAD)),)


async def _heed(world: World, said: Reply) -> None:
    try:
        answer = await decide.reply(world, said)
    except RefusedError as refusal:
        await _refuse(world, said, refusal)
        return
    if answer.heard is Heard.TAKEN:
        await _acknowledge(world, said)
        await _tell_rest(world, said, answer.told)
    elif answer.heard is Heard.TALK:
        await _offer(world, said)


async def _refuse(world: World, said: Reply, refusal: RefusedError) -> None:
    """Say privately why nothing was recorded; whom Slack lets nobody tell (they left) is told nothing."""
    actor = said.actor
    try:
        await world.notifier.tell(
            actor.channel, actor.user_id, str(refusal), way_out(refusal), thread_ts=said.thread_ts
        )
    except RefusedError as error:
        _log.warning("refusal.not_told", reason=str(error), code=error.code)


async def _acknowledge(world: World, said: Reply) -> None:
    """Show that a reply was taken. A courtesy: it is stored, and the card says so."""
    try:
        async with asyncio.timeout(COURTESY_S):
            await world.notifier.acknowledge(said.actor.channel, said.actor.ts)
    except (RelayError, TimeoutError) as error:
        _log.warning("reply.not_acknowledged", reason=str(error))


async def _tell_rest(world: World, said: Reply, sentence: str) -> None:
    """Say privately what of a reply was not taken. A courtesy too: what was taken is stored, and the cards show the rest."""
    if not sentence:
        return
    try:
        await world.notifier.tell(said.actor.channel, said.actor.user_id, sentence, thread_ts=said.thread_ts)
    except RelayError as error:
        _log.warning("rest.not_told", reason=str(error))


async def _offer(world: World, said: Reply) -> None:
    """Offer to take talk as a denial's feedback. A courtesy, made once."""
    offer = await decide.offer(world, said)
    if offer is None:
        return
    actor, actions = said.actor, (offer.action,) if offer.action else ()
    try:
        await world.notifier.tell(
            actor.channel, actor.user_id, offer.sentence, actions, thread_ts=said.thread_ts, words=said.text
        )
    except RelayError as error:
        _log.warning("offer.not_made", reason=str(error))
