"""What is left of the month's operations, judged."""

from __future__ import annotations

import pytest

from bot.core.sighting import Balance
from bot.doctor.finding import State
from bot.doctor.superdocs import left


@pytest.mark.parametrize(
    ("balance", "state", "found"),
    [
        (Balance("free", 456, 500), State.OK, "456 of 500 left this month"),
        (Balance("free", 50, 500), State.OK, "50 of 500 left this month"),
        (Balance("free", 49, 500), State.WARNING, "49 of 500 left this month"),
        (Balance("free", 0, 500), State.FAULT, "none left this month of 500"),
        (Balance("", 0, None), State.FAULT, "none left this month"),
        (Balance("", 7, None), State.OK, "7 left this month"),
        (Balance("enterprise", None, None), State.OK, "SuperDocs does not say how many are left"),
    ],
)
def test_few_left_is_a_warning_and_none_a_fault(balance: Balance, state: State, found: str):
    """What is not told is not held against anybody."""
    finding = left(balance)
    assert (finding.state, finding.found) == (state, found)
    assert bool(finding.cure) is (state is not State.OK)
