"""Every call that Slack puts off is counted, and none is repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.faults import Fault
from bot.slack.errors import HeldUp
from tests.fakes.meter import FakeMeter

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack


@pytest.fixture
def meter(client: AsyncWebClient) -> FakeMeter:
    """Give the meter that the client's calls are counted by."""
    meter = FakeMeter()
    client.retry_handlers.append(HeldUp(meter))
    return meter


@pytest.mark.parametrize("method", ["chat.postMessage", "users.info", "auth.test"])
async def test_a_call_that_is_put_off_is_counted_by_its_method(
    slack: Slack, client: AsyncWebClient, meter: FakeMeter, method: str
) -> None:
    """However its arguments are sent; whoever called is told, and it is not made again."""
    slack.faults.add(Fault(method, "rate", retry_after=7))
    with pytest.raises(SlackApiError):
        await client.api_call(method, params={"user": "U0REV"})
    assert meter.held == [method]
    assert len(slack.calls.named(method)) == 1


@pytest.mark.parametrize("body", ["", "<html>later</html>"])
async def test_a_refusal_that_is_no_json_counts_too(
    slack: Slack, client: AsyncWebClient, meter: FakeMeter, body: str
) -> None:
    """A proxy's, for example."""
    slack.faults.add(Fault("auth.test", "rate", body=body))
    with pytest.raises(SlackApiError):
        await client.auth_test()
    assert meter.held == ["auth.test"]


async def test_what_is_not_put_off_is_not_counted(
    slack: Slack, client: AsyncWebClient, meter: FakeMeter
) -> None:  # fmt: skip
    """Answers, refusals and errors are something else."""
    await client.auth_test()
    slack.faults.add(Fault("auth.test", "error", status=503))
    slack.faults.add(Fault("auth.test", "refuse"))
    for _ in range(2):
        with pytest.raises((SlackApiError, aiohttp.ClientError)):
            await client.auth_test()
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.conversations_info(channel="C0NOWHERE")
    assert meter.held == []


async def test_an_address_that_is_no_method_has_no_name(
    slack: Slack, client: AsyncWebClient, meter: FakeMeter
) -> None:  # fmt: skip
    """A label is a method's name, or `other`."""
    slack.faults.add(Fault("*", "rate"))
    with pytest.raises(SlackApiError):
        await client.api_call("Chat.0123-not-a-method")
    assert meter.held == ["other"]
