"""Strange answers about files. What happens over the wire stands in `tests/contract/slack/test_files.py`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from bot.core.errors import BugError, RefusedError, TransientError
from bot.core.request import SourceFile
from bot.slack import limits
from bot.slack.files import Files
from tests.unit.slack.bench import RecordingClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PAGE = "<title>Sign in | Slack</title>"
FILE = SourceFile("F1", "a.html", "https://files.slack.com/f")


@pytest.fixture
async def files() -> AsyncIterator[Files]:
    """Give files over a session to which the loopback is Slack."""
    client = RecordingClient()
    async with aiohttp.ClientSession() as session:
        yield Files(client, session)


async def served(files: Files, answer: web.StreamResponse | None) -> bytes:
    """Download from a server that gives this answer; None streams more than a file may have."""
    application = web.Application()
    application.router.add_get("/f", partial(_given, answer))
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    files.client.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    try:
        return await files.download(SourceFile("F1", "a.html", files.client.base_url.replace("/api/", "/f")))
    finally:
        await runner.cleanup()


async def _given(answer: web.StreamResponse | None, request: web.Request) -> web.StreamResponse:
    if answer is not None:
        return answer
    endless = web.StreamResponse()
    await endless.prepare(request)
    for _ in range(limits.FILE_BYTES // 2**20 + 1):
        await endless.write(b"x" * 2**20)
    return endless


async def test_a_redirect_is_not_followed_with_the_token(files: Files) -> None:
    """Slack leads to its login page: that is a refusal, and the token stays here."""
    with pytest.raises(RefusedError, match="does not hand"):
        await served(files, web.Response(status=302, headers={"Location": "https://evil.example"}))


async def test_a_file_without_an_end_is_left(files: Files) -> None:
    """What was not announced is counted while it comes."""
    with pytest.raises(RefusedError, match="10 MB"):
        await served(files, None)


async def test_a_document_about_signing_in_is_a_document(files: Files) -> None:
    """A file comes as an attachment, whatever it says."""
    headers = {"Content-Disposition": "attachment; filename=a.html"}
    assert (
        await served(files, web.Response(text=PAGE, content_type="text/html", headers=headers))
        == PAGE.encode()
    )


async def test_a_page_that_is_no_attachment_is_read_twice(files: Files) -> None:
    """Without that header, a page that asks to sign in to Slack is one, and any other is the document."""
    with pytest.raises(RefusedError, match="files:read"):
        await served(files, web.Response(text=PAGE, content_type="text/html"))
    assert await served(files, web.Response(text="<p>x</p>", content_type="text/html")) == b"<p>x</p>"


async def test_an_upload_without_an_address_is_tried_again(files: Files) -> None:
    """An answer that names no place to bring the bytes to is Slack's trouble for now."""
    with pytest.raises(TransientError, match="where to bring"):
        await files.upload("a.html", b"x")


async def test_without_a_token_nothing_is_fetched(files: Files) -> None:
    """A client that was made without a token is a mistake of ours."""
    files.client.token = None
    with pytest.raises(BugError):
        await files.download(FILE)
