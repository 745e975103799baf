"""Home: what waits for somebody, what they asked for and decided, kept current; and the short ways to start and stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.slack.controls import controls
from tests.e2e.relay import CONTRACT, COUNSEL, ONE, REQUESTER, REVIEWER, TWO, WITHIN_S, Story, said, words_of

if TYPE_CHECKING:
    from bot.sandbox.slack.views import View


async def opened(story: Story, user: str) -> View:
    """Have somebody open their Home, and return what stands there."""
    home = await story.slack.person(user).open_home()
    assert home is not None
    return home


async def becomes(story: Story, user: str, *words: str) -> None:
    """Wait until somebody's Home says something, without their doing anything."""
    person = story.slack.person(user)

    def look() -> bool:
        return person.home is not None and all(word in words_of(person.home.blocks) for word in words)

    await story.slack.until(look, within_s=WITHIN_S)


async def test_home_shows_what_waits_and_loses_it_when_somebody_else_decides(story: Story):
    """Whoever has it open sees the edit go, without doing anything; whoever asked sees where it stands."""
    await story.edit(ONE)
    await story.open_cards(1)
    home = await opened(story, REVIEWER)
    assert "1 edit waits for you" in words_of(home.blocks)
    assert "1 change to review" in words_of(home.blocks)
    await story.press("round:1", "approve", COUNSEL)
    await story.shows("job", "Applied 1 of 1")
    assert "Applied 1 of 1, found in the document" in words_of((await opened(story, REQUESTER)).blocks)
    await becomes(story, REVIEWER, "Nothing waits for you")


async def test_an_edit_begins_and_is_decided_at_home(story: Story):
    """The button opens the dialog; Review leads to the change, and the decision stands there afterwards."""
    person = story.slack.person(REVIEWER)
    dialog = (await story.slack.person(COUNSEL).press(await opened(story, COUNSEL), "edit_document")).dialog
    assert dialog is not None
    file = await story.slack.person(COUNSEL).upload("supply.html", CONTRACT.encode())
    await story.slack.person(COUNSEL).submit(dialog, {"document": [file], "instruction": ONE})
    await story.open_cards(1)
    reading = (await person.press(await opened(story, REVIEWER), "review_change")).dialog
    assert reading is not None
    await person.press(reading, "approve")
    assert "60 days" in await story.ended()
    await becomes(story, REVIEWER, "Nothing waits for you", "Change 1 · Approved by", "found in the document")


async def test_the_setting_chosen_at_home_is_the_one_that_the_dialog_starts_from(story: Story):
    """And the one that Home shows."""
    person = story.slack.person(REQUESTER)
    await person.press(await opened(story, REQUESTER), "preferred_mode", option="approve_all")
    dialog = (await person.slash(story.channel, "edit")).dialog
    assert dialog is not None
    (mode,) = [element for _, element in controls(dialog.blocks) if element["action_id"] == "mode"]
    assert mode["initial_option"]["value"] == "approve_all"


async def test_one_s_own_edit_is_stopped_by_a_word(story: Story):
    """`/superdocs stop` stops the only one; nothing of it is applied."""
    await story.edit(TWO)
    await story.open_cards(2)
    shown = await story.slack.person(REQUESTER).slash(story.channel, "stop")
    assert shown.message is not None
    assert "The edit of supply is being stopped." in said(shown.message)
    await story.reads("job", "Stopped")
    assert "Applied" not in story.says("job")


async def test_another_s_edit_is_stopped_by_choosing_it(story: Story):
    """A reviewer gets a list that nobody else sees, and presses *Stop*."""
    await story.edit(ONE)
    await story.open_cards(1)
    shown = await story.slack.person(REVIEWER).slash(story.channel, "stop")
    assert shown.message is not None
    assert "You may stop 1 edit" in said(shown.message)
    await story.press(shown.message, "stop_edit")
    await story.told(REVIEWER, "The edit is being stopped.")
    await story.reads("job", "Stopped")


async def test_a_message_s_file_is_edited_from_its_menu(story: Story):
    """Whoever sees the message chooses the shortcut; the dialog names the file, and the edit takes it."""
    requester = story.slack.person(REQUESTER)
    file = await requester.upload("supply.html", CONTRACT.encode())
    message = await requester.say(story.channel, "our contract", [file])
    dialog = (await requester.shortcut("edit_with_superdocs", story.channel, message.ts)).dialog
    assert dialog is not None
    assert "supply.html" in words_of(dialog.blocks)
    sent = await requester.submit(dialog, {"instruction": ONE})
    assert sent.ok, sent
    await story.open_cards(1)
    await story.press("round:1", "approve")
    assert "60 days" in await story.ended()
