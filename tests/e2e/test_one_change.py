"""One change, from the slash command to the document in the thread; and the ways in which it goes otherwise."""

from __future__ import annotations

import pytest

from bot.sandbox.faults import Fault
from tests.e2e.relay import ONE, REQUESTER, REVIEWER, Story, given


async def test_an_approved_change_is_applied_and_the_document_comes_back(story: Story):
    """Approve is one press: one call, the change in the document, the document in the thread, the card saying so."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]
    assert story.superdocs.approvals[0]["approved"] is True
    assert "within 60 days" in await story.ended()
    await story.shows("round:1", "Approved by", f"<@{REVIEWER}>", "applied, found in the document")
    await story.shows("job", "Applied 1 of 1, found in the document")
    (document,) = story.returned()
    assert "within 60 days" in document
    assert len(story.superdocs.calls.named("approve")) == 1


async def test_a_denied_change_is_not_applied(story: Story):
    """Deny records it without words: SuperDocs stops, and the document is what it was."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "deny")
    assert await story.submitted() == [(False, "")]
    assert "within 30 days" in await story.ended()
    await story.shows("round:1", "Denied by", f"<@{REVIEWER}>")
    await story.shows("job", "nothing was approved")
    assert story.returned() == []


async def test_feedback_brings_a_second_round(story: Story):
    """Deny with feedback opens round 2 with a new number, linked to what was asked; approved, it is applied."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.deny_with("round:1", "45 days at most")
    assert await story.submitted() == [(False, "45 days at most")]
    await story.shows("round:2", "Change 2", "45 days at most", "decide by")
    await story.shows("round:1", "Denied by", "45 days at most", "change 2")
    await story.press("round:2", "approve")
    assert await story.submitted(2) == [(True, "")]
    assert "within 45 days" in await story.ended()


async def test_a_completion_without_a_pause_says_so(story: Story):
    """An instruction that changes nothing completes without a card, and the message of the job says that."""
    await story.edit("answer only: what is this document about?")
    await story.shows("job", "Completed without proposing a change")
    assert story.messages("round:1") == []
    assert story.superdocs.approvals == []


async def test_an_edit_that_cannot_start_says_why(story: Story):
    """No operations left: nobody waits for a card that never comes."""
    story.superdocs.behaviour.quota_remaining = 0
    await story.edit(ONE)
    await story.shows("job", "Failed", "operations")


@pytest.mark.parametrize(
    ("age", "pending"),
    [("five", "list"), ("five", "string"), ("five", "object"), ("eleven", "string"), ("eleven", "object")],
)
async def test_every_age_of_the_api_works(story: Story, age, pending):
    """Five kinds of events or eleven, a list, a string or an object: the same story."""
    story.superdocs.behaviour.change({"age": age, "pending_changes_as": pending})
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    assert "within 60 days" in await story.ended()


async def test_an_answer_that_is_lost_is_asked_about_and_not_repeated(story: Story):
    """The call landed, its answer was lost: the relay reads the job and finds it done; there is no second call."""
    await story.edit(ONE)
    await story.open_cards(1)
    story.superdocs.faults.add(Fault(name="approve", kind="lost"))
    await story.press("round:1", "approve")
    assert "within 60 days" in await story.ended()
    await story.shows("round:1", "applied, found in the document")
    assert len(story.superdocs.calls.named("approve")) == 1


async def test_a_call_that_did_nothing_is_repeated_after_a_re_read(story: Story):
    """The call failed before it did anything: a re-read says that SuperDocs still waits, and only then it is sent."""
    await story.edit(ONE)
    await story.open_cards(1)
    story.superdocs.faults.add(Fault(name="approve", kind="error", status=500))
    await story.press("round:1", "approve")
    second = await story.superdocs.calls.wait_for("approve", count=2, within_s=15)
    first = story.superdocs.calls.named("approve")[0]
    reads = story.superdocs.calls.named("get_job")
    assert any(first.at + 5 <= read.at and read.number < second.number for read in reads)
    assert "within 60 days" in await story.ended()


@given(UNDO_S="30")
async def test_undo_takes_a_slip_back(story: Story):
    """Within `UNDO_S` one's own decision can be taken back, by nobody else; the card is open again then."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    await story.offers("round:1", "undo")
    await story.press("round:1", "undo", REQUESTER)
    await story.told(REQUESTER, "no decision of yours")
    await story.press("round:1", "undo")
    await story.offers("round:1", "approve", "deny", "deny_with_feedback", "pass_on")
    assert story.superdocs.approvals == []
