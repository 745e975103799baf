"""Handing a change over to another reviewer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.audit import entries
from bot.core.errors import RefusedError
from bot.core.model import ChangeState, Passing, RoundState
from bot.core.passing import LONGEST_NOTE, check_receiver, pass_on
from bot.core.permission import Person, Policy
from tests.make import (
    NOON,
    OTHER,
    REQUESTER,
    REVIEWER,
    decided,
    later,
    make_change,
    make_decision,
    make_job,
    make_round,
)

JOB = make_job(make_round(make_change(1), make_change(2)))
ON = Passing(REVIEWER, OTHER, later(5), "You know this better.")
DIGEST = make_change(1).digest


def refused(job, passing=ON, digest=DIGEST):
    """Return the refusal to pass change 1 of a job on."""
    with pytest.raises(RefusedError) as refusal:
        pass_on(job, 1, digest, passing)
    return refusal.value


def with_first(**changed):
    """Return the job with its first change in another state."""
    return make_job(make_round(replace(make_change(1), **changed), make_change(2)))


def test_a_change_that_is_passed_on_stays_open():
    """Whoever may decide still may; the cards are brought up to date."""
    job = pass_on(JOB, 1, DIGEST[:12], ON)
    first, second = job.rounds[0].changes
    assert (first.passings, second.passings) == ((ON,), ())
    assert first.is_open
    assert job.refresh_at == later(5)


def test_it_is_passed_on_again_by_anybody():
    """The last one counts; the others are kept."""
    back = Passing(OTHER, REVIEWER, later(9))
    job = pass_on(pass_on(JOB, 1, DIGEST, ON), 1, DIGEST, back)
    assert job.rounds[0].changes[0].passings == (ON, back)


def test_it_is_audited_by_the_difference():
    """With who, to whom, and never with the note."""
    (entry,) = entries(JOB, pass_on(JOB, 1, DIGEST, ON))
    assert (entry.event, entry.user_id, entry.round, entry.change) == ("change.passed_on", REVIEWER, 1, 1)
    assert entry.detail == f"to {OTHER}"


@pytest.mark.parametrize(
    ("job", "code", "words"),
    [
        (
            make_job(make_round(decided(make_change(1), at=NOON), make_change(2))),
            "decided_by_other",
            "5 seconds ago",
        ),
        (with_first(state=ChangeState.SUPERSEDED, superseded_by=3), "superseded", "change 3"),
        (with_first(state=ChangeState.WITHDRAWN), "withdrawn", "elsewhere"),
        (make_job(make_round(make_change(1), state=RoundState.SUBMITTING)), "sent", "is being sent"),
        (with_first(decisions=(make_decision(reviewer_id=OTHER),)), "has_decided", "approved it already"),
        (with_first(passings=(ON,) * 10), "too_often", "10 times"),
    ],
)
def test_what_does_not_wait_for_them_is_not_passed_on(job, code, words):
    """And it is said what happened instead."""
    refusal = refused(job)
    assert refusal.code == code
    assert words in str(refusal)


def test_another_version_is_not_passed_on():
    """They have seen something else."""
    assert refused(JOB, digest="f" * 12).code == "superseded"


def test_nobody_passes_on_to_themselves_or_with_a_novel():
    """A note is short."""
    assert refused(JOB, replace(ON, to_id=REVIEWER)).code == "oneself"
    assert refused(JOB, replace(ON, note="x" * (LONGEST_NOTE + 1))).code == "too_long"


@pytest.mark.parametrize(
    ("person", "policy", "why"),
    [
        (Person(OTHER, is_guest=True), Policy(), "guests never decide"),
        (Person(OTHER, is_bot=True), Policy(), "bots never decide"),
        (Person(OTHER, is_deactivated=True), Policy(), "deactivated"),
        (Person(OTHER, is_home=False), Policy(), "other workspaces"),
        (Person(OTHER, is_member=False), Policy(), "only members of its channel do"),
        (Person(OTHER), Policy(reviewers=frozenset({REVIEWER})), "only the reviewers named"),
        (Person(REQUESTER), Policy(own_edits=False), "they asked for this edit"),
    ],
)
def test_who_may_not_approve_is_not_chosen(person, policy, why):
    """The rule is named, in words for whoever chose them."""
    with pytest.raises(RefusedError, match=f"This person may not decide it: .*{why}") as refusal:
        check_receiver(person, policy, JOB, 1)
    assert refusal.value.code == "receiver"


def test_who_may_approve_is_chosen():
    """Named, or a member."""
    check_receiver(Person(OTHER), Policy(), JOB, 1)
    check_receiver(Person(OTHER, is_member=False), Policy(reviewers=frozenset({OTHER})), JOB, 1)


def test_a_rule_about_no_person_is_told_as_it_is():
    """Such as a route that means nothing: that is nobody's fault."""
    with pytest.raises(RefusedError, match="No route"):
        check_receiver(Person(OTHER), Policy(closed="No route is for this."), JOB, 1)
