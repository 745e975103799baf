"""Beginning an edit in its turn: one job of a session at a time, in the order in which they were asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.deadline import DAY
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import JobState
from bot.core.permission import Person
from bot.core.request import Depth, HandedText, Tier
from bot.core.sighting import Listed, Options, Status
from bot.core.words.wording import job_message, job_status
from bot.relay.asking.begin import start
from bot.relay.asking.stop import request_other, stop
from tests.fakes.world import actor
from tests.make import NOON, OTHER, REQUESTER, later, make_proposals, seen
from tests.unit.relay.asking.sharing import ANOTHERS, BUSY, SHARED, begun, waiting


class TestOrder:
    """Edits of one session begin one after the other."""

    async def test_an_edit_waits_for_the_one_that_was_asked_for_before(self, world):
        """Nothing is called meanwhile, and the message says what it waits for."""
        await world.keep(
            waiting("ref0000000000000", created_at=later(-1), state=JobState.WORKING, job_id="job_1")
        )
        job = await begun(world, waiting())
        assert (job.state, job.steps) == (JobState.STARTING, 0)
        assert job.next_at > NOON
        assert world.documents.called("start") == []
        assert job_status(job).sentence == "Starting: its session is still busy with the edit before it."

    async def test_it_begins_when_that_one_has_ended(self, world):
        """By itself, within seconds."""
        first = waiting("ref0000000000000", created_at=later(-1), state=JobState.WORKING, job_id="job_1")
        await world.keep(first)
        job = await begun(world, waiting())
        world.store.put(replace(first, state=JobState.COMPLETED, ended_at=NOON, next_at=None))
        world.pass_time(5)
        await start(world.given, job.ref)
        assert world.job(job.ref).state is JobState.WORKING

    async def test_of_two_that_wait_the_first_one_begins(self, world):
        """Although the second one looks first."""
        first, second = waiting("ref000000000000a"), waiting("ref000000000000b", created_at=later(1))
        await world.keep(first)
        await world.keep(second)
        await start(world.given, second.ref)
        await start(world.given, first.ref)
        assert world.job(first.ref).state is JobState.WORKING
        assert world.job(second.ref).state is JobState.STARTING

    async def test_edits_of_sessions_of_their_own_do_not_look_for_each_other(self, world):
        """It would be a look at everything, for each."""
        other = waiting("ref0000000000000", created_at=later(-1), state=JobState.WORKING, job_id="job_1")
        await world.keep(replace(other, session_id="slack-ref0000000000001"))
        job = waiting(session_id="slack-ref0000000000001")
        assert (await begun(world, job)).state is JobState.WORKING

    async def test_the_message_is_not_touched_each_time(self, world):
        """It says the same, however often was looked."""
        await world.keep(
            waiting("ref0000000000000", created_at=later(-1), state=JobState.WORKING, job_id="job_1")
        )
        job = await begun(world, waiting())
        world.pass_time(5)
        await start(world.given, job.ref)
        assert world.job(job.ref).revision == job.revision


class TestBusy:
    """The session is busy with what somebody else started."""

    async def test_it_says_what_runs_and_offers_to_stop_it(self, world):
        """And tries again by itself."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        assert (job.state, job.blocked_by, job.steps) == (JobState.STARTING, "job_theirs", 0)
        assert "busy with an edit that somebody started elsewhere" in job_status(job).sentence
        assert [action.label for action in job_message(job).actions] == [
            "Stop the other edit",
            "Stop this edit",
        ]

    async def test_the_other_s_job_is_never_taken_for_ours(self, world):
        """Nothing was attempted, so nothing of ours is looked for."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        world.pass_time(5)
        await start(world.given, job.ref)
        assert world.job(job.ref).job_id not in {"", "job_theirs"}

    async def test_one_of_ours_is_waited_for_and_not_to_be_stopped_here(self, world):
        """It has its own message."""
        await world.keep(
            waiting("ref0000000000009", created_at=later(9), state=JobState.WORKING, job_id="job_theirs")
        )
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        assert job.blocked_by == ""
        assert [action.label for action in job_message(job).actions] == ["Stop this edit"]

    async def test_stopping_it_cancels_it_and_begins_ours(self, world):
        """At once, and the audit says who wanted that."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        await request_other(world.given, actor(REQUESTER), job.ref)
        assert f"as <@{REQUESTER}> asked" in job_status(world.job(job.ref)).sentence
        await start(world.given, job.ref)
        assert world.documents.called("cancel") == [("job_theirs",)]
        assert world.job(job.ref).state is JobState.WORKING
        assert "session.stop_requested" in world.events()

    async def test_what_waits_for_a_decision_there_is_denied(self, world):
        """SuperDocs does not cancel it; a plain denial of everything ends it."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        await request_other(world.given, actor(REQUESTER), job.ref)
        world.documents.fails["cancel"] = [RefusedError("It waits.", code="not_cancellable")]
        world.documents.shown = replace(
            seen(status=Status.REVIEW),
            job_id="job_theirs",
            session_id=SHARED,
            proposals=tuple(make_proposals(2)),
        )
        await start(world.given, job.ref)
        ((session_id, job_id, answers),) = world.documents.called("submit")
        assert (session_id, job_id) == (SHARED, "job_theirs")
        assert [(answer.is_approved, answer.feedback) for answer in answers] == [(False, "")] * 2

    async def test_a_prompt_there_is_answered_with_no(self, world):
        """What was applied stays applied."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        await request_other(world.given, actor(REQUESTER), job.ref)
        world.documents.fails["cancel"] = [RefusedError("It waits.", code="not_cancellable")]
        world.documents.shown = replace(seen(status=Status.PROMPT), job_id="job_theirs", session_id=SHARED)
        await start(world.given, job.ref)
        assert world.documents.called("resume") == [(SHARED, "job_theirs", False)]

    async def test_who_may_not_stop_ours_stops_nothing(self, world):
        """A guest, for one; and when nothing is in the way any more, nobody."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        world.directory.people[OTHER] = Person(OTHER, is_guest=True)
        with pytest.raises(RefusedError):
            await request_other(world.given, actor(OTHER), job.ref)
        world.pass_time(5)
        await start(world.given, job.ref)
        with pytest.raises(RefusedError) as refusal:
            await request_other(world.given, actor(REQUESTER), job.ref)
        assert refusal.value.code == "not_blocked"

    async def test_a_list_that_cannot_be_had_does_not_end_it(self, world):
        """It waits, and looks again."""
        world.documents.fails = {"start": [BUSY], "jobs_of": [TransientError("Not now.")]}
        job = await begun(world, waiting())
        assert (job.state, job.blocked_by) == (JobState.STARTING, "")

    async def test_it_waits_for_a_day_and_not_for_ever(self, world):
        """Then it says why it never began."""
        world.documents.listed = (ANOTHERS,)
        world.documents.fails["start"] = [BUSY, BUSY]
        job = await begun(world, waiting())
        world.pass_time(DAY.total_seconds())
        await start(world.given, job.ref)
        assert world.job(job.ref).state is JobState.FAILED
        assert world.job(job.ref).reason.startswith("For a day, its session is busy")

    async def test_our_own_unanswered_attempt_is_what_it_is_busy_with(self, world):
        """It shows up in a moment, and is taken over."""
        world.documents.fails["start"] = [OutcomeUnknownError("No answer."), BUSY]
        job = await begun(world, waiting(session_id="slack-ref0000000000001"))
        assert job.steps > 0
        world.pass_time(10)
        await start(world.given, job.ref)
        assert world.job(job.ref).blocked_by == ""
        world.documents.listed = (Listed("job_ours", "slack-ref0000000000001", Status.WORKING),)
        world.pass_time(60)
        await start(world.given, job.ref)
        assert world.job(job.ref).job_id == "job_ours"

    async def test_another_instruction_in_a_shared_session_is_never_taken_for_ours(self, world):
        """Our attempt got no answer, and the session is busy with what somebody else wants."""
        world.documents.fails["start"] = [OutcomeUnknownError("No answer."), BUSY]
        job = await begun(world, waiting(instruction="Give them longer."))
        world.documents.listed = (replace(ANOTHERS, message="Translate everything"),)
        world.pass_time(60)
        await start(world.given, job.ref)
        assert world.job(job.ref).job_id == ""
        world.documents.listed = (replace(ANOTHERS, message="Give  them…"),)
        world.pass_time(60)
        await start(world.given, job.ref)
        assert world.job(job.ref).job_id == "job_theirs"

    async def test_an_edit_that_waits_can_be_stopped(self, world):
        """Nothing was begun, so it just ends."""
        world.documents.fails["start"], world.documents.listed = [BUSY], (ANOTHERS,)
        job = await begun(world, waiting())
        world.store.put(replace(job, stop_requested_by=REQUESTER, stop_at=NOON))
        await stop(world.given, job.ref)
        assert world.job(job.ref).state is JobState.STOPPED


async def test_model_and_thinking_are_what_was_chosen(world):
    """Word for word; nothing is sent where nobody chose."""
    await begun(world, waiting(tier=Tier.MAX, depth=Depth.DEEP))
    ((*_rest, options),) = world.documents.called("start")
    assert options == Options(Tier.MAX, Depth.DEEP)


async def test_a_program_s_text_goes_along_as_it_came(world):
    """Byte for byte, chunk ids and unknown attributes included."""
    html = '<p data-chunk-id="c1" data-odd=\'a"b\' unknown>Text.</p>'
    job = waiting(source=HandedText(len(html)))
    await world.store.save_document(job.ref, "source", html)
    await begun(world, job)
    ((_session, _message, _mode, sent),) = world.documents.called("start")
    assert sent == html
