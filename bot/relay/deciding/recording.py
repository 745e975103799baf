"""Record what one person says of one change or of several, by the rules, in one step.

Before: `decide.py`, which finds out what was meant. After: `submit.py`, and `announce.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import structlog

from bot.core import deciding
from bot.core.errors import RefusedError, TransientError
from bot.core.model import Decision, Job, Verdict, Via
from bot.core.permission import check
from bot.relay.audited import Act, note_refusal
from bot.relay.deciding.roster import decider

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.core.permission import Person
    from bot.relay.acts import Actor
    from bot.relay.world import World

LONGEST_FEEDBACK: Final = 8000
"""Characters: both fields of the feedback dialog, full, and what joins them. More is refused and never cut: a
wording that is to be used exactly must arrive whole."""

_log: Final = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What one person says, of however many changes."""

    verdict: Verdict
    via: Via
    feedback: str = ""

    def at(self, actor: Actor, now: datetime) -> Decision:
        """Return it as a decision of somebody's."""
        feedback = self.feedback.strip() if self.verdict is Verdict.DENY else ""
        return Decision(self.verdict, actor.user_id, now, self.via, feedback)


Left = tuple[int, RefusedError]
"""The number of a change that was not decided, and why not."""


async def record(
    world: World, actor: Actor, ref: str, versions: Sequence[tuple[int, str]], said: Said
) -> None:  # fmt: skip
    """Record one verdict on several versions of changes: all of them, or none.

    Raises:
        RefusedError: None was recorded; the text says why.
    """
    person = await _asked(world, actor, ref, versions, said)

    def modifier(job: Job, now: datetime) -> Job:
        if said.via is Via.REPLY and actor.ts in job.heard:
            return job
        for version in versions:
            job = _decided(world, person, job, version, said.at(actor, now))
        return _having_heard(job, actor, said)

    await world.change(ref, modifier)


async def record_most(
    world: World, actor: Actor, ref: str, versions: Sequence[tuple[int, str]], said: Said
) -> tuple[Left, ...]:  # fmt: skip
    """Record one verdict on as many of several versions as it can be recorded on; return the others, noted in the audit.

    Raises:
        RefusedError: None was recorded; the text says why, of the first.
    """
    person = await _asked(world, actor, ref, versions, said)
    left: list[Left] = []

    def modifier(job: Job, now: datetime) -> Job:
        left.clear()  # The record may be another one by now.
        if said.via is Via.REPLY and actor.ts in job.heard:
            return job
        for version in versions:
            try:
                job = _decided(world, person, job, version, said.at(actor, now))
            except RefusedError as refusal:
                left.append((version[0], refusal))
        if len(left) == len(versions):
            raise left[0][1]
        return _having_heard(job, actor, said)

    await world.change(ref, modifier)
    await _note(world, actor, ref, left)
    return tuple(left)


async def _asked(
    world: World, actor: Actor, ref: str, versions: Sequence[tuple[int, str]], said: Said
) -> Person:  # fmt: skip
    """Return who decides, if there is anything to decide and it can be kept."""
    if not versions:
        sentence = "Nothing is open here now."
        raise RefusedError(sentence, code="closed")
    if len(said.feedback) > LONGEST_FEEDBACK:
        sentence = f"Feedback may have {LONGEST_FEEDBACK:,} characters at most; nothing was recorded."
        raise RefusedError(sentence, code="too_long")
    return await decider(world, actor, await world.store.load(ref))


def _decided(world: World, person: Person, job: Job, version: tuple[int, str], decision: Decision) -> Job:
    number, digest = version
    check(person, world.policy_of(job), job, number, decision.verdict)
    return deciding.decide(job, number, digest, decision, world.timing)


def _having_heard(job: Job, actor: Actor, said: Said) -> Job:
    """Remember a reply, so that it is not taken again when it is delivered again."""
    return replace(job, heard=(*job.heard, actor.ts)) if said.via is Via.REPLY else job


async def _note(world: World, actor: Actor, ref: str, left: Sequence[Left]) -> None:
    """Have what was not decided stand in the audit. What was is stored: nobody is told that it failed."""
    try:
        for number, refusal in left:
            await note_refusal(world, actor, Act.DECISION, refusal, ref, number)
    except TransientError as error:
        _log.warning("refusal.not_noted", ref=ref, reason=str(error))
