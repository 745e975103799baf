"""Several changes at once, several rounds, several people; and edits that are stopped, or asked for again."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from bot.sandbox.server import CHANNEL
from tests.e2e.relay import (
    COUNSEL,
    ONE,
    REQUESTER,
    REVIEWER,
    THREE,
    TWO,
    Story,
    given,
    offered,
    said,
    words_of,
)

OPEN_CARD = ("approve", "deny", "deny_with_feedback", "pass_on")


def change_mind(story: Story, index: int, old: str, new: str) -> None:
    """Let another program have SuperDocs propose something else, while the job waits."""
    pending = story.superdocs.latest.pending
    proposal = pending[index].proposal
    assert proposal.new_html is not None
    renewed = replace(proposal, new_html=proposal.new_html.replace(old, new))
    pending[index] = replace(pending[index], proposal=renewed)


async def test_three_answers_go_in_one_call_and_round_two_counts_on(story: Story):
    """Yes, no, and no with a wish are one call; the wish comes back as change 4; only what was approved is applied."""
    story.superdocs.behaviour.plain_denial = "drops"
    await story.edit(THREE)
    await story.open_cards(3)
    await story.press("card:1", "approve")
    await story.press("card:2", "deny", COUNSEL)
    assert story.superdocs.approvals == []
    await story.deny_with("card:3", "use exactly: Dutch law applies.")
    assert await story.submitted() == [
        (True, ""),
        (False, ""),
        (False, "use exactly: Dutch law applies."),
    ]
    await story.shows("round:2", "Change 4", "Revises change 3", "Dutch law", "decide by")
    await story.press("round:2", "approve")
    assert await story.submitted(2) == [(True, "")]
    document = await story.ended()
    assert "60 days" in document
    assert "three years" in document
    assert "Dutch law applies." in document
    assert len(story.superdocs.approvals) == 2


@pytest.mark.parametrize("age", ["five", "eleven"])
async def test_approve_all_approves_what_the_dialog_showed(story: Story, age):
    """However SuperDocs tells of its changes, singly or as a batch: one dialog shows all, its button approves all."""
    story.superdocs.behaviour.change({"age": age})
    await story.edit(THREE)
    await story.shows("round:1", "3 changes to review", "“30 days” → “60 days”", "“German law” → “Irish law”")
    dialog = await story.open_dialog("round:1", "approve_all")
    shown = words_of(dialog.blocks)
    assert all(word in shown for word in ("60 days", "five years", "Irish law"))
    assert dialog.content["submit"]["text"] == "Approve all (3)"
    await story.slack.person(REVIEWER).submit(dialog)
    assert await story.submitted() == [(True, "")] * 3
    document = await story.ended()
    assert all(word in document for word in ("60 days", "five years", "Irish law"))


async def test_approve_all_never_approves_what_came_after_the_dialog(story: Story):
    """A change that was replaced while the dialog was open is not approved by it, nor is what replaced it."""
    await story.edit(THREE)
    await story.open_cards(3)
    dialog = await story.open_dialog("round:1", "approve_all", COUNSEL)
    change_mind(story, 2, "Irish", "Panamanian")
    for number in (1, 2, 3):
        await story.press(f"card:{number}", "approve")
    await story.shows("card:4", "Panamanian law", "decide by")
    refused = await story.slack.person(COUNSEL).submit(dialog)
    assert refused.dialog is not None
    assert "Change 3 was replaced by change 4 before you decided" in json.dumps(refused.dialog.blocks)
    await story.offers("card:4", *OPEN_CARD)
    assert story.superdocs.approvals == []


async def test_deny_all_asks_once_and_names_the_count(story: Story):
    """*Deny all* asks first, with the count; whoever says no there has denied nothing, whoever says yes all."""
    await story.edit(THREE)
    await story.shows("round:1", "3 changes to review")
    await story.press("round:1", "deny_all", confirmed=False)
    assert "3 changes will be denied" in words_of(
        story.message("round:1").blocks[-1]["elements"][2]["confirm"]
    )
    await story.press("round:1", "deny_all")
    assert await story.submitted() == [(False, "")] * 3
    assert "30 days" in await story.ended()


async def test_a_round_can_be_sent_as_it_stands(story: Story):
    """*Send now, deny the rest* sends what is approved as approved, and the rest as denied without words."""
    await story.edit(THREE)
    await story.open_cards(3)
    await story.press("card:2", "approve")
    await story.press("round:1", "send_now", COUNSEL)
    assert await story.submitted() == [(False, ""), (True, ""), (False, "")]
    document = await story.ended()
    assert "five years" in document
    assert "30 days" in document
    await story.shows("round:1", "Approved by", "applied, found in the document")


@given(UNDO_S="30")
async def test_the_reading_dialog_decides_too(story: Story):
    """Each change in the dialog has its own buttons; the dialog and the card say at once what was decided."""
    await story.edit(THREE)
    await story.shows("round:1", "3 changes to review")
    dialog = await story.open_dialog("round:1", "review_all")
    dialog = await story.press_in(dialog, "approve", 2)
    assert f"<@{REVIEWER}>" in words_of(dialog.blocks)
    assert dialog.content["submit"]["text"] == "Approve all (2)"
    await story.shows("card:2", "Approved by", f"<@{REVIEWER}>")
    dialog = await story.press_in(dialog, "undo", 2)
    assert dialog.content["submit"]["text"] == "Approve all (3)"
    await story.offers("card:2", *OPEN_CARD)


@given(UNDO_S="30")
async def test_of_two_people_at_once_one_decides_and_the_other_is_told(story: Story):
    """Two presses in the same moment: the first is recorded, and the other person is told whose it was."""
    await story.edit(ONE)
    await story.open_cards(1)
    await asyncio.gather(story.press("round:1", "approve", REVIEWER), story.press("round:1", "deny", COUNSEL))
    card = await story.offers("round:1", "undo")
    first, second = (REVIEWER, COUNSEL) if "Approved by" in said(card) else (COUNSEL, REVIEWER)
    assert f"<@{first}>" in said(card)
    assert f"<@{second}>" not in said(card)
    await story.told(second, f"<@{first}>", "change 1")
    assert story.slack.person(first).ephemerals(CHANNEL) == []


async def test_what_changed_meanwhile_is_shown_again_and_not_sent(story: Story):
    """Another program changes the proposal: the approval is not carried over, a new card comes, the old one is dead."""
    await story.edit(ONE)
    await story.open_cards(1)
    old = story.message("round:1")
    change_mind(story, 0, "60 days", "600 days")
    await story.press("round:1", "approve")
    await story.shows("card:2", "600 days", "decide by")
    assert story.superdocs.approvals == []
    await story.press(old, "approve", COUNSEL)
    await story.told(COUNSEL, "Change 1 was replaced by change 2")
    await story.press("card:2", "approve")
    assert await story.submitted() == [(True, "")]
    assert "within 600 days" in await story.ended()


async def test_a_copy_of_a_card_decides_nothing(story: Story):
    """A press on a message that is not the card itself is refused, whatever its button says."""
    await story.edit(ONE)
    card = await story.offers("round:1", *OPEN_CARD)
    await story.shows("job", "1 change to review")
    await story.press(replace(story.message("job"), blocks=card.blocks), "approve")
    await story.told(REVIEWER, "copy of a card")
    assert offered(story.message("round:1")) == set(OPEN_CARD)


async def test_an_edit_under_review_can_be_stopped(story: Story):
    """*Stop this edit* ends an edit that waits: nothing of it is applied, not even what was approved already."""
    await story.edit(TWO)
    await story.open_cards(2)
    await story.press("card:1", "approve")
    await story.press("job", "stop_edit", COUNSEL)
    assert await story.submitted() == [(False, "")] * 2
    assert "30 days" in await story.ended()
    await story.shows("job", "Stopped by", f"<@{COUNSEL}>", "Nothing was applied")


async def test_an_edit_at_work_can_be_stopped(story: Story):
    """*Stop this edit* cancels a job that SuperDocs still works on; no card ever comes."""
    story.superdocs.behaviour.work_s = 60
    await story.edit(ONE)
    await story.shows("job", "Working")
    await story.press("job", "stop_edit")
    await story.ended("cancelled")
    await story.shows("job", "Stopped by", f"<@{REVIEWER}>")
    assert story.messages("round:1") == []


async def test_a_failed_edit_can_be_asked_again_once(story: Story):
    """*Ask again* after a failure starts the same edit anew, and is not offered a second time."""
    story.superdocs.behaviour.quota_remaining = 0
    await story.edit(ONE)
    failed = await story.offers("job", "ask_again")
    story.superdocs.behaviour.quota_remaining = 5
    await story.press(failed, "ask_again", REQUESTER)
    await story.open_cards(1)
    await story.press(failed, "ask_again", COUNSEL)
    await story.told(COUNSEL, "asked again already")
    await story.press("round:1", "approve")
    assert "within 60 days" in await story.ended()
    first, second = story.messages("job")
    assert "ask_again" not in offered(first)
    assert "Asked again" in said(second)


async def test_a_continue_prompt_is_answered_with_yes(story: Story):
    """When SuperDocs asks whether to go on, somebody says *Continue*, and the changes come."""
    story.superdocs.behaviour.continue_prompts = 1
    await story.edit(ONE)
    await story.shows("prompt:1", "Continue with a fresh time budget?")
    await story.press("prompt:1", "continue_job")
    await story.open_cards(1)
    await story.shows("prompt:1", f"<@{REVIEWER}>", "answered")
    (call,) = story.superdocs.calls.named("continue")
    assert call.arguments["continue"] is True


async def test_a_continue_prompt_is_answered_with_no(story: Story):
    """*Stop here* ends the edit without a change; a second answer is told that it came too late."""
    story.superdocs.behaviour.continue_prompts = 1
    await story.edit(ONE)
    prompt = await story.offers("prompt:1", "continue_job", "halt_job")
    await story.press("prompt:1", "halt_job")
    await story.ended()
    await story.press(prompt, "continue_job", COUNSEL)
    await story.told(COUNSEL, "does not ask this any more")
    await story.shows("job", "Completed without proposing a change")
    (call,) = story.superdocs.calls.named("continue")
    assert call.arguments["continue"] is False
