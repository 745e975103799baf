"""A process dies at every external call it makes: before the call, with its answer lost, and with the answer unrecorded.

What is to hold then is in `invariants.py`; `python -m tests.crash` repeats one death by name and number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.invariants import violations
from tests.crash.runs import all_of, figures, told
from tests.crash.scenarios import SCENARIOS
from tests.crash.selection import IS_SOAK, every, one_of_each, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.crash.grounds import Lanes
    from tests.crash.scenarios import Scenario
    from tests.crash.selection import Census

SHARES = 12
_census: dict[Scenario, Sequence[str]] = {}


async def counted(lanes: Lanes) -> Census:
    """Return what each scenario calls when nobody dies; the first of two runs warms up what both need."""
    if not _census:
        runs = await all_of(lanes, [(scenario, None) for scenario in SCENARIOS] * 2)
        assert [told(one) for one in runs if violations(one.history)] == []
        _census.update(sorted(((one.scenario, one.calls) for one in runs), key=lambda had: had[0].name))
    return _census


@pytest.mark.timeout(3600 if IS_SOAK else 300)
@pytest.mark.parametrize("number", range(SHARES))
async def test_whoever_dies_at_a_call_loses_nothing_and_does_nothing_twice(
    lanes: Lanes, number, record_property
):
    """Every invariant holds again when another process has taken over, at whichever call the first one died."""
    deaths = (every if IS_SOAK else one_of_each)(await counted(lanes))
    runs = await all_of(lanes, share(deaths, number, SHARES))
    record_property("crash", f"{number + 1}/{SHARES}: {figures(runs)}")
    assert [told(one) for one in runs if violations(one.history)] == []
