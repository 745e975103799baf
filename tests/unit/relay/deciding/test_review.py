"""The dialogs: what they show is kept, so that what they approve is exactly that."""

from __future__ import annotations

import pytest

from bot.core.errors import GoneError, RefusedError
from bot.core.model import ChangeState, Verdict, Via
from bot.core.permission import Person
from bot.core.summary import Does, change_target, round_target
from bot.relay.deciding.decide import approve_read, decide
from bot.relay.deciding.review import feedback_form, read_change, read_round, turn
from tests.fakes.world import actor
from tests.make import OTHER, make_change, make_job, make_round

JOB = make_job(make_round(make_change(1), make_change(2)))
ROUND = round_target(JOB, JOB.rounds[0])
CHANGE = change_target(JOB, make_change(1))


async def test_one_change_is_opened_at_its_first_page(world):
    """With its buttons, and no more than it."""
    await world.keep(JOB)
    summary = await read_change(world.given, actor(), CHANGE)
    assert (summary.page, summary.pages, summary.approves) == (1, 1, ())
    # A long list of members would take the three seconds that the dialog has to open.
    assert [channel for _user, _team, channel in world.directory.called("person")] == [""]
    reading = await world.store.reading(summary.token)
    assert (reading.ref, reading.round, reading.versions) == (JOB.ref, 1, ((1, make_change(1).digest),))


async def test_a_round_is_opened_with_everything_in_it(world):
    """What has left the round is not read any more."""
    gone = make_change(3, state=ChangeState.WITHDRAWN)
    await world.keep(make_job(make_round(make_change(1), make_change(2), gone)))
    summary = await read_round(world.given, actor(), ROUND)
    assert summary.approves == (1, 2)
    reading = await world.store.reading(summary.token)
    assert [number for number, _digest in reading.versions] == [1, 2]


async def test_each_dialog_has_a_name_of_its_own(world):
    """One person's does not show what another's shows, and nobody guesses it."""
    await world.keep(JOB)
    tokens = {(await read_round(world.given, actor(), ROUND)).token for _time in range(3)}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 24


async def test_what_a_dialog_shows_is_what_it_approves(world):
    """From opening to submitting."""
    await world.keep(JOB)
    summary = await read_round(world.given, actor(), ROUND)
    await approve_read(world.given, actor(), summary.token)
    assert [c.verdict for c in world.job().rounds[0].changes] == [Verdict.APPROVE, Verdict.APPROVE]


async def test_a_page_is_turned_as_the_record_stands_then(world):
    """After a decision in it, the dialog shows what was decided."""
    await world.keep(JOB)
    token = (await read_round(world.given, actor(), ROUND)).token
    await decide(world.given, actor(), CHANGE, Verdict.DENY, Via.DIALOG)
    summary = await turn(world.given, token, 1)
    assert [action.does for action in summary.sections[0].actions] == [Does.UNDO]
    assert summary.approves == (2,)


async def test_a_dialog_that_is_too_old_is_not_turned(world):
    """What it showed is not known any more."""
    with pytest.raises(RefusedError, match="too old") as refused:
        await turn(world.given, "token", 2)
    assert refused.value.code == "expired"


async def test_the_form_starts_from_the_proposed_words(world):
    """And names the version that it denies."""
    await world.keep(JOB)
    summary = await feedback_form(world.given, actor(), CHANGE)
    assert (summary.target, summary.proposed) == (CHANGE, "15 days")


@pytest.mark.parametrize(
    ("act", "target", "code"),
    [
        (read_change, change_target(JOB, make_change(9)), "unknown_change"),
        (feedback_form, change_target(JOB, make_change(9)), "unknown_change"),
        (read_round, f"{JOB.ref}.9", "closed"),
    ],
)
async def test_what_is_not_there_cannot_be_read(world, act, target, code):
    """A change or a round that the record does not have."""
    await world.keep(JOB)
    with pytest.raises(RefusedError) as refused:
        await act(world.given, actor(), target)
    assert refused.value.code == code


async def test_a_round_of_which_nothing_is_left_cannot_be_read(world):
    """All of it was replaced or withdrawn."""
    await world.keep(make_job(make_round(make_change(1, state=ChangeState.WITHDRAWN))))
    with pytest.raises(RefusedError, match="nothing to read"):
        await read_round(world.given, actor(), ROUND)


@pytest.mark.parametrize(
    ("act", "target"), [(read_change, CHANGE), (read_round, ROUND), (feedback_form, CHANGE)]
)
async def test_guests_read_nothing(world, act, target):
    """Document text is shown to those who may decide."""
    world.directory.people[OTHER] = Person(OTHER, is_guest=True)
    await world.keep(JOB)
    with pytest.raises(RefusedError, match="Guests"):
        await act(world.given, actor(OTHER), target)


async def test_a_form_on_a_text_that_is_gone_is_refused(world):
    """The record outlived its texts: a sentence, not a fault."""
    world.store.put(JOB)
    with pytest.raises(GoneError):
        await feedback_form(world.given, actor(), CHANGE)
