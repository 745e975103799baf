"""Fill the dialogs: changes complete, page by page, and the form that takes feedback.

What a reading dialog shows is kept, so that its *Approve all* binds exactly those versions.

Before: a button. After: `decide.py`.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from bot.core.deciding import located
from bot.core.errors import GoneError, RefusedError
from bot.core.judging import afresh
from bot.core.model import RoundState
from bot.core.permission import check_person
from bot.core.words.reading import form, needed, reading_page
from bot.relay.aside import aside
from bot.relay.audited import Act, audited
from bot.relay.ports import Reading
from bot.relay.targets import change_of, round_of

if TYPE_CHECKING:
    from bot.core.model import Change, Job, Round
    from bot.core.summary import FeedbackSummary, ReadingSummary
    from bot.relay.acts import Actor
    from bot.relay.world import World


async def read_change(world: World, actor: Actor, target: str) -> ReadingSummary:
    """Open a dialog on one change, at its first page.

    Raises:
        RefusedError: There is nothing to read any more, or not for them.
    """
    ref, number, _digest = change_of(target)
    async with audited(world, actor, Act.DIALOG, ref, number):
        job = await _opened(world, actor, ref)
        held, change = located(job, number)
        waiting = _waiting_since(job, held)
        if waiting is not None:
            return await _open(world, job, waiting, waiting.live)
        return await _open(world, job, held, (change,))


async def read_round(world: World, actor: Actor, target: str) -> ReadingSummary:
    """Open a dialog on all changes of a round, at its first page.

    Raises:
        RefusedError: There is nothing to read any more, or not for them.
    """
    ref, number = round_of(target)
    async with audited(world, actor, Act.DIALOG, ref):
        job = await _opened(world, actor, ref)
        held = job.numbered_round(number)
        if held is None or not held.live:
            sentence = f"Round {number} holds nothing to read any more."
            raise RefusedError(sentence, code="closed")
        shown = _waiting_since(job, held) or held
        return await _open(world, job, shown, shown.live)


async def turn(world: World, token: str, page: int) -> ReadingSummary:
    """Show a page of a dialog that is open: another one, or the same one after a decision.

    Raises:
        RefusedError: The dialog is too old.
    """
    reading = await world.store.reading(token)
    if reading is None:
        sentence = "This dialog is too old. Please close it and open it again."
        raise RefusedError(sentence, code="expired")
    return await _page(world, await world.store.load(reading.ref), reading, token, page)


async def feedback_form(world: World, actor: Actor, target: str) -> FeedbackSummary:
    """Open the form that denies one change with feedback.

    Raises:
        RefusedError: There is no such change, or it is not for them.
    """
    ref, number, _digest = change_of(target)
    async with audited(world, actor, Act.DIALOG, ref, number):
        job = await _opened(world, actor, ref)
        held, change = located(job, number)
        contents = await world.store.contents(ref, [change.digest])
        if change.digest not in contents:
            sentence = f"The text of change {number} is not kept any more."
            raise GoneError(sentence, code="no_text")
        return form(job, held, change, contents[change.digest])


def _waiting_since(job: Job, held: Round) -> Round | None:
    """Return the round that waits now where an old message leads to one that is settled: it is meant to be reviewed."""
    latest = job.round
    is_newer = latest is not None and latest.number > held.number and latest.state is RoundState.OPEN
    return latest if is_newer and held.state is not RoundState.OPEN else None


async def _opened(world: World, actor: Actor, ref: str) -> Job:
    job = await world.store.load(ref)
    # No channel: who is a member of it is asked when somebody decides; a dialog must open within three seconds.
    check_person(await world.directory.person(actor.user_id, actor.team_id, channel=""))
    return job


async def _open(world: World, job: Job, held: Round, changes: tuple[Change, ...]) -> ReadingSummary:
    token = secrets.token_hex(12)
    reading = Reading(job.ref, held.number, tuple((c.number, c.digest) for c in changes))
    await world.store.save_reading(token, reading)
    return await _page(world, job, reading, token, 1)


async def _page(world: World, job: Job, reading: Reading, token: str, page: int) -> ReadingSummary:
    contents = await world.store.contents(job.ref, needed(job, reading.versions))
    return await aside(
        contents.values(),
        lambda: reading_page(afresh(job, contents), reading.versions, contents, token, page),
    )
