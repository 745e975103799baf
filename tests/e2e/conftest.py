"""What every story starts from: a sandbox, an app's token in it, and a browser to look with."""

import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from playwright.async_api import Browser, Page, async_playwright, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox
from bot.store import embedded
from tests.e2e.process import Process, nursery, running
from tests.e2e.relay import Story

Visit = Callable[..., Awaitable[Page]]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",  # Containers often forbid the browser's own one; it only ever sees the loopback.
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WITHIN_MS = 15_000
"""Long enough for a busy machine; what goes well never waits for it."""
MANIFEST = Path(__file__).parents[2] / "manifest.yml"


def chromium() -> str | None:
    """Find a Chromium: `CHROMIUM`, or one of the usual names on the PATH."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Give a fresh sandbox on a free port."""
    async with Sandbox(port=0) as sandbox:
        yield sandbox


@pytest.fixture
def web(sandbox: Sandbox) -> AsyncWebClient:
    """Give the app's side of the Slack Web API."""
    return AsyncWebClient(sandbox.slack.app.bot_token, base_url=f"{sandbox.url}/slack/api/")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Give a browser, or skip where there is none."""
    path = chromium()
    if path is None:
        pytest.skip(f"No Chromium: set CHROMIUM, or put one of {', '.join(CHROMIUM_NAMES)} on the PATH.")
    expect.set_options(timeout=WITHIN_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def visit(browser: Browser, sandbox: Sandbox) -> AsyncIterator[Visit]:
    """Give a way to open the sandbox's page as somebody; what goes wrong in the page fails the test."""
    troubles: list[str] = []

    async def open_page(user: str = "U0REQ", *, width: int = 1280, height: int = 800, **place: str) -> Page:
        page = await browser.new_page(
            viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/London"
        )
        page.set_default_timeout(WITHIN_MS)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(f"{sandbox.url}/?{urlencode({'user': user, **place})}")
        await expect(page.get_by_label("Acting as")).to_have_value(user)
        return page

    yield open_page
    assert troubles == []


@pytest.fixture
def settings() -> dict[str, str]:
    """Give what a story's relay is set to beyond the usual; see `given`."""
    return {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell every story about the relay twice: over Socket Mode, and over HTTP; unless it is about one of them."""
    if "mode" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("mode")
        metafunc.parametrize("mode", marker.args if marker else ("socket", "http"))


@pytest.fixture
async def environment(
    sandbox: Sandbox, settings: dict[str, str], mode: str
) -> AsyncIterator[dict[str, str]]:  # fmt: skip
    """Give what a relay needs to run against the sandbox, with a store of its own that ends with the test.

    The sandbox has the app installed as the manifest says: a scope that is missing there fails a story.
    """
    port = _free_port()
    manifest = _manifest(mode, port)
    sandbox.slack.install(manifest)
    with tempfile.TemporaryDirectory(prefix="sdr-") as folder:
        store = await embedded.ensure(Path(folder), dies_with_parent=True)
        usual = {"REDIS_URL": store.url, "UNDO_S": "0", "LOG_LEVEL": "debug", "PORT": str(port)}
        over = _over_http(sandbox, manifest) if mode == "http" else {}
        yield {**sandbox.environment(), **usual, **over, **settings}
        await store.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _manifest(mode: str, port: int) -> dict[str, Any]:
    """Read the manifest; for HTTP with the lines that are for that, and the address of this very relay in them."""
    written = MANIFEST.read_text()
    if mode == "http":
        written = written.replace("#http: ", "").replace(
            "https://relay.example.com", f"http://127.0.0.1:{port}"
        )
    manifest: dict[str, Any] = yaml.safe_load(written)
    return manifest


def _over_http(sandbox: Sandbox, manifest: dict[str, Any]) -> dict[str, str]:
    """Have the sandbox deliver by signed requests, and return what a relay must be set to for that."""
    sandbox.slack.listen_http(manifest["settings"]["interactivity"]["request_url"])
    return {"SLACK_APP_TOKEN": ""}


_nursery = pytest.fixture(nursery, scope="session", autouse=True)


@pytest.fixture
async def relay(environment: dict[str, str]) -> AsyncIterator[Process]:
    """Give a relay that runs."""
    async with running(environment) as relay:
        yield relay


@pytest.fixture
async def story(sandbox: Sandbox, relay: Process) -> Story:
    """Give a story whose relay runs."""
    assert relay.process.returncode is None
    return Story(sandbox)
