"""What happens when nobody answers: reminders, the submission at the margin, the lapse, and asking again."""

from __future__ import annotations

from tests.e2e.relay import COUNSEL, ONE, REQUESTER, THREE, Story, given, offered, said


@given(APPROVAL_WINDOW_S="7", SUBMIT_MARGIN_S="3", REMIND_BEFORE_S="5")
async def test_at_the_margin_a_round_is_sent_as_it_stands(story: Story):
    """One approved of three: reminded once of what will happen, that one is applied, the others lapse.

    *Ask again* quotes the others in a new job on the same session, and works through to the document.
    """
    story.superdocs.behaviour.approval_window_s = 7
    await story.edit(THREE)
    await story.open_cards(3)
    await story.press("card:2", "approve")
    await story.shows("reminder:1:1", "change 2 is sent as approved", "changes 1 and 3 lapse")
    assert story.superdocs.approvals == []
    assert await story.submitted() == [(False, ""), (True, ""), (False, "")]
    assert "five years" in await story.ended()
    await story.shows("card:1", "Lapsed")
    lapsed = await story.shows("job", "Applied 1 of 3", "2 lapsed", "Ask again")
    assert len(story.messages("reminder:1:1")) == 1
    session_id = story.superdocs.latest.session_id

    await story.press(lapsed, "ask_again", COUNSEL)
    await story.superdocs.until(lambda: len(story.superdocs.jobs) == 2)
    again = story.superdocs.latest
    assert again.session_id == session_id
    assert "“The Buyer pays within 30 days of the invoice.”" in again.message
    assert "three years" not in again.message.partition("Propose only this again")[2]
    await story.shows("job", "Asked again for changes 1 and 3")


@given(APPROVAL_WINDOW_S="4", SUBMIT_MARGIN_S="2")
async def test_when_nobody_answers_nothing_is_approved(story: Story):
    """Nobody decides: the one call denies everything without feedback, and the card offers to ask again.

    Asked again, the same change comes on the same session, and an approval applies it.
    """
    await story.edit(ONE)
    await story.open_cards(1)
    assert await story.submitted() == [(False, "")]
    assert "30 days" in await story.ended()
    lapsed = await story.offers("round:1", "ask_again")
    assert "Lapsed: nobody decided in time" in said(lapsed)
    await story.press(lapsed, "ask_again", REQUESTER)
    await story.superdocs.until(lambda: len(story.superdocs.jobs) == 2)
    await story.shows("round:1", "decide by")
    await story.press("round:1", "approve")
    assert await story.submitted(2) == [(True, "")]
    assert "60 days" in await story.ended()


@given(APPROVAL_WINDOW_S="60")
async def test_a_job_that_is_gone_too_early_is_called_lapsed(story: Story):
    """SuperDocs gives the job up before the relay expected it: an approval that comes then is not called applied."""
    story.superdocs.behaviour.approval_window_s = 1.5
    await story.edit(ONE)
    await story.open_cards(1)
    await story.superdocs.until(lambda: not story.superdocs.jobs)
    await story.press("round:1", "approve")
    await story.shows("job", "Lapsed", "Ask again")
    assert story.superdocs.approvals == []
    await story.shows("round:1", "Approved by", "not sent")
    assert "ask_again" in offered(story.message("job"))


@given(APPROVAL_WINDOW_S="6", SUBMIT_MARGIN_S="3", UNDO_S="30")
async def test_the_margin_does_not_wait_for_the_time_to_undo(story: Story):
    """An approval that could still be taken back when the margin comes is sent as an approval."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]
    assert "60 days" in await story.ended()
