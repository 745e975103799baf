"""The sandbox's page as people use it: what they see, and what they click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import FilePayload, expect

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

DOCUMENT = "Supply agreement.html"


class Screen:
    """The page, with one person at a time before it.

    Args:
        page: Open, in the review channel.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.channel = page.get_by_role("main")
        self.thread = page.get_by_role("complementary", name="Thread")

    async def become(self, user: str) -> None:
        """Act as somebody else from here on."""
        await self.page.get_by_label("Acting as").select_option(user)

    def message(self, words: str) -> Locator:
        """Find the channel's message with some words."""
        return self.channel.get_by_role("article").filter(has_text=words)

    def card(self, number: int, *, in_thread: bool = True) -> Locator:
        """Find the card of a change."""
        heading = self.page.get_by_role("heading", name=f"Change {number} ·")
        within = self.thread if in_thread else self.channel
        return within.get_by_role("article").filter(has=heading)

    def dialog(self, title: str) -> Locator:
        """Find an open dialog."""
        return self.page.get_by_role("dialog", name=title)

    async def ask_for_an_edit(self, html: str, instruction: str) -> None:
        """Type the command, fill in its dialog and send it."""
        await self.page.get_by_label("Message #legal-review").fill("/superdocs edit")
        await self.page.keyboard.press("Enter")
        form = self.dialog("Edit a document")
        document = FilePayload(name=DOCUMENT, mimeType="text/html", buffer=html.encode())
        await form.get_by_label("Document").set_input_files(document)
        await form.get_by_label("What should be changed?").fill(instruction)
        await press(form, "Start")
        await expect(form).to_have_count(0)

    async def open_thread(self, words: str, link: str) -> None:
        """Open the thread of the channel's message with some words, by the link below it."""
        await press(self.message(words), link)
        await expect(self.thread).to_be_visible()

    async def reply(self, words: str) -> None:
        """Type a reply in the open thread and send it."""
        await self.thread.get_by_label("Reply…").fill(words)
        await press(self.thread, "Send")

    async def document(self) -> str:
        """Download the document that came back in the open thread, and return its text."""
        async with self.page.expect_download() as download:
            await self.thread.get_by_role("link", name="Download").click()
        path = await (await download.value).path()
        return path.read_text(encoding="utf-8")


async def press(within: Locator, name: str) -> None:
    """Press the button of exactly this name."""
    await within.get_by_role("button", name=name, exact=True).click()
