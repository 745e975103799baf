"""The sandbox as one server: both halves, the control interface, the page."""

from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

CHANNEL = "C0LEGAL"
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "document",
            "label": {"type": "plain_text", "text": "Document"},
            "element": {"type": "file_input", "action_id": "file"},
        },
        {
            "type": "input",
            "block_id": "what",
            "label": {"type": "plain_text", "text": "What"},
            "element": {"type": "plain_text_input", "action_id": "words"},
        },
    ],
}
BUTTON = {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go"}}


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Run a sandbox on a free port."""
    async with Sandbox() as sandbox:
        sandbox.slack.settings.retry_delays_s = ()
        yield sandbox


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a client of its server."""
    async with aiohttp.ClientSession(sandbox.url) as session:
        yield session


@pytest.fixture
async def app(sandbox: Sandbox, http: aiohttp.ClientSession) -> AsyncIterator[AsyncApp]:
    """Connect a Bolt app that is set up by the sandbox's environment alone."""
    environment = sandbox.environment()
    client = AsyncWebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
    client.session = http
    app = AsyncApp(client=client, process_before_response=True)
    handler = AsyncSocketModeHandler(app, environment["SLACK_APP_TOKEN"])
    # Bolt's handler has no types here, nor below.
    await handler.connect_async()
    await sandbox.slack.until(lambda: len(sandbox.slack.sockets) == 1)
    yield app
    await handler.close_async()


async def view(http: aiohttp.ClientSession, user: str = "U0REQ") -> dict[str, Any]:
    """Look at the review channel as somebody."""
    async with http.get("/sandbox/view", params={"user": user, "channel": CHANNEL}) as answer:
        seen: dict[str, Any] = await answer.json()
        return seen


async def act(http: aiohttp.ClientSession, user: str, **what: Any) -> dict[str, Any]:
    """Do something as somebody."""
    async with http.post("/sandbox/act", json={"user": user, **what}) as answer:
        told: dict[str, Any] = await answer.json()
        return told


class TestServer:
    async def test_environment(self, sandbox: Sandbox) -> None:
        """The environment leads a relay to both halves, on the loopback."""
        environment = sandbox.environment()
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert environment["SLACK_API_URL"] == f"{sandbox.url}/slack/api/"
        assert environment["SUPERDOCS_BASE_URL"] == f"{sandbox.url}/superdocs"
        assert environment["RELAY_CHANNEL"] == CHANNEL

    async def test_superdocs_answers(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        """SuperDocs is there, and takes the key of the environment only."""
        key = sandbox.environment()["SUPERDOCS_API_KEY"]
        async with http.get("/superdocs/v1/jobs", headers={"Authorization": f"Bearer {key}"}) as answer:
            assert answer.status == 200
        async with http.get("/superdocs/v1/jobs", headers={"Authorization": "Bearer other"}) as answer:
            assert answer.status == 401

    async def test_page(self, http: aiohttp.ClientSession) -> None:
        """The page and what it loads are served."""
        async with http.get("/") as answer:
            assert '<div id="root">' in await answer.text()
        async with http.get("/assets/app.js") as answer:
            assert answer.status == 200

    @pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}])
    async def test_only_from_here(self, http: aiohttp.ClientSession, headers: dict[str, str]) -> None:
        """Another site's page cannot act through somebody's browser."""
        async with http.post("/sandbox/act", json={}, headers=headers) as answer:
            assert answer.status == 403

    async def test_body_cap(self, http: aiohttp.ClientSession) -> None:
        """A body beyond the cap is refused."""
        headers = {"Content-Type": "application/json"}
        body = io.BytesIO(b"x" * (33 * 1024 * 1024))
        async with http.post("/slack/api/chat.postMessage", data=body, headers=headers) as answer:
            assert answer.status == 413


class TestView:
    async def test_who_and_where(self, http: aiohttp.ClientSession) -> None:
        """The view has the people, their kinds, the channels and the commands."""
        seen = await view(http)
        assert {user: one["kind"] for user, one in seen["users"].items()} == {
            "U0REQ": "member",
            "U0REV": "member",
            "U0CAROL": "member",
            "U0GUEST": "guest",
            "U0STRANGER": "stranger",
            "U0BOT2": "bot",
            "U0RELAY": "bot",
        }
        assert {one["name"]: one["is_member"] for one in seen["channels"]} == {
            "legal-review": True,
            "general": True,
            "shared": True,
        }
        assert seen["commands"][0]["command"] == "/superdocs"
        assert (seen["dialog"], seen["home"], seen["notices"], seen["messages"]) == (None, None, [], [])

    async def test_private_messages(self, http: aiohttp.ClientSession, app: AsyncApp) -> None:
        """Everybody sees the messages, and only their own private ones, in order."""
        await app.client.chat_postMessage(channel=CHANNEL, text="one")
        await app.client.chat_postEphemeral(channel=CHANNEL, user="U0REV", text="two")
        await app.client.chat_postMessage(channel=CHANNEL, text="three")
        assert [one["text"] for one in (await view(http, "U0REV"))["messages"]] == ["one", "two", "three"]
        assert [one["text"] for one in (await view(http, "U0REQ"))["messages"]] == ["one", "three"]
        assert (await view(http, "U0STRANGER"))["messages"] == []

    async def test_unknown(self, http: aiohttp.ClientSession) -> None:
        """Nobody can look who is not there."""
        async with http.get("/sandbox/view", params={"user": "U0NONE"}) as answer:
            assert answer.status == 404

    async def test_changes(self, http: aiohttp.ClientSession, app: AsyncApp) -> None:
        """The stream says at once where things stand, and again after a change."""
        async with http.get("/sandbox/changes") as stream:
            first = json.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))
            await app.client.chat_postMessage(channel=CHANNEL, text="x")
            second = json.loads((await stream.content.readuntil(b"\n\n")).removeprefix(b"data: "))
            assert second["seq"] > first["seq"]
        await app.client.chat_postMessage(channel=CHANNEL, text="after the reader has gone")

    async def test_ends_with_an_open_stream(self) -> None:
        """The sandbox stops at once although somebody watches it."""
        async with asyncio.timeout(2), aiohttp.ClientSession() as session, Sandbox() as sandbox:
            stream = await session.get(f"{sandbox.url}/sandbox/changes")
            await stream.content.readuntil(b"\n\n")


class TestActs:
    async def upload(self, http: aiohttp.ClientSession) -> str:
        """Upload a file as Rita, see that it can be fetched, and give its id."""
        form = aiohttp.FormData({"user": "U0REQ"})
        form.add_field("file", b"<p>old</p>", filename="contract.html")
        async with http.post("/sandbox/files", data=form) as answer:
            file: dict[str, str] = (await answer.json())["file"]
        async with http.get(file["url"]) as answer:
            assert await answer.read() == b"<p>old</p>"
        return file["id"]

    async def test_a_form_from_command_to_end(
        self, sandbox: Sandbox, http: aiohttp.ClientSession, app: AsyncApp
    ) -> None:
        """A command, an upload, a refused form and a taken one, all as the page does it."""
        taken: list[dict[str, Any]] = []

        @app.command("/superdocs")
        async def run(ack: Any, command: dict[str, Any]) -> None:
            await app.client.views_open(trigger_id=command["trigger_id"], view=FORM)
            await ack()

        @app.view("form")
        async def take(ack: Any, view: dict[str, Any]) -> None:
            taken.append(view["state"]["values"])
            await ack()

        command = {
            "act": "slash",
            "channel": CHANNEL,
            "command": "/superdocs",
            "text": "for <@U0REV|bob> &amp; co",
        }
        assert await act(http, "U0REQ", **command) == {"ok": True}
        assert sandbox.slack.calls.named("views.open")
        dialog = (await view(http))["dialog"]
        assert (dialog["errors"], dialog["waiting"]) == ({}, False)
        state = {
            "document": {"file": {"type": "file_input", "files": [await self.upload(http)]}},
            "what": {"words": {"type": "plain_text_input", "value": ""}},
        }
        send = {"act": "submit", "view_id": dialog["view"]["id"], "state": state}
        assert "what" in (await act(http, "U0REQ", **send))["errors"]
        assert "what" in (await view(http))["dialog"]["errors"]
        state["what"] = {"words": {"type": "plain_text_input", "value": "shorten it"}}
        assert await act(http, "U0REQ", **send) == {"ok": True}
        assert taken[0]["document"]["file"]["files"][0]["name"] == "contract.html"
        assert (await view(http))["dialog"] is None

    async def test_a_search_and_a_press_in_a_form(
        self, sandbox: Sandbox, http: aiohttp.ClientSession, app: AsyncApp
    ) -> None:
        """The page asks for a menu's options, and a press carries what is filled in, files as Slack has them."""
        pressed: list[dict[str, Any]] = []
        offered = {"text": {"type": "plain_text", "text": "Supply"}, "value": "supply.docx"}

        @app.options("library")
        async def offer(ack: Any, body: dict[str, Any]) -> None:
            await ack(options=[offered] if body["value"] == "sup" else [{**offered, "value": ""}])

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any]) -> None:
            pressed.append(body["view"]["state"]["values"])
            await ack()

        menu = {"type": "external_select", "action_id": "library", "min_query_length": 0}
        row = {"type": "actions", "block_id": "row", "elements": [menu, BUTTON]}
        trigger = sandbox.slack.workspace.tickets.trigger("U0REQ", channel=CHANNEL)
        whole = {**FORM, "blocks": [*FORM["blocks"], row]}
        await app.client.views_open(trigger_id=trigger, view=whole)
        here = {"view_id": (await view(http))["dialog"]["view"]["id"], "block_id": "row"}
        search = {"act": "suggest", "action_id": "library", **here}
        assert await act(http, "U0REQ", **search, words="sup") == {"ok": True, "options": [offered]}
        assert await act(http, "U0REQ", **search, words="") == {"ok": False, "error": "invalid_options"}
        state = {"document": {"file": {"type": "file_input", "files": [await self.upload(http)]}}}
        press = {"act": "press", "action_id": "go", "action": {"type": "button"}, "state": state, **here}
        assert await act(http, "U0REQ", **press) == {"ok": True}
        (file,) = pressed[0]["document"]["file"]["files"]
        assert (file["name"], file["size"]) == ("contract.html", 10)

    @pytest.mark.parametrize("name", ["contract.docx", "contract.pdf", "contract.rtf"])
    async def test_bytes_stay_as_they_are_both_ways(
        self, sandbox: Sandbox, http: aiohttp.ClientSession, app: AsyncApp, name: str
    ) -> None:
        """What a person gives reaches the app byte for byte, and what the app publishes reaches the person so."""
        raw = bytes(range(256)) * 3
        form = aiohttp.FormData({"user": "U0REQ"})
        form.add_field("file", raw, filename=name)
        async with http.post("/sandbox/files", data=form) as answer:
            given = sandbox.slack.files[(await answer.json())["file"]["id"]].payload()
        held = {"Authorization": f"Bearer {sandbox.slack.app.bot_token}"}
        async with http.get(given["url_private_download"], headers=held) as answer:
            assert await answer.read() == raw
        await app.client.files_upload_v2(filename=name, content=raw, channel=CHANNEL)
        await sandbox.slack.until(lambda: sandbox.slack.messages(CHANNEL))
        (published,) = (await view(http))["messages"][0]["files"]
        async with http.get(published["url"]) as answer:
            assert await answer.read() == raw
            assert answer.content_type not in {"text/html", "text/plain"}

    async def test_press_reply_home_dismiss(
        self, sandbox: Sandbox, http: aiohttp.ClientSession, app: AsyncApp
    ) -> None:
        """The page presses, replies, opens Home and takes notices away."""
        heard: list[Any] = []

        @app.action("go")
        async def go(ack: Any, action: dict[str, Any]) -> None:
            heard.append(action["value"])
            await ack()

        @app.event("message")
        async def hear(event: dict[str, Any]) -> None:
            heard.append((event["thread_ts"], event["text"]))

        @app.event("app_home_opened")
        async def home(event: dict[str, Any]) -> None:
            heard.append(event["tab"])

        posted = await app.client.chat_postMessage(
            channel=CHANNEL, text="card", blocks=[{"type": "actions", "block_id": "b", "elements": [BUTTON]}]
        )
        ts = posted["ts"]
        press = {
            "channel": CHANNEL,
            "ts": ts,
            "block_id": "b",
            "action_id": "go",
            "action": {"type": "button"},
        }
        assert await act(http, "U0REV", act="press", **press) == {"ok": True}
        reply = {"channel": CHANNEL, "thread_ts": ts, "text": "<@U0RELAY> a &lt; b", "files": []}
        assert await act(http, "U0REV", act="reply", **reply) == {"ok": True}
        assert await act(http, "U0REV", act="open_home") == {"ok": True}
        assert heard == ["7", (ts, "<@U0RELAY> a &lt; b"), "home"]
        sandbox.slack.workspace.notify("U0REV", "It failed.")
        notice = (await view(http, "U0REV"))["notices"][0]
        assert notice["text"] == "It failed."
        await act(http, "U0REV", act="dismiss", id=notice["id"])
        assert (await view(http, "U0REV"))["notices"] == []

    async def test_told_what_failed(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        """What cannot be done, or fails, is said."""
        command = {"act": "slash", "channel": CHANNEL, "text": ""}
        failed = await act(http, "U0REQ", **command, command="/superdocs")
        assert (failed["ok"], failed["error"]) == (False, "dispatch_failed")
        assert not (await act(http, "U0REQ", **command, command="/other"))["ok"]
        assert not (await act(http, "U0REQ", act="close", view_id="V1"))["ok"]
        assert not (await act(http, "U0REQ", act="reply", channel=CHANNEL, text="x", files=["F1"]))["ok"]
        gone = {"channel": CHANNEL, "ts": "1.000001", "block_id": "b", "action_id": "a", "action": {}}
        assert (await act(http, "U0REQ", act="press", **gone))["error"] == "that message is gone"
        here = {"callback_id": "edit", "channel": CHANNEL, "ts": "1.000001"}
        assert not (await act(http, "U0REQ", act="shortcut", **here))["ok"]
        async with http.post("/sandbox/act", json={"user": "U0REQ", "act": "slash"}) as answer:
            assert answer.status == 400
        async with http.post("/sandbox/act", json={"user": "U0REQ", "act": "fly"}) as answer:
            assert answer.status == 400
        assert len(sandbox.slack.person("U0REQ").notices) == 1


class TestScrews:
    async def test_faults_and_calls(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        """Faults can be added and calls read over HTTP, for either half."""
        fault = {"half": "slack", "name": "auth.test", "kind": "error", "error": "fatal_error"}
        async with http.post("/sandbox/faults", json=fault) as answer:
            assert answer.status == 200
        async with http.post("/slack/api/auth.test?token=xoxb-sandbox") as answer:
            assert (await answer.json())["error"] == "fatal_error"
        async with http.get("/sandbox/calls", params={"half": "slack"}) as answer:
            assert [call["name"] for call in (await answer.json())["calls"]] == ["auth.test"]
        async with http.post("/sandbox/superdocs", json={"monthly_limit": 7}) as answer:
            assert answer.status == 200
        assert sandbox.superdocs.behaviour.monthly_limit == 7

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/sandbox/faults", {"half": "neither", "name": "x", "kind": "error"}),
            ("/sandbox/faults", {"half": "slack", "name": "x", "kind": "sabotage"}),
            ("/sandbox/faults", {"half": "slack", "colour": "red"}),
            ("/sandbox/superdocs", {"nonsense": 1}),
            ("/sandbox/act", ["no object"]),
        ],
    )
    async def test_nonsense(self, http: aiohttp.ClientSession, path: str, body: Any) -> None:
        """What makes no sense is refused."""
        async with http.post(path, json=body) as answer:
            assert answer.status == 400
