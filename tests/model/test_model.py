"""The promises hold over the whole relay, whatever happens in whatever order; and the machine can say otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.core.errors import BugError
from tests.model.defects import DEFECTS
from tests.model.machine import Whole

if TYPE_CHECKING:
    from bot.store.embedded import Embedded

pytestmark = pytest.mark.timeout(600)


def run(server: Embedded, examples: int, steps: int = 50, **rest: Any) -> None:
    """Run the machine, the same way every time."""
    machine = type("Here", (Whole,), {"socket": str(server.socket)})
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **rest,
    )
    run_state_machine_as_test(machine, settings=how)


def test_the_promises_hold_in_any_order(server):
    """Nothing acked is lost, nothing is applied that nobody approved, nothing doubles, and it always becomes quiet."""
    run(server, 60)


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_planted_defect_is_found(server, defect, monkeypatch):
    """With each of them the same machine comes to a story that breaks a promise."""
    place, planted = DEFECTS[defect]
    monkeypatch.setattr(f"bot.{place}", planted)
    with pytest.raises((AssertionError, BugError)):
        run(server, 1000, phases=(Phase.generate,), report_multiple_bugs=False)
