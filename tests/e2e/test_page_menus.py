"""The menus of the sandbox's page can be read and used, on a phone and on a desktop; files bear the names that people gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import FilePayload, expect

from bot.slack import ids

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.server import Sandbox

    Visit = Callable[..., Awaitable[Page]]

pytestmark = pytest.mark.browser

CHANNEL = "C0LEGAL"
PLACES = {"by itself at the left": 0, "after three buttons": 3}


def words(text: str) -> dict[str, str]:
    """Give a plain_text object."""
    return {"type": "plain_text", "text": text}


def row(buttons: int) -> list[dict[str, Any]]:
    """Give a row of some buttons, with a menu after them."""
    pressed = [{"type": "button", "action_id": f"b{n}", "text": words("Button")} for n in range(buttons)]
    options = [{"text": words("Send now, deny the rest"), "value": "send"}]
    return [
        {
            "type": "actions",
            "elements": [*pressed, {"type": "overflow", "action_id": "m", "options": options}],
        }
    ]


@pytest.mark.parametrize("buttons", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("width", [390, 1280])
async def test_a_menu_opens_where_it_can_be_read(visit: Visit, web: AsyncWebClient, width, buttons):
    """Nothing cuts it off: not the window, not the pane beside it, and not the box below in which one types."""
    for _ in range(12):
        await web.chat_postMessage(channel=CHANNEL, text="A card", blocks=row(buttons))
    page = await visit("U0REV", width=width, height=844)
    await page.get_by_role("article").last.get_by_label("More options").click()
    entry = page.get_by_role("menuitem", name="Send now, deny the rest")
    await expect(entry).to_be_in_viewport(ratio=1)
    is_on_top = await entry.evaluate(
        "entry => { const {left, right, top, height} = entry.getBoundingClientRect();"
        " return [left + 2, right - 2].every(x => document.elementFromPoint(x, top + height / 2) === entry) }"
    )
    assert is_on_top


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_file_in_a_message_can_be_edited_from_its_menu(visit: Visit, sandbox: Sandbox, width):
    """The app's shortcut stands on messages; where nobody answers, the page says so."""
    page = await visit("U0REQ", width=width, height=844)
    file = FilePayload(name="terms.md", mimeType="text/markdown", buffer=b"# Terms")
    await page.get_by_label("Attach files").set_input_files(file)
    await page.get_by_role("button", name="Send").click()
    message = page.get_by_role("article").filter(has_text="terms.md")
    await message.hover()
    await message.get_by_label("More actions").click()
    await page.get_by_role("menuitem", name="Edit with SuperDocs").click()
    await expect(page.get_by_role("status", name="Notices")).to_contain_text("Edit with SuperDocs")
    assert [one.callback_id for one in sandbox.slack.app.shortcuts] == [ids.SHORTCUT]


async def test_a_file_bears_the_title_that_the_app_gave_it(visit: Visit, web: AsyncWebClient):
    """As in Slack: the name is only where the bytes are kept."""
    await web.files_upload_v2(
        filename="terms.3f2a.html", title="terms.html", content=b"<p>1</p>", channel=CHANNEL
    )
    page = await visit("U0REV")
    await expect(page.get_by_role("link", name="terms.html", exact=True)).to_be_visible()
