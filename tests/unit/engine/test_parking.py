"""What breaks again and again rests between its tries; what works again is tried at once."""

from __future__ import annotations

import pytest

from bot.engine.parking import LONGEST_S, Parking
from tests.fakes.seconds import Seconds


@pytest.fixture
def clock() -> Seconds:
    """Give a clock that stands still."""
    return Seconds()


@pytest.fixture
def parking(clock: Seconds) -> Parking:
    """Give a process in which nothing has broken."""
    return Parking(clock)


def test_what_never_broke_is_tried_at_once(parking: Parking) -> None:
    """However often."""
    parking.note("submit", "ref1", is_broken=False)
    assert not parking.is_resting("submit", "ref1")


def test_each_time_in_a_row_doubles_the_rest_up_to_a_limit(parking: Parking, clock: Seconds) -> None:
    """A second at first, and never so long that a deadline goes by unseen."""
    rests = []
    for _ in range(6):
        parking.note("submit", "ref1", is_broken=True)
        began_at = clock.now
        while parking.is_resting("submit", "ref1"):
            clock.now += 0.5
        rests.append(clock.now - began_at)
    assert rests == [1, 2, 4, 8, LONGEST_S, LONGEST_S]


def test_only_the_work_that_broke_rests(parking: Parking) -> None:
    """Another step of the record, and the same step of another one, go on."""
    parking.note("submit", "ref1", is_broken=True)
    assert parking.is_resting("submit", "ref1")
    assert not parking.is_resting("refresh", "ref1")
    assert not parking.is_resting("submit", "ref2")


def test_what_works_again_begins_anew(parking: Parking, clock: Seconds) -> None:
    """Its next break is its first one."""
    for _ in range(3):
        parking.note("submit", "ref1", is_broken=True)
    parking.note("submit", "ref1", is_broken=False)
    assert not parking.is_resting("submit", "ref1")
    parking.note("submit", "ref1", is_broken=True)
    clock.now += 1
    assert not parking.is_resting("submit", "ref1")


def test_what_is_remembered_has_an_end(parking: Parking) -> None:
    """A bug in everything fills no memory: of very many, the oldest is forgotten."""
    for number in range(1_001):
        parking.note("submit", f"ref{number}", is_broken=True)
    assert not parking.is_resting("submit", "ref0")
    assert parking.is_resting("submit", "ref1000")
