"""The digest: begun once a day in each channel, posted part by part, each part once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.audit import Entry
from bot.core.backlog import Digest, daily_name
from bot.core.errors import BugError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import ChangeState, JobState, MessageRef, RoundState
from bot.core.permission import Person
from bot.core.schedule import Schedule
from bot.core.sighting import Balance
from bot.core.summary import LINES, Does
from bot.relay.asking.start import ask_again
from bot.relay.ports import Place
from bot.relay.reminding import digest as digesting
from bot.relay.reminding.digest import ask_all_again, digest, digests, request
from bot.relay.reminding.seal import seal
from tests.fakes.world import CHANNEL, actor
from tests.make import NOON, OTHER, REVIEWER, decided, later, make_change, make_job, make_round

DAY = 24 * 3600
NINE = later(-3 * 3600)
"""When today's digest is due; a test begins at noon."""
YESTERDAY = NINE - timedelta(days=3)
"""Friday, for a test begins on Monday."""


async def opened(world, *refs, **rest):
    """Keep open jobs that were there before nine."""
    for number, ref in enumerate(refs):
        held = make_round(submit_at=later(600 + number))
        await world.keep(make_job(held, **{"ref": ref, "created_at": later(-60, NINE), **rest}))


async def left(world, *refs, **rest):
    """Keep jobs that left something, each on a session of its own."""
    held = make_round(make_change(2, state=ChangeState.LAPSED), state=RoundState.CONFIRMED)
    for ref in refs:
        given = {"state": JobState.COMPLETED, "created_at": later(-60, NINE), "ended_at": later(-30, NINE)}
        await world.keep(make_job(held, **{**given, "ref": ref, "session_id": f"slack-{ref}", **rest}))


def many(count, prefix="ref"):
    """Return refs."""
    return [f"{prefix}{number:013}" for number in range(count)]


async def ran(world):
    """Run the chore, then every step that it queued."""
    world.queue.calls.clear()
    await digests(world.given)
    for _step, name, _key in world.queue.called("add"):
        await digest(world.given, name)


def said(world):
    """Return what stands in Slack, in order."""
    return list(world.notifier.standing.values())


def begun(world):
    """Return every digest, in the order in which they began."""
    return list(world.digests.kept.values())


async def had(world, moment=YESTERDAY, channel=CHANNEL, **rest):
    """Have a channel's daily digest of a moment be over."""
    listed = Digest(
        daily_name(channel, moment), channel, moment, later(-DAY, moment), posted_at=moment, **rest
    )
    await world.digests.begin(listed)


async def refused(act, *arguments):
    """Return the code of a refusal."""
    with pytest.raises(RefusedError) as refusal:
        await act(*arguments)
    return refusal.value.code


class TestBegin:
    """Which channels get a digest, when, and what it lists."""

    async def test_what_waits_is_posted_when_the_hour_has_come(self, world):
        """Once, however often the clock looks."""
        world.store.clock.now = later(-1, NINE)
        await had(world)
        await opened(world, "ref0000000000001")
        await ran(world)
        assert said(world) == []
        world.pass_time(1)
        await ran(world)
        await ran(world)
        (only,) = said(world)
        assert only.text == "1 edit waits for review. Decide the first by 12:10 UTC."
        assert begun(world)[-1].posted_at == NINE

    async def test_the_next_day_has_its_own(self, world):
        """At its hour."""
        await opened(world, "ref0000000000001")
        await ran(world)
        world.pass_time(DAY)
        await ran(world)
        assert [one.title for one in said(world)] == [
            "Digest of Monday, 23 November",
            "Digest of Tuesday, 24 November",
        ]

    async def test_an_empty_day_is_silent_and_done(self, world):
        """What comes later that day waits for the next digest: it has a message of its own."""
        await had(world)
        await ran(world)
        assert begun(world)[-1].posted_at == NOON
        assert world.queue.calls == []
        await opened(world, "ref0000000000001")
        await ran(world)
        assert said(world) == []
        assert await world.digests.last(CHANNEL) == NINE

    async def test_a_day_on_which_nothing_is_scheduled_has_none(self, world):
        """Saturday's digest is Friday's, which has been."""
        world.store.clock.now = later(-2 * DAY)
        await had(world)
        await opened(world, "ref0000000000001")
        await ran(world)
        assert said(world) == []

    async def test_several_days_missed_are_one_digest_late(self, world):
        """All workers were down; people hear on the same day, and once."""
        await had(world, NINE - timedelta(days=6))
        await left(world, "ref0000000000001")
        await ran(world)
        assert len(said(world)) == 1
        assert begun(world)[-1].moment == NINE

    async def test_every_channel_in_which_something_waits_has_its_own(self, world):
        """With what waits there alone."""
        for channel in (CHANNEL, "C0HR", "C0OPS"):
            await had(world, channel=channel)
        await opened(world, "ref0000000000001", "ref0000000000002")
        await left(world, "ref0000000000003", channel="C0HR")
        await ran(world)
        assert {(d.channel, d.open, d.lapsed) for d in begun(world)[3:]} == {
            (CHANNEL, ("ref0000000000001", "ref0000000000002"), ()),
            ("C0HR", (), ("ref0000000000003",)),
        }
        assert {place.channel for place in world.notifier.places.values()} == {CHANNEL, "C0HR"}

    async def test_a_newcomer_gets_no_digest_for_an_hour_before_it_came(self, world):
        """The relay came at noon, and so did its first edit: nine o'clock is noted, and not posted."""
        await opened(world, "ref0000000000001", created_at=NOON)
        await ran(world)
        assert said(world) == []
        assert await world.digests.last(CHANNEL) == NINE
        world.pass_time(DAY)
        await ran(world)
        assert len(said(world)) == 1

    async def test_a_channel_s_first_digest_is_due_when_something_waited_before_its_hour(self, world):
        """Whoever runs the relay without digests until now."""
        await opened(world, "ref0000000000001", created_at=NINE)
        await ran(world)
        assert len(said(world)) == 1

    async def test_a_pass_that_was_cut_short_is_made_up_for(self, world, monkeypatch):
        """The default channel comes last: as long as its digest has not begun, all channels are looked at."""
        for channel in (CHANNEL, "C0HR"):
            await had(world, channel=channel)
        await opened(world, "ref0000000000001")
        await opened(world, "ref0000000000002", channel="C0HR")
        begin, dies = world.digests.begin, iter([False, True])

        async def mortal(listed):
            if next(dies):
                raise KeyboardInterrupt
            return await begin(listed)

        with monkeypatch.context() as patch:
            patch.setattr(world.digests, "begin", mortal)
            with pytest.raises(KeyboardInterrupt):
                await digests(world.given)
        await ran(world)
        assert sorted(place.channel for place in world.notifier.places.values()) == ["C0HR", CHANNEL]

    async def test_a_day_that_is_done_costs_no_records(self, world, monkeypatch):
        """The clock looks every ten seconds."""
        await opened(world, "ref0000000000001")
        await ran(world)

        async def never(_refs):
            raise AssertionError

        monkeypatch.setattr(world.store, "load_all", never)
        await digests(world.given)

    async def test_the_clock_is_the_zone_s(self, world):
        """Half past seven in the evening in Kathmandu, in summer and winter."""
        world.schedule = Schedule(time(17, 30), ZoneInfo("Asia/Kathmandu"))
        world.store.clock.now = later(-16 * 60)
        await had(world, YESTERDAY)
        await opened(world, "ref0000000000001", created_at=YESTERDAY)
        world.pass_time(59)
        await ran(world)
        last = await world.digests.last(CHANNEL)
        world.pass_time(1)
        await ran(world)
        assert last != await world.digests.last(CHANNEL) == later(-15 * 60)

    @pytest.mark.parametrize(
        "changed", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)]
    )
    async def test_clocks_that_are_changed_bring_one_digest_a_day(self, world, changed):
        """At nine by the clocks on the wall: on the day before, on the day itself and after it."""
        world.schedule = Schedule(time(9), ZoneInfo("Europe/Berlin"), frozenset(range(7)))
        world.store.clock.now = changed - timedelta(days=2)
        await opened(world, "ref0000000000001", created_at=changed - timedelta(days=9))
        for _hour in range(4 * 24):
            await ran(world)
            world.pass_time(3600)
        local = [listed.moment.astimezone(world.schedule.zone) for listed in begun(world)]
        assert {moment.time() for moment in local} == {time(9)}
        assert [moment.date() - local[0].date() for moment in local] == [timedelta(days=n) for n in range(5)]
        assert len(said(world)) == 5


class TestSince:
    """From when on it tells what was decided."""

    async def decided_at(self, world, moment):
        """Keep a job with a change decided at a moment."""
        held = make_round(decided(make_change(1), at=moment), make_change(2))
        await world.keep(make_job(held, ref="decided000000000", created_at=moment))

    async def test_it_begins_with_the_last_one(self, world):
        """What was decided before that was told then."""
        await had(world, messages={"1": MessageRef(CHANNEL, "1.0")})
        await self.decided_at(world, later(1, YESTERDAY))
        await ran(world)
        (only,) = said(world)
        assert only.facts[0].sentence.startswith(
            "Since Friday, 20 November, 09:00 UTC: 1 approved. Decided by"
        )
        await ran(world)

    async def test_what_a_silent_day_held_back_is_told_with_the_next(self, world):
        """Nobody has seen it."""
        await had(world)
        await self.decided_at(world, later(-1, YESTERDAY))
        await ran(world)
        assert (
            said(world)[0].facts[0].sentence.startswith("Since Thursday, 19 November, 09:00 UTC: 1 approved")
        )

    async def test_a_last_one_that_is_retained_no_longer_is_where_it_begins(self, world):
        """Its moment is kept for longer than its record."""
        await had(world)
        world.digests.kept.clear()
        await opened(world, "ref0000000000001")
        await ran(world)
        assert begun(world)[0].since == YESTERDAY

    async def test_a_first_one_begins_where_one_would_have_been(self, world):
        """The scheduled moment before."""
        await opened(world, "ref0000000000001")
        await ran(world)
        assert begun(world)[0].since == YESTERDAY

    async def test_what_was_decided_after_its_moment_is_left_to_the_next(self, world):
        """It comes late: told twice would be told wrong."""
        await self.decided_at(world, later(1, NINE))
        await opened(world, "ref0000000000001")
        await ran(world)
        assert said(world)[0].facts[0].sentence.endswith("nothing was decided.")

    async def test_what_was_decided_in_other_channels_is_not_told(self, world):
        """Nor who decided there."""
        await opened(world, "ref0000000000001")
        held = make_round(decided(make_change(), at=later(-60, NINE)))
        await world.keep(make_job(held, ref="ref0000000000002", channel="C0HR"))
        await ran(world)
        assert said(world)[0].facts[0].sentence.endswith("nothing was decided.")


class TestPost:
    """Each part stands once, and what it offers can be done."""

    async def test_many_edits_are_one_message_in_the_channel_and_a_thread(self, world):
        """The channel is not flooded."""
        await opened(world, *many(2 * LINES + 1))
        await ran(world)
        first, second, third = world.notifier.places.values()
        parent = next(iter(world.notifier.standing))
        assert [place.thread_ts for place in (first, second, third)] == ["", parent, parent]
        assert [place.slot for place in (first, second, third)] == ["digest:1", "digest:2", "digest:3"]
        assert {place.ref for place in (first, second, third)} == {begun(world)[0].name}
        assert [len(one.open) for one in said(world)] == [LINES, LINES, 1]

    async def test_the_intent_stands_before_each_post(self, world):
        """Whoever comes after a crash knows where to look."""
        intents = []
        world.notifier.then["post"] = lambda: intents.append(dict(begun(world)[0].messages))
        await opened(world, *many(LINES + 1))
        await ran(world)
        assert [list(known.values())[-1] for known in intents] == [MessageRef(CHANNEL, attempt=1)] * 2

    async def test_a_part_whose_answer_was_lost_is_looked_for(self, world):
        """It stands there: it is not posted again, and the next follows in its thread."""
        await opened(world, *many(LINES + 1))
        world.notifier.fails["post"] = [OutcomeUnknownError("No answer.")]
        world.notifier.then["post"] = lambda: (
            world.notifier.then.clear(),
            world.notifier.stand(Place(CHANNEL, begun(world)[0].name, "digest:1"), "as it was posted"),
        )
        await ran(world)
        assert begun(world)[0].posted_at is None
        await ran(world)
        assert world.notifier.slots() == ["digest:1", "digest:2"]
        assert list(world.notifier.places.values())[1].thread_ts == next(iter(world.notifier.standing))
        assert begun(world)[0].posted_at == NOON

    async def test_a_part_that_another_task_has_posted_is_not_posted(self, world):
        """This one stood still, or waited for its turn: the digest no longer holds its intent."""
        stood = MessageRef(CHANNEL, "70.000100")

        def other():
            (digest,) = begun(world)
            world.digests.kept[digest.name] = digest.with_message(1, stood)

        world.notifier.turns["post"] = other
        await opened(world, "ref0000000000001")
        await ran(world)
        assert said(world) == []
        assert begun(world)[0].messages == {"1": stood}

    async def test_what_cannot_be_posted_now_is_posted_later(self, world):
        """The clock queues what is not posted, until it is."""
        await opened(world, "ref0000000000001")
        world.notifier.fails["post"] = [TransientError("Slow down.")]
        await ran(world)
        assert said(world) == []
        await ran(world)
        assert len(said(world)) == 1

    @pytest.mark.parametrize(
        "error", [RefusedError("Archived.", code="is_archived"), RefusedError("Out.", code="not_in_channel")]
    )
    async def test_a_channel_that_refuses_is_left_alone_until_the_next_day(self, world, error):
        """Nobody is there to read it; tried for ever it would be tried every ten seconds."""
        await opened(world, "ref0000000000001")
        world.notifier.fails["post"] = [error]
        await ran(world)
        await digest(world.given, begun(world)[0].name)
        await ran(world)
        assert len(world.notifier.called("post")) == 1
        world.pass_time(DAY)
        await ran(world)
        assert len(said(world)) == 1

    async def test_a_relay_that_may_post_nowhere_waits_until_it_is_installed_again(self, world):
        """A revoked token is cured in minutes: the digest is late rather than lost, and so are its facts."""
        await opened(world, "ref0000000000001")
        world.notifier.fails["post"] = [RefusedError("Not installed.", code="token_revoked")]
        await ran(world)
        assert begun(world)[0].posted_at is None
        await ran(world)
        assert len(said(world)) == 1
        assert world.meter.digests == ["posted"]

    async def test_the_next_digest_takes_the_place_of_one_that_nobody_saw(self, world):
        """Two at once would list the same edits twice, the first under the wrong day."""
        await opened(world, "ref0000000000001")
        world.notifier.fails["post"] = [TransientError("Down.")]
        await ran(world)
        world.pass_time(DAY)
        await ran(world)
        assert len(said(world)) == 1
        assert sorted(world.meter.digests) == ["overtaken", "posted"]
        first, second = sorted(begun(world), key=lambda digest: digest.moment)
        assert first.posted_at == second.posted_at
        assert second.since == first.since

    async def test_a_digest_that_slack_cannot_read_is_given_up_and_counted(self, world):
        """A bug of ours gets no better by trying every ten seconds."""
        await opened(world, "ref0000000000001")
        world.notifier.fails["post"] = [BugError("invalid_blocks")]
        await ran(world)
        await ran(world)
        assert len(world.notifier.called("post")) == 1
        assert world.meter.digests == ["broken"]

    async def test_a_task_ends_when_its_time_is_up_and_the_next_goes_on(self, world, monkeypatch):
        """Thirteen messages take longer than a task may."""
        await opened(world, *many(2 * LINES + 1))
        times = iter([0.0, 0.0, 0.0, 100.0, *[0.0] * 9])
        monkeypatch.setattr(digesting, "_clock", lambda: next(times))
        await ran(world)
        assert world.notifier.slots() == ["digest:1", "digest:2"]
        assert begun(world)[0].posted_at is None
        await ran(world)
        assert world.notifier.slots() == ["digest:1", "digest:2", "digest:3"]
        assert begun(world)[0].posted_at == NOON

    async def test_what_was_decided_before_it_was_posted_is_not_offered(self, world):
        """Between the first part and the second, too."""
        await opened(world, *many(LINES + 2))
        done = make_job(make_round(decided(make_change())), ref=many(LINES + 2)[-1], created_at=YESTERDAY)
        world.notifier.then["post"] = lambda: world.store.put(done)
        await ran(world)
        assert [len(one.open) for one in said(world)] == [LINES, 1]
        assert said(world)[1].facts[0].sentence == "1 more does not wait any longer."

    async def test_a_digest_of_which_all_was_decided_meanwhile_is_silent(self, world):
        """Nothing is open and nothing lapsed."""
        await opened(world, "ref0000000000001")
        await digests(world.given)
        world.store.put(replace(make_job(make_round(decided(make_change())))))
        await ran(world)
        assert said(world) == []
        assert begun(world)[0].posted_at == NOON

    async def test_what_was_promised_is_kept(self, world):
        """The first part said that the rest is in the thread; it says there that nothing is left of it."""
        await opened(world, *many(LINES + 1))
        posts = iter([[], [TransientError("Slow down.")]])
        world.notifier.then["post"] = lambda: world.notifier.fails.update(post=next(posts, []))
        await ran(world)
        for ref in many(LINES + 1):
            world.store.put(make_job(make_round(decided(make_change())), ref=ref))
        await ran(world)
        assert said(world)[1].facts[0].sentence == "1 more does not wait any longer."

    async def test_operations_are_told_with_the_last_part(self, world):
        """As SuperDocs counts them then."""
        world.documents.account = Balance("pro", 88, 500)
        await opened(world, *many(LINES + 1))
        await ran(world)
        first, last = said(world)
        assert first.facts == ()
        assert last.facts[-1].sentence == "88 of 500 operations left this month."
        assert len(world.documents.called("balance")) == 1

    async def test_the_digest_is_a_witness_of_the_audit(self, world):
        """It shows the head as it is sealed then; where nothing is sealed, there is nothing to show."""
        await opened(world, "ref0000000000001")
        await world.store.note(Entry("decision.refused", "ref0000000000001"))
        await seal(world.given)
        await ran(world)
        head = await world.audit.head()
        assert said(world)[0].facts[-1].sentence == f"Audit: 1 entry, head {head.seal[:16]}."

    @pytest.mark.parametrize("error", [TransientError("Down."), RefusedError("No.")])
    async def test_without_the_balance_the_digest_comes_all_the_same(self, world, error):
        """It is a courtesy."""
        world.documents.fails["balance"] = [error]
        await opened(world, "ref0000000000001")
        await ran(world)
        assert len(said(world)[0].facts) == 1

    async def test_a_balance_that_never_comes_is_not_waited_for(self, world, monkeypatch):
        """Tasks are short."""
        monkeypatch.setattr(digesting, "_PATIENCE", timedelta(0))
        await opened(world, "ref0000000000001")
        await ran(world)
        assert len(said(world)) == 1

    async def test_a_task_that_comes_for_nothing_does_nothing(self, world):
        """It is posted."""
        await opened(world, "ref0000000000001")
        await ran(world)
        world.notifier.calls.clear()
        await digest(world.given, begun(world)[0].name)
        assert world.notifier.calls == []


class TestRequest:
    """`/superdocs digest` posts it now."""

    async def test_it_is_posted_where_it_was_asked_for(self, world):
        """At once, whatever the hour; and tells what was decided since the last daily one."""
        await had(world, NINE, messages={"1": MessageRef(CHANNEL, "1.0")})
        await opened(world, "ref0000000000001")
        await request(world.given, actor(), "trigger 1")
        (asked,) = begun(world)[1:]
        assert (asked.is_asked_for, asked.moment, asked.since, asked.open) == (
            True,
            NOON,
            NINE,
            ("ref0000000000001",),
        )
        assert world.queue.called("add") == [("digest", asked.name, f"digest:{asked.name}")]
        await digest(world.given, asked.name)
        assert len(said(world)) == 1

    async def test_the_daily_one_comes_all_the_same(self, world):
        """It does not count from one that somebody asked for."""
        world.store.clock.now = later(-60, NINE)
        await had(world)
        await opened(world, "ref0000000000001")
        await request(world.given, actor(), "trigger 1")
        world.pass_time(60)
        await ran(world)
        assert len(said(world)) == 2

    async def test_a_request_that_is_delivered_twice_is_one_digest(self, world):
        """Another request is another one."""
        await opened(world, "ref0000000000001")
        for key in ("trigger 1", "trigger 1", "trigger 2"):
            await request(world.given, actor(), key)
        assert len(begun(world)) == 2

    async def test_where_nothing_waits_nothing_is_posted(self, world):
        """Whoever asked hears so; what waits elsewhere is none of this channel's."""
        await opened(world, "ref0000000000001", channel="C0HR")
        assert await refused(request, world.given, actor(), "trigger 1") == "nothing_waits"
        assert begun(world) == []

    @pytest.mark.parametrize(
        ("person", "code"),
        [(Person(REVIEWER, is_guest=True), "guest"), (Person(REVIEWER, is_member=False), "not_a_member")],
    )
    async def test_who_does_not_belong_there_has_nothing_posted(self, world, person, code):
        """A digest shows what is edited there, and by whom."""
        await opened(world, "ref0000000000001")
        world.directory.people[REVIEWER] = person
        assert await refused(request, world.given, actor(), "trigger 1") == code

    async def test_a_channel_that_the_relay_is_not_in_is_said(self, world):
        """With what to do."""
        await opened(world, "ref0000000000001")
        world.directory.unreachable.add(CHANNEL)
        assert await refused(request, world.given, actor(), "trigger 1") == "not_in_channel"

    async def test_a_queue_that_does_not_answer_loses_nothing(self, world):
        """The digest is stored: the clock finds it."""
        await opened(world, "ref0000000000001")
        world.queue.fails["add"] = [TransientError("Down.")]
        await request(world.given, actor(), "trigger 1")
        assert await world.digests.unposted() == (begun(world)[0].name,)


class TestAskAllAgain:
    """One press asks again for everything that a digest says lapsed."""

    async def pressed(self, world, refs):
        """Post a digest of what is left, and press its button."""
        await ran(world)
        (action,) = said(world)[-1].actions
        assert action.does is Does.ASK_ALL_AGAIN
        assert set(begun(world)[0].lapsed) == set(refs)
        return await ask_all_again(world.given, actor(OTHER), action.target)

    async def test_everything_that_lapsed_is_asked_again(self, world):
        """Each as by its own button: by whoever pressed, on its session."""
        await left(world, *many(12))
        assert await self.pressed(world, many(12)) == "12 edits asked again."
        new = [job for job in world.store.jobs.values() if job.asks_again]
        assert {job.asks_again.ref for job in new} == set(many(12))
        assert {job.requester_id for job in new} == {OTHER}
        assert len(world.directory.called("person")) == 1

    async def test_a_second_press_asks_nothing_twice(self, world):
        """And says that nothing is left."""
        await left(world, *many(2))
        await self.pressed(world, many(2))
        assert await refused(ask_all_again, world.given, actor(), begun(world)[0].name) == "nothing_left"
        assert len(world.store.jobs) == 4

    async def test_what_somebody_took_up_meanwhile_is_left_out(self, world):
        """It is under way."""
        await left(world, *many(3))
        await ran(world)
        world.store.put(replace(world.job(many(3)[0]), asked_again_by="other"))
        assert await ask_all_again(world.given, actor(), begun(world)[0].name) == "2 edits asked again."

    async def test_somebody_may_be_faster_with_one(self, world, monkeypatch):
        """They pressed that one's own button between our look and our press: it is theirs, the other is asked."""
        await left(world, *many(2))
        await ran(world)
        load_all = world.store.load_all

        async def just_before(refs):
            found = await load_all(refs)
            if set(refs) == set(many(2)):
                await ask_again(world.given, actor(REVIEWER), many(2)[0])
            return found

        monkeypatch.setattr(world.store, "load_all", just_before)
        assert await ask_all_again(world.given, actor(OTHER), begun(world)[0].name) == "1 edit asked again."
        new = {job.asks_again.ref: job.requester_id for job in world.store.jobs.values() if job.asks_again}
        assert new == {many(2)[0]: REVIEWER, many(2)[1]: OTHER}

    async def test_when_time_is_up_the_rest_is_for_another_press(self, world, monkeypatch):
        """Slack waits three seconds; one at least is asked each time."""
        await left(world, *many(3))
        await ran(world)
        monkeypatch.setattr(digesting, "_ASKING", timedelta(0))
        name = begun(world)[0].name
        assert (
            await ask_all_again(world.given, actor(), name) == "1 of 3 asked again; press again for the rest."
        )
        assert (
            await ask_all_again(world.given, actor(), name) == "1 of 2 asked again; press again for the rest."
        )
        assert await ask_all_again(world.given, actor(), name) == "1 edit asked again."

    async def test_a_worker_that_is_full_takes_no_more(self, world):
        """It looks after what it has; when it was full before, it says so."""
        await left(world, *many(3))
        await ran(world)
        world.queue.then["add"] = lambda: setattr(world.queue, "is_crowded", True)
        name = begun(world)[0].name
        assert (
            await ask_all_again(world.given, actor(), name) == "1 of 3 asked again; press again for the rest."
        )
        assert await refused(ask_all_again, world.given, actor(), name) == "crowded"

    async def test_a_session_takes_one_edit_at_a_time(self, world):
        """Two at once would have SuperDocs refuse the second; it stays to be asked."""
        await left(world, *many(2), session_id="shared")
        await ran(world)
        name = begun(world)[0].name
        assert (
            await ask_all_again(world.given, actor(), name) == "1 of 2 asked again; press again for the rest."
        )
        assert await refused(ask_all_again, world.given, actor(), name) == "session_busy"
        (new,) = [job for job in world.store.jobs.values() if job.asks_again]
        world.store.put(replace(new, state=JobState.COMPLETED))
        assert await ask_all_again(world.given, actor(), name) == "1 edit asked again."

    async def test_what_lapsed_after_it_was_posted_is_asked_again_too(self, world):
        """It stood there as open."""
        await opened(world, "ref0000000000001")
        await ran(world)
        await left(world, "ref0000000000001")
        assert await ask_all_again(world.given, actor(), begun(world)[0].name) == "1 edit asked again."

    async def test_guests_ask_nothing_again(self, world):
        """As they start nothing."""
        await left(world, *many(2))
        await ran(world)
        world.directory.people[OTHER] = Person(OTHER, is_guest=True)
        assert await refused(ask_all_again, world.given, actor(OTHER), begun(world)[0].name) == "guest"

    @pytest.mark.parametrize(("target", "code"), [("0" * 16, "unknown_digest"), ("../..", "bad_target")])
    async def test_a_button_that_leads_nowhere_says_so(self, world, target, code):
        """Retained no longer, or not ours."""
        assert await refused(ask_all_again, world.given, actor(), target) == code
