"""What other programs started is taken over once, whoever brings it and how often, and reviewed like our own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.lifecycle import JobEvent, advance_job
from bot.core.model import ChangeState, JobState, Mode, Origin, RoundState
from bot.core.permission import Person
from bot.core.sighting import Listed, Status
from bot.relay.asking.begin import start
from bot.relay.asking.handover import HandOver, find, take_over
from bot.relay.asking.start import ask_again
from bot.relay.watching.watch import watch
from tests.fakes.world import CHANNEL, actor
from tests.make import NOON, OTHER, REQUESTER, later, make_change, make_job, make_proposals, make_round, seen

SESSION = "acme/42"
WANTED = HandOver("job_1", SESSION)


def paused(*proposals, **rest):
    """Return a read of the job: it waits since noon for one change, unless said otherwise."""
    given = {"session_id": SESSION, "updated_at": NOON}
    return seen(*(proposals or make_proposals(1)), **{**given, **rest})


@pytest.fixture(autouse=True)
def waiting(world):
    """Let the job wait."""
    world.documents.shown = paused()


async def taken(world, wanted=WANTED):
    """Hand a job over and return its record."""
    job, _is_new = await take_over(world.given, wanted)
    return job


async def refused(world, **rest):
    """Hand over what is refused; return the code and the sentence."""
    with pytest.raises(RefusedError) as refusal:
        await take_over(world.given, replace(WANTED, **rest))
    return refusal.value.code, str(refusal.value)


class TestTaking:
    """A record that the watch goes on with."""

    async def test_a_job_is_taken_over_as_one_that_works(self, world):
        """The watch reads at once what it waits for, before anybody is shown that it works."""
        job, is_new = await take_over(world.given, WANTED)
        assert is_new
        assert (job.state, job.job_id, job.session_id) == (JobState.WORKING, "job_1", SESSION)
        assert (job.channel, job.requester_id, job.instruction, job.document) == (CHANNEL, "", "", "")
        assert (job.origin, job.mode) == (Origin.HANDED_OVER, Mode.REVIEW)
        assert (job.next_at, job.refresh_at) == (NOON, later(2))
        assert world.queue.steps == ["watch"]
        assert world.events() == ["job.taken_over"]

    async def test_what_it_waits_for_is_reviewed(self, world):
        """The first look opens the round, whose hour began when the job paused."""
        world.documents.shown = paused(updated_at=later(-600))
        job = await taken(world)
        await watch(world.given, job.ref)
        (held,) = world.job(job.ref).rounds
        assert world.job(job.ref).state is JobState.REVIEWING
        assert held.deadline_at == later(3000)

    async def test_what_the_program_says_is_kept(self, world):
        """Where it is to be reviewed, who asked for it, in which document."""
        wanted = replace(WANTED, channel="C0SALES", requester=REQUESTER, document="Lieferung „A“.docx")
        job = await taken(world, wanted)
        assert (job.channel, job.requester_id, job.document) == ("C0SALES", REQUESTER, "Lieferung „A“.docx")
        assert world.directory.called("check_reachable") == [("C0SALES",)]
        assert world.directory.called("named") == [(REQUESTER,)]

    @pytest.mark.parametrize("status", [Status.WORKING, Status.PROMPT, Status.REVIEW])
    async def test_a_job_is_taken_in_any_state_but_ended(self, world, status):
        """It works, asks whether to go on, or waits."""
        world.documents.shown = paused(status=status)
        assert (await taken(world)).state is JobState.WORKING

    async def test_a_read_that_does_not_name_the_session_is_believed(self, world):
        """Compact answers may leave it out."""
        world.documents.shown = paused(session_id="", updated_at=None)
        assert (await taken(world)).session_id == SESSION


class TestRepeating:
    """One job is one record: two would be two approvals."""

    async def test_handing_over_again_changes_nothing(self, world):
        """Whatever it says the second time, even that the engine is crowded; SuperDocs is not asked."""
        first = await taken(world)
        world.queue.is_crowded = True
        again, is_new = await take_over(world.given, replace(WANTED, channel="C0SALES", requester=OTHER))
        assert (again, is_new) == (first, False)
        assert len(world.documents.called("read")) == 1
        assert world.events() == ["job.taken_over"]

    async def test_two_that_race_take_it_once(self, world):
        """Both are given the same record, and it is new for one of them."""
        read = world.documents.read

        async def slow(job_id):
            await asyncio.sleep(0)
            return await read(job_id)

        world.documents.read = slow
        results = await asyncio.gather(*(take_over(world.given, WANTED) for _caller in range(5)))
        assert len({job.ref for job, _is_new in results}) == len(world.store.jobs) == 1
        assert [is_new for _job, is_new in results].count(True) == 1

    async def test_one_that_was_created_in_between_is_found(self, world, monkeypatch):
        """The index did not lead to it yet; its ref, which follows from the job's id, does."""

        async def nowhere(_job_id):
            return None

        first = await taken(world)
        monkeypatch.setattr(world.store, "ref_of_job", nowhere)
        assert await take_over(world.given, WANTED) == (first, False)
        assert await refused(world, session_id="acme/43") == (
            "session_mismatch",
            "Job job_1 does not belong to session acme/43: name the session in which it was started.",
        )

    async def test_a_job_of_our_own_is_found_and_stays_as_it_is(self, world):
        """Asked for in Slack, handed over by a program that saw it in a list."""
        ours = world.store.put(make_job(make_round(), session_id=SESSION))
        assert await take_over(world.given, WANTED) == (ours, False)

    async def test_a_known_job_in_another_session_is_refused(self, world):
        """The program mixed something up."""
        world.store.put(make_job(session_id="acme/41"))
        code, sentence = await refused(world)
        assert code == "session_mismatch"
        assert "acme/41" not in sentence

    async def test_an_index_that_leads_nowhere_holds_up_nothing(self, world, monkeypatch):
        """The record was retained no longer; SuperDocs says whether there is still such a job."""

        async def stale(_job_id):
            return "ref0000000000009"

        monkeypatch.setattr(world.store, "ref_of_job", stale)
        assert (await take_over(world.given, WANTED))[1]

    async def test_an_edit_of_ours_that_is_being_started_in_the_session_comes_first(self, world):
        """Its job id is not known yet, and this may be it; once it is, the edit is found."""
        starting = make_job(job_id="", state=JobState.STARTING, session_id=SESSION, next_at=NOON, steps=1)
        world.store.put(starting)
        code, sentence = await refused(world)
        assert code == "session_starting"
        assert "try again in a moment" in sentence
        started = world.store.put(advance_job(replace(starting, job_id="job_1"), JobEvent.START))
        assert await take_over(world.given, WANTED) == (started, False)

    async def test_an_edit_of_ours_that_waits_for_the_session_keeps_nothing_from_being_handed_over(
        self, world
    ):
        """It waits for this very job, which would wait for somebody to decide: neither would ever go on."""
        waits = make_job(job_id="", state=JobState.STARTING, session_id=SESSION, blocked_by="job_1")
        world.store.put(waits)
        job, is_new = await take_over(world.given, WANTED)
        assert (job.job_id, is_new) == ("job_1", True)

    async def test_an_edit_that_learns_its_job_during_the_hand_over_is_found(self, world, monkeypatch):
        """Its answer came while the sessions were looked through."""
        starting = make_job(job_id="", state=JobState.STARTING, session_id=SESSION)

        async def load_all(_refs):
            world.store.put(advance_job(replace(starting, job_id="job_1"), JobEvent.START))
            return ()

        monkeypatch.setattr(world.store, "load_all", load_all)
        job, is_new = await take_over(world.given, WANTED)
        assert (job.ref, is_new, len(world.store.jobs)) == (starting.ref, False, 1)

    async def test_other_sessions_are_nobody_s_concern(self, world):
        """An edit that is being started elsewhere, and one that works in this one, whose end we have yet to see."""
        world.store.put(make_job(job_id="", state=JobState.STARTING, session_id="slack-2", ref="ref2"))
        world.store.put(make_job(job_id="job_0", session_id=SESSION, ref="ref3"))
        assert (await take_over(world.given, WANTED))[1]


class TestRefusing:
    """What cannot be taken over is refused, with a code for the program and a sentence for its author."""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("job_id", ""),
            ("job_id", ".."),
            ("job_id", "job 1"),
            ("job_id", "job\n"),
            ("job_id", "j" * 257),
            ("job_id", "jöb"),
            ("session_id", ""),
            ("session_id", "s\ud800"),
            ("channel", "#legal"),
            ("channel", "U0REQ"),
            ("requester", "@carol"),
            ("requester", "C0LEGAL"),
            ("document", "d" * 201),
            ("document", "two\nlines"),
        ],
    )
    async def test_what_is_malformed_is_named(self, world, field, value):
        """Nobody is asked anything."""
        code, sentence = await refused(world, **{field: value})
        assert code == field
        assert sentence.startswith(f"{field} must be a")
        assert world.documents.calls == world.directory.calls == []

    async def test_the_longest_ids_are_taken(self, world):
        """The limit itself is within it."""
        world.documents.shown = paused(session_id="s" * 256)
        assert await taken(world, HandOver("j" * 256, "s" * 256, document="d" * 200))

    async def test_a_channel_that_the_relay_is_not_in_is_named(self, world):
        """With what to do."""
        world.directory.unreachable = {"C0AWAY"}
        code, sentence = await refused(world, channel="C0AWAY")
        assert code == "channel"
        assert "C0AWAY" in sentence
        assert "/invite" in sentence

    @pytest.mark.parametrize("trait", ["is_guest", "is_bot", "is_deactivated"])
    async def test_who_starts_no_edits_is_no_requester(self, world, trait):
        """Named by a program or not."""
        traits: Any = {trait: True}
        world.directory.people[OTHER] = Person(OTHER, **traits)
        code, sentence = await refused(world, requester=OTHER)
        assert code == "requester"
        assert sentence.startswith(f"{OTHER} cannot be named as the requester. ")

    async def test_people_of_other_workspaces_are_no_requesters(self, world):
        """Nor who is not known."""
        world.directory.people[OTHER] = Person(OTHER, is_home=False)
        assert (await refused(world, requester=OTHER))[0] == "requester"

    async def test_a_crowded_worker_takes_nothing_over(self, world):
        """Before anybody is asked."""
        world.queue.is_crowded = True
        assert (await refused(world))[0] == "crowded"
        assert world.documents.calls == []

    @pytest.mark.parametrize(
        ("shown", "code", "words"),
        [
            ({"status": Status.GONE, "session_id": ""}, "unknown_job", "SuperDocs knows no job job_1"),
            ({"session_id": "acme/41"}, "session_mismatch", "does not belong to session acme/42"),
            ({"status": Status.COMPLETED}, "job_ended", "has ended (completed)"),
            ({"status": Status.FAILED}, "job_ended", "has ended (failed)"),
            ({"status": Status.CANCELLED}, "job_ended", "has ended (cancelled)"),
            ({"updated_at": later(-3480)}, "too_late", "waiting since 11:02 UTC"),
        ],
    )
    async def test_what_superdocs_says_of_the_job_counts(self, world, shown, code, words):
        """Nothing is stored for a job in which nothing is left to decide, or no time to do it."""
        world.documents.shown = paused(**shown)
        told, sentence = await refused(world)
        assert told == code
        assert words in sentence
        assert world.store.jobs == {}

    async def test_a_job_that_waits_for_almost_an_hour_is_still_taken(self, world):
        """There is a second left to decide."""
        world.documents.shown = paused(updated_at=later(-3479))
        assert await taken(world)

    async def test_a_job_that_has_worked_for_hours_is_not_late(self, world):
        """Only a pause has a deadline."""
        world.documents.shown = paused(status=Status.WORKING, updated_at=later(-9999))
        assert await taken(world)

    @pytest.mark.parametrize("error", [TransientError("Down."), OutcomeUnknownError("Lost.")])
    async def test_what_cannot_be_asked_now_is_the_caller_s_to_repeat(self, world, error):
        """Nothing is stored."""
        world.documents.fails["read"] = [error]
        with pytest.raises(type(error)):
            await take_over(world.given, WANTED)
        assert world.store.jobs == {}


class TestFinding:
    """What a program asks for by SuperDocs' id."""

    async def test_a_job_is_found_by_its_id(self, world):
        """Handed over or our own."""
        job = await taken(world)
        assert await find(world.given, "job_1") == job

    @pytest.mark.parametrize("job_id", ["job_2", "", "\ud800", "j" * 9999])
    async def test_what_is_not_known_is_gone(self, world, job_id):
        """Whatever the id is."""
        with pytest.raises(GoneError) as refusal:
            await find(world.given, job_id)
        assert refusal.value.code == "unknown_job"


class TestAskingAgain:
    """In a session of another program, with no instruction that we know."""

    async def lapsed(self, world):
        """Take a job over, let it lapse, and return its ref."""
        job = await taken(world)
        held = make_round(make_change(1, state=ChangeState.LAPSED), state=RoundState.LAPSED)
        return await world.keep(replace(job, state=JobState.LAPSED, rounds=(held,), ended_at=NOON))

    async def test_what_lapsed_is_asked_for_by_itself(self, world):
        """In the same session, in words that need no instruction before them."""
        old = await self.lapsed(world)
        ref = await ask_again(world.given, actor(OTHER), old)
        await start(world.given, ref)
        ((session, message, mode, html),) = world.documents.called("start")
        assert (session, mode, html) == (SESSION, Mode.REVIEW, None)
        assert message.startswith("You proposed changes to this document")
        assert message.endswith("- change “10 days” to “15 days”")
        assert (world.job(ref).origin, world.job(ref).requester_id) == (Origin.ASKED, OTHER)

    async def test_without_texts_there_is_nothing_to_ask_with(self, world):
        """They are not made up."""
        old = await self.lapsed(world)
        world.store._texts.clear()
        with pytest.raises(RefusedError) as refusal:
            await ask_again(world.given, actor(OTHER), old)
        assert refusal.value.code == "no_text"
        assert world.job(old).asked_again_by == ""

    async def test_the_program_s_own_earlier_jobs_are_not_taken_for_ours(self, world):
        """The session lists what the program did there before: only what still runs can be what we started."""
        ref = await ask_again(world.given, actor(OTHER), await self.lapsed(world))
        world.documents.fails["start"] = [OutcomeUnknownError("No answer.")]
        await start(world.given, ref)
        theirs = Listed("job_0", SESSION, Status.COMPLETED)
        world.documents.listed = (Listed("job_9", SESSION, Status.REVIEW), theirs)
        world.pass_time(5)
        await start(world.given, ref)
        assert world.job(ref).job_id == "job_9"
        assert len(world.documents.called("start")) == 1

    async def test_a_session_with_nothing_but_the_program_s_jobs_is_asked_once_more(self, world):
        """Ended ones, and one that was handed over meanwhile."""
        ref = await ask_again(world.given, actor(OTHER), await self.lapsed(world))
        world.documents.fails["start"] = [TransientError("Busy.")]
        await start(world.given, ref)
        world.store.put(make_job(ref="ref0000000000003", job_id="job_3", session_id=SESSION))
        world.documents.listed = (
            Listed("job_3", SESSION, Status.WORKING),
            Listed("job_0", SESSION, Status.COMPLETED),
        )
        world.pass_time(5)
        await start(world.given, ref)
        assert len(world.documents.called("start")) == 2
