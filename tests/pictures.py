"""The pictures in the README, made from the demo in a browser: `make pictures`. Look at them afterwards.

`python -m tests.pictures FOLDER` takes another set, as wide as a phone: each telling card, the telling moments of a review,
somebody's Home, and the dialogs that the demo opens.
"""

from __future__ import annotations

import asyncio
import re
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from playwright.async_api import async_playwright, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import CHANNEL, Sandbox
from bot.slack.cards import render
from bot.slack.home import home
from tests.e2e.conftest import QUIET, chromium
from tests.e2e.screen import Screen, press
from tests.make import NOON, REVIEWER
from tests.scenes import scenes, somebodys_home
from tests.telling import TELLING, posted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, FloatRect, Locator

    from bot.slack.cards import Payload

FOLDER: Final = Path(__file__).parents[1] / "docs" / "pictures"

_DESKTOP: Final = {"width": 1180, "height": 1150}
_PHONE: Final = {"width": 390, "height": 844}
_TALL_PHONE: Final = {**_PHONE, "height": 1600}
"""So that no card has to be scrolled."""
_MARGIN: Final = 8
"""Pixels around what is shown."""

_WITHIN_MS: Final = 20_000
_TO_REVIEW: Final = "3 changes to review in Supply agreement"
_WARNING: Final = "hidden"
"""The telling card that the README shows."""


async def main() -> None:
    """Run the demo and take its pictures, and the picture of a warning."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with _demo() as url, _browser() as browser:
        await _round(browser, url)
        await _card(browser, url)
        await _telling(browser, _WARNING, FOLDER / "warning.png")


async def telling(folder: Path) -> None:
    """Take a picture of each telling card, of each moment, of a Home and of the dialogs."""
    async with _browser() as browser:
        for name in TELLING:
            await _telling(browser, name, folder / f"{name}.png")
        for name, summary in scenes().items():
            await _message(browser, render(summary), folder / f"{name}.png")
        await _home(browser, folder / "home.png")
        async with _demo() as url:
            await _dialogs(browser, url, folder)


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        expect.set_options(timeout=_WITHIN_MS)
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        await browser.close()


@asynccontextmanager
async def _demo() -> AsyncIterator[str]:
    """Run the demo on any free port, and give its address once its changes wait."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async for line in process.stdout:
            if found := re.search(r"open at (http\S+)", line.decode()):
                yield found[1]
                break
    finally:
        process.terminate()
        await process.wait()


async def _round(browser: Browser, url: str) -> None:
    """Take the channel with the round, and its cards beside it in the thread."""
    screen = await _thread(browser, url, viewport=_DESKTOP, device_scale_factor=0.8)
    first = await _box(screen.channel.locator(".stream"))
    last = await _box(screen.card(3))
    clip: FloatRect = {
        **first,
        "width": last["x"] + last["width"] - first["x"],
        "height": last["y"] + last["height"] + _MARGIN - first["y"],
    }
    await screen.page.screenshot(path=FOLDER / "round.png", clip=clip)


async def _card(browser: Browser, url: str) -> None:
    """Take one card, as it looks on a phone."""
    screen = await _thread(browser, url, viewport=_PHONE, device_scale_factor=2)
    await _take(screen, screen.card(1), FOLDER / "card.png")


async def _telling(browser: Browser, name: str, path: Path) -> None:
    """Take one telling card."""
    await _message(browser, posted(TELLING[name]), path)


async def _message(browser: Browser, payload: Payload, path: Path) -> None:
    """Take one message as it looks on a phone, in a sandbox that has nothing else."""
    async with Sandbox(port=0) as sandbox:
        web = AsyncWebClient(sandbox.slack.app.bot_token, base_url=f"{sandbox.url}/slack/api/")
        await web.chat_postMessage(channel=CHANNEL, text=payload.text, blocks=payload.blocks)
        screen = await _page(browser, sandbox.url, viewport=_TALL_PHONE, device_scale_factor=2)
        await _take(screen, screen.channel.get_by_role("article").last, path)
        await screen.page.close()


async def _home(browser: Browser, path: Path) -> None:
    """Take Bob's Home."""
    async with Sandbox(port=0) as sandbox:
        web = AsyncWebClient(sandbox.slack.app.bot_token, base_url=f"{sandbox.url}/slack/api/")
        await web.views_publish(user_id=REVIEWER, view=home(somebodys_home(), NOON))
        screen = await _page(browser, f"{sandbox.url}/", "&home", viewport=_TALL_PHONE, device_scale_factor=2)
        await expect(screen.channel.get_by_role("heading", name="Your setting")).to_be_visible()
        await screen.page.screenshot(path=path)
        await screen.page.close()


async def _dialogs(browser: Browser, url: str, folder: Path) -> None:
    """Take the dialogs that are opened from a round: what it changes, why one is denied, and who is to decide it."""
    screen = await _page(browser, url, viewport=_TALL_PHONE, device_scale_factor=2)
    await press(screen.message(_TO_REVIEW), "Review all (3)")
    reading = screen.dialog("Review changes")
    await expect(reading.get_by_role("button", name="Approve all (3)")).to_be_visible()
    await screen.page.screenshot(path=folder / "reading.png")
    await reading.get_by_role("button", name="Deny with feedback…").first.click()
    await expect(screen.dialog("Deny change 1")).to_be_visible()
    await screen.page.screenshot(path=folder / "denying.png")
    await screen.page.close()


async def _take(screen: Screen, card: Locator, path: Path) -> None:
    shown = await _box(card.locator(".message-body"))
    clip: FloatRect = {
        "x": shown["x"] - _MARGIN,
        "y": shown["y"] - _MARGIN,
        "width": shown["width"] + 2 * _MARGIN,
        "height": shown["height"] + 2 * _MARGIN,
    }
    await screen.page.screenshot(path=path, clip=clip)


async def _page(browser: Browser, url: str, place: str = "", **device: Any) -> Screen:
    """Open the page as Bob."""
    page = await browser.new_page(locale="en-GB", timezone_id="Europe/London", **device)
    await page.goto(f"{url}?user={REVIEWER}{place}")
    return Screen(page)


async def _thread(browser: Browser, url: str, **device: Any) -> Screen:
    """Open the page as Bob, with the thread of the round."""
    screen = await _page(browser, url, **device)
    await screen.open_thread(_TO_REVIEW, "3 replies")
    await screen.card(1).scroll_into_view_if_needed()
    await screen.page.mouse.move(0, 0)
    return screen


async def _box(shown: Locator) -> FloatRect:
    box = await shown.bounding_box()
    assert box is not None
    return box


if __name__ == "__main__":
    asyncio.run(telling(Path(sys.argv[1])) if len(sys.argv) > 1 else main())
