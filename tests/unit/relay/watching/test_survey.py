"""Once a minute: what was decided or ended elsewhere is read in full, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.core.away import UNREAD
from bot.core.errors import BugError, RefusedError, TransientError
from bot.core.model import JobState, Origin, RoundState
from bot.core.sighting import Listed, Status
from bot.core.words.status import change_status
from bot.core.words.wording import job_status
from bot.relay.turns import in_turn
from bot.relay.watching import survey as surveying
from bot.relay.watching.survey import survey
from bot.relay.watching.watch import watch
from tests.fakes.world import CHANNEL
from tests.make import NOON, REQUESTER, later, make_change, make_job, make_proposals, make_round, seen, sent


def listed(*change_ids, status=Status.REVIEW):
    return (Listed("job_1", "slack-1", status, change_ids),)


async def surveyed(world, job, *paused):
    """Survey with one record and one list; return whether the job was read in full."""
    await world.keep(job)
    world.pass_time(60)
    world.documents.paused = paused
    await survey(world.given)
    return world.documents.called("read") != []


async def test_without_records_nothing_is_asked(world):
    """No list is fetched for nobody."""
    await survey(world.given)
    assert world.documents.calls == []


@pytest.mark.parametrize("paused", [listed("ch_2", "ch_1"), listed()])
async def test_what_waits_as_the_record_says_is_not_read(world, paused):
    """The same changes in any order, or a list that leaves them out."""
    job = make_job(make_round(make_change(1), make_change(2)))
    assert not await surveyed(world, job, *paused)


async def test_what_is_not_listed_any_more_is_read(world):
    """Decided in SuperDocs' own app: the round is withdrawn."""
    world.documents.shown = seen(status=Status.WORKING)
    assert await surveyed(world, make_job(make_round()))
    assert world.job().rounds[0].state is RoundState.WITHDRAWN


async def test_what_waits_for_something_else_is_read(world):
    """Another set of changes: the round is renewed."""
    world.documents.shown = seen(*make_proposals(2))
    assert await surveyed(world, make_job(make_round()), *listed("ch_1", "ch_2"))
    assert len(world.job().rounds[0].changes) == 2


@pytest.mark.parametrize("job", [make_job(), make_job(sent(make_round()))])
async def test_what_is_watched_anyway_is_not_read(world, job):
    """It works, or it is being asked about."""
    assert not await surveyed(world, job)


async def test_a_prompt_that_still_asks_is_not_read(world):
    """It is listed as what it is."""
    assert not await surveyed(world, make_job(state=JobState.PROMPTED), *listed(status=Status.PROMPT))


async def test_a_prompt_that_cannot_be_asked_about_for_a_day_ends_in_words(world):
    """The list is all that watches it; what has another watch is left to that."""
    world.documents.fails["waiting"] = [TransientError("Down.")] * 2
    prompted = make_job(state=JobState.PROMPTED)
    await world.keep(make_job(ref="ref0000000000002"))
    with pytest.raises(TransientError):
        await surveyed(world, prompted)
    assert world.job().unread_since == later(60)
    assert world.job("ref0000000000002").unread_since is None
    world.pass_time(86400)
    with pytest.raises(TransientError):
        await survey(world.given)
    assert (world.job().state, world.job().reason) == (JobState.FAILED, UNREAD)


async def test_a_prompt_that_can_be_asked_about_again_is(world):
    """One read, and what was noted is forgotten."""
    world.documents.shown = seen(status=Status.PROMPT, prompt="")
    job = make_job(state=JobState.PROMPTED, unread_since=NOON)
    assert await surveyed(world, job, *listed(status=Status.PROMPT))
    assert world.job().unread_since is None


async def test_a_prompt_that_was_answered_elsewhere_is_read(world):
    """It is listed no more, or waits for a review meanwhile: people are shown it."""
    world.documents.shown = seen(*make_proposals(1))
    assert await surveyed(world, make_job(state=JobState.PROMPTED), *listed("ch_1"))
    assert world.job().state is JobState.REVIEWING
    world.documents.calls.clear()
    assert await surveyed(world, make_job(state=JobState.PROMPTED))


@pytest.mark.parametrize("error", [TransientError("Down."), RefusedError("No."), BugError("Unreadable.")])
async def test_one_job_that_cannot_be_read_does_not_hold_up_the_next(world, error):
    """Both are asked for."""
    await world.keep(make_job(make_round(), ref="ref0000000000002"))
    world.documents.fails["read"] = [error]
    await surveyed(world, make_job(make_round()))
    assert len(world.documents.called("read")) == 2


async def test_a_record_that_is_gone_is_forgotten(world, monkeypatch):
    """It is not looked for again."""
    forgotten = []

    async def unended():
        return ("ref0000000000009",)

    async def forget(ref):
        forgotten.append(ref)

    monkeypatch.setattr(world.store, "unended", unended)
    monkeypatch.setattr(world.store, "forget", forget)
    await survey(world.given)
    assert forgotten == ["ref0000000000009"]


async def test_a_list_that_cannot_be_fetched_is_an_error_to_be_seen(world):
    """The engine logs it, and the next minute comes."""
    await world.keep(make_job(make_round()))
    world.documents.fails["waiting"] = [TransientError("Down.")]
    with pytest.raises(TransientError):
        await survey(world.given)


async def test_a_survey_that_takes_too_long_goes_on_the_next_time(world, monkeypatch):
    """It begins no further read when its time is up, and begins elsewhere a minute later."""
    monkeypatch.setattr(surveying, "_BUDGET", timedelta(0))
    assert not await surveyed(world, make_job(make_round()))
    first, second = (in_turn(("a", "b"), later(60 * n)) for n in range(2))
    assert {first, second} == {("a", "b"), ("b", "a")}


class TestClosedChannels:
    """Where people have to decide, the relay looks whether it can still post; see `announce.elsewhere`."""

    @pytest.fixture(autouse=True)
    def waiting(self, world):
        """Have what waits be listed as the record says."""
        world.documents.paused = listed()

    async def test_what_waits_in_a_closed_channel_goes_on_with_its_requester(self, world):
        """At once, and not with the first reminder; asked once for a channel, whatever waits there."""
        for number in (1, 2):
            await world.keep(make_job(make_round(), ref=f"ref000000000000{number}"))
        world.directory.unreachable = {CHANNEL}
        await survey(world.given)
        assert {job.channel for job in world.store.jobs.values()} == {REQUESTER}
        assert {job.moved_from for job in world.store.jobs.values()} == {CHANNEL}
        assert world.queue.steps == ["refresh"] * 2
        assert world.directory.called("check_reachable") == [(CHANNEL,)]
        await survey(world.given)
        assert len(world.directory.called("check_reachable")) == 1

    async def test_a_question_of_superdocs_goes_along(self, world):
        """Somebody must answer it, too; but where nobody has to do anything, nothing is asked."""
        await world.keep(make_job(state=JobState.PROMPTED))
        await world.keep(make_job(ref="ref0000000000002", channel="C0SALES"))
        world.documents.paused = listed(status=Status.PROMPT)
        world.directory.unreachable = {CHANNEL, "C0SALES"}
        await survey(world.given)
        assert (world.job().channel, world.job("ref0000000000002").channel) == (REQUESTER, "C0SALES")
        assert world.directory.called("check_reachable") == [(CHANNEL,)]

    @pytest.mark.parametrize(
        "error",
        [TransientError("Held.", retry_after_s=9), RefusedError("No.", code="channel"), BugError("Ours.")],
    )
    async def test_a_failed_look_changes_nothing(self, world, error):
        """And keeps nothing else from being done."""
        before = make_job(make_round())
        world.directory.fails["check_reachable"] = [error]
        world.documents.paused = ()
        assert await surveyed(world, before)
        assert world.job().channel == CHANNEL

    async def test_what_has_nowhere_to_go_stays_as_it_is(self, world):
        """It is the relay's own channel, and nobody asked for the edit: the log says so."""
        job = make_job(make_round(), requester_id="")
        world.directory.unreachable = {CHANNEL}
        with capture_logs() as logs:
            await surveyed(world, job, *listed())
        assert world.job() == job
        assert [(entry["event"], entry["code"]) for entry in logs] == [
            ("channel.unreachable", "not_in_channel")
        ]

    async def test_what_was_decided_meanwhile_stays(self, world):
        """The record counts, not what was read before the look."""
        await world.keep(make_job(make_round()))
        world.directory.unreachable = {CHANNEL}
        look = world.directory.check_reachable

        async def slow(channel):
            world.store.put(make_job(sent(make_round())))
            await look(channel)

        world.directory.check_reachable = slow
        await survey(world.given)
        assert world.job().channel == CHANNEL

    async def test_many_channels_are_looked_at_in_turn(self, world):
        """So many in each survey; those that were not reached come next."""
        channels = [f"C{number:02}" for number in range(25)]
        for channel in channels:
            await world.keep(make_job(make_round(), ref=f"ref0000000000{channel}", channel=channel))
        looked = []
        for _minute in range(3):
            world.directory.calls.clear()
            await survey(world.given)
            looked.append({channel for (channel,) in world.directory.called("check_reachable")})
            world.pass_time(60)
        assert [len(channels) for channels in looked] == [surveying._LOOKS] * 3
        assert set.union(*looked) == set(channels)


def stranger(job_id="job_7", session_id="acme/42", status=Status.REVIEW):
    """Return a job of another program, as the list has it."""
    return Listed(job_id, session_id, status)


class TestAdopting:
    """Where the deployment wants it, what waits and nobody looks after is taken over."""

    @pytest.fixture(autouse=True)
    def adopting(self, world):
        """Have one job of another program wait since noon, with nobody to look after it."""
        world.adopts = True
        world.documents.paused = (stranger(),)
        # SuperDocs' answer names the job that was asked for.
        world.documents.shown = seen(*make_proposals(1), job_id="", session_id="", updated_at=NOON)

    def adopted(self, world):
        """Return what was taken over."""
        return [job for job in world.store.jobs.values() if job.origin is Origin.FOUND]

    async def test_a_waiting_job_is_taken_over_into_the_relay_s_channel(self, world):
        """With nothing known but what SuperDocs says."""
        await survey(world.given)
        (job,) = self.adopted(world)
        assert (job.job_id, job.session_id, job.channel) == ("job_7", "acme/42", CHANNEL)
        assert (job.requester_id, job.document, job.state) == ("", "", JobState.WORKING)
        assert world.queue.steps == ["watch"]

    async def test_a_prompt_is_taken_over_too(self, world):
        """Somebody must say whether to go on."""
        world.documents.paused = (stranger(status=Status.PROMPT),)
        world.documents.shown = seen(status=Status.PROMPT, session_id="acme/42")
        await survey(world.given)
        assert len(self.adopted(world)) == 1

    async def test_unless_the_deployment_wants_it_nothing_is_taken_over(self, world):
        """It is off by itself."""
        world.adopts = False
        await world.keep(make_job(make_round()))
        await survey(world.given)
        assert self.adopted(world) == []

    async def test_a_job_is_taken_over_once(self, world):
        """However often the list shows it; also when it has ended here, and the list is old."""
        await survey(world.given)
        await survey(world.given)
        assert len(world.documents.called("read")) == 1
        (job,) = self.adopted(world)
        world.store.put(
            make_job(ref=job.ref, job_id=job.job_id, session_id="acme/42", state=JobState.STOPPED)
        )
        await survey(world.given)
        assert world.job(job.ref).state is JobState.STOPPED

    async def test_what_waits_in_a_session_of_an_edit_of_ours_is_left_alone(self, world):
        """It is that edit's, whose answer from SuperDocs is still under way."""
        world.store.put(make_job(job_id="", state=JobState.STARTING, session_id="acme/42", steps=1))
        await survey(world.given)
        assert self.adopted(world) == []
        assert world.documents.called("read") == []

    async def test_what_an_edit_of_ours_waits_for_is_taken_over(self, world):
        """Ours has started nothing, and would wait for as long as nobody decides."""
        world.store.put(make_job(job_id="", state=JobState.STARTING, session_id="acme/42"))
        await survey(world.given)
        assert len(self.adopted(world)) == 1

    async def test_one_that_cannot_be_taken_over_does_not_hold_up_the_next(self, world):
        """It cannot be read now, or its list entry names no session."""
        world.documents.paused = (stranger("job_8", ""), stranger("job_9", "acme/43"), stranger())
        world.documents.fails["read"] = [TransientError("Down.")]
        await survey(world.given)
        assert len(self.adopted(world)) == 1
        await survey(world.given)
        assert len(self.adopted(world)) == 2

    async def test_what_waits_too_long_already_is_left_to_whoever_started_it(self, world):
        """Taken over now, it would be denied before anybody saw it."""
        world.pass_time(3480)
        await survey(world.given)
        assert self.adopted(world) == []

    async def test_a_crowded_worker_adopts_nothing(self, world):
        """What is under way comes first."""
        world.queue.is_crowded = True
        await survey(world.given)
        assert self.adopted(world) == []

    async def test_a_channel_out_of_reach_is_asked_once(self, world):
        """Not for each job; and what is ours, in another channel, is still compared."""
        world.directory.unreachable = {CHANNEL}
        world.documents.paused = (stranger(), stranger("job_8"))
        await world.keep(make_job(make_round(), channel="C0SALES"))
        await survey(world.given)
        assert self.adopted(world) == []
        assert world.directory.called("check_reachable") == [("C0SALES",), (CHANNEL,)]
        assert world.documents.called("read") == [("job_1",)]

    async def test_a_survey_out_of_time_adopts_the_next_time(self, world, monkeypatch):
        """Nothing is begun, and nothing lost."""
        with monkeypatch.context() as patch:
            patch.setattr(surveying, "_BUDGET", timedelta(0))
            await survey(world.given)
            assert self.adopted(world) == []
        await survey(world.given)
        assert len(self.adopted(world)) == 1

    async def test_without_any_record_the_list_is_asked(self, world):
        """There may be something to adopt; and when there is not, nobody else is asked."""
        world.documents.paused = ()
        await survey(world.given)
        assert world.documents.calls == [("waiting", ())]
        assert world.directory.calls == []

    async def test_an_adopted_job_that_is_then_decided_elsewhere_says_so(self, world):
        """Its card and its message: nothing was sent from here."""
        await survey(world.given)
        (job,) = self.adopted(world)
        await watch(world.given, job.ref)
        assert world.job(job.ref).state is JobState.REVIEWING
        world.pass_time(50)
        world.documents.paused = ()
        world.documents.shown = seen(status=Status.COMPLETED, session_id="acme/42")
        await survey(world.given)
        ended = world.job(job.ref)
        (held,) = ended.rounds
        assert (ended.state, held.state) == (JobState.COMPLETED, RoundState.WITHDRAWN)
        said = change_status(ended, held, held.changes[0]).sentence
        assert said == "Decided or withdrawn elsewhere; nothing was sent from here."
        assert job_status(ended).sentence == "Completed; decided elsewhere, nothing was sent from here."
        assert world.documents.called("submit") == []
