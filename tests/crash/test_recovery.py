"""How long it really takes, at the relay's own pace, until what a dead process left is taken up and finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crash.grounds import Lanes, prepared
from tests.crash.invariants import violations
from tests.crash.runs import figures, run, told
from tests.crash.scenarios import SCENARIOS
from tests.crash.selection import IS_SOAK
from tests.crash.wires import Phase, Point

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.timeout(180),
    pytest.mark.skipif(not IS_SOAK, reason="SOAK=1 has the relay wait as long as it usually does."),
]

PROMISED_S = 30
CALLS = (
    "superdocs start",
    "slack chat.postMessage job",
    "slack chat.postMessage round:1",
    "store save decision.recorded, change.decided",
    "store save round.submitting",
    "superdocs approve",
    "slack chat.update round:1",
    "slack files.completeUploadExternal",
)


@pytest.fixture(scope="module")
def unhurried() -> Iterator[Lanes]:
    """Give the grounds of relays that wait as long as they usually do."""
    with prepared(1, is_hurried=False) as lanes:
        yield lanes


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("call", CALLS if IS_SOAK else CALLS[:1])
async def test_what_a_dead_process_left_is_finished_within_30_s(
    unhurried: Lanes, call, phase, record_property
):
    """From the start of the next process until the story is told to its end, and everything says so."""
    made = await run(unhurried[0], SCENARIOS[0], Point(call, 1, phase), patience=6)
    record_property("crash", f"unhurried: {figures([made])}")
    assert violations(made.history) == [], told(made)
    assert made.is_hit
    assert made.recovery_s <= PROMISED_S
