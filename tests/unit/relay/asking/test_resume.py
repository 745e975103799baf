"""A continue prompt: answered once by one person, carried to SuperDocs, and never twice on a hunch."""

from __future__ import annotations

import pytest

from bot.core.away import UNREAD
from bot.core.deadline import STALE
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import JobState
from bot.core.permission import Person
from bot.core.sighting import Status
from bot.relay.asking.resume import answer, resume
from tests.fakes.world import actor
from tests.make import NOON, OTHER, REVIEWER, later, make_job, make_proposals, seen

PROMPT = seen(status=Status.PROMPT, prompt="Go on?")


async def prompted(world, **rest):
    """Keep a job that asks whether to go on."""
    world.documents.shown = PROMPT
    return await world.keep(make_job(state=JobState.PROMPTED, prompt="Go on?", prompts=1, **rest))


async def answered(world, **rest):
    """Keep a job whose prompt somebody has answered."""
    return await prompted(world, continues=True, answered_by=REVIEWER, next_at=NOON, steps=1, **rest)


@pytest.mark.parametrize("goes_on", [True, False])
async def test_an_answer_is_stored_and_carried(world, goes_on):
    """With who gave it; the task is queued at once."""
    ref = await prompted(world)
    await answer(world.given, actor(), ref, goes_on=goes_on)
    job = world.job()
    assert (job.continues, job.answered_by, job.next_at) == (goes_on, REVIEWER, NOON)
    assert (job.steps, job.refresh_at) == (1, NOON)
    assert "resume" in world.queue.steps
    await resume(world.given, ref)
    assert world.documents.called("resume") == [("slack-1", "job_1", goes_on)]
    assert (world.job().state, world.job().prompt) == (JobState.WORKING, "")
    assert (world.job().continues, world.job().next_at, world.job().revision) == (None, NOON, 2)
    assert world.queue.called("add")[-1] == ("watch", ref, f"watch:{ref}:2")


async def test_the_second_answer_is_told_that_there_is_one(world):
    """First come, first served; and so is one to a job that does not ask."""
    ref = await answered(world)
    with pytest.raises(RefusedError, match="does not ask this any more"):
        await answer(world.given, actor(OTHER), ref, goes_on=False)
    assert world.job().continues is True
    working = await world.keep(make_job())
    with pytest.raises(RefusedError) as refused:
        await answer(world.given, actor(OTHER), working, goes_on=True)
    assert refused.value.code == "closed"


async def test_guests_answer_nothing(world):
    """As they decide nothing."""
    world.directory.people[OTHER] = Person(OTHER, is_guest=True)
    ref = await prompted(world)
    with pytest.raises(RefusedError):
        await answer(world.given, actor(OTHER), ref, goes_on=True)
    assert world.job().continues is None


@pytest.mark.parametrize(
    "error", [TransientError("Down."), OutcomeUnknownError("No answer."), RefusedError("409.")]
)
async def test_an_answer_that_found_no_ear_is_carried_again_after_a_look(world, error):
    """Later than reads are stale: SuperDocs still asks, so it is told again."""
    world.documents.fails["resume"] = [error]
    ref = await answered(world)
    await resume(world.given, ref)
    assert (world.job().next_at, world.job().steps) == (NOON + STALE, 2)
    assert world.documents.called("read") == []
    world.pass_time(5)
    await resume(world.given, ref)
    assert [name for name, _arguments in world.documents.calls] == ["resume", "read", "resume"]
    assert world.job().state is JobState.WORKING
    assert world.job().failures == 0


async def test_an_answer_that_arrived_is_not_given_again(world):
    """Only its own answer was lost: SuperDocs works on."""
    world.documents.fails["resume"] = [OutcomeUnknownError("No answer.")]
    ref = await answered(world)
    await resume(world.given, ref)
    world.documents.shown = seen(status=Status.WORKING)
    world.pass_time(5)
    await resume(world.given, ref)
    assert len(world.documents.called("resume")) == 1
    assert world.job().state is JobState.WORKING
    assert "watch" in world.queue.steps


async def test_what_follows_an_answer_that_arrived_is_shown(world):
    """SuperDocs has proposed since: that is reviewed, not answered with the old answer."""
    world.documents.fails["resume"] = [OutcomeUnknownError("No answer.")]
    ref = await answered(world)
    await resume(world.given, ref)
    world.documents.shown = seen(*make_proposals(1))
    world.pass_time(5)
    await resume(world.given, ref)
    assert len(world.documents.called("resume")) == 1
    assert world.job().state is JobState.REVIEWING


async def test_a_look_that_fails_is_taken_again(world):
    """Nothing is said before it is known what SuperDocs asks."""
    world.documents.fails |= {
        "resume": [OutcomeUnknownError("No answer.")],
        "read": [TransientError("Down.")],
    }
    ref = await answered(world)
    await resume(world.given, ref)
    world.pass_time(5)
    await resume(world.given, ref)
    assert len(world.documents.called("resume")) == 1
    assert world.job().next_at == later(5 + STALE.total_seconds())


async def test_a_worker_that_died_in_the_call_leaves_an_answer_to_be_looked_for(world):
    """It may have arrived, and SuperDocs may ask something else by now."""
    world.documents.fails["resume"] = [KeyboardInterrupt()]
    ref = await answered(world)
    with pytest.raises(KeyboardInterrupt):
        await resume(world.given, ref)
    world.pass_time(20)
    world.documents.shown = seen(status=Status.PROMPT, prompt="And the annex, too?")
    await resume(world.given, ref)
    assert len(world.documents.called("resume")) == 1
    assert (world.job().prompt, world.job().continues) == ("And the annex, too?", None)


@pytest.mark.parametrize(
    "rest",
    [
        {"state": JobState.WORKING, "next_at": NOON, "continues": True},
        {"state": JobState.PROMPTED, "next_at": NOON},
        {"state": JobState.PROMPTED, "continues": True},
    ],
)
async def test_a_task_that_comes_for_nothing_does_nothing(world, rest):
    """It has gone on, nobody has answered, or it is not due."""
    job = make_job(**rest)
    await resume(world.given, await world.keep(job))
    assert world.documents.calls == []
    assert world.job() == job


async def test_a_job_that_ended_during_the_call_stays_ended(world):
    """Whatever the call then says."""
    ended = make_job(state=JobState.STOPPED)
    for errors in ([], [TransientError("Down.")]):
        ref = await answered(world)
        world.documents.then["resume"] = lambda: world.store.put(ended)
        world.documents.fails["resume"] = [*errors]
        await resume(world.given, ref)
        assert world.job() == ended


async def test_an_answer_that_finds_no_ear_for_a_day_ends_in_words(world):
    """SuperDocs is asked as late as it wants to be, and not for ever."""
    down = TransientError("Down.", retry_after_s=50)
    world.documents.fails |= {"resume": [down], "read": [down, down]}
    ref = await answered(world)
    await resume(world.given, ref)
    assert world.job().next_at == later(50)
    world.pass_time(86399)
    await resume(world.given, ref)
    assert world.job().state is JobState.PROMPTED
    world.pass_time(50)
    await resume(world.given, ref)
    assert (world.job().state, world.job().reason) == (JobState.FAILED, UNREAD)
