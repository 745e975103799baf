"""Handing a change over: looked up, judged, stored, and told."""

from __future__ import annotations

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import ChangeState, JobState, Passing
from bot.core.permission import Person
from bot.core.summary import NoticeSummary, change_target
from bot.relay.deciding.passing import pass_on, passing_form
from bot.relay.showing.announce import refresh
from bot.relay.showing.wanted import Wanted, messages
from tests.fakes.world import actor
from tests.make import NOON, OTHER, REVIEWER, decided, make_change, make_job, make_round

JOB = make_job(make_round(make_change(state=ChangeState.PROPOSED)))
TARGET = change_target(JOB, make_change())


async def test_the_form_names_the_change(world):
    """Where it stands, and what it would do."""
    await world.keep(JOB)
    summary = await passing_form(world.given, actor(), TARGET)
    assert (summary.target, summary.title) == (TARGET, "Pass on change 1")
    assert (summary.name, summary.headline) == ("Change 1 · Edit · 4.1 Terms", "“10” → “15”")


async def test_what_is_decided_opens_no_form(world):
    """Who was first is told instead; guests are told that they never decide."""
    await world.keep(make_job(make_round(decided(make_change()))))
    with pytest.raises(RefusedError, match="approved change 1"):
        await passing_form(world.given, actor(), TARGET)
    world.directory.people[REVIEWER] = Person(REVIEWER, is_guest=True)
    with pytest.raises(RefusedError, match="Guests"):
        await passing_form(world.given, actor(), TARGET)
    assert world.events() == ["dialog.refused", "dialog.refused"]


async def test_who_it_is_passed_on_to_is_asked_by_name_in_the_thread(world):
    """Once, with what is said to them; the card says whose turn it is."""
    ref = await world.keep(JOB)
    await refresh(world.given, ref)
    await pass_on(world.given, actor(), TARGET, OTHER, "  You know this better. ")
    assert world.job().change(1).passings[0].note == "You know this better."
    for _time in range(2):
        await refresh(world.given, ref)
    assert await asked(world) == [
        (
            "round:1",
            f"<@{OTHER}>, change 1 is passed on to you by <@{REVIEWER}>, who says:",
            "You know this better.",
        )
    ]
    assert world.job().messages["passed:1:1"].ts
    assert world.events().count("change.passed_on") == 1


async def test_who_a_change_was_passed_on_to_is_asked_about_what_takes_its_place(world):
    """It is named with the one that they were asked about, and so is whoever asked them."""
    passings = (Passing(REVIEWER, OTHER, NOON, "You know this."),)
    gone = make_change(1, passings=passings, state=ChangeState.SUPERSEDED, superseded_by=2)
    await world.keep(make_job(make_round(gone, make_change(2, passings=passings))))
    await refresh(world.given, JOB.ref)
    assert await asked(world) == [
        (
            "round:1",
            f"<@{OTHER}>, change 2 takes the place of change 1, which was passed on to you by <@{REVIEWER}>, who says:",
            "You know this.",
        )
    ]


async def test_once_it_is_decided_nobody_is_asked_any_more(world):
    """What was not posted by then is not posted."""
    await world.keep(JOB)
    await pass_on(world.given, actor(), TARGET, OTHER)
    assert await asked(world) == [
        ("round:1", f"<@{OTHER}>, change 1 is passed on to you by <@{REVIEWER}>.", "")
    ]
    await world.keep(make_job(make_round(decided(make_change())), state=JobState.COMPLETED))
    assert await asked(world) == []


@pytest.mark.parametrize("who", [REVIEWER, OTHER])
async def test_who_may_not_decide_neither_passes_on_nor_is_chosen(world, who):
    """Nothing is recorded, and the refusal stands in the audit."""
    await world.keep(JOB)
    world.directory.people[who] = Person(who, is_member=False)
    with pytest.raises(RefusedError, match=r"[Oo]nly members"):
        await pass_on(world.given, actor(), TARGET, OTHER)
    assert world.job() == JOB
    assert world.events() == ["passing.refused"]


async def test_a_look_up_that_fails_passes_nothing_on(world):
    """What is not known is refused."""
    await world.keep(JOB)
    world.directory.fails["person"] = [TransientError("Slack is away.")]
    with pytest.raises(TransientError):
        await pass_on(world.given, actor(), TARGET, OTHER)
    assert world.job() == JOB


async def asked(world):
    """Return what is wanted to be said to those to whom something was passed on: where, and in which words."""
    contents = await world.store.contents(JOB.ref, [make_change().digest])
    wanted = [one for one in messages(world.job(), contents) if isinstance(one, Wanted)]
    told = [(one.thread_slot, one.summary) for one in wanted if one.slot.startswith("passed:")]
    return [(slot, said.sentence, said.quote) for slot, said in told if isinstance(said, NoticeSummary)]
