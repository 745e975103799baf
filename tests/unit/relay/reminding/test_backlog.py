"""Looking up what waits: for one person, and all of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import ChangeState, JobState, RoundState
from bot.core.permission import Person
from bot.core.summary import LINES
from bot.relay.reminding.backlog import everything, stoppable_by, waiting_for
from tests.fakes.world import actor, under
from tests.make import OTHER, REVIEWER, decided, later, make_change, make_decision, make_job, make_round


async def kept(world, *refs, **rest):
    """Keep open jobs under these refs."""
    for number, ref in enumerate(refs):
        await world.keep(make_job(make_round(submit_at=later(600 - number)), ref=ref, **rest))


def offered(summary):
    """Name the jobs of a list by the buttons in it."""
    return [line.action.target.partition(".")[0] for line in summary.open]


def member_of(world, *channels):
    """Have the reviewer be a member of these channels alone."""

    def look() -> None:
        (_user, _team, channel) = world.directory.called("person")[-1]
        world.directory.people[REVIEWER] = Person(REVIEWER, is_member=channel in channels)

    world.directory.then["person"] = look


def out_of_reach(world, monkeypatch, unknown: str) -> None:
    """Let Slack not say who is in a channel."""

    async def person(user_id, _team_id, channel):
        if channel == unknown:
            raise TransientError("Slow.")
        return Person(user_id)

    monkeypatch.setattr(world.directory, "person", person)


class TestWaitingFor:
    """Everything that somebody could decide and has not, and nothing that they may not see."""

    async def test_the_most_urgent_comes_first(self, world):
        """Of every channel that they are in."""
        await kept(world, "ref0000000000001", "ref0000000000002")
        await kept(world, "ref0000000000003", channel="C0OTHER")
        assert offered(await waiting_for(world.given, actor())) == [
            "ref0000000000002", "ref0000000000001", "ref0000000000003",
        ]  # fmt: skip

    async def test_each_channel_is_looked_up_once_and_all_at_the_same_time(self, world, monkeypatch):
        """Slack waits three seconds for the whole answer; who somebody is, is asked before, once."""
        under_way, most = 0, 0

        async def person(user_id, _team_id, _channel):
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return Person(user_id)

        monkeypatch.setattr(world.directory, "person", person)
        await kept(world, "ref0000000000001", "ref0000000000002")
        await kept(world, "ref0000000000003", channel="C0OTHER")
        await waiting_for(world.given, actor())
        assert most == 2

    async def test_channels_of_others_are_not_shown(self, world):
        """Not even that something waits there."""
        await kept(world, "ref0000000000001")
        await kept(world, "ref0000000000002", channel="C0SECRET")
        member_of(world, "C0LEGAL")
        summary = await waiting_for(world.given, actor())
        assert (offered(summary), summary.facts, summary.rest) == (["ref0000000000001"], (), 0)

    async def test_a_channel_that_cannot_be_looked_up_is_left_out_and_said(self, world, monkeypatch):
        """What is not known shows nothing."""
        await kept(world, "ref0000000000001", channel="C0ALPHA")
        await kept(world, "ref0000000000002", channel="C0BETA")
        out_of_reach(world, monkeypatch, "C0ALPHA")
        summary = await waiting_for(world.given, actor())
        assert offered(summary) == ["ref0000000000002"]
        assert "1 channel could not be looked up" in summary.facts[0].sentence

    async def test_what_is_not_known_is_not_called_nothing(self, world, monkeypatch):
        """The relay is in none of the channels any more: that is said, and not that nothing waits."""
        await kept(world, "ref0000000000001")
        out_of_reach(world, monkeypatch, "C0LEGAL")
        summary = await waiting_for(world.given, actor())
        assert summary.title == "What waits for you is not known"
        assert "1 channel could not be looked up" in summary.facts[0].sentence

    async def test_who_cannot_be_looked_up_at_all_hears_so(self, world):
        """Nothing waits would be a lie."""
        await kept(world, "ref0000000000001")
        world.directory.fails["person"] = [TransientError("Slow.")]
        with pytest.raises(TransientError):
            await waiting_for(world.given, actor())

    @pytest.mark.parametrize("refs", [(), ("ref0000000000001",)])
    async def test_guests_are_told_the_rule(self, world, refs):
        """Whether or not something is open."""
        await kept(world, *refs)
        world.directory.people[REVIEWER] = Person(REVIEWER, is_guest=True)
        with pytest.raises(RefusedError) as refused:
            await waiting_for(world.given, actor())
        assert refused.value.code == "guest"

    async def test_what_they_have_decided_does_not_wait_for_them(self, world):
        """It waits for somebody else's approval."""
        mine = replace(make_change(), decisions=(make_decision(),))
        await world.keep(make_job(make_round(mine, approvals=2)))
        assert (await waiting_for(world.given, actor())).open == ()
        assert len((await waiting_for(world.given, actor(OTHER))).open) == 1

    async def test_only_reviewers_are_waited_for_where_there_are_such(self, world):
        """The policy is the one by which they would be refused."""
        await kept(world, "ref0000000000001")
        world.routes = under(reviewers=(OTHER,))
        assert (await waiting_for(world.given, actor())).title == "Nothing waits for you"

    async def test_many_edits_are_cut_and_counted(self, world):
        """One message."""
        await kept(world, *(f"ref{number:013}" for number in range(LINES + 5)))
        summary = await waiting_for(world.given, actor())
        assert (len(summary.open), summary.rest) == (LINES, 5)

    async def test_what_is_over_waits_for_nobody(self, world):
        """Decided, lapsed or under way."""
        await world.keep(make_job(make_round(decided(make_change()))))
        await world.keep(make_job(state=JobState.LAPSED, ref="ref0000000000002"))
        assert (await waiting_for(world.given, actor())).text == "Nothing waits for you."


class TestStoppableBy:
    """The edits that somebody may stop, of the channels that they see."""

    async def test_the_newest_comes_first(self, world):
        """Theirs, and those that they may decide."""
        await world.keep(make_job(ref="mine", requester_id=REVIEWER, created_at=later(-9)))
        await world.keep(make_job(make_round(), ref="another's"))
        await world.keep(make_job(ref="working for another"))
        jobs, unseen = await stoppable_by(world.given, actor())
        assert ([job.ref for job in jobs], unseen) == (["another's", "mine"], 0)

    async def test_channels_of_others_are_not_shown_nor_asked_about_for_nothing(self, world):
        """Only where something could be stopped is it asked who is there."""
        await world.keep(make_job(make_round(), channel="C0SECRET"))
        await world.keep(make_job(ref="working for another", channel="C0OTHER"))
        member_of(world, "C0LEGAL")
        assert await stoppable_by(world.given, actor()) == ((), 0)
        assert [channel for _, _, channel in world.directory.called("person")] == ["", "C0SECRET"]

    async def test_a_channel_that_cannot_be_looked_up_is_counted(self, world, monkeypatch):
        """What is not known shows nothing."""
        await world.keep(make_job(make_round(), channel="C0ALPHA"))
        out_of_reach(world, monkeypatch, "C0ALPHA")
        assert await stoppable_by(world.given, actor()) == ((), 1)

    async def test_guests_are_told_the_rule(self, world):
        """They stop nothing."""
        world.directory.people[REVIEWER] = Person(REVIEWER, is_guest=True)
        with pytest.raises(RefusedError):
            await stoppable_by(world.given, actor())


async def test_everything_is_what_is_open_held_up_or_lapsed(world):
    """In every channel; what is under way, settled or asked again is not in it."""
    left = make_round(make_change(2, state=ChangeState.LAPSED), state=RoundState.CONFIRMED)
    ended = make_job(left, state=JobState.COMPLETED, ended_at=later(1))
    for job in (
        make_job(make_round(), ref="open"),
        make_job(ref="working"),
        make_job(make_round(send_at=later(1), trouble="SuperDocs is away."), ref="held up"),
        replace(ended, ref="lapsed", channel="C0OTHER"),
        replace(ended, ref="again", asked_again_by="other"),
        make_job(state=JobState.FAILED, ref="failed"),
    ):
        await world.keep(job)
    assert {job.ref for job in await everything(world.store)} == {"open", "held up", "lapsed"}
