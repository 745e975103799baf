"""Signed requests to a real Bolt app over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.sandbox.bell import Bell
from bot.sandbox.faults import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.faults import Kind
    from bot.sandbox.slack import Slack

CHANNEL = "C0LEGAL"


class Door:
    """The app's request URL: hands requests to Bolt, or answers with what it was told to."""

    def __init__(self, app: AsyncApp) -> None:
        self.app = app
        self.url = ""
        self.requests: list[web.Request] = []
        self.instead: list[web.Response] = []
        self.bell = Bell()

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.requests.append(request)
        self.bell.ring()
        if self.instead:
            return self.instead.pop(0)
        answer = await self.app.async_dispatch(AsyncBoltRequest(body=body, headers=dict(request.headers)))
        return web.Response(
            status=answer.status,
            text=answer.body,
            content_type=answer.first_headers().get("content-type", "text/plain").split(";")[0],
        )


@pytest.fixture
async def door(slack: Slack, app: AsyncApp) -> AsyncIterator[Door]:
    """Open the app's request URL, and let Slack deliver there."""
    door = Door(app)
    application = web.Application()
    application.add_routes([web.post("/slack/events", door.handle)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    slack.listen_http(door.url)
    yield door
    await slack.close()
    await runner.cleanup()


async def test_url_verification(slack: Slack, door: Door) -> None:
    """The app proves that the URL is its own."""
    assert await slack.verify_url()
    assert len(door.requests) == 1


@pytest.mark.usefixtures("door")
async def test_all_kinds(slack: Slack, app: AsyncApp, client: AsyncWebClient) -> None:
    """A command, a press, a form and an event all pass Bolt's signature check and parser."""
    seen: list[str] = []

    @app.command("/superdocs")
    async def run(ack: Any, command: dict[str, Any]) -> None:
        seen.append(command["text"])
        await ack("done")

    @app.action("go")
    async def go(ack: Any, action: dict[str, Any]) -> None:
        seen.append(action["value"])
        await ack()

    @app.event("message")
    async def hear(event: dict[str, Any]) -> None:
        seen.append(event["text"])

    bob = slack.person("U0REV")
    shown = await bob.slash(CHANNEL, "edit ü & more")
    assert shown.message is not None
    assert shown.message.text == "done"
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go", "value": "7"}
    await client.chat_postEphemeral(
        channel=CHANNEL, user="U0REV", text="card", blocks=[{"type": "actions", "elements": [button]}]
    )
    assert (await bob.press(bob.ephemerals(CHANNEL)[-1], "go")).ok
    await bob.say(CHANNEL, "hello")
    assert seen == ["edit ü &amp; more", "7", "hello"]


MENU = {"type": "external_select", "action_id": "library", "min_query_length": 0}
ROW = [{"type": "actions", "block_id": "row", "elements": [MENU]}]


async def test_options_are_asked_for_at_their_own_address(
    slack: Slack, app: AsyncApp, client: AsyncWebClient, door: Door
) -> None:
    """What a menu offers is asked for where the manifest says; the answer is checked as over a socket."""

    @app.options("library")
    async def offer(ack: Any, body: dict[str, Any]) -> None:
        await ack(options=[{"text": {"type": "plain_text", "text": "A"}, "value": body["value"] or "a"}])

    await client.chat_postEphemeral(channel=CHANNEL, user="U0REV", text="Which?", blocks=ROW)
    slack.install({"settings": {"interactivity": {"message_menu_options_url": f"{door.url}?options"}}})
    bob = slack.person("U0REV")
    message = bob.ephemerals(CHANNEL)[-1]
    assert (await bob.search(message, "library", "sup")).values == ["sup"]
    assert [request.query_string for request in door.requests] == ["options"]
    assert (await bob.search(message, "library", "x" * 151)).error == "invalid_options"
    door.instead = [web.Response(text='{"options": []}', content_type="text/plain")]
    assert (await bob.search(message, "library")).error == "invalid_options"


async def test_without_an_address_nobody_is_asked_for_options(
    slack: Slack, client: AsyncWebClient, door: Door
) -> None:
    """A manifest without an options URL leaves such menus empty over HTTP, whatever else is served."""
    bob = slack.person("U0REV")
    await client.chat_postEphemeral(channel=CHANNEL, user="U0REV", text="Which?", blocks=ROW)
    found = await bob.search(bob.ephemerals(CHANNEL)[-1], "library")
    assert found.error == "dispatch_failed"
    assert door.requests == []


async def test_forged(slack: Slack, door: Door) -> None:
    """With another secret the app refuses, and the person is told."""
    slack.listen_http(door.url, "another secret")
    assert (await slack.person("U0REQ").slash(CHANNEL)).error == "dispatch_failed"


async def test_retries(slack: Slack, door: Door) -> None:
    """An event that meets an error comes again with its number and the reason in the headers."""
    slack.settings.retry_delays_s = (0, 0)
    door.instead = [web.Response(status=500), web.Response(status=503)]
    await slack.person("U0REQ").say(CHANNEL, "hi")
    await door.bell.until(lambda: len(door.requests) == 3)
    assert [one.headers.get("X-Slack-Retry-Num") for one in door.requests] == [None, "1", "2"]
    assert [one.headers.get("X-Slack-Retry-Reason") for one in door.requests] == [
        None,
        "http_error",
        "http_error",
    ]


async def test_no_retry(slack: Slack, door: Door) -> None:
    """x-slack-no-retry stops the repetition."""
    slack.settings.retry_delays_s = (0, 0)
    door.instead = [web.Response(status=500, headers={"X-Slack-No-Retry": "1"})]
    await slack.person("U0REQ").say(CHANNEL, "one")
    await slack.person("U0REQ").say(CHANNEL, "two")
    assert len(door.requests) == 2


async def test_nobody_there(slack: Slack) -> None:
    """A URL where nobody listens fails at once."""
    slack.listen_http("http://127.0.0.1:9/slack/events")
    assert (await slack.person("U0REQ").slash(CHANNEL)).error == "dispatch_failed"


@pytest.mark.parametrize(("kind", "error"), [("slow", None), ("lost", "dispatch_failed")])
async def test_a_payload_can_be_late_or_lost(slack: Slack, door: Door, kind: Kind, error: str | None) -> None:
    """The faults of envelopes hold here as well, and only for as many as they name."""
    slack.faults.add(Fault(name="envelope", kind=kind, delay_s=0.05))
    assert (await slack.person("U0REQ").slash(CHANNEL, "late")).error in {error, "dispatch_failed"}
    assert len(door.requests) == (1 if error is None else 0)
    await slack.person("U0REQ").slash(CHANNEL, "in time")
    assert len(door.requests) == (2 if error is None else 1)
