"""Who may decide, and which rule tells everybody else why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.errors import RefusedError
from bot.core.model import Verdict
from bot.core.permission import Person, Policy, check, check_person
from tests.make import OTHER, REQUESTER, REVIEWER, decided, make_change, make_job, make_round

if TYPE_CHECKING:
    from bot.core.model import Job

ANYBODY = Policy()
NAMED = Policy(reviewers=frozenset({REVIEWER}))
GROUPED = Policy(groups=frozenset({"S0LEGAL", "S0BOARD"}))
FOUR_EYES = Policy(own_edits=False)
CLOSED = Policy(closed="No route is for this edit.")


def refusal(
    person: Person,
    policy: Policy = ANYBODY,
    job: Job | None = None,
    number: int = 1,
    verdict: Verdict = Verdict.APPROVE,
) -> str:
    """Return the code of the rule that refuses, or "" when nothing does."""
    try:
        check(person, policy, job or make_job(make_round()), number, verdict)
    except RefusedError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("trait", "code"),
    [
        ({"is_bot": True}, "bot"),
        ({"is_deactivated": True}, "deactivated"),
        ({"is_home": False}, "stranger"),
        ({"is_guest": True}, "guest"),
    ],
)
@pytest.mark.parametrize("policy", [ANYBODY, NAMED, GROUPED, FOUR_EYES, CLOSED])
@pytest.mark.parametrize("verdict", Verdict)
def test_some_never_decide(trait, code, policy, verdict):
    """Bots, deactivated accounts, other workspaces and guests are refused whatever the policy, even when named."""
    person = Person(REVIEWER, **trait, groups=frozenset({"S0LEGAL"}))
    assert refusal(person, policy, verdict=verdict) == code
    with pytest.raises(RefusedError):
        check_person(person)


def test_a_member_of_the_channel_decides():
    """Without named reviewers, membership is enough."""
    assert refusal(Person(OTHER)) == ""
    assert refusal(Person(OTHER, is_member=False)) == "not_a_member"


def test_only_named_reviewers_decide_where_they_are_named():
    """A name on the list counts without membership, and membership does not count without it."""
    assert refusal(Person(REVIEWER, is_member=False), NAMED) == ""
    assert refusal(Person(OTHER), NAMED) == "not_a_reviewer"


MEMBER = Person(OTHER)
OUTSIDER = Person(OTHER, is_member=False)
IN_LEGAL = Person(OTHER, is_member=False, groups=frozenset({"S0LEGAL"}))
ELSEWHERE = Person(OTHER, groups=frozenset({"S0SALES"}))
BY_NAME = Person(REVIEWER, is_member=False)
ASKER = Person(REQUESTER)
BOTH = Policy(frozenset({REVIEWER}), frozenset({"S0LEGAL"}))


@pytest.mark.parametrize(
    ("policy", "codes"),
    [
        (ANYBODY, ["", "not_a_member", "not_a_member", "", "not_a_member", ""]),
        (NAMED, ["not_a_reviewer"] * 4 + ["", "not_a_reviewer"]),
        (GROUPED, ["not_a_reviewer"] * 2 + ["", "not_a_reviewer", "not_a_reviewer", "not_a_reviewer"]),
        (BOTH, ["not_a_reviewer"] * 2 + ["", "not_a_reviewer", "", "not_a_reviewer"]),
        (FOUR_EYES, ["", "not_a_member", "not_a_member", "", "not_a_member", "own_edit"]),
        (CLOSED, ["unbound_route"] * 6),
    ],
    ids=["anybody", "named", "groups", "both", "four eyes", "closed"],
)
def test_kinds_of_people_under_kinds_of_policies(policy, codes):
    """Members, people outside, members of a group, of another group, the one who is named, and the requester."""
    people = (MEMBER, OUTSIDER, IN_LEGAL, ELSEWHERE, BY_NAME, ASKER)
    assert [refusal(person, policy) for person in people] == codes


def test_a_closed_route_takes_no_denials_either():
    """Who may deny is not known any more than who may approve."""
    assert refusal(Person(REVIEWER), CLOSED, verdict=Verdict.DENY) == "unbound_route"


def test_the_requester_approves_only_where_that_is_allowed():
    """Four eyes: asking for an edit and approving it are two people's work. Denying is always possible."""
    assert refusal(Person(REQUESTER)) == ""
    assert refusal(Person(REQUESTER), FOUR_EYES) == "own_edit"
    assert refusal(Person(REQUESTER), FOUR_EYES, verdict=Verdict.DENY) == ""
    assert refusal(Person(REVIEWER), FOUR_EYES) == ""


def revised_twice() -> Job:
    """Return a job in which OTHER's feedback shaped change 2, and REVIEWER's shaped change 3 on top of it."""
    first = make_round(decided(make_change(1), Verdict.DENY, reviewer_id=OTHER, feedback="Shorter."))
    second = make_round(
        decided(make_change(2, revises=1), Verdict.DENY, reviewer_id=REVIEWER, feedback="Longer."), number=2
    )
    return make_job(first, second, make_round(make_change(3, revises=2), number=3))


def test_whose_feedback_shaped_the_text_is_its_author():
    """Round by round back to the first: nobody approves their own words through a second hop."""
    job = revised_twice()
    assert refusal(Person(OTHER), FOUR_EYES, job, number=3) == "own_edit"
    assert refusal(Person(REVIEWER), FOUR_EYES, job, number=3) == "own_edit"
    assert refusal(Person(REVIEWER), FOUR_EYES, job, number=2) == ""
    assert refusal(Person("U0FRESH"), FOUR_EYES, job, number=3) == ""


def test_a_denial_without_words_shapes_nothing():
    """Who only said no may approve what comes next."""
    first = make_round(decided(make_change(1), Verdict.DENY, reviewer_id=OTHER))
    job = make_job(first, make_round(make_change(2, revises=1), number=2))
    assert refusal(Person(OTHER), FOUR_EYES, job, number=2) == ""


def test_a_missing_link_in_the_chain_is_no_author():
    """A change that revises one that is not in the record has the requester as its author alone."""
    job = make_job(make_round(make_change(2, revises=1)))
    assert refusal(Person(OTHER), FOUR_EYES, job, number=2) == ""
    assert refusal(Person(REQUESTER), FOUR_EYES, job, number=2) == "own_edit"


def test_an_edit_of_another_program_has_no_requester():
    """An empty requester is nobody: it never equals a person."""
    job = make_job(make_round(), requester_id="")
    assert refusal(Person(""), FOUR_EYES, job) == ""


def test_a_refusal_names_the_channel_to_join():
    """The sentence says what to do."""
    with pytest.raises(RefusedError, match="join the channel first"):
        check(Person(OTHER, is_member=False), ANYBODY, make_job(), 1, Verdict.DENY)


def test_who_is_not_the_requester_of_a_moved_edit_hears_whose_it_is():
    """Nobody can join their direct messages."""
    job = make_job(moved_from="C0LEGAL", channel="D0REQ")
    with pytest.raises(RefusedError, match=f"reviewed by <@{job.requester_id}> alone"):
        check(Person(OTHER, is_member=False), ANYBODY, job, 1, Verdict.DENY)
    check(Person(job.requester_id), ANYBODY, job, 1, Verdict.APPROVE)
