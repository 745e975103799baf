"""Files: uploads by the real SDK, downloads with and without the token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackRequestError

from bot.sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

    Refused = Callable[[Awaitable[Any], str], Awaitable[dict[str, Any]]]

CHANNEL = "C0LEGAL"


class TestUpload:
    async def test_the_sdk_uploads_into_a_thread(self, slack: Slack, client: AsyncWebClient) -> None:
        """files_upload_v2 shares a file as a message in a thread, a moment later."""
        parent = (await client.chat_postMessage(channel=CHANNEL, text="card"))["ts"]
        answer = await client.files_upload_v2(
            filename="contract.html",
            content="<p>é</p>",
            channel=CHANNEL,
            thread_ts=parent,
            initial_comment="Done.",
        )
        shared = await slack.until(lambda: slack.messages(CHANNEL, parent)[1:])
        assert answer["file"]["size"] == 9
        assert (shared[0].text, shared[0].files[0].name) == ("Done.", "contract.html")
        assert slack.files[answer["file"]["id"]].content == "<p>é</p>".encode()
        assert (await client.files_info(file=answer["file"]["id"]))["file"]["mimetype"] == "text/html"

    async def test_as_a_form(self, slack: Slack, client: AsyncWebClient) -> None:
        """The bytes may also come as the file of a form."""
        ticket = await client.files_getUploadURLExternal(filename="a.txt", length=3)
        form = aiohttp.FormData()
        form.add_field("file", b"abc", filename="a.txt")
        async with (
            aiohttp.ClientSession() as session,
            session.post(ticket["upload_url"], data=form) as answer,
        ):
            assert (answer.status, answer.content_type) == (200, "text/plain")
        assert slack.files[ticket["file_id"]].content == b"abc"

    async def test_once_only(self, client: AsyncWebClient, refused: Refused) -> None:
        """An upload is completed once, after its bytes have come."""
        ticket = await client.files_getUploadURLExternal(filename="a.txt", length=3)
        files = [{"id": ticket["file_id"], "title": "A"}]
        await refused(client.files_completeUploadExternal(files=files), "file_not_found")
        async with aiohttp.ClientSession() as session:
            await session.post(ticket["upload_url"], data=b"abc")
        await client.files_completeUploadExternal(files=files)
        await refused(client.files_completeUploadExternal(files=files), "file_not_found")

    async def test_uncompleted_is_unseen(self, client: AsyncWebClient, refused: Refused) -> None:
        """Until it is completed, a file does not exist for anybody."""
        ticket = await client.files_getUploadURLExternal(filename="a.txt", length=3)
        await refused(client.files_info(file=ticket["file_id"]), "file_not_found")

    async def test_length_must_be_right(self, slack: Slack, client: AsyncWebClient) -> None:
        """Bytes of another length than announced are refused."""
        ticket = await client.files_getUploadURLExternal(filename="a.txt", length=2)
        async with (
            aiohttp.ClientSession() as session,
            session.post(ticket["upload_url"], data=b"abc") as answer,
        ):
            assert answer.status == 400
        assert slack.files[ticket["file_id"]].has_come is False

    async def test_refusals(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """Empty files, huge snippets and channels that the bot is not in are refused."""
        await refused(client.files_getUploadURLExternal(filename="a.txt", length=0), "missing_argument")
        snippet = client.files_getUploadURLExternal(filename="a.diff", length=1_000_001, snippet_type="diff")
        await refused(snippet, "snippet_too_large")
        described = client.files_getUploadURLExternal(filename="a.png", length=1, alt_txt="x" * 1001)
        await refused(described, "alt_txt_too_large")
        await refused(
            client.api_call("files.completeUploadExternal", params={"files": "[]"}), "invalid_arguments"
        )
        upload = client.files_upload_v2(filename="a.txt", content="a", channel="C0GENERAL")
        await refused(upload, "not_in_channel")
        slack.channels[CHANNEL].is_archived = True
        upload = client.files_upload_v2(filename="a.txt", content="a", channel=CHANNEL)
        await refused(upload, "posting_to_channel_denied")

    async def test_nowhere_to_send(self, slack: Slack) -> None:
        """Bytes for a file that nobody announced are not taken, nor given."""
        async with aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {slack.app.bot_token}"}
        ) as session:
            async with session.post(f"{slack.workspace.url}/upload/F0NONE", data=b"a") as answer:
                assert answer.status == 404
            async with session.get(f"{slack.workspace.url}/files/F0NONE/a.txt") as answer:
                assert answer.status == 404

    async def test_a_failed_middle(self, slack: Slack, client: AsyncWebClient) -> None:
        """A fault can befall the bytes themselves."""
        slack.faults.add(Fault("upload", "error", status=500))
        with pytest.raises(SlackRequestError, match="500"):
            await client.files_upload_v2(filename="a.txt", content="a", channel=CHANNEL)


class TestDownload:
    async def fetch(self, url: str, token: str | None) -> tuple[str, bytes]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            return answer.content_type, await answer.read()

    async def test_with_the_token(self, slack: Slack) -> None:
        """A person's file is downloaded with the bot token from its url_private."""
        file = await slack.person("U0REQ").upload("Vertrag für Bob.docx", b"PK")
        kind, content = await self.fetch(file.payload()["url_private_download"], slack.app.bot_token)
        assert content == b"PK"
        assert kind.startswith("application/vnd.openxmlformats")

    @pytest.mark.parametrize("token", [None, "xoxb-other"])
    async def test_without(self, slack: Slack, token: str | None) -> None:
        """Without the token, a page to sign in comes instead, with status 200."""
        file = await slack.person("U0REQ").upload("a.txt", b"secret")
        kind, content = await self.fetch(file.url, token)
        assert kind == "text/html"
        assert b"secret" not in content
