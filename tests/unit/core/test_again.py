"""What is left over when a job has ended, and how it is asked for again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.again import appendix, is_lapsed, leftovers, may_ask_again
from bot.core.lifecycle import ENDED_JOBS
from bot.core.model import Change, ChangeState, Job, JobState, Outcome, RoundState, Verdict
from bot.core.proposal import Content
from tests.make import decided, make_change, make_job, make_round

LAPSED = make_change(2, state=ChangeState.LAPSED)


def ended(
    *changes: Change,
    state: JobState = JobState.COMPLETED,
    round_state: RoundState = RoundState.CONFIRMED,
    **rest: Any,
) -> Job:
    return make_job(make_round(*changes, state=round_state), state=state, **rest)


def test_what_nobody_decided_is_left():
    """Lapsed changes, whatever became of their siblings."""
    assert leftovers(ended(decided(make_change(1)), LAPSED)) == (LAPSED,)


def test_what_was_approved_and_never_arrived_is_left():
    """Approved and looked for in vain counts; approved and found, or not looked for, does not."""
    missing = replace(decided(make_change(1)), outcome=Outcome.NOT_FOUND)
    found = replace(decided(make_change(2)), outcome=Outcome.FOUND)
    assert leftovers(ended(missing, found, decided(make_change(3)))) == (missing,)


def test_what_was_denied_is_settled():
    """A no is an answer, even when the document does not show it."""
    denied = replace(decided(make_change(1), Verdict.DENY), outcome=Outcome.NOT_FOUND)
    assert leftovers(ended(denied)) == ()


def test_what_is_in_the_document_anyway_is_not_left():
    """Nobody decided it, and nobody need ask for it again: it is there."""
    anyway = replace(LAPSED, outcome=Outcome.APPLIED_ANYWAY)
    assert leftovers(ended(decided(make_change(1)), anyway)) == ()


def test_a_lapsed_round_leaves_everything():
    """The job was gone before the answers could count: decided ones too."""
    approved = decided(make_change(1))
    assert leftovers(ended(approved, LAPSED, state=JobState.LAPSED, round_state=RoundState.LAPSED)) == (
        approved,
        LAPSED,
    )


@pytest.mark.parametrize("state", [ChangeState.SUPERSEDED, ChangeState.WITHDRAWN])
def test_what_was_replaced_or_withdrawn_is_not_left(state):
    """Even in a lapsed round."""
    assert leftovers(ended(make_change(1, state=state), round_state=RoundState.LAPSED)) == ()


def test_nothing_is_left_over_before_the_end():
    """While the job runs, SuperDocs may still do it."""
    job = ended(LAPSED, state=JobState.WORKING)
    assert leftovers(job) == ()
    assert not may_ask_again(job)


@pytest.mark.parametrize("state", sorted(ENDED_JOBS - {JobState.COMPLETED}))
def test_a_job_that_came_to_nothing_may_be_asked_again(state):
    """Failed, stopped or lapsed: the whole instruction."""
    assert may_ask_again(make_job(state=state))


def test_a_completed_job_is_asked_again_only_for_what_is_left():
    """Otherwise there is nothing to ask for."""
    assert not may_ask_again(ended(decided(make_change(1))))
    assert may_ask_again(ended(LAPSED))


def test_nobody_asks_twice():
    """Somebody has taken it up already."""
    assert not may_ask_again(ended(LAPSED, asked_again_by="other"))


def test_what_is_asked_for_again_is_quoted():
    """An edit, an addition and a deletion, in words that name the place."""
    changes = (make_change(1), make_change(2, operation="create"), make_change(3, operation="delete"))
    contents = {
        changes[0].digest: Content("<p>30 days</p>", "<p>60 days</p>"),
        changes[1].digest: Content(None, "<p>No set-off.</p>"),
        changes[2].digest: Content("<p>Old clause.</p>", None),
    }
    assert appendix(changes, contents, "Give them longer.").splitlines() == [
        "",
        "",
        "The rest is settled. Propose only this again, as it was:",
        "- change “30 days” to “60 days”",
        "- add: “No set-off.”",
        "- delete: “Old clause.”",
    ]


def test_long_texts_are_quoted_by_their_beginning():
    """Enough to find the place again."""
    contents = {make_change().digest: Content(None, f"<p>{'word ' * 300}</p>")}
    quoted = appendix((make_change(),), contents, "")
    assert quoted.endswith("…”")
    assert len(quoted.partition("“")[2]) == 601


def test_what_just_fits_is_quoted_whole():
    """Six hundred characters of each side."""
    contents = {make_change().digest: Content(None, f"<p>{'x' * 600}</p>")}
    assert appendix((make_change(),), contents, "").endswith(f"“{'x' * 600}”")


def test_without_texts_the_whole_instruction_is_asked_again():
    """Texts that were retained no longer are not made up."""
    assert appendix((make_change(),), {}, "Give them longer.") == ""
    assert appendix((), {}, "") == ""


def test_without_an_instruction_the_quotes_say_by_themselves_what_is_wanted():
    """Another program gave the instruction, and only it knows that; the session knows what was proposed."""
    contents = {make_change().digest: Content("<p>30 days</p>", "<p>60 days</p>")}
    asked, quoted = appendix((make_change(),), contents, "").splitlines()
    assert asked.startswith("You proposed changes")
    assert asked.endswith("Propose exactly these again, as they were, and change nothing else:")
    assert quoted == "- change “30 days” to “60 days”"


@pytest.mark.parametrize("state", sorted(ENDED_JOBS))
def test_a_job_whose_instruction_is_not_known_is_asked_again_only_for_what_is_left(state):
    """There is nothing else to ask with; but what was asked again once can be asked in the same words."""
    unknown = make_job(instruction="", state=state)
    assert not may_ask_again(unknown)
    assert may_ask_again(ended(LAPSED, instruction="", state=state))
    assert may_ask_again(replace(unknown, appendix="Propose this:")) is (state is not JobState.COMPLETED)


def test_what_was_stopped_has_not_lapsed():
    """Whoever stopped it knows; it can be asked again from its own message, and waits in no digest."""
    lapsed = make_round(make_change(state=ChangeState.LAPSED), state=RoundState.CONFIRMED)
    job = make_job(lapsed, state=JobState.COMPLETED)
    assert is_lapsed(job)
    assert not is_lapsed(make_job(replace(lapsed, is_stopped=True), state=JobState.COMPLETED))
    assert not is_lapsed(make_job(lapsed, state=JobState.STOPPED))
