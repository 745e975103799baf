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
from bot.relay.posting import noting, post_once

if TYPE_CHECKING:
    from bot.core.model import Job, MessageRef
    from bot.relay.posting import Pass

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
    if is_filed(job, paper.slot):
        return job
    if not is_here(job, "job"):
        raise TransientError("The message that the file answers does not stand yet.")
    try:
        message = await _posted(one, job, paper, job.messages["job"].ts)
    except GoneError:
        message = await _posted(one, await one.world.store.load(job.ref), paper, "")
    return await one.world.change(job.ref, lambda stored, _now: stored.with_message(paper.slot, message))


async def _posted(one: Pass, job: Job, paper: Paper, thread_ts: str) -> MessageRef:
    async def post(intent: MessageRef) -> MessageRef:
        if intent.attempt > _TRIES:
            sentence = "The file was refused, or got lost, too often."
            raise RefusedError(sentence, code="too_often")
        check = partial(one.check, job, paper.slot, intent)
        return await notifier.publish(place, paper.name, paper.content, paper.sentence, check)

    notifier, earlier = one.world.notifier, job.messages.get(paper.slot)
    place = Place(job.channel, job.ref, paper.slot, thread_ts, earlier.copies if earlier else 0)
    return await post_once(notifier, place, earlier, noting(one.world, job.ref, paper.slot), post)
