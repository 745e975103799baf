"""Posting once: the rule that the messages of a job, its document and the digest share."""

from __future__ import annotations

import pytest

from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import MessageRef
from bot.relay.ports import Place
from bot.relay.showing.posting import post_once

PLACE = Place("C0LEGAL", "ref0000000000001", "job")


class Record:
    """What keeps the intent, and what was done in which order."""

    def __init__(self, world) -> None:
        self.world = world
        self.kept: MessageRef | None = None

    async def note(self, before, after):
        self.world.notifier.note("note")
        assert self.kept == before
        self.kept = after

    async def post(self, intent):
        assert intent == self.kept
        return await self.world.notifier.post(PLACE, "what it says")

    async def once(self):
        return await post_once(self.world.notifier, PLACE, self.kept, self.note, self.post)


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
    assert done(world) == ["note", "post"]
    assert record.kept == MessageRef("C0LEGAL", attempt=1)
    assert posted.ts in world.notifier.standing


async def test_what_stands_is_found_and_not_posted_again(world, record):
    """The answer of the earlier attempt was lost."""
    world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
    world.notifier.then["post"] = lambda: world.notifier.stand(PLACE, "as it was posted")
    with pytest.raises(OutcomeUnknownError):
        await record.once()
    found = await record.once()
    assert done(world) == ["note", "post", "find"]
    assert [found.ts] == list(world.notifier.standing)


async def test_what_does_not_stand_is_posted_and_each_attempt_counted(world, record):
    """It was looked for in vain."""
    world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
    with pytest.raises(OutcomeUnknownError):
        await record.once()
    await record.once()
    assert done(world) == ["note", "post", "find", "note", "post"]
    assert record.kept == MessageRef("C0LEGAL", attempt=2)


async def test_without_an_intent_nothing_is_posted(world, record):
    """Whoever came after a crash would not know to look."""
    world.notifier.fails["note"] = [TransientError("The store does not answer.")]
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


async def test_what_certainly_does_not_stand_is_not_looked_for(world, record):
    """It was not its turn yet, or Slack wanted to wait: the record knows that nothing came of it."""
    world.notifier.fails["post"] = [TransientError("Not yet.", retry_after_s=7.0)] * 2
    for _again in range(2):
        with pytest.raises(TransientError):
            await record.once()
        assert record.kept == MessageRef("C0LEGAL")
    await record.once()
    assert world.notifier.called("find") == []


async def test_what_may_stand_from_before_is_still_looked_for(world, record):
    """A later attempt that certainly did nothing says nothing of the earlier one."""
    record.kept = MessageRef("C0LEGAL", attempt=1)
    world.notifier.fails["post"] = [TransientError("Not yet.", retry_after_s=7.0)]
    with pytest.raises(TransientError):
        await record.once()
    assert record.kept == MessageRef("C0LEGAL", attempt=1)


async def test_where_the_relay_may_not_look_slack_is_asked_by_name(world, record):
    """Posting again under the same name tells whether it stands, where Slack honours names."""
    record.kept = MessageRef("C0LEGAL", attempt=1)
    world.notifier.fails["find"] = [RefusedError("No.", code="missing_scope")]
    world.notifier.fails["post"] = [OutcomeUnknownError("Slack has had this message before.")]
    with pytest.raises(OutcomeUnknownError):
        await record.once()
    assert record.kept == MessageRef("C0LEGAL", attempt=2)


async def test_a_copy_stays_a_copy(world, record):
    """However often it is tried."""
    record.kept = MessageRef("C0LEGAL", "1.0").without
    world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
    with pytest.raises(OutcomeUnknownError):
        await record.once()
    assert record.kept == MessageRef("C0LEGAL", attempt=1, copies=1)
