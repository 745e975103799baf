"""A process dies at every external call it makes: before the call, with its answer lost, and with the answer unrecorded.

What is to hold then is in `invariants.py`; `python -m tests.crash` repeats one death by name and number.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.crash.invariants import violations
from tests.crash.runs import figures, run
from tests.crash.scenarios import SCENARIOS
from tests.crash.selection import every, one_of_each, share

if TYPE_CHECKING:
    from tests.crash.fleet import Grounds
    from tests.crash.runs import Run
    from tests.crash.selection import Census

SHARES = 12
IS_SOAK = bool(os.environ.get("SOAK"))
_census: Census = {}


async def counted(grounds: Grounds) -> Census:
    """Return what each scenario calls when nobody dies; the first of two runs warms up what both need."""
    global _census  # noqa: PLW0603 -- counted once in a process, by whichever test comes first
    if not _census:
        for _ in range(2):
            runs = [await run(grounds, scenario) for scenario in SCENARIOS]
        assert [sentence for one in runs for sentence in violations(one.history)] == []
        _census = {one.scenario: one.calls for one in runs}
    return _census


@pytest.mark.timeout(3600 if IS_SOAK else 300)
@pytest.mark.parametrize("number", range(SHARES))
async def test_whoever_dies_at_a_call_loses_nothing_and_does_nothing_twice(grounds: Grounds, number, capsys):
    """Every invariant holds again when another process has taken over, at whichever call the first one died."""
    deaths = (every if IS_SOAK else one_of_each)(await counted(grounds))
    runs = [await run(grounds, *death) for death in share(deaths, number, SHARES)]
    with capsys.disabled():
        print(f"\ncrash {number + 1}/{SHARES}: {figures(runs)}")  # noqa: T201 -- the figures of the driver
    assert [told(one) for one in runs if violations(one.history)] == []


def told(failed: Run) -> str:
    """Say what was wrong after which death."""
    return "\n".join([f"{failed.scenario.name}: killed at {failed.point}", *violations(failed.history)])
