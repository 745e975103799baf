"""The edit dialog of a relay that has a library: searched as one types, widened, and sent with one document in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.e2e.relay import CONTRACT, GUEST, ONE, REQUESTER, words_of
from tests.e2e.screen import Screen, press

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Page

    from bot.sandbox.slack.views import View
    from tests.e2e.relay import Story

    Visit = Callable[..., Awaitable[Page]]

SUPPLY, LEASE, NOTES = "2026/Supply agreement.html", "2026/Lease.html", "2026/Supply notes.xlsx"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Have the relay know a library of two contracts, beside which lies what is no document."""
    folder = tmp_path / "library"
    (folder / "2026").mkdir(parents=True)
    for path in (SUPPLY, LEASE, NOTES):
        (folder / path).write_text(CONTRACT)
    return {"DOCUMENTS_URL": folder.as_uri()}


async def dialog_of(story: Story, user: str = REQUESTER) -> View:
    """Have somebody type the command, and return the dialog."""
    shown = await story.slack.person(user).slash(story.channel, "edit")
    assert shown.dialog is not None
    return shown.dialog


async def test_documents_are_found_by_parts_of_their_names(story: Story):
    """All of them before anything is typed; in any case and order; nothing that cannot be edited."""
    dialog = await dialog_of(story)
    person = story.slack.person(REQUESTER)
    assert set((await person.search(dialog, "library")).values) == {SUPPLY, LEASE}
    assert (await person.search(dialog, "library", "AGREE 2026")).values == [SUPPLY]
    nothing = await person.search(dialog, "library", "treaty")
    assert (nothing.values, nothing.error) == ([], None)


async def test_somebody_who_never_starts_edits_finds_no_document(story: Story):
    """Not even in a dialog that another person opened for them."""
    dialog = await dialog_of(story)
    found = await story.slack.person(GUEST).search(dialog, "library", "supply")
    assert (found.values, found.error) == ([], None)


async def test_exactly_one_document_is_taken(story: Story):
    """None is missed at the file's field; of two, the second is refused at its own, until it is taken back."""
    dialog = await dialog_of(story)
    person = story.slack.person(REQUESTER)
    assert list((await person.submit(dialog, {"instruction": ONE})).errors) == ["document"]
    (lease,) = (await person.search(dialog, "library", "lease")).options
    file = await person.upload("supply.html", CONTRACT.encode())
    both = await person.submit(dialog, {"document": [file], "library": lease})
    assert list(both.errors) == ["library"]
    assert (await person.submit(dialog, {"document": []})).ok
    await story.shows("job", "Lease")


async def test_more_shows_model_and_thinking_and_superdocs_is_asked_so(story: Story):
    """What was filled in before stays, whether it was typed, chosen or uploaded."""
    dialog = await dialog_of(story)
    person = story.slack.person(REQUESTER)
    file = await person.upload("supply.html", CONTRACT.encode())
    state = {
        **dialog.state,
        "document": {"document": {"type": "file_input", "files": [file.payload()]}},
        "instruction": {"instruction": {"type": "plain_text_input", "value": ONE}},
    }
    wide = (await person.press(dialog, "more_fields", state=state)).dialog
    assert wide is not None
    assert "deserve Pro or Max" in words_of(wide.blocks)
    sent = await person.submit(wide, {"tier": "max", "depth": "deep"})
    assert sent.ok, sent
    await story.open_cards(1)
    asked = story.superdocs.latest
    assert (asked.model_tier, asked.thinking_depth) == ("max", "deep")


@pytest.mark.browser
@pytest.mark.mode("socket")
async def test_in_the_browser_a_document_is_searched_and_edited(story: Story, visit: Visit):
    """Typed, chosen, widened, sent: what a person does, with what they see."""
    screen = Screen(await visit(REQUESTER))
    await screen.page.get_by_label("Message #legal-review").fill("/superdocs edit")
    await screen.page.keyboard.press("Enter")
    form = screen.dialog("Edit a document")
    menu = form.get_by_role("combobox", name="Or a document of the library")
    await menu.fill("supply")
    await form.get_by_role("option", name=SUPPLY).click()
    await form.get_by_label("What should be changed?").fill(ONE)
    await press(form, "More…")
    await form.get_by_label("Thinking").select_option("deep")
    await expect(menu).to_have_value(SUPPLY)
    await press(form, "Start")
    await expect(form).to_have_count(0)
    await story.open_cards(1)
    asked = story.superdocs.latest
    assert (asked.model_tier, asked.thinking_depth) == ("core", "deep")
    await story.shows("job", "Supply agreement")
