"""The messages equal the record: what is missing is posted, what differs is edited, nothing is touched twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import ChangeState, JobState, MessageRef, RoundState
from bot.core.summary import CardSummary, JobSummary, NoticeSummary, RoundSummary, fingerprint
from bot.relay.ports import Place
from bot.relay.showing import announce, posting
from bot.relay.showing.announce import elsewhere, refresh
from tests.make import NOON, REQUESTER, decided, later, make_change, make_job, make_round

REF = make_job().ref


async def refreshed(world, job):
    """Keep a job that is to be shown now, and bring its messages up to date."""
    await world.keep(replace(job, refresh_at=NOON))
    await refresh(world.given, REF)
    return world.job()


async def again(world, **changed):
    """Change the record visibly, and bring its messages up to date again."""
    world.store.put(replace(world.job(), **changed).touched(world.store.clock.now))
    await refresh(world.given, REF)
    return world.job()


def standing(world, slot):
    """Return what the message in a slot says."""
    return world.notifier.standing[world.job().messages[slot].ts]


class TestPosting:
    """What is missing is posted."""

    async def test_a_single_change_is_one_card(self, world):
        """The job's message, then the card, which is the round's message."""
        job = await refreshed(world, make_job(make_round()))
        assert world.notifier.slots() == ["job", "round:1"]
        assert isinstance(standing(world, "job"), JobSummary)
        assert isinstance(standing(world, "round:1"), CardSummary)
        assert job.refresh_at is None

    async def test_several_changes_are_cards_in_the_round_s_thread(self, world):
        """In document order, after their round's message."""
        await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        assert world.notifier.slots() == ["job", "round:1", "card:1", "card:2"]
        assert isinstance(standing(world, "round:1"), RoundSummary)
        parent = world.job().messages["round:1"].ts
        assert [p.thread_ts for p in world.notifier.places.values()] == ["", "", parent, parent]

    async def test_a_card_that_is_up_makes_its_change_await(self, world):
        """The record knows from when it could be read."""
        job = await refreshed(world, make_job(make_round(make_change(state=ChangeState.PROPOSED))))
        assert job.rounds[0].changes[0].state is ChangeState.AWAITING
        several = make_round(*(make_change(n, state=ChangeState.PROPOSED) for n in (1, 2)))
        job = await refreshed(world, make_job(several))
        assert {c.state for c in job.rounds[0].changes} == {ChangeState.AWAITING}

    async def test_the_messages_know_their_place_and_their_link(self, world):
        """So that a reply finds its job, and the round links its cards."""
        job = await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        card = job.messages["card:1"]
        assert await world.store.ref_at("C0LEGAL", card.ts) == REF
        assert card.permalink == f"https://slack.example/{card.ts}"
        assert standing(world, "round:1").lines[0].link == card.permalink

    async def test_what_was_just_posted_is_not_edited(self, world):
        """It says what it is to say; only a message that counts or links others may follow them."""
        await refreshed(world, make_job(make_round()))
        edited = [world.notifier.places[ref.ts].slot for ref, _summary in world.notifier.called("update")]
        assert edited == ["job"]

    async def test_each_round_has_its_own_message(self, world):
        """The next one notifies people anew, and knows that its card is up."""
        first = make_round(decided(make_change(1)), state=RoundState.CONFIRMED)
        second = make_round(make_change(2, state=ChangeState.PROPOSED), number=2)
        job = await refreshed(world, make_job(first, second))
        assert world.notifier.slots() == ["job", "round:1", "round:2"]
        assert job.rounds == (first, replace(second, changes=(make_change(2),)))

    async def test_a_prompt_stands_in_the_job_s_thread(self, world):
        """Each question a message of its own."""
        job = await refreshed(world, make_job(state=JobState.PROMPTED, prompt="Go on?", prompts=2))
        assert world.notifier.slots() == ["job", "prompt:2"]
        assert world.notifier.places[job.messages["prompt:2"].ts].thread_ts == job.messages["job"].ts

    async def test_a_reminder_is_posted_once_and_never_edited(self, world):
        """It said what it said; the next one is another message; after the round there is none."""
        held = make_round(reminded=1, reminded_at=NOON)
        await refreshed(world, make_job(held))
        assert world.notifier.slots() == ["job", "round:1", "reminder:1:1"]
        assert isinstance(standing(world, "reminder:1:1"), NoticeSummary)
        said = standing(world, "reminder:1:1")
        await again(world, rounds=(replace(held, changes=(decided(make_change()),)),))
        assert standing(world, "reminder:1:1") == said
        await again(world, rounds=(replace(held, reminded=2, state=RoundState.SUBMITTING),))
        assert world.notifier.slots() == ["job", "round:1", "reminder:1:1"]

    async def test_a_card_without_its_text_waits_for_it(self, world):
        """The round's message may stand before; a card never shows less than its change."""
        missing = make_change(1, digest="f" * 64)
        await refreshed(world, make_job(make_round(missing, make_change(2))))
        assert world.notifier.slots() == ["job", "round:1", "card:2"]
        world.notifier.standing.clear()
        await refreshed(world, make_job(make_round(missing)))
        assert world.notifier.slots() == ["job"]


class TestIntents:
    """A post whose outcome is unknown is looked for before it is made again."""

    async def test_the_intent_stands_before_the_post(self, world):
        """Whoever comes after a crash knows that a message may stand there."""
        intents = []
        world.notifier.then["post"] = lambda: intents.append(world.job().messages["job"])
        await refreshed(world, make_job())
        assert intents == [MessageRef("C0LEGAL", attempt=1)]
        assert world.notifier.called("find") == []

    async def test_a_post_that_stands_is_not_made_again(self, world):
        """Its answer was lost: it is found, and brought to what the record says."""
        place = Place("C0LEGAL", REF, "job")
        world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
        world.notifier.then["post"] = lambda: world.notifier.stand(place, "as it was posted")
        job = await refreshed(world, make_job())
        assert job.refresh_at == later(0.5)
        world.pass_time(0.5)
        await refresh(world.given, REF)
        assert world.notifier.slots() == ["job"]
        assert isinstance(standing(world, "job"), JobSummary)
        assert len(world.notifier.called("post")) == 1

    async def test_a_post_that_does_not_stand_is_made_again(self, world):
        """It was looked for, and is not there; the attempt is counted."""
        world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
        await refreshed(world, make_job())
        world.pass_time(0.5)
        attempts = []
        world.notifier.then["post"] = lambda: attempts.append(world.job().messages["job"].attempt)
        await refresh(world.given, REF)
        assert attempts == [2]
        assert world.notifier.slots() == ["job"]

    async def test_a_worker_that_died_after_posting_leaves_no_double(self, world):
        """The next one finds what stands there."""
        world.notifier.fails["permalink"] = [KeyboardInterrupt()]
        with pytest.raises(KeyboardInterrupt):
            await refreshed(world, make_job())
        world.pass_time(20)
        await refresh(world.given, REF)
        assert world.notifier.slots() == ["job"]

    async def test_a_pass_that_died_is_taken_up_by_the_sweep(self, world):
        """A pass that is under way sets when it counts as lost."""
        seen_at = []
        world.notifier.then["post"] = lambda: seen_at.append(world.job().refresh_at)
        await refreshed(world, make_job())
        assert seen_at == [later(20)]

    @pytest.mark.parametrize("error", [TransientError("Down."), RefusedError("No.")])
    async def test_a_link_is_a_courtesy(self, world, error):
        """Without it the message is still there."""
        world.notifier.fails["permalink"] = [error]
        job = await refreshed(world, make_job())
        assert (job.messages["job"].permalink, job.refresh_at) == ("", None)


class TestEditing:
    """What says something else is edited, and nothing else is."""

    async def test_an_unchanged_message_is_not_touched(self, world):
        """Every edit costs one of Slack's."""
        await refreshed(world, make_job(make_round()))
        world.notifier.calls.clear()
        await again(world)
        assert world.notifier.calls == []

    async def test_a_decision_edits_what_shows_it(self, world):
        """The card first: whoever pressed looks at it; then the messages that count it."""
        await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        job = world.job()
        held = job.rounds[0].with_change(decided(make_change(1)))
        world.notifier.calls.clear()
        job = await again(world, rounds=(held,))
        edited = [ref.ts for ref, _summary in world.notifier.called("update")]
        assert edited == [job.messages[slot].ts for slot in ("card:1", "round:1", "job")]
        assert job.refresh_at is None

    async def test_a_message_that_was_deleted_is_posted_again(self, world):
        """Somebody took the card away: it stands there anew, with what the record says."""
        await refreshed(world, make_job(make_round()))
        deleted = world.job().messages["round:1"].ts
        world.notifier.delete(deleted)
        job = await again(world, rounds=(make_round(decided(make_change())),))
        assert job.messages["round:1"].ts != deleted
        assert standing(world, "round:1").status is not None
        assert sorted(world.notifier.slots()) == ["job", "round:1"]

    async def test_what_changes_during_a_pass_is_shown_by_it(self, world):
        """Somebody decided while the messages were posted: each is edited from the record as it is then."""

        def press():
            world.notifier.then.clear()
            held = world.job().rounds[0].with_change(decided(make_change(1)))
            world.store.put(replace(world.job(), rounds=(held,)).touched(NOON))

        world.notifier.then["permalink"] = press
        job = await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        assert standing(world, "card:1").status is not None
        assert job.refresh_at is None

    async def test_what_is_to_be_shown_later_ends_the_pass(self, world):
        """The record moved to a state that may not last: it is left to its moment."""

        def move():
            world.notifier.then.clear()
            world.store.put(replace(world.job(), refresh_at=None).touched(later(2)))

        world.notifier.then["permalink"] = move
        job = await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        assert job.refresh_at == later(2)
        world.pass_time(2)
        await refresh(world.given, REF)
        assert world.notifier.slots() == ["job", "round:1", "card:1", "card:2"]


class TestTrouble:
    """What Slack refuses or cannot do now."""

    async def test_one_message_that_is_refused_does_not_hold_up_the_others(self, world):
        """They are posted; the refused one comes when somebody may have mended it."""
        job = make_job(make_round(make_change(1), make_change(2), make_change(3)))
        refusal = RefusedError("invalid_blocks")
        posts = iter([None, None, refusal, None, None])
        world.notifier.then["post"] = lambda: world.notifier.fails.update(
            post=[e] if (e := next(posts)) else []
        )
        job = await refreshed(world, job)
        assert world.notifier.slots() == ["job", "round:1", "card:2", "card:3"]
        assert (job.refresh_at, job.refresh_failures) == (later(30), 1)
        world.pass_time(30)
        world.notifier.then.clear()
        await refresh(world.given, REF)
        assert sorted(world.notifier.slots()) == ["card:1", "card:2", "card:3", "job", "round:1"]
        assert world.job().refresh_failures == 0

    async def test_what_answers_a_refused_message_waits_for_it(self, world):
        """A card is never posted outside its thread."""
        posts = iter([None, RefusedError("invalid_blocks")])
        world.notifier.then["post"] = lambda: world.notifier.fails.update(
            post=[e] if (e := next(posts, None)) else []
        )
        await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        assert world.notifier.slots() == ["job"]

    async def test_an_edit_that_is_refused_does_not_hold_up_the_others(self, world):
        """The job's message is edited although its card is not."""
        await refreshed(world, make_job(make_round()))
        world.notifier.fails["update"] = [RefusedError("edit_window_closed")]
        job = await again(world, rounds=(make_round(decided(make_change())),))
        assert standing(world, "job").status.sentence == "All decided; sending in a moment."
        assert job.refresh_at == later(30)

    async def test_a_channel_that_is_gone_is_refused_like_any_other(self, world):
        """Nothing can stand there; it is tried again seldom."""
        world.notifier.fails["post"] = [GoneError("The channel was deleted.")]
        assert (await refreshed(world, make_job())).refresh_at == later(30)

    @pytest.mark.parametrize(
        ("error", "seconds"),
        [
            (TransientError("Down."), 0.5),
            (TransientError("Slow down.", retry_after_s=7.0), 7.0),
            (OutcomeUnknownError("No answer."), 0.5),
        ],
    )
    async def test_what_fails_for_now_is_done_later(self, world, error, seconds):
        """When the other side asked us to, or after a growing pause."""
        world.notifier.fails["post"] = [error]
        job = await refreshed(world, make_job())
        assert (job.refresh_at, job.refresh_failures) == (later(seconds), 1)

    async def test_a_failure_holds_up_nothing_that_came_meanwhile(self, world):
        """What changed while an edit waited in vain is shown at once."""
        await refreshed(world, make_job(make_round()))
        world.notifier.then["update"] = lambda: world.store.put(world.job().touched(world.store.clock.now))
        world.notifier.fails["update"] = [TransientError("Slow down.", retry_after_s=7.0)]
        job = await again(world, rounds=(make_round(decided(make_change())),))
        assert job.refresh_at == world.store.clock.now

    async def test_a_pass_ends_when_its_time_is_up(self, world, monkeypatch):
        """Tasks are short: what is left comes with the next one, at once."""
        monkeypatch.setattr(announce, "_BUDGET", timedelta(0))
        job = await refreshed(world, make_job(make_round()))
        assert world.notifier.calls == []
        assert job.refresh_at == NOON
        assert "refresh" in world.queue.steps

    async def test_a_pass_whose_time_is_up_in_between_leaves_the_rest(self, world, monkeypatch):
        """It ends between two messages, not in one."""
        times = iter([0.0, 0.0, 0.0, 100.0, 100.0])
        monkeypatch.setattr(posting, "_clock", lambda: next(times))
        await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        assert 0 < len(world.notifier.slots()) < 4


@pytest.mark.parametrize("refresh_at", [None, later(1)])
async def test_a_task_that_comes_for_nothing_does_nothing(world, refresh_at):
    """The messages equal the record, or it is to be shown later."""
    await world.keep(make_job(refresh_at=refresh_at))
    await refresh(world.given, REF)
    assert world.notifier.calls == []


BARRED = make_change(uninspectable="Nested too deep.")


class TestFiles:
    """What a card cannot show stands as a file in its thread, once."""

    async def test_the_source_of_what_cannot_be_inspected_stands_below_its_card(self, world):
        """In the thread of the only card, or of the round when there are several."""
        for held in (make_round(BARRED), make_round(BARRED, make_change(2))):
            world.store.jobs.clear()
            await refreshed(world, make_job(held))
            place, name, content, _sentence = world.notifier.called("publish")[-1]
            assert (place.slot, place.thread_ts) == ("source:1", world.job().messages["round:1"].ts)
            assert name == "change-1-source.txt"
            assert "<p>10 days</p>" in content
            assert world.job().messages["source:1"].ts
            world.notifier.standing.clear()

    async def test_a_file_comes_after_the_cards_and_their_edits(self, world):
        """However long it takes, no card waits for it."""
        await refreshed(world, make_job(make_round(BARRED, make_change(2))))
        done = [name for name, _args in world.notifier.calls if name in {"post", "update", "publish"}]
        assert done.index("publish") == len(done) - 1

    async def test_a_file_is_posted_once(self, world):
        """A later pass finds it in the record; and it is never edited."""
        await refreshed(world, make_job(make_round(BARRED)))
        await again(world)
        assert len(world.notifier.called("publish")) == 1

    async def test_a_file_whose_post_had_no_answer_is_looked_for_first(self, world):
        """It stands there: no second one."""
        world.notifier.fails["publish"] = [OutcomeUnknownError("No answer.")]
        job = await refreshed(world, make_job(make_round(BARRED)))
        assert job.messages["source:1"] == MessageRef("C0LEGAL", attempt=1)
        place = Place("C0LEGAL", REF, "source:1", job.messages["round:1"].ts)
        stood = world.notifier.stand(place, "the file")
        world.pass_time(60)
        await refresh(world.given, REF)
        assert len(world.notifier.called("publish")) == 1
        assert world.job().messages["source:1"].ts == stood.ts

    async def test_a_refused_file_keeps_no_card_from_saying_what_is(self, world):
        """The app may lack the permission to post files; it is tried again as long as somebody may decide."""
        world.notifier.fails["publish"] = [RefusedError("No.", code="missing_scope")] * 9
        job = await refreshed(world, make_job(make_round(BARRED, make_change(2))))
        assert {"round:1", "card:1", "card:2"} <= job.messages.keys()
        assert job.refresh_at is not None
        decided_all = replace(job.rounds[0], state=RoundState.CONFIRMED)
        world.store.put(replace(job, rounds=(decided_all,), state=JobState.WORKING).touched(NOON))
        await refresh(world.given, REF)
        assert world.job().refresh_at is None


def settle(world, **changed):
    """Have another worker bring everything up to date while this one stands still."""
    job = replace(world.job(), **changed)
    job = job.with_message("round:1", replace(job.messages["round:1"], shown="what the other one showed"))
    world.store.put(replace(job, revision=job.revision + 1, refresh_at=None))


class TestStandingStill:
    """A worker that is paused in the middle of a pass, and wakes when another one has done its work."""

    async def test_an_edit_whose_record_has_changed_is_not_made(self, world):
        """While its turn was waited for, or the worker stood still, somebody decided: the old words stay unsaid."""
        await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        held = world.job().rounds[0]
        both = held.with_change(decided(make_change(1))).with_change(decided(make_change(2)))
        world.notifier.calls.clear()
        world.notifier.turns["update"] = lambda: settle(world, rounds=(both,))
        await again(world, rounds=(held.with_change(decided(make_change(1))),))
        assert world.notifier.called("update") == []
        assert world.job().refresh_at is not None
        world.pass_time(1)
        await refresh(world.given, REF)
        assert standing(world, "card:2").status is not None

    async def test_an_old_edit_that_was_made_all_the_same_is_mended(self, world):
        """It stood still between its last look and the call: its words are not the record's, and are replaced."""
        await refreshed(world, make_job(make_round()))
        told = decided(make_change())
        world.notifier.then["update"] = lambda: (
            world.notifier.then.clear(),
            settle(world, rounds=(make_round(told, state=RoundState.SUBMITTING),)),
        )
        await again(world, rounds=(make_round(told),))
        await refresh(world.given, REF)
        job = world.job()
        assert job.refresh_at is None
        shown = [job.messages[slot].shown for slot in ("job", "round:1")]
        assert shown == [fingerprint(standing(world, slot)) for slot in ("job", "round:1")]
        assert "Sending" in standing(world, "job").status.sentence

    async def test_a_post_that_another_pass_has_made_is_not_made(self, world):
        """The record no longer holds this pass's intent."""
        stood = []

        def other():
            stood.append(world.notifier.stand(Place("C0LEGAL", REF, "job"), "the other worker's"))
            world.store.put(world.job().with_message("job", replace(stood[0], shown="x")))

        world.notifier.turns["post"] = other
        await refreshed(world, make_job())
        world.pass_time(1)
        await refresh(world.given, REF)
        assert world.notifier.slots() == ["job"]
        assert world.job().messages["job"].ts == stood[0].ts

    async def test_of_two_passes_one_posts(self, world):
        """Both found the message missing: the second one's intent is refused by the record."""
        note = posting.noting(world.given, REF, "job")
        await world.keep(make_job())
        await note(None, MessageRef("C0LEGAL", attempt=1))
        with pytest.raises(TransientError, match="Another pass"):
            await note(None, MessageRef("C0LEGAL", attempt=1))

    @pytest.mark.parametrize("method", ["post", "update"])
    async def test_whoever_wakes_after_its_time_does_nothing(self, world, monkeypatch, method):
        """Another pass may be at work by then, whatever the record says."""
        await refreshed(world, make_job(make_round()))
        world.notifier.calls.clear()
        times = {"now": 0.0}
        monkeypatch.setattr(posting, "_clock", lambda: times["now"])
        monkeypatch.setattr(asyncio, "timeout_at", lambda _at: asyncio.timeout(None))
        world.notifier.turns[method] = lambda: times.update(now=30.0)
        reminded = make_round(reminded=1, reminded_at=NOON)
        await again(world, rounds=(reminded if method == "post" else make_round(decided(make_change())),))
        assert world.notifier.called(method) == []
        assert world.job().refresh_at is not None


class TestUrgency:
    """What is urgent says so."""

    async def test_messages_of_an_open_round_are_wanted_by_its_deadline(self, world):
        """With how many turns they wait for; the first edits, too."""
        held = make_round(make_change(1), make_change(2))
        await refreshed(world, make_job(held))
        asked = [place.urgency for place, _summary in world.notifier.called("post")]
        assert [one.turns for one in asked] == [4, 3, 2, 1]
        assert {one.by for one in asked} == {held.submit_at}
        assert set(world.notifier.urgencies) == {held.submit_at}

    async def test_what_nobody_decides_comes_behind(self, world):
        """A job without an open round."""
        await refreshed(world, make_job())
        assert world.notifier.called("post")[0][0].urgency.by is None


class TestDeleted:
    """Somebody deleted a message; see also `repost.py`."""

    async def test_what_is_settled_stays_deleted(self, world):
        """Nobody decides by it any more: it is not posted again, and not tried again."""
        await refreshed(world, make_job(make_round()))
        world.notifier.delete(world.job().messages["round:1"].ts)
        job = await again(world, rounds=(make_round(decided(make_change()), state=RoundState.SUBMITTING),))
        assert world.notifier.slots() == ["job"]
        assert job.refresh_at is None

    async def test_what_comes_back_is_a_copy(self, world):
        """Slack may refuse a second message of the same name."""
        await refreshed(world, make_job(make_round()))
        world.notifier.delete(world.job().messages["round:1"].ts)
        job = await again(world, rounds=(make_round(decided(make_change())),))
        assert job.messages["round:1"].copies == world.notifier.called("post")[-1][0].copies == 1

    async def test_a_thread_that_was_deleted_comes_back_with_its_cards(self, world):
        """Its round is open: the message that they answer is posted anew, and they answer that."""
        await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        job = world.job()
        bare = {slot: job.messages[slot] for slot in ("job", "round:1", "card:1")}
        for slot in ("round:1", "card:2"):
            world.notifier.delete(job.messages[slot].ts)
        world.notifier.fails["post"] = [GoneError("Deleted.", code="thread_not_found")]
        job = await again(world, messages=bare)
        world.pass_time(30)
        await refresh(world.given, REF)
        job = world.job()
        assert job.messages["round:1"].copies == 1
        assert world.notifier.places[job.messages["card:2"].ts].thread_ts == job.messages["round:1"].ts

    async def test_a_card_that_is_deleted_while_its_link_is_asked_for_comes_back(self, world):
        """Slack told of it in between: the dead one is not noted in place of what is to be posted."""
        world.notifier.then["permalink"], gone = telling_of_a_deletion(world, "round:1")
        job = await refreshed(world, make_job(make_round()))
        assert job.messages["round:1"].ts not in {"", *gone}
        assert (job.messages["round:1"].copies, job.refresh_at) == (1, None)

    async def test_a_card_that_is_deleted_while_it_is_edited_comes_back(self, world):
        """Slack took the edit, then told of the deletion; only then its answer is noted."""
        await refreshed(world, make_job(make_round()))
        world.notifier.then["update"], gone = telling_of_a_deletion(world, "round:1")
        job = await again(world, rounds=(make_round(decided(make_change())),))
        assert job.messages["round:1"].ts not in {"", *gone}
        assert standing(world, "round:1").status is not None
        assert job.refresh_at is None


def telling_of_a_deletion(world, slot):
    """Return what has Slack tell, once, that a message was deleted, as `repost.py` notes it; and which it was."""
    gone: list[str] = []

    def tell():
        known = world.job().messages.get(slot)
        if known is not None and not gone:
            gone.append(known.ts)
            world.store.put(world.job().with_message(slot, known.without).touched(world.store.clock.now))

    return tell, gone


CLOSED = RefusedError("This channel is archived.", code="is_archived")


class TestClosedChannel:
    """The channel was archived, or the app removed from it."""

    async def test_the_edit_goes_on_with_its_requester(self, world):
        """Told why first; then what they need to decide; and the record knows their direct messages."""
        world.notifier.opened = {REQUESTER: "D0REQ"}
        await refreshed(world, make_job(make_round(make_change(1), make_change(2))))
        world.notifier.fails["update"] = [CLOSED]
        held = world.job().rounds[0].with_change(decided(make_change(1)))
        job = await again(world, rounds=(held,))
        assert (job.channel, job.moved_from, job.refresh_at) == (REQUESTER, "C0LEGAL", NOON)
        await refresh(world.given, REF)
        job = world.job()
        assert job.channel == "D0REQ"
        assert world.notifier.slots()[4:] == ["moved", "job", "round:1", "card:1", "card:2"]
        assert "<#C0LEGAL>" in standing(world, "moved").sentence
        assert {message.channel for message in job.messages.values()} == {"D0REQ"}
        assert job.refresh_at is None

    async def test_the_first_message_to_them_stands_once_though_its_answer_was_lost(self, world):
        """It is found by the name of those direct messages, and the edit goes on there."""
        world.notifier.opened = {REQUESTER: "D0REQ"}
        world.notifier.fails["post"] = [CLOSED, OutcomeUnknownError("No answer.")]
        world.notifier.then["post"] = lambda: (
            len(world.notifier.called("post")) == 2
            and (world.notifier.stand(world.notifier.called("post")[1][0], "as it was posted"))
        )
        await refreshed(world, make_job(make_round()))
        await refresh(world.given, REF)
        world.pass_time(60)
        await refresh(world.given, REF)
        assert world.notifier.slots() == ["moved", "job", "round:1"]
        assert {message.channel for message in world.job().messages.values()} == {"D0REQ"}
        assert world.job().channel == "D0REQ"

    async def test_what_was_settled_stays_where_it_was(self, world):
        """Neither posted again nor edited."""
        first = make_round(decided(make_change(1)), state=RoundState.CONFIRMED)
        await refreshed(world, make_job(first, make_round(make_change(2), number=2)))
        world.notifier.fails["update"] = [CLOSED]
        await again(world, rounds=(first, make_round(decided(make_change(2)), number=2)))
        await refresh(world.given, REF)
        assert world.notifier.slots() == ["job", "round:1", "round:2", "moved", "job", "round:2"]

    async def test_an_edit_that_has_nowhere_to_go_is_tried_again_seldom(self, world):
        """No requester, and it is the relay's own channel: the log says so, and somebody may mend it."""
        world.notifier.fails["post"] = [CLOSED] * 5
        job = await refreshed(world, make_job(requester_id=""))
        assert (job.channel, job.refresh_at) == ("C0LEGAL", later(30))
        assert len(world.notifier.called("post")) == 1

    async def test_what_has_ended_is_let_be(self, world):
        """All is said: nobody is bothered for the edit of a line."""
        await refreshed(world, make_job(make_round()))
        world.notifier.fails["update"] = [CLOSED] * 5
        job = await again(world, state=JobState.COMPLETED, rounds=())
        assert (job.channel, job.refresh_at) == ("C0LEGAL", None)

    async def test_whoever_was_never_told_of_an_edit_is_told_how_it_ended(self, world):
        """It ended before its first message could be posted: nothing stands there that says so."""
        world.notifier.opened = {REQUESTER: "D0REQ"}
        world.notifier.fails["post"] = [CLOSED]
        job = await refreshed(world, make_job(state=JobState.FAILED, reason="No document."))
        assert (job.channel, job.refresh_at) == (REQUESTER, NOON)
        await refresh(world.given, REF)
        assert world.notifier.slots() == ["moved", "job"]
        assert standing(world, "job").status.quote == "No document."
        assert world.job().refresh_at is None

    async def test_whoever_cannot_be_told_for_a_day_is_not_told(self, world):
        """Its channel is closed, and there is nowhere to go: it is tried seldom, and not for ever."""
        world.notifier.fails["post"] = [CLOSED] * 3
        ended = make_job(state=JobState.FAILED, reason="No document.", requester_id="", ended_at=NOON)
        assert (await refreshed(world, ended)).refresh_at == later(30)
        world.pass_time(86_401)
        await refresh(world.given, REF)
        assert world.job().refresh_at is None

    @pytest.mark.parametrize("slot", ["round:1", "source:1"])
    async def test_what_comes_to_stand_where_the_edit_has_left_is_let_be(self, world, slot):
        """The survey saw the channel closed while the answer to a post was under way: it is posted where people are."""
        world.notifier.opened = {REQUESTER: "D0REQ"}
        stand = world.notifier.stand

        def moving(place, said):
            if (place.slot, place.channel) == (slot, "C0LEGAL"):
                world.store.put(elsewhere("C0LEGAL")(world.job(), NOON))
            return stand(place, said)

        world.notifier.stand = moving
        await refreshed(world, make_job(make_round(BARRED)))
        await refresh(world.given, REF)
        assert (world.job().channel, world.job().messages[slot].channel) == ("D0REQ", "D0REQ")
        assert world.notifier.slots().count(slot) == 2
