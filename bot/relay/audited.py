"""Have what somebody tried, and was refused, stand in the audit: a refusal changes no record, so no record tells of it.

Around: every step that a person takes. What it did not refuse follows from the record (`core/audit.py`).
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.audit import Entry
from bot.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.relay.acts import Actor
    from bot.relay.world import World


class Act(StrEnum):
    """What was refused; the event is ``<act>.refused``."""

    DECISION = "decision"
    """A verdict, an undo, *Send now*."""

    DIALOG = "dialog"
    """Opening a dialog: to edit, to read, to give feedback."""

    EDIT = "edit"
    """Starting an edit."""

    AGAIN = "again"
    """*Ask again* and *Ask all again*."""

    STOP = "stop"
    """*Stop*."""

    PROMPT = "prompt"
    """*Continue* and *Stop here*."""

    PASSING = "passing"
    """Passing a change on to somebody else."""

    DIGEST = "digest"
    """Asking for a digest now."""

    LIST = "list"
    """Asking what waits for oneself."""


@asynccontextmanager
async def audited(
    world: World, actor: Actor, act: Act, ref: str = "", number: int = 0
) -> AsyncIterator[None]:
    """Have every refusal of what is done within stand in the audit, by its code.

    Args:
        world: Everything.
        actor: Who does it.
        act: What they do.
        ref: The edit that it is about; "" when there is none yet, and the channel is named instead.
        number: The change that it is about, if it is one.
    """
    try:
        yield
    except RefusedError as refusal:
        await note_refusal(world, actor, act, refusal, ref, number)
        raise


async def note_refusal(
    world: World, actor: Actor, act: Act, refusal: RefusedError, ref: str = "", number: int = 0
) -> None:  # fmt: skip
    """Have one refusal stand in the audit; see `audited`."""
    code = refusal.code.partition(":")[0]
    where = f" in {actor.channel}" if actor.channel and not ref else ""
    await world.store.note(
        Entry(f"{act.value}.refused", ref, actor.user_id, change=number, detail=code + where)
    )
