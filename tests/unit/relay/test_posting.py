"""Posting once: the rule that the messages of a job, its document and the digest share."""

from __future__ import annotations

import pytest

from bot.core.errors import OutcomeUnknownError, TransientError
from bot.core.model import MessageRef
from bot.relay.ports import Place
from bot.relay.posting import post_once

PLACE = Place("C0LEGAL", "ref0000000000001", "job")


class Record:
    """What keeps the intent, and what was done in which order."""

    def __init__(self, world) -> None:
        self.world = world
        self.kept: MessageRef | None = None

    async def intend(self, intent):
        self.world.notifier.note("intend")
        self.kept = intent

    async def post(self):
        return await self.world.notifier.post(PLACE, "what it says")

    async def once(self):
        return await post_once(self.world.notifier, PLACE, self.kept, self.intend, self.post)


@pytest.fixture
def record(world):
    """Give a record that knows of no message yet."""
    return Record(world)


def done(world):
    """Name what was done, in order."""
    return [method for method, _arguments in world.notifier.calls]


async def test_the_intent_stands_before_the_post(world, record):
    """And before the first attempt there is nothing to look for."""
    posted = await record.once()
    assert done(world) == ["intend", "post"]
    assert record.kept == MessageRef("C0LEGAL", attempt=1)
    assert posted.ts in world.notifier.standing


async def test_what_stands_is_found_and_not_posted_again(world, record):
    """The answer of the earlier attempt was lost."""
    world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
    world.notifier.then["post"] = lambda: world.notifier.stand(PLACE, "as it was posted")
    with pytest.raises(OutcomeUnknownError):
        await record.once()
    found = await record.once()
    assert done(world) == ["intend", "post", "find"]
    assert [found.ts] == list(world.notifier.standing)


async def test_what_does_not_stand_is_posted_and_each_attempt_counted(world, record):
    """It was looked for in vain."""
    world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
    with pytest.raises(OutcomeUnknownError):
        await record.once()
    await record.once()
    assert done(world) == ["intend", "post", "find", "intend", "post"]
    assert record.kept == MessageRef("C0LEGAL", attempt=2)


async def test_without_an_intent_nothing_is_posted(world, record):
    """Whoever came after a crash would not know to look."""
    world.notifier.fails["intend"] = [TransientError("The store does not answer.")]
    with pytest.raises(TransientError):
        await record.once()
    assert world.notifier.standing == {}


async def test_while_it_cannot_be_looked_for_nothing_is_posted(world, record):
    """It may stand there."""
    record.kept = MessageRef("C0LEGAL", attempt=1)
    world.notifier.fails["find"] = [TransientError("Slack is down.")]
    with pytest.raises(TransientError):
        await record.once()
    assert done(world) == ["find"]
