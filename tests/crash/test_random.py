"""Processes die at any moment, one to three times in a story, whichever of one to four workers it hits."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.crash.invariants import violations
from tests.crash.runs import figures, run, told
from tests.crash.scenarios import SCENARIOS
from tests.crash.selection import IS_SOAK

if TYPE_CHECKING:
    from tests.crash.fleet import Fleet
    from tests.crash.grounds import Lanes
    from tests.crash.runs import Ordeal

SEEDS = range(300 if IS_SOAK else 3)


def killing(chance: random.Random) -> Ordeal:
    """Kill a few times, at moments that depend on the seed alone."""
    pauses = [chance.uniform(0.05, 0.8) for _ in range(chance.randint(1, 3))]
    places = [chance.random() for _ in pauses]

    async def kill(fleet: Fleet) -> None:
        for pause, place in zip(pauses, places, strict=True):
            await asyncio.sleep(pause)
            if relays := fleet.relays:
                relays[int(place * len(relays))].kill()

    return kill


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", SEEDS)
async def test_whoever_dies_at_any_moment_loses_nothing(lanes: Lanes, seed, record_property):
    """Every invariant holds again, however many have died whenever."""
    chance = random.Random(seed)  # noqa: S311 -- it only has to be the same each time
    scenario = replace(chance.choice(SCENARIOS), workers=chance.randint(1, 4))
    made = await run(lanes[0], scenario, ordeal=killing(chance))
    record_property("crash", f"seed {seed}, {scenario.workers} workers, {scenario.name}: {figures([made])}")
    assert violations(made.history) == [], told(made)
