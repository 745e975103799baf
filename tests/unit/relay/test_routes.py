"""Each key of a route changes what the relay does: where, by whom, by how many, for whom, who is told and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import ChangeState, JobState, Mode, Origin, Verdict, Via
from bot.core.request import SourceFile
from bot.core.routing import Match, Route, Routes
from bot.core.schedule import Schedule
from bot.core.sighting import Listed, Status
from bot.core.summary import change_target
from bot.core.words.wording import round_message
from bot.relay.acts import EditRequest
from bot.relay.asking.handover import HandOver, take_over
from bot.relay.asking.resume import answer
from bot.relay.asking.start import ask_again, request
from bot.relay.asking.stop import request as stop
from bot.relay.deciding.decide import decide, undo
from bot.relay.reminding.backlog import waiting_for
from bot.relay.reminding.digest import digests
from bot.relay.watching.intake import reread
from bot.relay.watching.survey import survey
from tests.fakes.world import CHANNEL, actor, under
from tests.make import (
    NOON,
    OTHER,
    REQUESTER,
    REVIEWER,
    later,
    make_change,
    make_job,
    make_proposals,
    make_round,
    seen,
)

APPROVE, DENY = Verdict.APPROVE, Verdict.DENY
TARGET = change_target(make_job(), make_change())
GUARDED = "C0GUARDED"


def wanted(**rest):
    """Return a filled-in dialog."""
    given = {
        "key": "view V0", "actor": actor(REQUESTER), "channel": CHANNEL, "instruction": "Longer.",
        "mode": Mode.REVIEW, "source": SourceFile("F0", "supply.html", "https://files.example/F0"),
    }  # fmt: skip
    return EditRequest(**{**given, **rest})


async def says(world, user_id, verdict=APPROVE):
    """Have somebody decide the one change; return the code of the refusal, or ""."""
    try:
        await decide(world.given, actor(user_id), TARGET, verdict, Via.BUTTON)
    except RefusedError as error:
        return error.code
    return ""


async def refused(act, *arguments, **rest):
    """Return the code of a refusal."""
    with pytest.raises(RefusedError) as refusal:
        await act(*arguments, **rest)
    return refusal.value.code


def state(world):
    return world.job().rounds[-1].changes[0].state


async def opened(world, *proposals):
    """Have SuperDocs pause on some changes, and return the round that opens."""
    world.documents.shown = seen(*(proposals or make_proposals(1)))
    job, _sighting = await reread(world.given, await world.keep(make_job()))
    return job.rounds[-1]


class TestReviewers:
    """Who may decide."""

    async def test_only_whom_the_route_names_decides(self, world):
        """Without the key, every member of the channel does."""
        await world.keep(make_job(make_round()))
        world.routes = under(reviewers=(OTHER,))
        assert await says(world, REVIEWER) == "not_a_reviewer"
        assert await says(world, OTHER) == ""

    async def test_a_member_of_a_named_group_decides(self, world):
        """As long as they are one: it is looked up when they press."""
        await world.keep(make_job(make_round()))
        world.routes = under(reviewers=("S0LEGAL",))
        assert await says(world, REVIEWER) == "not_a_reviewer"
        world.directory.groups = {"S0LEGAL": {REVIEWER}}
        assert await says(world, REVIEWER) == ""

    async def test_a_group_that_cannot_be_looked_up_lets_nobody_in(self, world):
        """The press is not taken; whoever is named by themselves needs no look-up, and decides."""
        await world.keep(make_job(make_round()))
        world.routes = under(reviewers=("S0LEGAL", OTHER))
        world.directory.groups = {"S0LEGAL": {REVIEWER}}
        world.directory.fails["groups_of"] = [TransientError("Slack is down.")]
        with pytest.raises(TransientError):
            await says(world, REVIEWER)
        assert state(world) is ChangeState.AWAITING
        world.directory.fails["groups_of"] = [TransientError("Slack is down.")]
        assert await says(world, OTHER) == ""

    async def test_reviewers_stop_edits_answer_prompts_and_are_waited_for(self, world):
        """One roster for everything that is decided."""
        world.routes = under(reviewers=("S0LEGAL",))
        world.directory.groups = {"S0LEGAL": {REVIEWER}}
        await world.keep(make_job(make_round()))
        assert await refused(stop, world.given, actor(OTHER), make_job().ref) == "not_a_reviewer"
        assert (await waiting_for(world.given, actor(OTHER))).open == ()
        assert len((await waiting_for(world.given, actor(REVIEWER))).open) == 1
        await stop(world.given, actor(REVIEWER), make_job().ref)
        world.store.put(make_job(state=JobState.PROMPTED, prompt="Go on?", prompts=1))
        assert (
            await refused(answer, world.given, actor(OTHER), make_job().ref, goes_on=True) == "not_a_reviewer"
        )
        await answer(world.given, actor(REVIEWER), make_job().ref, goes_on=True)


class TestApprovals:
    """How many people must approve."""

    async def test_a_round_opens_with_what_its_route_demands(self, world):
        """One approval is enough without the key."""
        assert (await opened(world)).approvals == 1
        world.routes = under(approvals=2)
        assert (await opened(world)).approvals == 2

    async def test_the_last_of_several_approvals_decides(self, world):
        """The same person twice is one."""
        world.routes = under(approvals=2)
        await opened(world)
        assert await says(world, REVIEWER) == ""
        assert await says(world, REVIEWER) == "decided_by_you"
        assert state(world) is not ChangeState.DECIDED
        assert await says(world, OTHER) == ""
        assert state(world) is ChangeState.DECIDED

    async def test_one_denial_denies(self, world):
        """However many must approve, and whoever did."""
        world.routes = under(approvals=3)
        await opened(world)
        assert (await says(world, REVIEWER), await says(world, OTHER, DENY)) == ("", "")
        assert world.job().rounds[-1].changes[0].verdict is DENY

    async def test_an_approval_that_is_taken_back_leaves_a_denial_as_it_is(self, world):
        """The change stays denied: it is not open again for those who have said no."""
        world.routes = under(approvals=3)
        await opened(world)
        assert (await says(world, REVIEWER), await says(world, OTHER, DENY)) == ("", "")
        sent_at = world.job().rounds[-1].send_at
        await undo(world.given, actor(REVIEWER), TARGET)
        held = world.job().rounds[-1]
        assert (held.changes[0].verdict, held.send_at) == (DENY, sent_at)

    async def test_a_round_keeps_what_was_demanded_when_it_opened(self, world):
        """Whoever changes the file does not change what people were told."""
        world.routes = under(approvals=2)
        await opened(world)
        world.routes = under()
        assert await says(world, REVIEWER) == ""
        assert state(world) is not ChangeState.DECIDED

    async def test_the_card_says_how_many_are_needed(self, world):
        """Before the first, too."""
        world.routes = under(approvals=2)
        held = await opened(world, *make_proposals(2))
        lines = round_message(world.job(), held).lines
        assert lines[0].status.sentence == "Open: 2 people must approve"


async def test_own_edits_forbids_the_requester_to_approve(world):
    """Without the key they may."""
    await world.keep(make_job(make_round()))
    world.routes = under(own_edits=False)
    assert await says(world, REQUESTER) == "own_edit"
    world.routes = under()
    assert await says(world, REQUESTER) == ""


async def test_mention_calls_people_to_the_round_s_message(world):
    """And to nothing else: they need not be those who decide."""
    assert (await opened(world, *make_proposals(2))).mention == ()
    world.routes = under(mention=(OTHER, "S0LEGAL"))
    held = await opened(world, *make_proposals(2))
    assert round_message(world.job(), held).calls == f"For <@{OTHER}>, <!subteam^S0LEGAL>."


class TestChannel:
    """Where edits are reviewed."""

    async def test_a_route_s_channel_counts_whatever_was_wanted(self, world):
        """Whoever asked is told, once, where they asked."""
        world.routes = under(channel=GUARDED)
        ref = await request(world.given, wanted())
        assert await request(world.given, wanted()) == ref
        assert world.job(ref).channel == GUARDED
        ((channel, *_rest),) = world.notifier.called("tell")
        ((user_id, sentence, _actions),) = world.notifier.told
        assert (channel, user_id, f"<#{GUARDED}>" in sentence) == (CHANNEL, REQUESTER, True)
        assert (GUARDED,) in world.directory.called("check_reachable")

    async def test_without_the_key_it_is_as_wanted(self, world):
        """And nobody is told anything."""
        ref = await request(world.given, wanted(channel="C0SALES"))
        assert world.job(ref).channel == "C0SALES"
        assert world.notifier.called("tell") == []

    async def test_what_cannot_be_told_is_stored_all_the_same(self, world):
        """A courtesy."""
        world.routes = under(channel=GUARDED)
        world.notifier.fails["tell"] = [RefusedError("No.", code="user_not_in_channel")]
        assert world.job(await request(world.given, wanted())).channel == GUARDED

    async def test_a_program_s_job_is_reviewed_where_its_route_says(self, world):
        """Whether it names a channel or none."""
        world.routes = Routes((Route(Match(session="acme/*"), channel=GUARDED), Route()))
        world.documents.shown = seen(*make_proposals(1), session_id="acme/1", updated_at=NOON)
        job, _is_new = await take_over(world.given, HandOver("job_1", "acme/1", "C0SALES"))
        assert job.channel == GUARDED

    async def test_a_job_that_was_found_is_reviewed_where_its_route_says(self, world):
        """If the relay can post there; until then it is left alone."""
        world.routes = under(channel=GUARDED)
        world.adopts = True
        world.documents.shown = seen(*make_proposals(1), session_id="acme/1", updated_at=NOON)
        world.documents.paused = (Listed("job_1", "acme/1", Status.REVIEW),)
        world.directory.unreachable = {GUARDED}
        await survey(world.given)
        assert world.store.jobs == {}
        world.directory.unreachable = set()
        await survey(world.given)
        (job,) = world.store.jobs.values()
        assert (job.channel, job.origin) == (GUARDED, Origin.FOUND)


class TestMatch:
    """Which edits a route is for."""

    @pytest.mark.parametrize(
        "match", [Match(session="slack-*"), Match(document="*.html"), Match(channel=CHANNEL)]
    )
    async def test_each_pattern_picks_the_edits_that_it_fits(self, world, match):
        """The others fall to the next route."""
        world.routes = Routes((Route(match, reviewers=(OTHER,)), Route()))
        await world.keep(make_job(make_round()))
        assert await says(world, REVIEWER) == "not_a_reviewer"
        world.store.put(make_job(make_round(), session_id="x", document="supply.docx", channel="C0SALES"))
        assert await says(world, REVIEWER) == ""

    async def test_what_no_route_is_for_does_not_start(self, world):
        """Nor is it taken over or asked again, and nobody decides it."""
        world.routes = Routes((Route(Match(document="contract*")),))
        assert await refused(request, world.given, wanted()) == "unbound_route"
        world.documents.shown = seen(*make_proposals(1), session_id="acme/1", updated_at=NOON)
        assert await refused(take_over, world.given, HandOver("job_1", "acme/1")) == "unbound_route"
        await world.keep(make_job(make_round()))
        assert [await says(world, REVIEWER, verdict) for verdict in Verdict] == ["unbound_route"] * 2
        lapsed = make_round(make_change(state=ChangeState.LAPSED))
        await world.keep(make_job(lapsed, state=JobState.LAPSED, ended_at=NOON))
        assert await refused(ask_again, world.given, actor(REQUESTER), make_job().ref) == "unbound_route"

    async def test_a_route_that_names_what_is_not_there_starts_nothing(self, world):
        """It does not step aside for the next one, which may ask for less."""
        world.routes = Routes((Route(reviewers=("@gone",)),)).bound({})
        assert await refused(request, world.given, wanted()) == "unbound_route"
        assert world.events() == ["edit.refused"]

    async def test_an_edit_that_moved_is_not_asked_again_by_other_rules(self, world):
        """Its channel was archived: the direct messages it went on in have no such rules."""
        world.routes = Routes((Route(Match(channel=CHANNEL), approvals=2), Route()))
        lapsed = make_round(make_change(state=ChangeState.LAPSED))
        moved = make_job(lapsed, state=JobState.LAPSED, ended_at=NOON, channel="D0REQ", moved_from=CHANNEL)
        await world.keep(moved)
        assert await refused(ask_again, world.given, actor(REQUESTER), moved.ref) == "unbound_route"


class TestGoingOn:
    """An edit of the document that another one left, which may be wanted in another channel."""

    @pytest.fixture(autouse=True)
    async def finished(self, world):
        """Have an edit end in a channel with rules; elsewhere there are none."""
        world.routes = Routes((Route(Match(channel=CHANNEL), approvals=2), Route()))
        await world.keep(make_job(make_round(), state=JobState.COMPLETED))

    def going_on(self, **rest):
        """Return a dialog that goes on with it."""
        return wanted(source=None, continues_ref=make_job().ref, **rest)

    async def test_nobody_takes_a_document_from_its_rules_to_where_there_are_none(self, world):
        """Two must approve it: then they must approve what comes after, too."""
        assert await refused(request, world.given, self.going_on(channel="C0SALES")) == "channel"
        mode = Mode.AUTOMATIC
        assert await refused(request, world.given, self.going_on(channel="C0SALES", mode=mode)) == "channel"
        assert len(world.store.jobs) == 1

    async def test_it_goes_on_by_the_same_rules_or_by_more(self, world):
        """Where it was; or from where nothing was demanded to where something is."""
        assert world.job(await request(world.given, self.going_on())).channel == CHANNEL
        world.store.put(make_job(make_round(), state=JobState.COMPLETED, channel="C0SALES"))
        assert await request(world.given, self.going_on(key="view V1", channel="C0OTHER"))
        assert await request(world.given, self.going_on(key="view V2"))

    async def test_the_latest_edit_s_rules_hold_whichever_button_is_pressed(self, world):
        """The oldest one, in a channel without rules, goes on with the same document."""
        world.store.put(make_job(make_round(), state=JobState.COMPLETED, channel="C0SALES"))
        await request(world.given, self.going_on(key="view V1"))
        second = self.going_on(key="view V2", channel="C0SALES")
        assert await refused(request, world.given, second) == "channel"

    async def test_rules_that_cannot_be_kept_now_are_not_left_behind(self, world):
        """The route of the old edit is closed: elsewhere it would be reviewed by whoever is there."""
        closed = Route(Match(channel=CHANNEL), reviewers=("@gone",))
        world.routes = Routes((closed, Route())).bound({})
        assert await refused(request, world.given, self.going_on(channel="C0SALES")) == "channel"


@pytest.mark.parametrize(
    "demands", [{"reviewers": (OTHER,)}, {"reviewers": ("S0LEGAL",)}, {"approvals": 2}, {"own_edits": False}]
)
async def test_what_must_be_reviewed_is_not_applied_automatically(world, demands):
    """Otherwise whoever asks would choose whether the rules count; where nothing is demanded, they may."""
    world.routes = under(**demands)
    assert await refused(request, world.given, wanted(mode=Mode.AUTOMATIC)) == "mode"
    world.routes = under(mention=(OTHER,))
    assert await request(world.given, wanted(mode=Mode.AUTOMATIC))


class TestDigest:
    """When a channel's digest comes; a test begins at noon."""

    def moments(self, world):
        return {listed.channel: listed.moment for listed in world.digests.kept.values()}

    async def waiting(self, world):
        for number, channel in enumerate((CHANNEL, GUARDED, "C0SALES")):
            held = make_round(submit_at=later(600))
            ref = f"ref000000000000{number}"
            await world.keep(make_job(held, ref=ref, channel=channel, created_at=later(-24 * 3600)))

    async def test_a_route_s_channel_has_its_own_hour(self, world):
        """The others have theirs with the default channel."""
        await self.waiting(world)
        eleven = Schedule(time(11), ZoneInfo("UTC"))
        world.routes = under(channel=GUARDED, schedule=eleven)
        await digests(world.given)
        nine, own = later(-3 * 3600), later(-3600)
        assert self.moments(world) == {CHANNEL: nine, GUARDED: own, "C0SALES": nine}

    async def test_each_is_begun_when_its_own_hour_has_come(self, world):
        """Not with the others, and not again."""
        await self.waiting(world)
        one = Schedule(time(13), ZoneInfo("UTC"))
        world.routes = under(channel=GUARDED, schedule=one)
        await digests(world.given)
        before = len(world.digests.kept)
        await digests(world.given)
        assert len(world.digests.kept) == before
        world.pass_time(3600)
        await digests(world.given)
        assert len(world.digests.kept) == before + 1
        assert self.moments(world)[GUARDED] == later(3600)

    async def test_the_default_channel_s_hour_is_that_of_all_without_one(self, world):
        """Where a route gives it another than the settings."""
        await self.waiting(world)
        eleven = Schedule(time(11), ZoneInfo("UTC"))
        world.routes = under(channel=CHANNEL, schedule=eleven)
        await digests(world.given)
        assert set(self.moments(world).values()) == {later(-3600)}


async def test_an_edit_of_before_keeps_no_route(world):
    """The record is asked, not a memory: what it is called now decides who may answer."""
    world.routes = Routes((Route(Match(document="contract*"), reviewers=(OTHER,)), Route()))
    await world.keep(make_job(make_round(), document="contract.docx"))
    assert await says(world, REVIEWER) == "not_a_reviewer"
    world.store.put(replace(world.job(), document="letter.docx"))
    assert await says(world, REVIEWER) == ""
