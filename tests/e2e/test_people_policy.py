"""People among each other: what one asks for, what another decides meanwhile, and whose turn it is."""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.relay import ONE, REVIEWER, Story

WANTED = "The Buyer pays within 45 days of the invoice."
OPEN_CARD = {"approve", "deny", "deny_with_feedback"}


# Deny with feedback.


async def _deny_with_wording(story: Story) -> None:
    """Deny the one change with a ready phrase and the exact wording, which starts from what is proposed."""
    dialog = await story.open_dialog("round:1", "deny_with_feedback")
    assert "within 60 days of the invoice." in str(dialog.state["wording"])
    phrased = (await story.slack.person(REVIEWER).press(dialog, "phrase_2")).dialog
    assert phrased is not None
    sent = await story.slack.person(REVIEWER).submit(phrased, {"wording": WANTED})
    assert sent.ok, sent
    assert await story.submitted() == [(False, f"Too strong.\nUse exactly this wording: {WANTED}")]


async def test_the_next_round_says_that_the_suggested_wording_is_used(story: Story):
    """SuperDocs is told to use exactly it, and does."""
    await story.edit(ONE)
    await story.offers("round:1", *OPEN_CARD)
    await _deny_with_wording(story)
    await story.shows("round:2", "45 days", "SuperDocs uses exactly the wording that was asked for.")


async def test_the_next_round_says_how_another_wording_departs_from_the_suggested_one(story: Story):
    """Nobody has to compare two sentences word by word."""
    await story.edit(ONE)
    await story.offers("round:1", *OPEN_CARD)
    proposed = story.superdocs.latest.pending[0].proposal
    assert proposed.new_html is not None
    story.superdocs.script.append([replace(proposed, new_html=proposed.new_html.replace("60", "50"))])
    await _deny_with_wording(story)
    await story.shows(
        "round:2", "does not use the wording that was asked for", "removed “45 days”, added “50 days”"
    )
