"""Slack's pace is for what people wait for: the words of a moment do not use it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.relay import ONE

if TYPE_CHECKING:
    from tests.e2e.relay import Story


async def test_what_passes_in_a_moment_costs_no_edit(story: Story) -> None:
    """A job that pauses soon goes from its first message to its card, without an edit that the card waits for."""
    await story.edit(ONE)
    await story.open_cards(1)
    card = await story.slack.calls.wait_for("chat.postMessage", count=2)
    assert [
        call.name for call in story.slack.calls if call.number < card.number and call.name == "chat.update"
    ] == []
