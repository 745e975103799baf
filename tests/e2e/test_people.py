"""Who may decide: looked up when somebody decides; whoever may not is told so, alone, and nothing is recorded."""

from __future__ import annotations

import asyncio

from bot.sandbox.faults import Fault
from tests.e2e.relay import COUNSEL, GUEST, ONE, REQUESTER, REVIEWER, Story, given, offered

OPEN_CARD = {"approve", "deny", "deny_with_feedback", "pass_on"}
SHARED = "C0SHARED"
BOT, STRANGER = "U0BOT2", "U0STRANGER"


async def test_who_never_decides(story: Story):
    """Guests, bots and deactivated accounts decide nothing, by no button of a card, since whenever they are so."""
    await story.edit(ONE)
    card = await story.offers("round:1", *OPEN_CARD)
    story.slack.people[REVIEWER].deleted = True
    story.slack.people[COUNSEL].is_restricted = story.slack.people[COUNSEL].is_ultra_restricted = True
    refusals = {
        GUEST: "Guests never decide",
        BOT: "Bots never decide",
        REVIEWER: "account is deactivated",
        COUNSEL: "Guests never decide",
    }
    for user, sentence in refusals.items():
        for action in sorted(OPEN_CARD):
            shown = await story.press(card, action, user)
            assert (shown.error, shown.dialog) == (None, None)
        await story.told(user, sentence)
        assert len(story.slack.person(user).ephemerals(story.channel)) == len(OPEN_CARD)
    assert offered(story.message("round:1")) == OPEN_CARD
    assert story.superdocs.approvals == []


@given(RELAY_CHANNEL=SHARED)
async def test_people_of_other_workspaces_never_decide(sandbox, relay):
    """In a channel shared with another workspace, its people see the card and decide nothing."""
    assert relay.process.returncode is None
    story = Story(sandbox, channel=SHARED)
    await story.edit(ONE)
    await story.offers("round:1", *OPEN_CARD)
    await story.press("round:1", "approve", STRANGER)
    await story.told(STRANGER, "People of other workspaces never decide")
    assert story.superdocs.approvals == []
    await story.press("round:1", "approve", COUNSEL)
    assert await story.submitted() == [(True, "")]


async def test_who_has_left_the_channel_does_not_decide(story: Story):
    """Only members of the channel decide: it counts who is one when the press arrives, not when it was made."""
    story.slack.settings.ack_within_s = 1
    await story.edit(ONE)
    await story.offers("round:1", *OPEN_CARD)
    story.slack.faults.add(Fault(name="envelope", kind="slow", delay_s=0.3, times=99))
    press = asyncio.create_task(story.press("round:1", "approve"))
    await asyncio.sleep(0)
    story.slack.channels[story.channel].members.remove(REVIEWER)
    assert (await press).error is None
    await story.told(REVIEWER, "Only members of")
    assert story.superdocs.approvals == []
    assert offered(story.message("round:1")) == OPEN_CARD


async def test_the_requester_may_approve_unless_a_route_says_otherwise(story: Story):
    """By default whoever asked for an edit may approve it, too."""
    await story.edit(ONE)
    await story.offers("round:1", *OPEN_CARD)
    await story.press("round:1", "approve", REQUESTER)
    assert await story.submitted() == [(True, "")]


async def test_a_look_up_that_fails_decides_nothing(story: Story):
    """Slack does not say who somebody is: nothing is recorded, and Slack tells the person that the press failed."""
    story.slack.settings.ack_within_s = 1
    await story.edit(ONE)
    await story.offers("round:1", *OPEN_CARD)
    story.slack.faults.add(Fault(name="users.info", kind="error", status=503))
    shown = await story.press("round:1", "approve")
    assert shown.error in {"operation_timeout", "dispatch_failed"}  # As the mode has it.
    assert story.superdocs.approvals == []
    await story.press("round:1", "approve")
    assert await story.submitted() == [(True, "")]


async def test_a_guest_starts_no_edit(story: Story):
    """`/superdocs` from a guest opens no dialog, and says why."""
    shown = await story.slack.person(GUEST).slash(story.channel, "edit")
    assert shown.dialog is None
    assert shown.message is not None
    assert "Guests never" in shown.message.text
    assert story.superdocs.jobs == {}
