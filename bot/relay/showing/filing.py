"""Post a file in a job's thread, once; in the channel when somebody has deleted what it answers.

Before: `publish.py` and what it does step by step. After: people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.standing import is_here
from bot.relay.ports import Place
from bot.relay.showing.posting import noting, post_once

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.core.model import Job, MessageRef
    from bot.relay.ports import Check
    from bot.relay.showing.posting import Pass

    Put = Callable[[Place, Check], Awaitable[MessageRef]]

_TRIES: Final = 5
"""How often a file is posted, refused each time or without an answer."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as people get it.

    Attributes:
        slot: Which of the job's messages it is.
        sentence: What is said with it.
    """

    slot: str
    name: str
    content: str | bytes
    sentence: str


def is_filed(job: Job, slot: str) -> bool:
    """Say whether a file is posted, or was given up."""
    message = job.messages.get(slot)
    return message is not None and (message.ts != "" or message.attempt > _TRIES)


async def file(one: Pass, job: Job, paper: Paper) -> Job:
    """Post a file of a job, if it is not posted or given up; return the record that says where it stands.

    Raises:
        TransientError: Not now; it certainly does not stand there.
        OutcomeUnknownError: It may stand there.
        RefusedError: Slack does not take it.
    """

    async def put(place: Place, check: Check) -> MessageRef:
        return await one.world.notifier.publish(place, paper.name, paper.content, paper.sentence, check)

    return await stand(one, job, paper.slot, put)


async def stand(one: Pass, job: Job, slot: str, put: Put) -> Job:
    """Do the same for a message of any kind, given what posts it."""
    if is_filed(job, slot):
        return job
    if not is_here(job, "job"):
        raise TransientError("The message that the file answers does not stand yet.")
    try:
        message = await _posted(one, job, slot, put, job.messages["job"].ts)
    except GoneError:
        message = await _posted(one, await one.world.store.load(job.ref), slot, put, "")
    return await one.world.change(job.ref, lambda stored, _now: stored.with_message(slot, message))


async def _posted(one: Pass, job: Job, slot: str, put: Put, thread_ts: str) -> MessageRef:
    async def post(intent: MessageRef) -> MessageRef:
        if intent.attempt > _TRIES:
            sentence = "The file was refused, or got lost, too often."
            raise RefusedError(sentence, code="too_often")
        return await put(place, partial(one.check, job, slot, intent))

    earlier = job.messages.get(slot)
    place = Place(job.channel, job.ref, slot, thread_ts, earlier.copies if earlier else 0)
    return await post_once(one.world.notifier, place, earlier, noting(one.world, job.ref, slot), post)
