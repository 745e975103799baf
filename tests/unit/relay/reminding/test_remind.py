"""Reminders: each moment once, for whoever can still decide."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import RoundState
from bot.core.routing import Route, Routes
from bot.core.summary import NoticeSummary
from bot.relay.reminding.remind import remind
from bot.relay.showing.announce import refresh
from tests.make import OTHER, REVIEWER, decided, later, make_change, make_decision, make_job, make_round


async def test_a_due_reminder_is_noted_and_shown(world):
    """Posting it is bringing the messages up to date."""
    ref = await world.keep(make_job(make_round()))
    world.pass_time(1800)
    await remind(world.given, ref)
    held = world.job().rounds[0]
    assert (held.reminded, held.reminded_at) == (1, later(1800))
    assert world.queue.steps == ["refresh"]


async def test_the_same_reminder_twice_is_one(world):
    """The task may run again: the next reminder's moment has not come."""
    ref = await world.keep(make_job(make_round()))
    world.pass_time(1800)
    await remind(world.given, ref)
    once = world.job()
    await remind(world.given, ref)
    assert world.job() == once


async def test_reminders_that_were_missed_are_one(world):
    """Every worker was down for most of the hour: people hear of it once."""
    ref = await world.keep(make_job(make_round()))
    world.pass_time(3100)
    await remind(world.given, ref)
    assert world.job().rounds[0].reminded == 2


@pytest.mark.parametrize(
    "held",
    [
        make_round(decided(make_change())),
        make_round(state=RoundState.SUBMITTING),
        make_round(reminded=2),
    ],
)
async def test_nobody_is_reminded_of_what_needs_nobody(world, held):
    """Decided, sent, or reminded of often enough."""
    ref = await world.keep(make_job(held))
    world.pass_time(3400)
    await remind(world.given, ref)
    assert world.job().rounds[0] == held


async def test_a_reminder_never_comes_early(world):
    """A task that finds itself early returns."""
    ref = await world.keep(make_job(make_round()))
    world.pass_time(1799)
    await remind(world.given, ref)
    assert world.job().rounds[0].reminded == 0


async def test_a_job_without_a_round_has_no_reminder(world):
    """It went on meanwhile."""
    ref = await world.keep(make_job())
    await remind(world.given, ref)
    assert world.job() == replace(make_job())


async def test_a_reminder_asks_the_route_s_reviewers_who_have_not_decided(world):
    """By name, as the routes are when it is posted; whoever has approved is left in peace."""
    world.routes = Routes((Route(reviewers=(REVIEWER, OTHER), approvals=2),))
    once = replace(make_change(), decisions=(make_decision(reviewer_id=REVIEWER),))
    ref = await world.keep(make_job(make_round(once, approvals=2)))
    world.pass_time(1800)
    await remind(world.given, ref)
    await refresh(world.given, ref)
    (said,) = [s for s in world.notifier.standing.values() if isinstance(s, NoticeSummary)]
    assert said.sentence == f"<@{OTHER}>: unless somebody decides, change 1 lapses."
