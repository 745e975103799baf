"""Beginning an edit when things take long, when two begin at once, and when others use its session, too."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import JobState
from bot.core.request import LibraryFile
from bot.core.sighting import Listed, Status
from bot.relay.asking import begin
from bot.relay.asking.begin import start
from bot.relay.asking.stop import request_other
from tests.fakes.library import FakeLibrary
from tests.fakes.world import actor
from tests.make import NOON, REQUESTER, later, make_proposals, seen
from tests.unit.relay.asking.sharing import ANOTHERS, BUSY, SHARED, begun, waiting


async def again(world, seconds, ref="ref0000000000001"):
    """Let time pass, try once more, and return the edit."""
    world.pass_time(seconds)
    await start(world.given, ref)
    return world.job(ref)


class TestPatience:
    """An edit waits for its turn as long as that takes, and is given up for what keeps it from beginning."""

    async def test_one_whose_turn_comes_after_hours_begins(self, world):
        """Reviews take an hour each: what was asked for behind them is not failed for that."""
        first = waiting("ref0000000000000", created_at=later(-1), state=JobState.WORKING, job_id="job_1")
        await world.keep(first)
        await begun(world, waiting())
        await again(world, 3 * 3600)
        world.store.put(replace(first, state=JobState.COMPLETED, ended_at=NOON, next_at=None))
        assert (await again(world, 5)).state is JobState.WORKING

    async def test_its_hour_begins_with_its_turn(self, world):
        """SuperDocs is down just then: it is tried for an hour from there."""
        first = waiting("ref0000000000000", created_at=later(-1), state=JobState.WORKING, job_id="job_1")
        await world.keep(first)
        await begun(world, waiting())
        world.store.put(replace(first, state=JobState.COMPLETED, ended_at=NOON, next_at=None))
        world.documents.fails["jobs_of"] = [TransientError("Down.")] * 500
        assert (await again(world, 2 * 3600)).state is JobState.STARTING
        assert (await again(world, 3500)).state is JobState.STARTING
        world.documents.fails.clear()
        job = await again(world, 200)
        assert (job.state, job.reason) == (JobState.FAILED, "Down.")

    async def test_a_relay_that_was_down_for_hours_begins_it_then(self, world):
        """Nobody had asked SuperDocs: it cannot have been too slow."""
        ref = await world.keep(waiting())
        world.pass_time(5 * 3600)
        await start(world.given, ref)
        assert world.job(ref).state is JobState.WORKING


class TestTwoAtOnce:
    """A task that stood still goes on beside the one that took its place."""

    async def test_one_that_fetched_its_document_slowly_starts_no_second_job(self, world):
        """The other one's call is under way, and nobody knows yet what it brings."""
        world.library = FakeLibrary(**{"a.html": b"<p>x</p>"})
        ref = await world.keep(waiting(source=LibraryFile("a.html"), session_id="slack-ref0000000000001"))

        def other_begins():
            world.library.then.clear()
            world.store.put(replace(world.job(ref), steps=1, next_at=later(20)))

        world.library.then["read"] = other_begins
        await start(world.given, ref)
        assert world.documents.called("start") == []
        assert (world.job(ref).steps, world.job(ref).next_at) == (1, later(20))

    async def test_one_that_finds_its_session_busy_late_forgets_no_attempt(self, world):
        """Two were made by now: the second one's job is still to be looked for."""
        ref = await world.keep(waiting(session_id="slack-ref0000000000001"))
        second = replace(world.job(ref), steps=2, next_at=later(40))
        world.documents.fails["start"] = [BUSY]
        world.documents.then["start"] = lambda: world.store.put(second)
        await start(world.given, ref)
        assert world.job(ref) == second

    async def test_one_that_saw_another_edit_before_it_late_forgets_no_attempt(self, world):
        """That one has ended meanwhile, and the other task has begun ours."""
        first = waiting("ref0000000000000", created_at=later(-1), state=JobState.WORKING, job_id="job_1")
        await world.keep(first)
        ref = await world.keep(waiting())
        attempted = replace(world.job(ref), steps=1, next_at=later(20))
        load_all = world.store.load_all

        async def slow(refs):
            found = await load_all(refs)
            world.store.put(attempted)
            return found

        world.store.load_all = slow
        await start(world.given, ref)
        assert world.job(ref) == attempted


class TestTime:
    """Tasks are short: what takes long goes on with the next one."""

    async def test_a_document_that_came_slowly_is_sent_by_the_next_task(self, world, monkeypatch):
        """It is kept, and fetched once."""
        times = iter([0.0, 9.0, 20.0, 20.1])
        monkeypatch.setattr(begin, "_clock", lambda: next(times))
        world.library = FakeLibrary(**{"a.docx": b"PK"})
        job = await begun(world, waiting(source=LibraryFile("a.docx")))
        assert (job.state, job.next_at, world.documents.called("start")) == (JobState.STARTING, NOON, [])
        assert (await again(world, 1)).state is JobState.WORKING
        assert len(world.library.called("read")) == len(world.documents.called("upload")) == 1

    async def test_one_that_does_not_come_is_asked_for_again(self, world, monkeypatch):
        """The record says so meanwhile."""
        world.library = FakeLibrary()

        async def hangs(_path):
            await asyncio.Event().wait()

        world.library.read = hangs
        monkeypatch.setattr(begin, "_PREPARING", timedelta(milliseconds=1))
        job = await begun(world, waiting(source=LibraryFile("a.docx")))
        assert (job.state, job.progress) == (
            JobState.STARTING,
            "It takes too long to get everything ready.",
        )


class TestOthers:
    """What others begin in the same session is theirs."""

    @pytest.mark.parametrize("session_id", [SHARED, "slack-ref0000000000009"])
    async def test_after_a_call_that_did_nothing_nothing_of_theirs_is_taken_for_ours(self, world, session_id):
        """SuperDocs had too much to do; then somebody else was faster. A list need not say what they asked for."""
        world.documents.fails["start"] = [TransientError("Too much to do."), BUSY]
        await begun(world, waiting(session_id=session_id))
        world.documents.listed = (replace(ANOTHERS, session_id=session_id),)
        job = await again(world, 60)
        assert (job.state, job.job_id, job.blocked_by) == (JobState.STARTING, "", "job_theirs")

    async def test_a_stop_of_theirs_that_failed_does_not_make_it_ours(self, world):
        """SuperDocs had too much to do for that, too."""
        session_id = "slack-ref0000000000009"
        world.documents.fails["start"], world.documents.listed = (
            [BUSY],
            (replace(ANOTHERS, session_id=session_id),),
        )
        job = await begun(world, waiting(session_id=session_id))
        await request_other(world.given, actor(REQUESTER), job.ref)
        world.documents.fails["cancel"] = [TransientError("Too much to do.")]
        await start(world.given, job.ref)
        world.documents.fails["start"] = [BUSY]
        job = await again(world, 60)
        assert (job.job_id, job.blocked_by) == ("", "job_theirs")

    async def test_what_ran_before_our_lost_attempt_is_never_ours(self, world):
        """The session was known to have it."""
        world.documents.listed = (ANOTHERS,)
        world.documents.fails["start"] = [OutcomeUnknownError("No answer."), BUSY]
        await begun(world, waiting())
        job = await again(world, 60)
        assert (job.job_id, job.blocked_by) == ("", "job_theirs")

    async def test_a_job_of_ours_that_ended_before_we_heard_of_it_is_found(self, world):
        """In a session that others use as well: it is not begun a second time."""
        world.documents.listed = (Listed("job_before", SHARED, Status.COMPLETED),)
        world.documents.fails["start"] = [OutcomeUnknownError("No answer.")]
        await begun(world, waiting())
        world.documents.listed += (Listed("job_ours", SHARED, Status.COMPLETED),)
        job = await again(world, 60)
        assert (job.state, job.job_id) == (JobState.WORKING, "job_ours")
        assert len(world.documents.called("start")) == 1

    @pytest.mark.parametrize("code", ["not_awaiting", "wrong_endpoint", ""])
    async def test_theirs_that_cannot_be_stopped_does_not_end_ours(self, world, code):
        """It was decided elsewhere in that moment: ours goes on waiting."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        await request_other(world.given, actor(REQUESTER), job.ref)
        world.documents.fails["cancel"] = [RefusedError("It waits.", code="not_cancellable")]
        world.documents.fails["submit"] = [RefusedError("It does not wait any more.", code=code)]
        world.documents.fails["start"] = [BUSY]
        world.documents.shown = replace(
            seen(status=Status.REVIEW), session_id=SHARED, proposals=tuple(make_proposals(1))
        )
        await start(world.given, job.ref)
        assert world.job(job.ref).state is JobState.STARTING

    async def test_nothing_is_sent_for_what_theirs_does_not_name(self, world):
        """An answer to nothing answers nothing."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        await request_other(world.given, actor(REQUESTER), job.ref)
        world.documents.fails["cancel"] = [RefusedError("It waits.", code="not_cancellable")]
        world.documents.fails["start"] = [BUSY]
        world.documents.shown = replace(seen(status=Status.REVIEW), session_id=SHARED, proposals=())
        await start(world.given, job.ref)
        assert world.documents.called("submit") == []
