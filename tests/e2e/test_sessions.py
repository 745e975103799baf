"""What else a job can do: wait in line, be held up, be watched, choose its model, find no operations left."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.core.model import Mode
from bot.sandbox.faults import Fault
from bot.superdocs.client import SuperDocs
from tests.e2e.relay import CONTRACT, ONE, REQUESTER, REVIEWER, Story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

pytestmark = pytest.mark.mode("socket")

FURTHER = 'replace "60 days" with "90 days"'


async def finished(story: Story) -> Story:
    """Have one edit approved to its end, and return the story of it."""
    await story.edit(ONE)
    mine = await story.one_of(1)
    await mine.open_cards(1)
    await mine.press("round:1", "approve")
    await mine.ended()
    await mine.offers("job", "edit_again")
    return mine


async def taken_further(story: Story, mine: Story, instruction: str) -> None:
    """Have somebody edit again what a finished edit left."""
    dialog = await mine.open_dialog("job", "edit_again", REQUESTER)
    sent = await story.slack.person(REQUESTER).submit(dialog, {"instruction": instruction})
    assert sent.ok, sent


@asynccontextmanager
async def another_program(environment: Mapping[str, str]) -> AsyncIterator[SuperDocs]:
    """Give SuperDocs to somebody who is no relay."""
    documents = SuperDocs(environment["SUPERDOCS_BASE_URL"], environment["SUPERDOCS_API_KEY"])
    yield documents
    await documents.close()


async def test_edits_of_one_session_come_one_after_the_other(story: Story):
    """The second waits, says so, and begins by itself when the first has ended; both are applied."""
    mine = await finished(story)
    await taken_further(story, mine, FURTHER)
    second = await story.one_of(2)
    await second.open_cards(1)
    await taken_further(story, mine, 'replace "three years" with "five years"')
    third = await story.one_of(3)
    await third.shows("job", "still busy with the edit before it")
    assert third.messages("round:1") == []
    await second.press("round:1", "approve")
    await third.open_cards(1)
    await third.press("round:1", "approve")
    document = await third.ended()
    assert "within 90 days" in document
    assert "five years" in document
    assert len(story.superdocs.sessions) == 1


@pytest.mark.parametrize("cancels", ["works", "refuses"])
async def test_what_another_program_runs_in_the_session_can_be_stopped(story: Story, environment, cancels):
    """The message says what is in the way and offers to stop it: cancelled, or denied where it waits."""
    story.superdocs.behaviour.cancel_paused = cancels
    mine = await finished(story)
    session_id = story.superdocs.latest.session_id
    async with another_program(environment) as documents:
        theirs = await documents.start(session_id, 'replace "German law" with "Irish law"', Mode.REVIEW, None)
    await story.waits()
    await taken_further(story, mine, FURTHER)
    held_up = await story.one_of(2)
    await held_up.shows("job", "busy with an edit that somebody started elsewhere")
    await held_up.offers("job", "stop_other_edit", "stop_edit")
    assert not (await held_up.press("job", "stop_other_edit", REVIEWER)).error
    await held_up.open_cards(1)
    assert story.superdocs.jobs[theirs].status == ("cancelled" if cancels == "works" else "completed")
    await held_up.press("round:1", "approve")
    document = await held_up.ended()
    assert "within 90 days" in document
    assert "German law" in document


async def test_the_message_tells_how_far_superdocs_is(story: Story):
    """In its words, with the time that has gone by; no more than one edit of the message in three seconds."""
    story.superdocs.behaviour.change({"thoughts": 20, "work_s": 7})
    await story.edit(ONE)
    message = await story.shows("job", "Working (0:0")
    await story.open_cards(1)
    edits = [call for call in story.slack.calls.named("chat.update") if call.arguments["ts"] == message.ts]
    told = {match for call in edits for match in re.findall(r"Working \((\d:\d\d)\)", str(call.arguments))}
    assert len(told) >= 2
    assert len(edits) <= 5


async def test_model_and_thinking_are_chosen_under_more(story: Story):
    """Nothing that was typed before is lost by that."""
    person = story.slack.person(REQUESTER)
    dialog = (await person.slash(story.channel, "edit")).dialog
    assert dialog is not None
    state = {"instruction": {"instruction": {"type": "plain_text_input", "value": ONE}}}
    wide = (await person.press(dialog, "more_fields", state=state)).dialog
    assert wide is not None
    file = await person.upload("supply.html", CONTRACT.encode())
    sent = await person.submit(wide, {"document": [file], "instruction": ONE, "tier": "max", "depth": "deep"})
    assert sent.ok, sent
    await story.open_cards(1)
    assert (story.superdocs.latest.model_tier, story.superdocs.latest.thinking_depth) == ("max", "deep")


async def test_a_surge_is_waited_for(story: Story):
    """A 429 in plain words: the edit begins later, by itself."""
    story.superdocs.faults.add(Fault("chat_async", "rate", times=2))
    await story.edit(ONE)
    await story.open_cards(1)
    assert len(story.superdocs.jobs) == 1


@pytest.mark.parametrize("told_as", ["object", "sentence"])
async def test_spent_operations_are_told_with_numbers(story: Story, told_as):
    """And nothing is tried again until somebody asks."""
    story.superdocs.behaviour.change({"quota_remaining": 0, "quota_told_as": told_as})
    await story.edit(ONE)
    await story.shows("job", "Failed", "500 of 500")
    assert len(story.superdocs.calls.named("chat_async")) == 1


async def test_what_superdocs_could_not_apply_is_told_as_that(story: Story):
    """It was approved, and is not in the document: the card says so, and it can be asked for again."""
    story.superdocs.behaviour.fails_to_apply = 1
    await story.edit(ONE)
    await story.open_cards(1)
    await story.press("round:1", "approve")
    await story.shows("round:1", "not found in the document")
    await story.offers("job", "ask_again", "edit_again")


async def test_what_was_denied_and_got_in_all_the_same_is_an_alarm(story: Story, relay):
    """On its card, first in the message of the edit, and in the log."""
    story.superdocs.behaviour.applies_denied = 1
    await story.edit(f'{ONE}; replace "three years" with "five years"')
    await story.open_cards(2)
    await story.press("card:1", "deny")
    await story.press("card:2", "approve")
    await story.shows("card:1", "In the document all the same", f"<@{REVIEWER}>", "denied it")
    await story.shows("job", "in the document all the same")
    assert any("applied_anyway" in line for line in relay.log)
