"""The Web API's door: styles of calling, tokens, scopes, faults, rates, the record."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.faults import Fault
from bot.sandbox.slack.methods import METHODS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

    Refused = Callable[[Awaitable[Any], str], Awaitable[dict[str, Any]]]

CHANNEL = "C0LEGAL"
FOR_BOTS = {name for name, method in METHODS.items() if method.scopes and not method.wants_app_token}


@pytest.fixture
async def http(slack: Slack) -> AsyncIterator[aiohttp.ClientSession]:
    """Give a bare HTTP client with the bot token."""
    headers = {"Authorization": f"Bearer {slack.app.bot_token}"}
    async with aiohttp.ClientSession(f"{slack.workspace.url}/api/", headers=headers) as session:
        yield session


class TestStyles:
    @pytest.mark.parametrize(
        "call",
        [
            {"method": "GET", "params": {"channel": CHANNEL, "text": "hi"}},
            {"method": "POST", "params": {"channel": CHANNEL, "text": "hi"}},
            {"method": "POST", "data": {"channel": CHANNEL, "text": "hi"}},
            {"method": "POST", "json": {"channel": CHANNEL, "text": "hi"}},
            {"method": "POST", "params": {"channel": CHANNEL}, "json": {"text": "hi"}},
        ],
        ids=["get", "query", "form", "json", "mixed"],
    )
    async def test_all_are_understood(self, slack: Slack, http: aiohttp.ClientSession, call: Any) -> None:
        """Arguments may come in the query, in a form or as JSON."""
        async with http.request(url="chat.postMessage", **call) as answer:
            assert (await answer.json())["ok"] is True
        assert slack.messages(CHANNEL)[0].text == "hi"

    @pytest.mark.parametrize(("body", "code"), [("{", "invalid_json"), ("[]", "json_not_object")])
    async def test_bad_json(self, http: aiohttp.ClientSession, body: str, code: str) -> None:
        """A body that is no JSON object is refused."""
        headers = {"Content-Type": "application/json"}
        async with http.post("chat.postMessage", data=body, headers=headers) as answer:
            assert (await answer.json())["error"] == code

    async def test_blocks_as_text(self, slack: Slack, http: aiohttp.ClientSession) -> None:
        """In a form, blocks are JSON in a string."""
        form = {"channel": CHANNEL, "text": "x", "blocks": json.dumps([{"type": "divider"}])}
        async with http.post("chat.postMessage", data=form) as answer:
            assert (await answer.json())["ok"] is True
        assert slack.messages(CHANNEL)[0].blocks[0]["type"] == "divider"


class TestTokens:
    async def call(self, slack: Slack, method: str, token: str | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{slack.workspace.url}/api/{method}", headers=headers) as answer,
        ):
            body: dict[str, Any] = await answer.json()
            return body

    @pytest.mark.parametrize(
        ("method", "token", "code"),
        [
            ("auth.test", None, "not_authed"),
            ("auth.test", "xoxb-other", "invalid_auth"),
            ("auth.test", "xapp-sandbox", "not_allowed_token_type"),
            ("apps.connections.open", "xoxb-sandbox", "not_allowed_token_type"),
            ("chat.shout", "xoxb-sandbox", "unknown_method"),
        ],
    )
    async def test_refusals(self, slack: Slack, method: str, token: str | None, code: str) -> None:
        """A call needs a token, the right one, of the right kind, and a method that exists."""
        assert (await self.call(slack, method, token))["error"] == code

    async def test_token_as_argument(self, slack: Slack) -> None:
        """The token may be an argument, as it was before there was a header for it."""
        assert (await self.call(slack, "auth.test?token=xoxb-sandbox", None))["ok"] is True

    @pytest.mark.parametrize("name", sorted(FOR_BOTS))
    async def test_scopes(self, slack: Slack, client: AsyncWebClient, refused: Refused, name: str) -> None:
        """Without its scope a method is refused, and the answer says which scope it wants."""
        slack.app.scopes.clear()
        answer = await refused(client.api_call(name, json={"channel": CHANNEL}), "missing_scope")
        assert answer["needed"] == METHODS[name].scopes[0]

    async def test_the_scope_of_the_app_token(
        self, slack: Slack, client: AsyncWebClient, refused: Refused
    ) -> None:
        """Socket Mode needs a token with the scope that a person gives it by hand."""
        slack.app.app_scopes.clear()
        opening = client.apps_connections_open(app_token=slack.app.app_token)
        assert (await refused(opening, "missing_scope"))["needed"] == "connections:write"

    async def test_scopes_in_headers(self, client: AsyncWebClient) -> None:
        """Every answer says which scopes the token has."""
        assert "chat:write" in (await client.auth_test()).headers["x-oauth-scopes"].split(",")

    @pytest.mark.parametrize(
        ("token", "told"), [("xapp-sandbox", "connections:write"), ("xoxb-other", None), ("", None)]
    )
    async def test_scopes_of_other_tokens(self, slack: Slack, token: str, told: str | None) -> None:
        """A refusal tells them, too, of the very token; there is nothing to tell of one that nobody knows."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{slack.workspace.url}/api/auth.test") as answer,
        ):
            assert (await answer.json())["ok"] is False
            assert answer.headers.get("x-oauth-scopes") == told


class TestFaults:
    async def test_own_error(self, slack: Slack, client: AsyncWebClient, refused: Refused) -> None:
        """An error fault answers with Slack's own word and does nothing."""
        slack.faults.add(Fault("chat.postMessage", "error", error="token_revoked"))
        await refused(client.chat_postMessage(channel=CHANNEL, text="x"), "token_revoked")
        assert slack.messages(CHANNEL) == []
        await client.chat_postMessage(channel=CHANNEL, text="x")

    async def test_lost_after_the_work(self, slack: Slack, client: AsyncWebClient) -> None:
        """A lost answer leaves the message standing, which is how duplicates come about."""
        client.retry_handlers.clear()
        client.logger.setLevel(logging.CRITICAL)
        slack.faults.add(Fault("chat.postMessage", "lost"))
        with pytest.raises(aiohttp.ClientError):
            await client.chat_postMessage(channel=CHANNEL, text="x")
        assert len(slack.messages(CHANNEL)) == 1
        assert slack.calls.named("chat.postMessage")[0].status == 0

    async def test_outage(self, slack: Slack, client: AsyncWebClient) -> None:
        """A 503 is an HTML page and no JSON."""
        slack.faults.add(Fault("auth.test", "error", status=503, body="<html>down</html>"))
        with pytest.raises(SlackApiError) as failure:
            await client.auth_test()
        assert failure.value.response.status_code == 503

    async def test_rate(self, slack: Slack, client: AsyncWebClient) -> None:
        """A rate fault is a 429 with the Retry-After that was asked for."""
        slack.faults.add(Fault("auth.test", "rate", retry_after=7))
        with pytest.raises(SlackApiError) as refusal:
            await client.auth_test()
        assert refusal.value.response.status_code == 429
        assert refusal.value.response.headers["Retry-After"] == "7"
        assert refusal.value.response["error"] == "ratelimited"


class TestRecord:
    async def test_calls(self, slack: Slack, client: AsyncWebClient) -> None:
        """Every call is recorded with its arguments and the status of its answer."""
        await client.chat_postMessage(channel=CHANNEL, text="x")
        call = await slack.calls.wait_for(
            "chat.postMessage", where=lambda call: call.arguments["text"] == "x"
        )
        assert (call.path, call.status) == ("/slack/api/chat.postMessage", 200)


class TestRates:
    async def test_refusal_on_the_wire(self, slack: Slack, client: AsyncWebClient) -> None:
        """A call over the limit is an HTTP 429 with Retry-After, and does nothing."""
        slack.rates.is_strict = True
        slack.rates.channel_burst = 2
        for _ in range(2):
            await client.chat_postMessage(channel=CHANNEL, text="x")
        with pytest.raises(SlackApiError) as refusal:
            await client.chat_postMessage(channel=CHANNEL, text="x")
        assert refusal.value.response.status_code == 429
        assert refusal.value.response.headers["Retry-After"] == "1"
        assert len(slack.messages(CHANNEL)) == 2
        with pytest.raises(SlackApiError, match="ratelimited"):
            await client.chat_postMessage(channel="#legal-review", text="the same channel by name")
        await client.chat_postMessage(channel="C0SHARED", text="another channel")
