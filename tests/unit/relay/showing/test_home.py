"""Showing people their Home: at once when they open it, and then whenever it would say something else."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import JobState, Mode
from bot.core.permission import Person
from bot.relay.showing import home
from bot.relay.showing.home import homes, opened, prefer
from tests.fakes.world import actor
from tests.make import NOON, OTHER, REVIEWER, decided, make_change, make_job, make_round

QUARTER_S = 15 * 60


def shown(world):
    """Count how often each Home was drawn."""
    return [user for user, _at in world.notifier.called("show_home")]


async def happen(world):
    """Let the one edit be decided."""
    await world.store.change("ref0000000000001", lambda job, _: replace(job, rounds=DECIDED))


DECIDED = (make_round(decided(make_change())),)


class TestOpened:
    """Whoever opens it sees it."""

    async def test_it_says_what_waits_for_them(self, world):
        """With their setting."""
        await world.keep(make_job(make_round()))
        await world.store.prefer(REVIEWER, Mode.AUTOMATIC)
        await opened(world.given, actor(channel=""))
        summary = world.notifier.homes[REVIEWER]
        assert (summary.waiting.title, summary.mode) == ("1 edit waits for you", Mode.AUTOMATIC)

    async def test_it_says_what_became_of_the_last_edits(self, world):
        """Of those that ended, all of which is decided or lapsed."""
        over = {"state": JobState.COMPLETED, "ended_at": NOON}
        await world.keep(make_job(make_round(decided(make_change())), **over))
        await world.keep(make_job(make_round(decided(make_change())), ref="ref0000000000002"))
        await opened(world.given, actor(channel=""))
        (line,) = world.notifier.homes[REVIEWER].figures
        assert line.startswith("The last edit: 1 change decided, 100% approved")

    async def test_a_guest_is_told_the_rule(self, world):
        """And nothing else, for as long as they look."""
        world.directory.people[REVIEWER] = Person(REVIEWER, is_guest=True)
        await opened(world.given, actor())
        assert "Guests" in world.notifier.homes[REVIEWER].refusal
        await world.keep(make_job(make_round()))
        world.pass_time(60)
        await homes(world.given)
        assert shown(world) == [REVIEWER]

    async def test_opening_it_again_and_again_draws_it_once(self, world):
        """In ten seconds."""
        for _ in range(3):
            await opened(world.given, actor())
        assert shown(world) == [REVIEWER]
        world.pass_time(10)
        await opened(world.given, actor())
        assert shown(world) == [REVIEWER, REVIEWER]

    @pytest.mark.parametrize("error", [RefusedError("Home is off."), TransientError("Slow.")])
    async def test_what_slack_does_not_take_now_is_drawn_by_the_clock(self, world, error):
        """The event is not delivered again for it."""
        world.notifier.fails["show_home"] = [error]
        await opened(world.given, actor())
        assert world.notifier.homes == {}
        world.pass_time(10)
        await homes(world.given)
        assert list(world.notifier.homes) == [REVIEWER]

    async def test_a_slow_look_up_is_left_to_the_clock(self, world, monkeypatch):
        """Slack waits three seconds for a receipt."""
        monkeypatch.setattr(home, "_PROMPTLY_S", 0.01)

        async def never(*_args):
            await asyncio.Event().wait()

        monkeypatch.setattr(world.directory, "person", never)
        await opened(world.given, actor())
        assert world.notifier.homes == {}


class TestHomes:
    """Who looks sees what happens elsewhere."""

    async def test_what_was_decided_elsewhere_does_not_wait_any_more(self, world):
        """Within the time of one round of the clock."""
        await world.keep(make_job(make_round()))
        await opened(world.given, actor())
        await happen(world)
        world.pass_time(10)
        await homes(world.given)
        assert world.notifier.homes[REVIEWER].waiting.title == "Nothing waits for you"

    async def test_nothing_is_asked_nor_drawn_while_nothing_happens(self, world):
        """However often the clock strikes."""
        await world.keep(make_job(make_round()))
        await opened(world.given, actor())
        asked = len(world.directory.called("person"))
        for _ in range(5):
            world.pass_time(10)
            await homes(world.given)
        assert (shown(world), len(world.directory.called("person"))) == ([REVIEWER], asked)

    async def test_no_home_is_drawn_twice_in_ten_seconds(self, world):
        """What happens meanwhile shows with the next."""
        await world.keep(make_job(make_round()))
        await opened(world.given, actor())
        await happen(world)
        world.pass_time(5)
        await homes(world.given)
        assert shown(world) == [REVIEWER]
        world.pass_time(5)
        await homes(world.given)
        assert shown(world) == [REVIEWER, REVIEWER]

    async def test_who_has_not_looked_for_a_while_costs_nothing(self, world):
        """A quarter of an hour; and nothing is read when nobody looks."""
        await world.keep(make_job(make_round()))
        await opened(world.given, actor())
        await happen(world)
        world.pass_time(QUARTER_S)
        await homes(world.given)
        assert shown(world) == [REVIEWER]

    async def test_one_home_that_cannot_be_drawn_holds_up_no_other(self, world):
        """Each is drawn for itself."""
        for user in (OTHER, REVIEWER):
            await opened(world.given, actor(user))
        await world.keep(make_job(make_round()))
        world.pass_time(10)
        world.notifier.fails["show_home"] = [TransientError("Slow.")]
        await homes(world.given)
        assert [world.notifier.homes[user].waiting.title for user in (OTHER, REVIEWER)].count(
            "1 edit waits for you"
        ) == 1

    async def test_everybody_comes_first_some_time(self, world):
        """So that those who are not reached in time are, another time."""
        firsts = set()
        for user in (OTHER, REVIEWER):
            await opened(world.given, actor(user))
        for seconds in (10, 11):
            await world.keep(make_job(make_round(), instruction=f"{seconds}", ref=f"ref{seconds:013}"))
            world.pass_time(seconds)
            world.notifier.calls.clear()
            await homes(world.given)
            firsts.add(shown(world)[0])
        assert firsts == {OTHER, REVIEWER}

    async def test_no_home_is_begun_after_a_while(self, world, monkeypatch):
        """A chore is short."""
        for user in (OTHER, REVIEWER):
            await opened(world.given, actor(user))
        await world.keep(make_job(make_round()))
        monkeypatch.setattr(home, "_BUDGET_S", -1.0)
        world.pass_time(10)
        await homes(world.given)
        assert shown(world) == [OTHER, REVIEWER]


class TestPrefer:
    """How somebody's next edits are reviewed."""

    async def test_the_choice_is_remembered(self, world):
        """The edit dialog starts from it."""
        await prefer(world.given, actor(), "approve_all")
        assert await world.store.preference(REVIEWER) is Mode.AUTOMATIC

    async def test_only_what_there_is_can_be_chosen(self, world):
        """And by those who start edits."""
        with pytest.raises(RefusedError):
            await prefer(world.given, actor(), "whatever")
        world.directory.people[REVIEWER] = Person(REVIEWER, is_guest=True)
        with pytest.raises(RefusedError, match="Guests"):
            await prefer(world.given, actor(), "approve_all")
        assert await world.store.preference(REVIEWER) is None
