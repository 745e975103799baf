"""Once a minute: what was decided or ended elsewhere is read in full, and nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core.errors import BugError, RefusedError, TransientError
from bot.core.model import JobState, RoundState
from bot.core.sighting import Listed, Status
from bot.relay import survey as surveying
from bot.relay.survey import survey
from tests.make import later, make_change, make_job, make_proposals, make_round, seen, sent


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
    first, second = (surveying._in_turn(("a", "b"), later(60 * n)) for n in range(2))
    assert {first, second} == {("a", "b"), ("b", "a")}
