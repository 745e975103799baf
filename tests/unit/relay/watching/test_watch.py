"""One slice of watching: the stream hints, the read tells, and the next slice takes up where this one left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.away import UNREAD
from bot.core.deadline import pause
from bot.core.errors import RefusedError, TransientError
from bot.core.model import JobState, RoundState
from bot.core.sighting import Glimpse, Hint, Status
from bot.relay.watching.watch import watch
from tests.make import (
    NOON,
    OTHER,
    decided,
    later,
    make_change,
    make_job,
    make_proposals,
    make_round,
    seen,
    sent,
)


def progress(sequence, text="Reading"):
    return Glimpse(Hint.PROGRESS, sequence, text)


PAUSED, ENDED = Glimpse(Hint.PAUSED, 9), Glimpse(Hint.ENDED, 9)


async def working(world, **rest):
    """Keep a job that is to be watched now."""
    return await world.keep(make_job(next_at=NOON, **rest))


async def test_a_pause_on_the_stream_has_the_job_read(world):
    """The round is opened from what the read says, and nothing is watched while people think."""
    world.documents.stream = [progress(1), PAUSED, progress(10, "never heard")]
    world.documents.shown = seen(*make_proposals(1))
    ref = await working(world)
    await watch(world.given, ref)
    job = world.job()
    assert (job.state, job.next_at) == (JobState.REVIEWING, None)
    assert job.last_sequence == 9
    assert world.queue.steps[-1] == "refresh"


async def test_an_end_on_the_stream_has_the_job_read(world):
    """And then it is watched no more."""
    world.documents.stream = [ENDED]
    world.documents.shown = seen(status=Status.COMPLETED)
    await watch(world.given, await working(world))
    assert (world.job().state, world.job().next_at) == (JobState.COMPLETED, None)


async def test_a_hint_that_the_read_does_not_bear_out_is_followed_up(world):
    """The stream says paused, the read is stale: the next slice comes after a moment."""
    world.documents.stream = [PAUSED]
    await watch(world.given, await working(world))
    job = world.job()
    assert (job.state, job.next_at, job.steps) == (JobState.WORKING, later(1), 1)


async def test_the_next_slice_follows_at_once_where_there_was_news(world):
    """Its own task, from after the last event."""
    world.documents.stream = [progress(4)]
    ref = await working(world, last_sequence=2)
    await watch(world.given, ref)
    assert world.documents.called("follow") == [("slack-1", "job_1", 2)]
    assert (world.job().last_sequence, world.job().next_at) == (4, NOON)
    assert world.queue.called("add")[-1] == ("watch", ref, f"watch:{ref}:1")


@pytest.mark.parametrize("stream", [[], [Glimpse(Hint.NOISE, 3)], [progress(2, "old")]])
async def test_a_stream_that_tells_nothing_new_is_not_asked_again_at_once(world, stream):
    """It ended at once, told what we do not know, or replayed what was seen."""
    world.documents.stream = stream
    await watch(world.given, await working(world, last_sequence=2))
    assert world.job().next_at == later(1)


async def test_events_that_were_seen_before_change_nothing(world):
    """A replayed pause does not end the slice, a replayed word is not shown again."""
    world.documents.stream = [progress(1, "old"), Glimpse(Hint.PAUSED, 2), progress(3, "new")]
    await watch(world.given, await working(world, last_sequence=2))
    assert world.job().progress == "new"
    assert world.job().last_sequence == 3


async def test_an_event_without_a_number_is_taken_as_new(world):
    """Nothing says that it was seen."""
    world.documents.stream = [progress(0, "unnumbered")]
    await watch(world.given, await working(world, last_sequence=5))
    assert (world.job().progress, world.job().last_sequence) == ("unnumbered", 5)


async def test_what_superdocs_does_is_shown_but_not_every_word(world):
    """Each edit of the message costs one of Slack's: the first word at once, the next not within three seconds."""
    world.documents.stream = [progress(1, "Reading"), progress(2, "Thinking"), progress(3, "Writing")]
    await watch(world.given, await working(world))
    assert (world.job().progress, world.job().progress_at) == ("Reading", NOON)
    assert world.job().revision == 1


async def test_words_are_shown_of_a_job_that_works_only(world):
    """Under review, the message says so; and the same word twice is no news."""
    world.documents.stream = [progress(1)]
    held = sent(make_round(decided(make_change())))
    await watch(world.given, await world.keep(make_job(held, next_at=NOON)))
    assert world.job().progress == ""
    await watch(world.given, await working(world, progress="Reading"))
    assert world.job().revision == 0


async def test_the_document_of_the_stream_is_kept(world):
    """It has the chunk ids by which places are named."""
    world.documents.stream = [Glimpse(Hint.DOCUMENT, 1, document_html="<p data-chunk-id='a'>x</p>")]
    ref = await working(world)
    await watch(world.given, ref)
    assert await world.store.document(ref, "synced") == "<p data-chunk-id='a'>x</p>"


async def test_the_first_document_of_the_stream_is_the_one_before_the_edit(world):
    """A later one may hold what was applied meanwhile: what was denied and got in would look as if it had been there."""
    texts = ("<p>before</p>", "<p>meanwhile</p>")
    world.documents.stream = [Glimpse(Hint.DOCUMENT, document_html=text) for text in texts]
    ref = await working(world)
    await watch(world.given, ref)
    assert await world.store.document(ref, "synced") == "<p>before</p>"


async def test_silence_ends_the_slice_and_not_the_watch(world, monkeypatch):
    """Nothing came for the whole slice: the job is read, and the next slice comes."""
    monkeypatch.setattr("bot.relay.watching.watch.SLICE", timedelta(milliseconds=5))
    world.documents.stream = [None]
    await watch(world.given, await working(world))
    assert world.documents.called("read") == [("job_1",)]
    assert (world.job().failures, world.job().next_at) == (0, later(1))


@pytest.mark.parametrize("error", [TransientError("Cut."), RefusedError("Forbidden.")])
async def test_without_the_stream_the_job_is_still_read(world, error):
    """What came before the cut counts."""
    world.documents.stream = [progress(7), error]
    world.documents.shown = seen(*make_proposals(1))
    await watch(world.given, await working(world))
    assert world.job().state is JobState.REVIEWING
    assert world.job().last_sequence == 7


@pytest.mark.parametrize("error", [TransientError("SuperDocs is down."), RefusedError("The key is refused.")])
async def test_a_read_that_fails_is_tried_again_and_told_after_a_while(world, error):
    """Later and later; the third time, the message of the job says what keeps it."""
    world.documents.fails["read"] = [error] * 3
    ref = await working(world)
    for failures in (1, 2, 3):
        assert world.job().progress == ""
        await watch(world.given, ref)
        wait = pause(failures, ref)
        assert world.job().next_at == world.store.clock.now + wait
        assert world.job().steps == world.job().failures
        world.pass_time(wait.total_seconds())
    assert world.job().progress == str(error)
    await watch(world.given, ref)
    assert world.job().failures == 0


async def test_superdocs_is_asked_when_it_wants_to_be(world):
    """A surge of traffic: later by as much as it says."""
    world.documents.fails["read"] = [TransientError("Busy.", retry_after_s=40)]
    await watch(world.given, await working(world))
    assert world.job().next_at == later(40)


async def test_a_job_that_cannot_be_read_for_a_day_ends_in_words(world):
    """Nothing is watched for ever."""
    world.documents.fails["read"] = [TransientError("Down.")] * 3
    ref = await working(world)
    for seconds in (0, 86399):
        world.pass_time(seconds)
        await watch(world.given, ref)
        assert world.job().state is JobState.WORKING
    world.pass_time(40)
    await watch(world.given, ref)
    assert (world.job().state, world.job().reason) == (JobState.FAILED, UNREAD)
    assert world.events()[-1] == "job.failed"


@pytest.mark.parametrize("error", [[], [TransientError("Down.")]])
async def test_who_planned_the_next_step_meanwhile_is_not_contradicted(world, error):
    """Somebody else learned more during this slice: only the events it has seen are noted."""
    planned = make_job(next_at=later(7), steps=5)
    world.documents.stream = [progress(4)]
    world.documents.then["read"] = lambda: world.store.put(planned)
    world.documents.fails["read"] = error
    await watch(world.given, await working(world))
    assert (world.job().next_at, world.job().steps, world.job().failures) == (later(7), 5, 0)


async def test_a_job_that_ended_elsewhere_during_a_failing_read_stays_ended(world):
    """The failure of this slice is nobody's any more."""
    ended = make_job(state=JobState.STOPPED)
    world.documents.then["read"] = lambda: world.store.put(ended)
    world.documents.fails["read"] = [TransientError("Down.")]
    await watch(world.given, await working(world))
    assert world.job() == ended


@pytest.mark.parametrize("error", [None, TransientError("Down.")])
async def test_a_slice_leaves_a_step_that_was_planned_meanwhile(world, error):
    """Somebody answered a prompt, or wants the job stopped: that is next, once, and not put off."""
    planned = make_job(state=JobState.PROMPTED, continues=True, next_at=later(1), steps=1)
    world.documents.then["read"] = lambda: world.store.put(planned)
    world.documents.shown = seen(status=Status.PROMPT)
    world.documents.fails["read"] = [error] if error else []
    await watch(world.given, await working(world))
    assert world.job() == planned


async def test_a_failing_read_plans_nothing_for_a_job_that_waits_for_people(world):
    """Another task has opened the round meanwhile."""
    opened = make_job(make_round())
    world.documents.then["read"] = lambda: world.store.put(opened)
    world.documents.fails["read"] = [TransientError("Down.")]
    await watch(world.given, await working(world))
    assert world.job() == opened


async def test_a_sent_round_is_watched_until_it_is_settled(world):
    """The answers were taken: SuperDocs works on, and the round is confirmed by that."""
    world.pass_time(60)
    world.documents.shown = seen(status=Status.WORKING)
    job = make_job(sent(make_round(decided(make_change()))), next_at=NOON)
    await watch(world.given, await world.keep(job))
    assert world.job().rounds[0].state is RoundState.CONFIRMED
    assert world.job().next_at is not None


async def test_a_stopped_review_is_watched_until_its_end_shows(world):
    """Otherwise nobody would see that it was cancelled."""
    world.documents.shown = seen(*make_proposals(1))
    job = make_job(make_round(), next_at=NOON, stop_requested_by=OTHER)
    await watch(world.given, await world.keep(job))
    assert world.job().next_at == later(1)


@pytest.mark.parametrize(
    "job",
    [
        make_job(),
        make_job(next_at=later(1)),
        make_job(next_at=NOON, job_id=""),
        make_job(next_at=NOON, state=JobState.COMPLETED),
        make_job(make_round(), next_at=NOON),
    ],
)
async def test_a_task_that_comes_for_nothing_does_nothing(world, job):
    """Not due, early, not begun, ended, or waiting for people."""
    await watch(world.given, await world.keep(job))
    assert world.documents.calls == []
    assert world.job() == job
