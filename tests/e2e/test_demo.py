"""The demo, by clicking only: what the README promises, in the sandbox's page in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.sandbox.demo import CONTRACT_HTML, INSTRUCTION
from tests.e2e.relay import CONTRACT, GUEST, ONE, REVIEWER
from tests.e2e.screen import Screen, press

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Locator, Page

    Visit = Callable[..., Awaitable[Page]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("story")]

PHONE = {"width": 390, "height": 844}
WITHIN_MS = 15_000
"""Edits come at Slack's pace, and the job's message is the last one to be edited."""

TO_REVIEW = "3 changes to review in Supply agreement"


@pytest.fixture
async def screen(visit: Visit) -> Screen:
    """Give the page with the demo's three changes in it, asked for by Rita; Bob sits before it now."""
    screen = Screen(await visit())
    await screen.ask_for_an_edit(CONTRACT_HTML, INSTRUCTION)
    await screen.open_thread(TO_REVIEW, "3 replies")
    await screen.become(REVIEWER)
    return screen


async def test_the_demo_ends_with_the_edited_document(screen: Screen) -> None:
    """By button, dialog and reply three changes are decided; round 2 revises the denied one; the document comes back."""
    await press(screen.card(1), "Approve")
    await expect(screen.card(1)).to_contain_text("Approved by @Bob Reviewer")
    await press(screen.card(2), "Deny with feedback…")
    await press(screen.page.get_by_role("dialog"), "Too strong")
    feedback = screen.page.get_by_label("What should change?")
    await expect(feedback).to_have_value("Too strong.")
    await press(screen.page.get_by_role("dialog"), "Deny")
    await expect(screen.card(2)).to_contain_text("Denied by @Bob Reviewer")
    await expect(screen.card(2)).to_contain_text("“Too strong.”")
    await screen.reply("approve 3")

    second = screen.card(4, in_thread=False)
    await expect(second).to_contain_text("Revises change 2, which @Bob Reviewer denied")
    await press(second, "Approve")

    await shows(screen.message("asked for an edit"), "found in the document")
    await screen.open_thread("asked for an edit", "1 reply")
    text = " ".join((await screen.document()).split())
    assert "shall pay each invoice within <strong>60 days</strong>" in text
    assert "the Buyer should obtain components" in text
    assert "8.3 Each party shall process personal data" in text


async def test_a_guest_is_refused_privately(screen: Screen) -> None:
    """A guest's press changes nothing, and the guest alone reads why."""
    await screen.become(GUEST)
    await press(screen.card(1), "Approve")

    refusal = screen.thread.get_by_role("article").filter(has_text="Guests")
    await expect(refusal).to_have_attribute("data-ephemeral", "true")
    await expect(screen.card(1).get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await screen.become(REVIEWER)
    await expect(refusal).to_have_count(0)


async def test_all_changes_are_approved_where_they_were_read(screen: Screen) -> None:
    """The reading dialog shows all three changes whole, and its button approves exactly those."""
    await press(screen.message(TO_REVIEW), "Review all (3)")
    reading = screen.dialog("Review changes")
    for number in (1, 2, 3):
        await expect(reading.get_by_role("heading", name=f"Change {number} ·")).to_be_visible()
    await press(reading, "Approve all (3)")

    await expect(reading).to_have_count(0)
    await shows(screen.message("asked for an edit"), "Applied 3 of 3, found in the document")


async def test_a_change_is_approved_on_a_phone(visit: Visit) -> None:
    """On a narrow screen one change is asked for, read and approved, and nothing is wider than the screen."""
    screen = Screen(await visit(**PHONE))
    await screen.ask_for_an_edit(CONTRACT, ONE)
    await screen.become(REVIEWER)
    card = screen.card(1, in_thread=False)
    await expect(card.get_by_role("button", name="Approve", exact=True)).to_be_in_viewport(ratio=1)
    assert await screen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await press(card, "Approve")

    await shows(card, "applied, found in the document")
    await shows(screen.message("asked for an edit"), "Applied 1 of 1")


async def shows(message: Locator, words: str) -> None:
    """Wait until a message says something."""
    await expect(message).to_contain_text(words, timeout=WITHIN_MS)
