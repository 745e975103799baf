"""From a filled-in dialog, or *Ask again*, to a running job at SuperDocs; once, however often it is delivered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.again import may_ask_again
from bot.core.deadline import STALE, due, pause
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import AskedAgain, ChangeState, JobState, Mode, RoundState
from bot.core.permission import Person
from bot.core.request import Callback, LibraryFile, Returned, SourceFile
from bot.core.sighting import Listed, Status
from bot.relay.acts import EditRequest
from bot.relay.asking import fetch
from bot.relay.asking.begin import start
from bot.relay.asking.fetch import LARGEST_DOCUMENT
from bot.relay.asking.start import LONGEST_INSTRUCTION, ask_again, preferred_mode, request
from bot.relay.asking.stop import never_started, stop
from tests.fakes.world import actor
from tests.make import NOON, OTHER, REQUESTER, TIMING, decided, later, make_change, make_job, make_round

SOURCE = SourceFile("F0", "supply.html", "https://files.example/F0")


def wanted(**rest):
    """Return a filled-in dialog."""
    given = {
        "key": "view V0", "actor": actor(REQUESTER), "channel": "C0LEGAL", "instruction": " Give them longer. ",
        "mode": Mode.REVIEW, "source": SOURCE,
    }  # fmt: skip
    return EditRequest(**{**given, **rest})


async def refused(world, act, *arguments):
    """Return the code of a refusal."""
    with pytest.raises(RefusedError) as refusal:
        await act(world.given, *arguments)
    return refusal.value.code


async def requested(world, **rest):
    """Request an edit and return its ref."""
    return await request(world.given, wanted(**rest))


class TestRequest:
    """What the dialog asks for is stored before anybody is told that it was taken."""

    async def test_a_request_is_stored_and_begun_at_once(self, world):
        """With who asked, for what, where; and the start is queued."""
        ref = await requested(world)
        job = world.job(ref)
        assert (job.state, job.requester_id, job.channel) == (JobState.STARTING, REQUESTER, "C0LEGAL")
        assert (job.instruction, job.document, job.source) == ("Give them longer.", "supply.html", SOURCE)
        assert job.next_at == NOON
        assert sorted(world.queue.steps) == ["refresh", "start"]
        assert world.events() == ["edit.requested"]

    async def test_the_same_request_again_is_the_same_edit(self, world):
        """Slack delivered it twice: one record, one start."""
        assert await requested(world) == await requested(world)
        assert len(world.store.jobs) == 1
        assert world.queue.steps.count("start") == 1

    async def test_another_request_is_another_edit(self, world):
        """In a session of its own."""
        first, second = await requested(world), await requested(world, key="view V1")
        assert world.job(first).session_id != world.job(second).session_id

    async def test_the_mode_is_remembered_for_the_next_time(self, world):
        """Each person's own; the first time, every change is reviewed."""
        assert await preferred_mode(world.given, actor(REQUESTER)) is Mode.REVIEW
        await requested(world, mode=Mode.AUTOMATIC)
        assert await preferred_mode(world.given, actor(REQUESTER)) is Mode.AUTOMATIC
        assert await preferred_mode(world.given, actor(OTHER)) is Mode.REVIEW

    @pytest.mark.parametrize(
        ("rest", "code"),
        [
            ({"instruction": "  "}, "instruction"),
            ({"instruction": "x" * (LONGEST_INSTRUCTION + 1)}, "instruction"),
            ({"source": None}, "document"),
            ({"channel": "C0AWAY"}, "not_in_channel"),
        ],
    )
    async def test_what_is_wrong_is_said_at_its_field(self, world, rest, code):
        """Nothing is stored, and the choice is not remembered."""
        world.directory.unreachable = {"C0AWAY"}
        assert await refused(world, request, wanted(mode=Mode.AUTOMATIC, **rest)) == code
        assert world.store.jobs == {}
        assert await preferred_mode(world.given, actor(REQUESTER)) is Mode.REVIEW

    async def test_an_instruction_of_the_longest_kind_is_taken(self, world):
        """The limit itself is within it."""
        assert await requested(world, instruction="x" * LONGEST_INSTRUCTION)

    async def test_a_crowded_worker_takes_on_no_edit(self, world):
        """It says so in a sentence."""
        world.queue.is_crowded = True
        assert await refused(world, request, wanted()) == "crowded"
        assert world.store.jobs == {}

    async def test_a_channel_in_which_ten_minutes_of_messages_wait_takes_no_edit(self, world):
        """Its changes would be shown when little of their hour is left; the sentence says how long it takes."""
        world.notifier.waiting = timedelta(minutes=10)
        await request(world.given, wanted())
        world.notifier.waiting = timedelta(minutes=12, seconds=50)
        with pytest.raises(RefusedError, match=r"<#C0LEGAL> that Slack takes 12 minutes"):
            await request(world.given, wanted(key="another"))
        assert world.notifier.called("backlog") == [("C0LEGAL",)] * 2

    async def test_guests_start_nothing(self, world):
        """As they decide nothing."""
        world.directory.people[REQUESTER] = Person(REQUESTER, is_guest=True)
        assert await refused(world, request, wanted()) == "guest"

    async def test_somebody_who_cannot_be_looked_up_starts_nothing(self, world):
        """What is not known refuses."""
        world.directory.fails["person"] = [TransientError("Slack is down.")]
        with pytest.raises(TransientError):
            await requested(world)
        assert world.store.jobs == {}


class TestGoingOn:
    """What the dialog of *Edit again* asks for."""

    async def finished(self, world, **rest):
        """Keep an edit that left a document in a session, and return the dialog to go on with it."""
        old = await world.keep(make_job(state=JobState.COMPLETED, **rest))
        return wanted(actor=actor(OTHER), source=None, continues_ref=old)

    async def test_a_member_of_the_channel_goes_on_with_what_an_edit_left(self, world):
        """In the same session, and back to where the document came from."""
        source = LibraryFile("b/a.html", "v1")
        going_on = await self.finished(world, source=source, returned=Returned("b/a.html", version="v2"))
        job = world.job(await request(world.given, going_on))
        assert (job.session_id, job.requester_id) == ("slack-1", OTHER)
        assert job.source == LibraryFile("b/a.html", "v2")

    async def test_who_cannot_see_the_document_does_not_go_on_with_it(self, world):
        """Whoever is no member of the channel where it was reviewed could have its text shown in another one."""
        going_on = await self.finished(world, channel="C0BOARD")
        world.directory.people[OTHER] = Person(OTHER, is_member=False)
        assert await refused(world, request, going_on) == "not_a_reader"
        assert (OTHER, "T0HOME", "C0BOARD") in world.directory.called("person")
        assert len(world.store.jobs) == 1
        assert world.events() == ["edit.refused"]

    async def test_who_asked_for_an_edit_goes_on_with_it_from_anywhere(self, world):
        """It is their document, whatever channel they have left since."""
        going_on = await self.finished(world, requester_id=OTHER)
        world.directory.people[OTHER] = Person(OTHER, is_member=False)
        assert await request(world.given, going_on)


class TestStart:
    """The task that starts a stored edit at SuperDocs; it may run twice."""

    async def started(self, world, seconds=0.0, **rest):
        """Request an edit, and run the task once."""
        ref = await requested(world, **rest)
        world.pass_time(seconds)
        await start(world.given, ref)
        return world.job(ref)

    async def test_an_edit_is_started_with_its_document_and_mode(self, world):
        """The document is fetched once and kept as it was when the edit was asked for."""
        world.notifier.file = b"\xef\xbb\xbf<p>30 days</p>"
        job = await self.started(world, mode=Mode.AUTOMATIC)
        ((session_id, message, mode, html),) = world.documents.called("start")
        assert (session_id, message, mode) == (job.session_id, "Give them longer.", Mode.AUTOMATIC)
        assert html == "<p>30 days</p>"
        assert await world.store.document(job.ref, "source") == html
        assert (job.state, job.job_id) == (JobState.WORKING, "job_1")
        assert "watch" in world.queue.steps

    async def test_a_task_that_runs_twice_starts_once(self, world):
        """The second finds the job running."""
        job = await self.started(world)
        await start(world.given, job.ref)
        assert len(world.documents.called("start")) == 1

    async def test_a_task_that_comes_early_waits(self, world):
        """Its next try is not due yet."""
        world.documents.fails["start"] = [TransientError("Busy.")]
        job = await self.started(world)
        await start(world.given, job.ref)
        assert len(world.documents.called("start")) == 1

    @pytest.mark.parametrize(
        ("error", "asked_s", "wait"),
        [
            (TransientError("Busy."), None, None),
            (TransientError("Busy.", retry_after_s=7), 7, None),
            (OutcomeUnknownError("No answer."), None, STALE),
        ],
    )
    async def test_a_start_without_an_answer_is_tried_again_later(self, world, error, asked_s, wait):
        """The message of the job says what keeps it; what may have begun is looked for when a read can count."""
        world.documents.fails["start"] = [error]
        job = await self.started(world)
        assert (job.state, job.failures, job.next_at) == (
            JobState.STARTING,
            1,
            NOON + (wait or pause(1, job.ref, asked_s)),
        )
        assert (job.progress, job.revision) == (str(error), 2)

    async def test_a_job_that_an_unanswered_start_began_is_taken_over(self, world):
        """It is found in the session: nothing is started twice."""
        world.documents.fails["start"] = [OutcomeUnknownError("No answer.")]
        job = await self.started(world)
        world.documents.listed = (Listed("job_7", job.session_id, Status.WORKING),)
        world.pass_time(5)
        await start(world.given, job.ref)
        assert world.job(job.ref).job_id == "job_7"
        assert len(world.documents.called("start")) == 1

    async def test_a_worker_that_died_in_the_call_leaves_a_job_to_be_found(self, world):
        """That it was going to call stands in the record before the call."""
        ref = await requested(world)
        world.documents.fails["start"] = [KeyboardInterrupt()]
        with pytest.raises(KeyboardInterrupt):
            await start(world.given, ref)
        world.documents.listed = (Listed("job_7", "s", Status.WORKING),)
        world.pass_time(20)
        await start(world.given, ref)
        assert world.job(ref).job_id == "job_7"

    async def test_while_a_start_is_under_way_no_other_task_starts(self, world):
        """However often the sweep looks: the call may take its whole time."""
        ref = await requested(world)
        due_meanwhile: list[str] = []

        def sweep_looks():
            world.pass_time(14)
            due_meanwhile.extend(item.step for item in due(world.job(ref), TIMING) if item.at <= later(14))

        world.documents.then["start"] = sweep_looks
        await start(world.given, ref)
        assert "start" not in due_meanwhile

    async def test_an_edit_that_is_stopped_while_its_file_is_fetched_never_starts(self, world):
        """SuperDocs is not asked to do what nobody would watch."""
        ref = await requested(world)
        world.store.put(replace(world.job(ref), stop_requested_by=OTHER, stop_at=NOON))
        ended = never_started(world.job(ref), NOON)
        world.notifier.then["download"] = lambda: world.store.put(ended)
        await start(world.given, ref)
        assert world.documents.called("start") == []
        assert world.job(ref) == ended

    async def test_an_edit_that_is_stopped_between_two_tries_never_starts(self, world):
        """The first try may have done something, which nobody finds; and there is no second one."""
        world.documents.fails["start"] = [OutcomeUnknownError("No answer.")]
        job = await self.started(world)
        world.store.put(replace(job, stop_requested_by=OTHER, stop_at=NOON))
        await stop(world.given, job.ref)
        assert world.job(job.ref).state is JobState.STARTING
        world.pass_time(5)
        await start(world.given, job.ref)
        assert len(world.documents.called("start")) == 1
        assert (world.job(job.ref).state, world.job(job.ref).stop_at) == (JobState.STOPPED, None)

    async def test_an_answer_that_comes_late_does_not_put_off_a_job_that_runs(self, world):
        """Another task has found the job meanwhile."""
        ref = await requested(world)
        running = replace(world.job(ref), state=JobState.WORKING, job_id="job_7")
        world.documents.then["start"] = lambda: world.store.put(running)
        world.documents.fails["start"] = [TransientError("Busy.")]
        await start(world.given, ref)
        assert world.job(ref) == running

    async def test_a_session_that_is_busy_with_our_own_unanswered_job_is_asked_again(self, world):
        """The list did not show it yet, and SuperDocs refuses a second one: it is found a little later."""
        world.documents.fails["start"] = [
            OutcomeUnknownError("No answer."),
            RefusedError("Something else is under way.", code="session_busy"),
        ]
        job = await self.started(world)
        world.pass_time(5)
        await start(world.given, job.ref)
        assert world.job(job.ref).state is JobState.STARTING
        world.documents.listed = (Listed("job_7", "s", Status.WORKING),)
        world.pass_time(5)
        await start(world.given, job.ref)
        assert world.job(job.ref).job_id == "job_7"

    @pytest.mark.parametrize("code", ["quota", "too_large"])
    async def test_a_refused_start_fails_with_the_reason(self, world, code):
        """In words, and it is not repeated."""
        world.documents.fails["start"] = [RefusedError("The quota is spent.", code=code)]
        job = await self.started(world)
        assert (job.state, job.reason, job.next_at) == (JobState.FAILED, "The quota is spent.", None)
        assert (job.ended_at, job.revision) == (NOON, 2)

    async def test_a_start_is_given_up_after_an_hour(self, world):
        """SuperDocs was down all the time: the edit fails with what it said."""
        ref = await requested(world)
        world.documents.fails["start"] = [TransientError("Down.") for _try in range(200)]
        while world.job(ref).state is JobState.STARTING:
            await start(world.given, ref)
            world.pass_time(30)
        assert world.job(ref).reason == "Down."
        assert world.job(ref).ended_at == later(3600)

    async def test_a_job_that_the_last_attempt_began_is_found_after_the_hour(self, world):
        """It is looked for before anybody is told that it failed; nothing is started any more."""
        world.documents.fails["start"] = [OutcomeUnknownError("No answer.")]
        job = await self.started(world)
        world.documents.listed = (Listed("job_7", job.session_id, Status.WORKING),)
        world.pass_time(3600)
        await start(world.given, job.ref)
        assert world.job(job.ref).job_id == "job_7"
        assert len(world.documents.called("start")) == 1

    async def test_what_cannot_be_looked_for_ends_after_a_day(self, world):
        """Nobody waits for ever."""
        world.documents.fails["start"] = [OutcomeUnknownError("No answer.")]
        job = await self.started(world)
        world.documents.fails["jobs_of"] = [TransientError("Down.")] * 2
        world.pass_time(3600)
        await start(world.given, job.ref)
        assert world.job(job.ref).state is JobState.STARTING
        world.pass_time(24 * 3600)
        await start(world.given, job.ref)
        assert (world.job(job.ref).state, world.job(job.ref).reason) == (JobState.FAILED, "Down.")

    @pytest.mark.parametrize(
        ("raw", "words"),
        [
            (b"<" + b"x" * LARGEST_DOCUMENT, "larger than 10 MB"),
            ("<p>é</p>".encode("latin-1"), "not UTF-8"),
            (b"Just text.", "not an HTML document"),
            (b"<p>\0</p>", "not an HTML document"),
            (b"PK\x03\x04", "not an HTML document"),
            (b"", "not an HTML document"),
        ],
    )
    async def test_a_file_that_is_no_html_document_is_refused(self, world, raw, words):
        """The edit fails, names the file and says what to do; SuperDocs is not asked."""
        world.notifier.file = raw
        job = await self.started(world)
        assert job.state is JobState.FAILED
        assert job.reason.startswith("supply.html")
        assert words in job.reason
        assert world.documents.calls == []

    async def test_a_file_that_was_deleted_is_said(self, world):
        """It was given and taken away before the start."""
        world.notifier.fails["download"] = [GoneError("The file was deleted.")]
        assert (await self.started(world)).reason == "The file was deleted."

    async def test_a_file_that_cannot_be_fetched_now_is_fetched_later(self, world):
        """Once it is there, the edit starts with it."""
        world.notifier.fails["download"] = [TransientError("Slack is down.")]
        job = await self.started(world)
        assert job.state is JobState.STARTING
        world.pass_time(1)
        await start(world.given, job.ref)
        assert world.job(job.ref).state is JobState.WORKING

    async def test_a_file_that_does_not_come_is_fetched_later(self, world, monkeypatch):
        """Slack does not answer: no task waits for minutes."""
        monkeypatch.setattr(fetch, "_FETCHING", timedelta(0))
        stalled = asyncio.Event()
        monkeypatch.setattr(world.notifier, "download", lambda _source: stalled.wait())
        async with asyncio.timeout(5):
            job = await self.started(world)
        assert (job.state, job.failures) == (JobState.STARTING, 1)

    async def test_the_document_is_fetched_once(self, world):
        """A later try uses what was kept: the file may have changed meanwhile."""
        world.documents.fails["start"] = [TransientError("Busy.")]
        job = await self.started(world)
        world.notifier.file = b"<p>another text</p>"
        world.pass_time(1)
        await start(world.given, job.ref)
        assert world.documents.called("start")[1][3] == "<p>30 days</p>"
        assert len(world.notifier.called("download")) == 1

    async def test_a_job_that_ended_during_the_call_stays_ended(self, world):
        """Somebody stopped it: what the call answers changes nothing any more."""
        ref = await requested(world)
        ended = replace(world.job(ref), state=JobState.STOPPED)
        world.documents.then["start"] = lambda: world.store.put(ended)
        await start(world.given, ref)
        assert world.job(ref) == ended
        world.store.put(replace(ended, state=JobState.STARTING))
        world.documents.fails["start"] = [RefusedError("No.")]
        await start(world.given, ref)
        assert world.job(ref) == ended


class TestAskAgain:
    """A new job on the session of one that left something open."""

    async def left_open(self, world, **rest):
        """Keep a job that has ended with one change approved and one lapsed."""
        held = make_round(
            decided(make_change(1)), make_change(2, state=ChangeState.LAPSED), state=RoundState.CONFIRMED
        )
        return await world.keep(make_job(held, state=JobState.COMPLETED, **rest))

    async def test_what_lapsed_is_quoted_to_a_new_job_on_the_same_session(self, world):
        """The same instruction, only what is left; the document is there already."""
        old = await self.left_open(world, source=SOURCE)
        ref = await ask_again(world.given, actor(OTHER), old)
        job = world.job(ref)
        assert (job.session_id, job.channel, job.requester_id) == ("slack-1", "C0LEGAL", OTHER)
        assert job.asks_again == AskedAgain(old, (2,))
        assert (job.source, job.continues_ref) == (
            SOURCE,
            old,
        )  # it comes back as it came, and is not sent again
        await start(world.given, ref)
        ((_session, message, _mode, html),) = world.documents.called("start")
        assert message.startswith("Give them longer.")
        assert "- change “20 days” to “25 days”" in message
        assert html is None
        assert world.job(old).asked_again_by == ref

    async def test_it_goes_back_to_where_the_last_edit_left_it(self, world):
        """In the library that is another version by now; and the program hears of the new edit, too."""
        returned = Returned("b/a (edited).html", is_beside=True, version="v2")
        old = await self.left_open(
            world,
            source=LibraryFile("b/a.html", "v1"),
            returned=returned,
            callback=Callback("https://a.example", attempts=3),
        )
        job = world.job(await ask_again(world.given, actor(OTHER), old))
        assert job.source == LibraryFile("b/a (edited).html", "v2")
        assert job.callback == Callback("https://a.example")

    @pytest.mark.parametrize("kept", [["source"], ["source", "synced"], ["source", "synced", "updated"]])
    async def test_the_cards_still_say_where_they_stand(self, world, kept):
        """The document as the last edit left it comes along: headings are found in it, as before."""
        old = await self.left_open(world)
        for name in kept:
            await world.store.save_document(old, name, f"<h2>{name}</h2>")
        ref = await ask_again(world.given, actor(OTHER), old)
        await start(world.given, ref)
        assert await world.store.document(ref, "synced") == f"<h2>{kept[-1]}</h2>"

    async def test_a_second_press_says_that_it_was_asked_already(self, world):
        """One new job, whoever presses."""
        old = await self.left_open(world)
        await ask_again(world.given, actor(OTHER), old)
        assert await refused(world, ask_again, actor(REQUESTER), old) == "asked_again"
        assert len(world.store.jobs) == 2

    async def test_a_worker_that_died_half_way_leaves_the_button(self, world, monkeypatch):
        """The new edit runs and the old one still offers to ask again: pressing says so, and takes the offer away."""

        async def dies(_ref, _modifier):
            raise KeyboardInterrupt

        old = await self.left_open(world)
        with monkeypatch.context() as patch:
            patch.setattr(world.store, "change", dies)
            with pytest.raises(KeyboardInterrupt):
                await ask_again(world.given, actor(OTHER), old)
        assert len(world.store.jobs) == 2
        assert may_ask_again(world.job(old))
        assert await refused(world, ask_again, actor(OTHER), old) == "asked_again"
        assert not may_ask_again(world.job(old))
        assert len(world.store.jobs) == 2

    async def test_a_job_that_never_reached_superdocs_is_asked_with_its_file(self, world):
        """There is no session with the document in it."""
        old = await world.keep(make_job(state=JobState.FAILED, job_id="", source=SOURCE))
        job = world.job(await ask_again(world.given, actor(OTHER), old))
        assert job.source == SOURCE
        assert job.asks_again == AskedAgain(old, ())

    async def test_earlier_jobs_of_the_session_are_not_taken_for_ours(self, world):
        """After an unanswered start, the session lists the old jobs too: only a new one is taken over."""
        first = await self.left_open(world)
        ref = await ask_again(world.given, actor(OTHER), first)
        world.documents.fails["start"] = [OutcomeUnknownError("No answer.")]
        await start(world.given, ref)
        world.documents.listed = (Listed("job_1", "slack-1", Status.COMPLETED),)
        world.pass_time(5)
        world.documents.then["start"] = lambda: None
        await start(world.given, ref)
        assert len(world.documents.called("start")) == 2

    async def test_an_earlier_edit_that_is_retained_no_longer_holds_up_nothing(self, world):
        """It was asked again weeks later: SuperDocs lists its job no more."""
        first = await self.left_open(world)
        ref = await ask_again(world.given, actor(OTHER), first)
        del world.store.jobs[first]
        world.documents.fails["start"] = [TransientError("Busy.")]
        await start(world.given, ref)
        world.pass_time(1)
        await start(world.given, ref)
        assert world.job(ref).state is JobState.WORKING

    async def test_what_was_asked_again_and_failed_is_asked_for_in_the_same_words(self, world):
        """Only what had lapsed, not the whole instruction once more."""
        first = await self.left_open(world)
        second = await ask_again(world.given, actor(OTHER), first)
        world.store.put(replace(world.job(second), state=JobState.FAILED))
        third = world.job(await ask_again(world.given, actor(OTHER), second))
        assert "- change “20 days” to “25 days”" in third.appendix

    async def test_a_crowded_worker_takes_on_none(self, world):
        """Asking again is an edit like any other: the button stays, to be pressed in a few minutes."""
        old = await self.left_open(world)
        world.queue.is_crowded = True
        assert await refused(world, ask_again, actor(OTHER), old) == "crowded"
        assert may_ask_again(world.job(old))

    @pytest.mark.parametrize("state", [JobState.WORKING, JobState.COMPLETED])
    async def test_what_left_nothing_is_not_asked_again(self, world, state):
        """It is under way, or settled."""
        old = await world.keep(make_job(make_round(decided(make_change())), state=state))
        assert await refused(world, ask_again, actor(OTHER), old) == "nothing_left"
        assert len(world.store.jobs) == 1

    async def test_guests_ask_nothing_again(self, world):
        """As they start nothing."""
        world.directory.people[OTHER] = Person(OTHER, is_guest=True)
        assert await refused(world, ask_again, actor(OTHER), await self.left_open(world)) == "guest"

    async def test_a_job_that_was_retained_no_longer_cannot_be_asked_again(self, world):
        """Its button may stand in the channel for years."""
        with pytest.raises(GoneError):
            await ask_again(world.given, actor(OTHER), "ref0000000000009")

    async def test_the_claim_is_visible(self, world):
        """The old job's message is brought up to date."""
        old = await self.left_open(world)
        await ask_again(world.given, actor(OTHER), old)
        assert world.job(old).refresh_at is not None
        assert world.job(old).refresh_at <= later(0)
