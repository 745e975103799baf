"""Stopping an edit: nothing of it is applied from then on, wherever the stop finds it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.away import UNREAD
from bot.core.deadline import DAY, pause
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import JobState, RoundState
from bot.core.permission import Person
from bot.core.sighting import Status
from bot.relay.asking.resume import resume
from bot.relay.asking.stop import never_started, request, stop
from bot.relay.deciding.submit import submit
from bot.relay.watching.watch import watch
from tests.fakes.world import actor
from tests.make import (
    NOON,
    OTHER,
    REQUESTER,
    decided,
    make_change,
    make_job,
    make_proposals,
    make_round,
    seen,
    sent,
)


async def stopping(world, job):
    """Keep a job that somebody wants stopped, and run the task once."""
    ref = await world.keep(replace(job, stop_requested_by=OTHER, stop_at=NOON))
    await stop(world.given, ref)
    return ref


async def test_a_wish_is_stored_shown_and_carried(world):
    """With who wished it; the task is queued at once."""
    ref = await world.keep(make_job())
    await request(world.given, actor(OTHER), ref)
    assert (world.job().stop_requested_by, world.job().stop_at) == (OTHER, NOON)
    assert sorted(world.queue.steps) == ["refresh", "stop"]
    assert world.events() == ["edit.stop_requested"]


async def test_whoever_asked_may_stop_it_from_outside_the_channel(world):
    """Nobody else may."""
    ref = await world.keep(make_job())
    for user_id in (REQUESTER, OTHER):
        world.directory.people[user_id] = Person(user_id, is_member=False)
    with pytest.raises(RefusedError, match="Only members"):
        await request(world.given, actor(OTHER), ref)
    await request(world.given, actor(REQUESTER), ref)
    assert world.job().stop_requested_by == REQUESTER


async def test_the_second_wish_changes_nothing(world):
    """The first one is named."""
    ref = await world.keep(make_job(stop_requested_by="U0FIRST"))
    await request(world.given, actor(OTHER), ref)
    assert world.job().stop_requested_by == "U0FIRST"


async def test_what_has_ended_is_not_stopped(world):
    """And guests stop nothing."""
    with pytest.raises(RefusedError, match="ended already"):
        await request(world.given, actor(), await world.keep(make_job(state=JobState.COMPLETED)))
    world.directory.people[OTHER] = Person(OTHER, is_guest=True)
    with pytest.raises(RefusedError, match="Guests"):
        await request(world.given, actor(OTHER), await world.keep(make_job()))


async def test_a_working_job_is_cancelled_and_looked_at(world):
    """The end is what a read shows, not what the call answered."""
    ref = await stopping(world, make_job())
    assert world.documents.called("cancel") == [("job_1",)]
    assert (world.job().stop_at, world.job().next_at, world.job().steps) == (None, NOON, 1)
    world.documents.shown = seen(status=Status.CANCELLED)
    await watch(world.given, ref)
    assert (world.job().state, world.job().reason) == (JobState.STOPPED, f"Stopped by <@{OTHER}>.")


async def test_an_edit_that_has_not_begun_never_does(world):
    """Nothing was asked of SuperDocs, so nothing is to be cancelled."""
    await stopping(world, make_job(state=JobState.STARTING, job_id="", next_at=NOON))
    assert world.documents.calls == []
    job = world.job()
    assert (job.state, job.ended_at, job.next_at, job.stop_at) == (JobState.STOPPED, NOON, None, None)
    assert "before it began" in job.reason
    assert job.refresh_at == NOON


async def test_an_edit_whose_start_is_under_way_is_stopped_once_it_has_a_job(world):
    """Until then the wish stands; the start may win the race against it."""
    job = make_job(state=JobState.STARTING, job_id="", steps=1)
    ref = await stopping(world, job)
    assert world.documents.calls == []
    assert world.job().stop_at == NOON
    started = replace(world.job(), state=JobState.WORKING, job_id="job_1")
    world.store.put(started)
    await stop(world.given, ref)
    assert world.documents.called("cancel") == [("job_1",)]


async def test_a_start_that_came_between_is_not_undone(world):
    """The record is asked again when it is changed."""
    ref = await world.keep(
        make_job(state=JobState.STARTING, job_id="", stop_requested_by=OTHER, stop_at=NOON)
    )
    real_change = world.store.change

    async def change_late(ref, modifier):
        world.store.change = real_change
        world.store.put(replace(world.job(), steps=1))
        return await real_change(ref, modifier)

    world.store.change = change_late
    await stop(world.given, ref)
    assert world.job().state is JobState.STARTING


async def test_a_paused_job_that_superdocs_does_not_cancel_is_denied_altogether(world):
    """Whoever approved before: every answer is a denial, sent at once."""
    world.documents.fails["cancel"] = [RefusedError("Only running jobs.")]
    world.documents.shown = seen(*make_proposals(2))
    ref = await stopping(world, make_job(make_round(decided(make_change(1)), make_change(2))))
    assert (world.job().rounds[0].send_at, world.job().rounds[0].hurried_by) == (NOON, OTHER)
    assert (world.job().stop_at, world.job().refresh_at) == (None, NOON)
    await submit(world.given, ref)
    ((_session, _job, answers),) = world.documents.called("submit")
    assert [answer.is_approved for answer in answers] == [False, False]


async def test_a_job_that_pauses_just_then_is_denied_when_that_is_seen(world):
    """The cancellation found it paused, the record did not know yet: nobody is asked to decide it."""
    world.documents.fails["cancel"] = [RefusedError("Only running jobs.")]
    world.documents.shown = seen(*make_proposals(1))
    ref = await stopping(world, make_job())
    await watch(world.given, ref)
    assert world.job().rounds[0].send_at == NOON
    await submit(world.given, ref)
    ((_session, _job, answers),) = world.documents.called("submit")
    assert [answer.is_approved for answer in answers] == [False]


async def test_a_prompt_that_superdocs_does_not_cancel_is_answered_with_no(world):
    """It is told not to go on."""
    world.documents.fails["cancel"] = [RefusedError("Only running jobs.")]
    ref = await stopping(world, make_job(state=JobState.PROMPTED, prompt="Go on?"))
    assert (world.job().continues, world.job().answered_by, world.job().stop_at) == (False, OTHER, None)
    await resume(world.given, ref)
    assert world.documents.called("resume") == [("slack-1", "job_1", False)]


async def test_a_prompt_that_was_cancelled_is_looked_at(world):
    """It does not wait for an answer that nobody is to give."""
    ref = await stopping(world, make_job(state=JobState.PROMPTED, prompt="Go on?"))
    world.documents.shown = seen(status=Status.CANCELLED)
    assert "watch" in world.queue.steps
    await watch(world.given, ref)
    assert world.job().state is JobState.STOPPED


async def test_what_was_sent_already_is_looked_at(world):
    """The answers are on their way; a stop does not contradict them."""
    world.documents.fails["cancel"] = [RefusedError("Only running jobs.")]
    await stopping(world, make_job(sent(make_round(decided(make_change())))))
    assert world.job().rounds[0].state is RoundState.SUBMITTING
    assert (world.job().stop_at, world.job().next_at) == (None, NOON)


@pytest.mark.parametrize("error", [TransientError("Down."), OutcomeUnknownError("No answer.")])
async def test_a_stop_that_found_no_ear_is_tried_again(world, error):
    """Cancelling twice is the same as once."""
    world.documents.fails["cancel"] = [error]
    await stopping(world, make_job())
    assert (world.job().failures, world.job().stop_at) == (1, NOON + pause(1, world.job().ref))


async def test_a_job_that_ended_meanwhile_stays_ended(world):
    """Whatever the call then says."""
    ended = make_job(state=JobState.COMPLETED)
    world.documents.then["cancel"] = lambda: world.store.put(ended)
    await stopping(world, make_job())
    assert world.job() == ended


@pytest.mark.parametrize(
    "rest", [{"state": JobState.WORKING, "stop_requested_by": OTHER}, {"state": JobState.STARTING}]
)
def test_only_an_edit_that_was_stopped_before_it_began_never_begins(rest):
    """One that works, or that nobody stopped, goes on."""
    job = make_job(**rest)
    assert never_started(job, NOON) is job


@pytest.mark.parametrize("rest", [{"state": JobState.STOPPED, "stop_at": NOON}, {}])
async def test_a_task_that_comes_for_nothing_does_nothing(world, rest):
    """It has ended, or nobody wishes it."""
    await stop(world.given, await world.keep(make_job(**rest)))
    assert world.documents.calls == []


async def test_a_stop_that_finds_no_ear_for_a_day_ends_the_edit(world):
    """A prompt that nobody answers, say, which nothing else asks about."""
    job = make_job(state=JobState.PROMPTED, stop_requested_by=OTHER, stop_at=NOON, unread_since=NOON - DAY)
    world.documents.fails["cancel"] = [TransientError("Down.")]
    await stop(world.given, await world.keep(job))
    assert (world.job().state, world.job().reason, world.job().stop_at) == (JobState.FAILED, UNREAD, None)
