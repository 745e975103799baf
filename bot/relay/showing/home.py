"""Show people their Home, and keep it current while they may be looking: what waits for them, what they asked for, said.

Before: somebody opens it, or the clock. After: `review.py`, `decide.py` or `start.py`, by the buttons in it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from bot.core.errors import RefusedError, TransientError
from bot.core.home import HomeSummary, closed, home, sign, sign_of_all
from bot.core.lifecycle import has_ended
from bot.core.model import Mode
from bot.core.permission import check_person
from bot.core.stats import count
from bot.core.words.figures import in_short
from bot.relay.acts import Actor
from bot.relay.audited import Act, audited
from bot.relay.ports import Looker
from bot.relay.reminding.backlog import waiting_for

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.core.stats import Stats
    from bot.relay.world import World

_log = structlog.get_logger(__name__)

APART: Final = timedelta(seconds=10)
"""From one time that a person's Home is drawn until the next."""

_PROMPTLY_S: Final = 2.0
"""Seconds in which a Home is drawn that was opened: Slack waits three for a receipt. Later, the clock does it."""

_BUDGET_S: Final = 10.0
"""Seconds after which no further Home is begun in one go; the next one begins with others."""

_LATELY: Final = timedelta(days=30)
_ENDED: Final = 50
"""How many ended edits are looked through, the last ones, for what somebody asked for and decided, and for the figures."""

_CLOSED: Final = "closed"
"""What the Home of somebody shows who can do nothing here: nothing that happens changes it."""


@dataclass(frozen=True, slots=True)
class _Lately:
    """What goes on, and what ended last.

    Attributes:
        waits: Names what may wait for anybody.
        told: What became of those that ended.
    """

    jobs: tuple[Job, ...]
    waits: str
    told: Stats

    def sign(self, looker: Looker, mode: Mode) -> str:
        """Name what somebody's Home might say."""
        return sign(self.waits, self.jobs, looker.user_id, mode)


async def opened(world: World, actor: Actor) -> None:
    """Show somebody the Home that they have just opened, and remember to keep it current."""
    await world.store.open_home(actor.user_id, actor.team_id)
    looker = Looker(actor.user_id, actor.team_id)
    try:
        async with asyncio.timeout(_PROMPTLY_S):
            await _show(world, looker, await _lately(world))
    except (RefusedError, TransientError, TimeoutError) as error:
        _log.warning("home.not_shown", user=actor.user_id, reason=str(error))


async def homes(world: World) -> None:
    """Draw every Home anew that somebody may be looking at, and that would say something else now."""
    lookers = await world.store.lookers()
    if not lookers:
        return
    lately, now = await _lately(world), await world.store.now()
    first = int(now.timestamp()) % len(lookers)
    ends_at = asyncio.get_running_loop().time() + _BUDGET_S
    for looker in (*lookers[first:], *lookers[:first]):
        if asyncio.get_running_loop().time() > ends_at:
            return
        try:
            if await _is_stale(world, looker, lately):
                await _show(world, looker, lately)
        except (RefusedError, TransientError) as error:
            _log.warning("home.not_shown", user=looker.user_id, reason=str(error))


async def prefer(world: World, actor: Actor, mode: str) -> None:
    """Remember how somebody's next edits are to be reviewed.

    Raises:
        RefusedError: They never start edits, or there is no such way.
    """
    async with audited(world, actor, Act.EDIT):
        check_person(await world.directory.person(actor.user_id, actor.team_id, ""))
        if mode not in set(Mode):
            sentence = "The relay knows no such way to review an edit."
            raise RefusedError(sentence, code="mode")
    await world.store.prefer(actor.user_id, Mode(mode))


async def _is_stale(world: World, looker: Looker, lately: _Lately) -> bool:
    """Say whether a Home may have to say something else than it does."""
    if looker.shown == _CLOSED:
        return False
    return looker.shown != lately.sign(looker, await _mode(world, looker))


async def _show(world: World, looker: Looker, lately: _Lately) -> None:
    """Draw somebody's Home, unless that was done a moment ago.

    Raises:
        RefusedError: Slack does not let the relay.
        TransientError: It cannot be done now.
    """
    if not await world.store.once(f"home {looker.user_id}", APART):
        return
    mode = await _mode(world, looker)
    summary = await _summary(world, looker, lately, mode)
    await world.notifier.show_home(looker.user_id, summary, await world.store.now())
    shown = _CLOSED if summary.refusal else lately.sign(looker, mode)
    await world.store.note_home(looker.user_id, shown)


async def _summary(world: World, looker: Looker, lately: _Lately, mode: Mode) -> HomeSummary:
    try:
        waiting = await waiting_for(world, Actor(looker.user_id, looker.team_id, channel=""))
    except RefusedError as refusal:
        return closed(str(refusal))
    figures = in_short(lately.told, looker.user_id)
    return home(waiting, lately.jobs, looker.user_id, mode, figures)


async def _lately(world: World) -> _Lately:
    """Return what goes on, and what ended last."""
    now = await world.store.now()
    ended = await world.store.ended_since(now - _LATELY)
    jobs = await world.store.load_all((*await world.store.unended(), *ended[-_ENDED:]))
    return _Lately(jobs, sign_of_all(jobs), count(filter(has_ended, jobs), None, now))


async def _mode(world: World, looker: Looker) -> Mode:
    return await world.store.preference(looker.user_id) or Mode.REVIEW
