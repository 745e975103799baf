"""Replies in the thread: what is a command, what is talk, and what came too early or from the wrong person."""

from __future__ import annotations

import pytest

from bot.sandbox.faults import Fault
from tests.e2e.relay import GUEST, ONE, REVIEWER, THREE, Story, offered, words_of

TAKEN = (("white_check_mark", ("U0RELAY",)),)
OPEN_CARD = ("approve", "deny", "deny_with_feedback", "pass_on")


@pytest.mark.parametrize("thread", ["round:1", "job"])
async def test_a_reply_decides_the_one_change_that_is_open(story: Story, thread):
    """In the thread of the card or of the edit, `approve` is enough; the reply is ticked, and the round goes at once."""
    await story.edit(ONE)
    await story.open_cards(1)
    said = await story.reply(thread, "<@U0RELAY> Approve!")
    assert said.reactions == TAKEN
    assert await story.submitted() == [(True, "")]
    assert "within 60 days" in await story.ended()


async def test_replies_name_changes_by_their_numbers(story: Story):
    """`approve 1,3` and `deny 2: …` together are one call, with the words after the colon as feedback."""
    await story.edit(THREE)
    await story.open_cards(3)
    assert (await story.reply("round:1", "approve 1,3")).reactions == TAKEN
    assert story.superdocs.approvals == []
    assert (await story.reply("job", "deny #2: make it\nfour years")).reactions == TAKEN
    assert await story.submitted() == [(True, ""), (False, "make it\nfour years"), (True, "")]
    await story.shows("round:2", "Change 4", "four years", "decide by")


async def test_a_reply_that_leaves_it_open_which_change_is_asked_back(story: Story):
    """`approve` with three open decides nothing, and the person is told the numbers; `approve all` decides all."""
    await story.edit(THREE)
    await story.open_cards(3)
    assert (await story.reply("round:1", "approve")).reactions == ()
    await story.told(REVIEWER, "Which one? Open are 1, 2, 3")
    assert (await story.reply("round:1", "approve 4")).reactions == ()
    await story.told(REVIEWER, "no change 4")
    assert story.superdocs.approvals == []
    assert (await story.reply("round:1", "approve all")).reactions == TAKEN
    assert await story.submitted() == [(True, "")] * 3


async def test_talk_never_decides_and_can_become_feedback(story: Story):
    """Whatever is no command records nothing; once, privately, a button offers to deny with it as feedback."""
    await story.edit(ONE)
    await story.open_cards(1)
    for words in (
        "I don't approve, 45 days at most",
        "yes",
        "approve?",
        "not approve 1",
        "approve 1 please",
        ":+1:",
    ):
        assert (await story.reply("round:1", words)).reactions == ()
    (offer,) = story.slack.person(REVIEWER).ephemerals(story.channel)
    assert story.superdocs.approvals == []
    dialog = await story.open_dialog(offer, "deny_with_feedback")
    assert "I don't approve, 45 days at most" in str(dialog.state)
    await story.slack.person(REVIEWER).submit(dialog)
    assert await story.submitted() == [(False, "I don't approve, 45 days at most")]
    await story.shows("round:2", "within", "45", "decide by")


async def test_a_reply_before_the_cards_is_not_taken_when_they_come(story: Story):
    """`approve all` written while SuperDocs still works approves nothing that comes afterwards."""
    story.superdocs.behaviour.work_s = 1
    await story.edit(ONE)
    await story.shows("job", "Starting")
    assert (await story.reply("job", "approve all")).reactions == ()
    await story.told(REVIEWER, "Nothing is open")
    await story.offers("round:1", *OPEN_CARD)
    assert story.superdocs.approvals == []


async def test_a_reply_that_is_delivered_late_decides_only_what_it_could_see(story: Story):
    """Written before the card stood there and delivered after: refused, with the reason."""
    story.superdocs.behaviour.work_s = 0.6
    await story.edit(ONE)
    await story.shows("job", "Starting")
    story.slack.faults.add(Fault(name="envelope", kind="slow", delay_s=1.5, times=99))
    assert (await story.reply("job", "approve all")).reactions == ()
    await story.told(REVIEWER, "before change 1 was shown")
    await story.offers("round:1", *OPEN_CARD)
    assert story.superdocs.approvals == []


async def test_a_guests_reply_is_refused_privately(story: Story):
    """A guest who replies `approve` is told why not, alone; nothing is recorded."""
    await story.edit(ONE)
    await story.open_cards(1)
    assert (await story.reply("round:1", "approve", GUEST)).reactions == ()
    await story.told(GUEST, "Guests never decide")
    assert story.slack.person(REVIEWER).ephemerals(story.channel) == []
    assert story.superdocs.approvals == []


async def test_a_reply_approves_nothing_that_was_not_shown_whole(story: Story):
    """A change too long for its card is not approved by reply: the answer leads to all of it, and to its button."""
    words = [f"term{n}" for n in range(900)]
    old, new = (" ".join(f"{word} {mark}" for word in words) for mark in ("shall", "may"))
    await story.edit('replace "shall" with "may"', html=f"<h1>Terms</h1><p>{old}</p>")
    await story.offers("round:1", "review_change", "deny", "deny_with_feedback", "pass_on")
    assert (await story.reply("round:1", "approve")).reactions == ()
    answer = await story.told(REVIEWER, "must be read in full")
    dialog = await story.open_dialog(answer, "review_change")
    shown = words_of(dialog.blocks)
    while "approve" not in offered(dialog):
        dialog = await story.turn(dialog)
        shown += words_of(dialog.blocks)
    assert all(word in shown for word in words)
    await story.press_in(dialog, "approve", 1)
    assert await story.submitted() == [(True, "")]
    assert new in await story.ended()
