"""The tables say everything that may happen, and nothing else happens."""

from __future__ import annotations

from itertools import product

import pytest

from bot.core.errors import BugError
from bot.core.lifecycle import (
    CHANGE_TABLE,
    ENDED_JOBS,
    JOB_TABLE,
    ROUND_TABLE,
    ChangeEvent,
    JobEvent,
    RoundEvent,
    advance_change,
    advance_job,
    advance_round,
    diagram,
    has_ended,
)
from bot.core.model import ChangeState, JobState, RoundState
from tests.make import make_change, make_job, make_round


@pytest.mark.parametrize(("state", "event"), [*product(RoundState, RoundEvent)])
def test_a_round_follows_its_table_or_refuses(state, event):
    """An event that the table does not list raises and changes nothing; a listed one leads where it says."""
    held = make_round(state=state)
    if event in ROUND_TABLE.get(state, {}):
        assert advance_round(held, event).state is ROUND_TABLE[state][event]
    else:
        with pytest.raises(BugError, match="does not know the event"):
            advance_round(held, event)


@pytest.mark.parametrize(("state", "event"), [*product(ChangeState, ChangeEvent)])
def test_a_change_follows_its_table_or_refuses(state, event):
    """The same law holds for changes."""
    change = make_change(state=state)
    if event in CHANGE_TABLE.get(state, {}):
        assert advance_change(change, event).state is CHANGE_TABLE[state][event]
    else:
        with pytest.raises(BugError):
            advance_change(change, event)


@pytest.mark.parametrize(("state", "event"), [*product(JobState, JobEvent)])
def test_a_job_follows_its_table_or_refuses(state, event):
    """The same law holds for jobs."""
    job = make_job(state=state)
    if event in JOB_TABLE.get(state, {}):
        assert advance_job(job, event).state is JOB_TABLE[state][event]
    else:
        with pytest.raises(BugError):
            advance_job(job, event)


def test_final_states_are_final():
    """No table leads out of a final state, and every job state that has no entry has ended."""
    assert {JobState.COMPLETED, JobState.FAILED, JobState.STOPPED, JobState.LAPSED} == ENDED_JOBS
    assert all(has_ended(make_job(state=state)) for state in ENDED_JOBS)
    assert not {RoundState.CONFIRMED, RoundState.LAPSED, RoundState.WITHDRAWN} & set(ROUND_TABLE)
    assert not {ChangeState.LAPSED, ChangeState.SUPERSEDED, ChangeState.WITHDRAWN} & set(CHANGE_TABLE)


def test_every_state_is_reached():
    """Apart from the first one, no state stands in a table that no event leads to."""
    for table, states in ((CHANGE_TABLE, ChangeState), (ROUND_TABLE, RoundState), (JOB_TABLE, JobState)):
        reached = {after for events in table.values() for after in events.values()}
        assert set(states) - reached == {next(iter(table))} - reached


def test_the_diagram_draws_every_transition_once():
    """The picture has one line for each entry of the table, and one for each final state."""
    drawn = diagram(ROUND_TABLE).splitlines()
    assert "    OPEN --> SUBMITTING: all decided, send now, or deadline" in drawn
    assert "    CONFIRMED --> [*]" in drawn
    assert len(drawn) == 2 + sum(map(len, ROUND_TABLE.values())) + 3
