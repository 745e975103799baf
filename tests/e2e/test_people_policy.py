"""People among each other: what one asks for, what another decides meanwhile, and whose turn it is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.e2e.relay import COUNSEL, GUEST, ONE, REVIEWER, THREE, TWO, Story, given, words_of
from tests.e2e.test_team import shell

WANTED = "The Buyer pays within 45 days of the invoice."
OPEN_CARD = {"approve", "deny", "deny_with_feedback", "pass_on"}


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


# Reading while others decide.


async def test_a_dialog_stays_true_while_somebody_else_decides(story: Story):
    """Each press, page and submission in it says what happened meanwhile, and shows where everything stands now."""
    await story.edit(THREE)
    await story.open_cards(3)
    dialog = await story.open_dialog("round:1", "review_all")
    assert dialog.content["submit"]["text"] == "Approve all (3)"
    await story.press("card:1", "deny", COUNSEL)
    # A press on what somebody else has decided says who it was, and the page is true from then on.
    dialog = await story.press_in(dialog, "approve", 1)
    assert f"<@{COUNSEL}>" in words_of(dialog.blocks[0])
    assert "denied change 1" in words_of(dialog.blocks[0])
    assert dialog.content["submit"]["text"] == "Approve all (2)"
    # Somebody else goes on deciding; the page stays as it was drawn.
    await story.press("card:3", "approve", COUNSEL)
    await story.press("card:1", "undo", COUNSEL)
    # The submission approves what it offered and is still open: not what was taken back since the page was drawn.
    sent = await story.slack.person(REVIEWER).submit(dialog)
    assert sent.dialog is not None
    assert "1 change was approved." in words_of(sent.dialog.blocks[0])
    assert "approved change 3" in words_of(sent.dialog.blocks[0])
    await story.offers("card:1", *OPEN_CARD)
    await story.shows("card:2", f"<@{REVIEWER}>")
    assert story.superdocs.approvals == []
    # What the submission shows goes on from there.
    await story.press_in(sent.dialog, "deny", 1)
    assert await story.submitted() == [(False, ""), (True, ""), (True, "")]


async def test_feedback_on_what_somebody_else_approved_meanwhile_is_told_at_its_field(story: Story):
    """The words stay in the form; the page below it shows the approval."""
    await story.edit(TWO)
    await story.open_cards(2)
    below = await story.open_dialog("round:1", "review_all")
    form = await story.press_in(below, "deny_with_feedback", 1)
    await story.press("card:1", "approve", COUNSEL)
    sent = await story.slack.person(REVIEWER).submit(form, {"feedback": "Keep the original."})
    assert "approved change 1" in str(sent.errors)
    closed = await story.slack.person(REVIEWER).close(form)
    assert closed.dialog is not None
    assert f"<@{COUNSEL}>" in words_of(closed.dialog.blocks)


# Handing over.


async def test_a_change_is_passed_on_to_somebody_who_decides_it(story: Story):
    """They are asked by name in the card's thread; the card says whose turn it is until it is decided."""
    await story.edit(TWO)
    await story.open_cards(2)
    await story.offers("card:1", *OPEN_CARD)
    dialog = await story.open_dialog("card:1", "pass_on")
    person = story.slack.person(REVIEWER)
    sent = await person.submit(dialog, {"person": GUEST})
    assert sent.errors == {"person": "This person may not decide it: guests never decide."}
    sent = await person.submit(dialog, {"person": COUNSEL, "note": "You know the <!channel> terms."})
    assert sent.ok, sent
    await story.shows("card:1", "passed on to", f"<@{COUNSEL}>", f"<@{REVIEWER}>")
    asked = await story.shows(
        "passed:1:1", f"<@{COUNSEL}>", "is passed on to you by", "You know the <!channel> terms."
    )
    assert asked.thread_ts == story.message("round:1").ts
    assert "<!channel>" not in asked.text
    await story.reads("round:1", "passed on to", f"<@{COUNSEL}>")
    await story.press("card:1", "approve", COUNSEL)
    await story.shows("card:1", "Approved by", f"<@{COUNSEL}>")
    assert "passed on" not in story.says("card:1")
    # What is decided is not passed on; whoever tries is told who was first.
    await story.press(asked_card := story.message("card:2"), "deny", COUNSEL)
    await story.press(asked_card, "pass_on")
    await story.told(REVIEWER, "denied change 2")


@given(APPROVAL_WINDOW_S="12", SUBMIT_MARGIN_S="2", REMIND_BEFORE_S="6")
async def test_a_reminder_asks_whom_a_change_was_passed_on_to(story: Story):
    """By name; nobody else is singled out in a channel whose members all may decide."""
    await story.edit(ONE)
    await story.offers("round:1", *OPEN_CARD)
    dialog = await story.open_dialog("round:1", "pass_on")
    await story.slack.person(REVIEWER).submit(dialog, {"person": COUNSEL})
    await story.reads("reminder:1:1", f"<@{COUNSEL}>", "change 1 lapses")
    assert f"<@{REVIEWER}>" not in story.says("reminder:1:1")


# At the end of a month.


@pytest.mark.mode("socket")
async def test_what_was_decided_is_counted_for_a_shell(story: Story, environment):
    """A table for people, JSON for programs; a store without edits says so, and so does a date that is none."""
    assert (await shell(environment, "stats"))[1].startswith("Nothing is kept")
    await story.edit(TWO)
    await story.open_cards(2)
    await story.press("card:1", "approve")
    await story.reads("card:1", "Approved by")
    code, table, _errors = await shell(environment, "stats")
    assert code == 0
    assert "1 edit waits now, with 1 change open." in table
    assert any(line.startswith(REVIEWER) for line in table.splitlines())
    told = json.loads((await shell(environment, "stats", "--json", "--since", "2020-01-01"))[1])
    assert (told["overall"]["open"], told["overall"]["approved"], told["overall"]["approval_rate"]) == (
        1,
        1,
        1.0,
    )
    assert [one["reviewer"] for one in told["reviewers"]] == [REVIEWER]
    assert (await shell(environment, "stats", "--since", "soon"))[0] == 2
