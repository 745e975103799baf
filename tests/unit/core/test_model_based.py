"""The laws of the round hold whatever happens in whatever order; and the machine that says so can say otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.core import away, deciding, opening, settling, submitting
from bot.core.deadline import DAY
from bot.core.errors import BugError
from bot.core.submitting import Answer
from tests.unit.core.machine import Relay, Sending

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine

    from bot.core.model import Change, Job, Round


def run(machine: type[RuleBasedStateMachine], examples: int, **rest: Any) -> None:
    """Run a machine, the same way every time."""
    how = settings(
        max_examples=examples,
        stateful_step_count=50,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **rest,
    )
    run_state_machine_as_test(machine, settings=how)


def test_nothing_is_sent_twice_whoever_races():
    """Lost answers, late landings, stale reads, dead workers: a further call needs proof that none has arrived."""
    run(Sending, 60)


def test_the_laws_of_the_round_hold_in_any_order():
    """Nothing undecided is approved, nothing decided is lost, nothing settled changes, no number comes twice."""
    run(Relay, 60)


# Kept from before any defect is planted.
real_answers, real_change = submitting.answers, opening._change


def only_the_approved(held: Round) -> tuple[Answer, ...]:
    return tuple(answer for answer in real_answers(held) if answer.is_approved)


def everything(held: Round) -> tuple[Answer, ...]:
    return tuple(Answer(change.change_id, is_approved=True) for change in held.live)


def numbered_anew(job: Job, number: int, *rest: Any) -> Change:
    return replace(real_change(job, number, *rest), number=1 + number % 2)


DEFECTS: Final[dict[str, tuple[type[RuleBasedStateMachine], Any, str, Any]]] = {
    "sends again on a hunch": (
        Sending,
        submitting,
        "may_send_again",
        lambda held, _at: held.state == "unknown",
    ),
    "trusts reads that are stale": (Sending, submitting, "STALE", timedelta(0)),
    "forgets the time limit of a call": (Sending, submitting, "CALL_LIMIT", timedelta(seconds=5)),
    "approves what nobody decided": (Relay, submitting, "answers", everything),
    "leaves out what is denied": (Relay, submitting, "answers", only_the_approved),
    "takes decisions after sending": (Relay, deciding, "_refuse_closed", lambda _held, _change: None),
    "sends what is not what was read": (Relay, opening, "is_same", lambda _held, _proposals: True),
    "withdraws on a read older than the pause": (Relay, settling, "STALE", timedelta(seconds=-5)),
    "sends when it is too late": (Relay, away, "is_too_late", lambda _held, _now: False),
    "sleeps through the deadline": (Relay, away, "retry_at", lambda _held, now, *_rest: now + DAY),
    "counts changes anew": (Relay, opening, "_change", numbered_anew),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_planted_defect_is_found(defect, monkeypatch):
    """A law that no order of events can break would prove nothing."""
    machine, module, name, broken = DEFECTS[defect]
    monkeypatch.setattr(module, name, broken)
    with pytest.raises((AssertionError, BugError)):
        run(machine, 2000, phases=(Phase.generate,), report_multiple_bugs=False)
