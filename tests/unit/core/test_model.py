"""The records say of themselves only what follows from what they hold."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from bot.core.model import ChangeState, MessageRef, Verdict
from tests.make import (
    NOON,
    OTHER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
)


def test_a_change_has_no_verdict_before_it_is_decided():
    """One approval of two is a decision, not yet a verdict."""
    change = make_change(decisions=(make_decision(),))
    assert change.verdict is None
    assert change.is_open


def test_one_denial_denies():
    """Whoever approved before, the denial is what counts."""
    denial = make_decision(Verdict.DENY, OTHER)
    change = make_change(state=ChangeState.DECIDED, decisions=(make_decision(), denial))
    assert change.denial == denial
    assert change.verdict is Verdict.DENY


def test_a_change_that_everybody_approved_is_approved():
    """Without a denial, what is decided is approved."""
    change = decided(make_change())
    assert change.denial is None
    assert change.verdict is Verdict.APPROVE


@pytest.mark.parametrize(
    ("state", "is_live", "is_open"),
    [
        (ChangeState.PROPOSED, True, True),
        (ChangeState.AWAITING, True, True),
        (ChangeState.DECIDED, True, False),
        (ChangeState.LAPSED, True, False),
        (ChangeState.SUPERSEDED, False, False),
        (ChangeState.WITHDRAWN, False, False),
    ],
)
def test_what_belongs_to_a_round_and_what_waits(state, is_live, is_open):
    """Replaced and withdrawn changes are answered by nobody; decided and lapsed ones wait for nobody."""
    change = make_change(state=state)
    assert (change.is_live, change.is_open) == (is_live, is_open)


def test_a_round_tells_its_changes_apart():
    """What is live is answered, what is undecided is asked."""
    gone = make_change(1, state=ChangeState.SUPERSEDED)
    held = make_round(gone, decided(make_change(2)), make_change(3))
    assert [c.number for c in held.live] == [2, 3]
    assert [c.number for c in held.undecided] == [3]
    assert held.change(1) == gone
    assert held.change(4) is None


def test_a_round_with_one_change_replaced_keeps_the_others():
    """The order and the other changes stay."""
    held = make_round(make_change(1), make_change(2))
    changed = decided(make_change(1))
    assert held.with_change(changed).changes == (changed, make_change(2))


def test_a_job_finds_its_rounds_and_changes():
    """The latest round is the one that counts; a number is found wherever it is."""
    first, second = make_round(make_change(1)), make_round(make_change(2), number=2)
    job = make_job(first, second)
    assert job.round == second
    assert job.round_of(1) == first
    assert job.change(2) == make_change(2)
    assert job.round_of(3) is None
    assert job.change(3) is None
    assert make_job().round is None


def test_a_round_is_replaced_by_its_number_or_added():
    """The same number replaces, a new one joins at the end."""
    job = make_job(make_round())
    closed = make_round(decided(make_change()))
    assert job.with_round(closed).rounds == (closed,)
    second = make_round(make_change(2), number=2)
    assert job.with_round(second).rounds == (make_round(), second)


def test_a_visible_change_is_shown_at_the_earliest_moment_asked_for():
    """A later wish never puts off an earlier one, and each counts."""
    job = make_job().touched(later(5))
    assert (job.refresh_at, job.revision) == (later(5), 1)
    assert job.touched(later(9)).refresh_at == later(5)
    assert job.touched(NOON).refresh_at == NOON
    assert job.touched(later(9)).revision == 2


def test_a_message_is_replaced_in_its_slot():
    """Other messages stay where they are, and the old record keeps what it had."""
    job = make_job(messages={"job": MessageRef("C0LEGAL", "1.0")})
    moved = job.with_message("round:1", MessageRef("C0LEGAL", "2.0"))
    assert set(moved.messages) == {"job", "round:1"}
    assert set(job.messages) == {"job"}


def test_records_do_not_change_in_place():
    """Whoever holds a record can rely on it."""
    with pytest.raises(FrozenInstanceError):
        make_job().state = None  # type: ignore[misc, assignment] # That it is refused is the point.
