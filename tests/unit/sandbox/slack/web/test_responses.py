"""response_url through the real SDK's webhook client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.state.settings import Settings
from bot.sandbox.slack.state.tickets import Tickets

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack
    from bot.sandbox.slack.messages import Message

CHANNEL = "C0LEGAL"


@pytest.fixture
async def origin(slack: Slack, client: AsyncWebClient) -> Message:
    """Post a message that somebody will have acted on."""
    await client.chat_postMessage(channel=CHANNEL, text="card", blocks=[{"type": "divider"}])
    return slack.messages(CHANNEL)[0]


@pytest.fixture
def hook(slack: Slack, origin: Message) -> AsyncWebhookClient:
    """Give the SDK's client for the response_url of Bob's act on it."""
    ticket = slack.workspace.tickets.response("U0REV", CHANNEL, origin_ts=origin.ts)
    return AsyncWebhookClient(f"{slack.workspace.url}/response/{ticket}")


async def test_private_by_default(slack: Slack, hook: AsyncWebhookClient) -> None:
    """An answer is seen by whoever acted, and leaves the message alone."""
    assert (await hook.send(text="only you")).status_code == 200
    assert [one.text for one in slack.person("U0REV").ephemerals(CHANNEL)] == ["only you"]
    assert [one.text for one in slack.messages(CHANNEL)] == ["card"]


async def test_in_channel(slack: Slack, hook: AsyncWebhookClient) -> None:
    """An answer can be for all, also where the app is no member."""
    slack.channels[CHANNEL].members.remove("U0RELAY")
    await hook.send(text="for all", response_type="in_channel")
    assert [one.text for one in slack.messages(CHANNEL)] == ["card", "for all"]


async def test_replace_and_delete(slack: Slack, hook: AsyncWebhookClient) -> None:
    """The message that was acted on can be replaced and deleted."""
    await hook.send(text="new", replace_original=True)
    assert [(one.text, one.blocks) for one in slack.messages(CHANNEL)] == [("new", [])]
    await hook.send(delete_original=True)
    assert slack.messages(CHANNEL) == []


async def test_ephemeral_can_be_replaced(slack: Slack, client: AsyncWebClient) -> None:
    """An ephemeral message can be changed at the response_url of a press in it, and nowhere else."""
    answer = await client.chat_postEphemeral(channel=CHANNEL, user="U0REV", text="old")
    ticket = slack.workspace.tickets.response("U0REV", CHANNEL, origin_ts=answer["message_ts"])
    await AsyncWebhookClient(f"{slack.workspace.url}/response/{ticket}").send(
        text="new", replace_original=True
    )
    assert [one.text for one in slack.person("U0REV").ephemerals(CHANNEL)] == ["new"]


async def test_five_times(hook: AsyncWebhookClient) -> None:
    """It is good for five answers."""
    answers = [await hook.send(text="x") for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body


async def test_refused_content(slack: Slack, hook: AsyncWebhookClient) -> None:
    """Blocks are checked here too, but not their total."""
    long: list[dict[str, Any]] = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 5
    assert (await hook.send(text="x", blocks=long)).status_code == 200
    refused = await hook.send(text="x", blocks=[{"type": "nonsense"}])
    assert (refused.status_code, "invalid_blocks" in refused.body) == (400, True)
    assert slack.calls.named("response_url")[-1].status == 400


def test_half_an_hour() -> None:
    """It is good for thirty minutes."""
    now = [1000.0]
    tickets = Tickets(lambda: now[0], Settings())
    ticket = tickets.response("U1", CHANNEL)
    now[0] += 1800
    assert tickets.use_response(ticket).uses_left == 4
    now[0] += 1
    with pytest.raises(SlackError, match="expired_url"):
        tickets.use_response(ticket)
    with pytest.raises(SlackError, match="invalid_url"):
        tickets.use_response("other")
