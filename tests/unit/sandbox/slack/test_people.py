"""People and a real Bolt app in Socket Mode: the SDK is the judge of every payload."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

CHANNEL = "C0LEGAL"


def button(action_id: str = "go", **more: Any) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": action_id, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }


def text_input(block_id: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": "Words"},
        "element": {"type": "plain_text_input", "action_id": "words", **more},
    }


@pytest.mark.usefixtures("connected")
class TestCommands:
    async def test_ack_text(self, slack: Slack, app: AsyncApp) -> None:
        """The text of a command's ack is shown to its caller only."""
        seen: list[dict[str, Any]] = []

        @app.command("/superdocs")
        async def run(ack: Any, command: dict[str, Any]) -> None:
            seen.append(command)
            await ack("at your service")

        shown = await slack.person("U0REQ").slash(CHANNEL, "edit for @bob & co")
        assert shown.ok
        assert shown.message is not None
        assert shown.message.text == "at your service"
        assert seen[0]["text"] == "edit for <@U0REV|bob> &amp; co"
        assert [one.text for one in slack.person("U0REQ").ephemerals(CHANNEL)] == ["at your service"]
        assert slack.messages(CHANNEL) == []
        assert slack.person("U0REV").ephemerals(CHANNEL) == []

    async def test_dialog_to_errors_to_end(self, slack: Slack, app: AsyncApp, client: AsyncWebClient) -> None:
        """A command opens a dialog; the app refuses a field once, then takes it."""

        @app.command("/superdocs")
        async def run(ack: Any, command: dict[str, Any]) -> None:
            await client.views_open(trigger_id=command["trigger_id"], view=modal(text_input("what")))
            await ack()

        @app.view("form")
        async def take(ack: Any, view: dict[str, Any]) -> None:
            if view["state"]["values"]["what"]["words"]["value"] == "bad":
                await ack(response_action="errors", errors={"what": "Not that."})
            else:
                await ack()

        rita = slack.person("U0REQ")
        await rita.slash(CHANNEL)
        assert rita.dialog is not None
        shown = await rita.submit(rita.dialog, {"what": "bad"})
        assert shown.errors == {"what": "Not that."}
        assert rita.dialog.errors == {"what": "Not that."}
        shown = await rita.submit(rita.dialog, {"what": "good"})
        assert shown.ok
        assert rita.dialog is None


@pytest.mark.usefixtures("connected")
class TestMessages:
    async def test_button_updates_its_message(
        self, slack: Slack, app: AsyncApp, client: AsyncWebClient
    ) -> None:
        """A press reaches the app whole, and its update removes the button."""
        seen: list[dict[str, Any]] = []

        @app.action("go")
        async def go(ack: Any, body: dict[str, Any]) -> None:
            seen.append(body)
            await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="done")
            await ack()

        await client.chat_postMessage(
            channel=CHANNEL, text="go?", blocks=[{"type": "actions", "elements": [button(value="7")]}]
        )
        bob, message = slack.person("U0REV"), slack.messages(CHANNEL)[0]
        assert (await bob.press(message, "go")).ok
        assert seen[0]["user"] == {"id": "U0REV", "username": "bob", "name": "bob", "team_id": "T0SANDBOX"}
        assert seen[0]["actions"][0]["value"] == "7"
        assert slack.messages(CHANNEL)[0].text == "done"
        assert slack.messages(CHANNEL)[0].blocks == []

    async def test_reply_in_thread(self, slack: Slack, app: AsyncApp, client: AsyncWebClient) -> None:
        """A reply comes as a message event with its thread_ts, the mention as an id."""
        seen: list[dict[str, Any]] = []

        @app.event("message")
        async def hear(event: dict[str, Any]) -> None:
            seen.append(event)

        posted = await client.chat_postMessage(channel=CHANNEL, text="card")
        reply = await slack.person("U0REV").reply(CHANNEL, posted["ts"], "@superdocs approve 2 <now>")
        heard = [event for event in seen if event["user"] == "U0REV"]
        assert heard[0]["thread_ts"] == posted["ts"]
        assert heard[0]["text"] == "<@U0RELAY> approve 2 &lt;now&gt;"
        assert heard[0]["channel_type"] == "channel"
        assert slack.messages(CHANNEL, posted["ts"]) == [slack.messages(CHANNEL)[0], reply]
