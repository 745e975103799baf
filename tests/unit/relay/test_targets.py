"""What a button names comes back from outside: it is read strictly, or refused."""

from __future__ import annotations

import pytest

from bot.core.errors import RefusedError
from bot.core.summary import change_target, round_target
from bot.relay.targets import change_of, job_of, round_of
from tests.make import make_change, make_job, make_round

JOB = make_job(make_round())


def test_what_the_cards_name_is_understood():
    """A change in its version, a round, a job; each also from a longer target."""
    change = make_change()
    assert change_of(change_target(JOB, change)) == (JOB.ref, 1, change.digest[:12])
    assert round_of(round_target(JOB, JOB.rounds[0])) == (JOB.ref, 1)
    assert job_of(JOB.ref) == JOB.ref
    assert job_of(change_target(JOB, change)) == JOB.ref


@pytest.mark.parametrize(
    "target",
    ["", ".", "..", "ref", "REF0000000000001", "ref0000000000001", "ref0000000000001.1", "ref0000000000001.x.abcdef123456",
     "ref0000000000001.1.abc", "ref0000000000001.1.ABCDEF123456", "ref0000000000001.1234567.abcdef123456",
     "ref0000000000001.1.abcdef123456.2", " ref0000000000001.1.abcdef123456", "ref0000000000001.1.abcdef123456\n",
     "ref/../etc.1.abcdef123456", "ref0000000000001.-1.abcdef123456"],
)  # fmt: skip
def test_anything_else_names_no_change(target):
    """Tampered, cut, guessed: refused in a sentence."""
    with pytest.raises(RefusedError, match="does not know this button") as refused:
        change_of(target)
    assert refused.value.code == "bad_target"


@pytest.mark.parametrize(
    "target", ["", "ref0000000000001", "ref0000000000001.", "ref0000000000001.1.abcdef123456", "x.1"]
)
def test_anything_else_names_no_round(target):
    """A change's target does not pass for a round's."""
    with pytest.raises(RefusedError):
        round_of(target)


@pytest.mark.parametrize("target", ["", ".1", "short", "REF0000000000001", "a" * 65])
def test_anything_else_names_no_job(target):
    """A ref is lower case and of a known length."""
    with pytest.raises(RefusedError):
        job_of(target)
