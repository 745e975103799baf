"""What Slack wants left alone is called by no worker until then; everything else is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from slack_sdk.errors import SlackApiError

from bot.core.errors import RefusedError, TransientError
from bot.sandbox.faults import Fault
from bot.slack.client import HeedingClient
from bot.slack.dialogs import Dialogs
from bot.slack.directory import SlackDirectory, channel_id, identify
from bot.slack.threads import Threads
from bot.store.keys import Keys
from bot.store.pace import RedisPace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp
    from redis.asyncio import Redis

    from bot.relay.world import World
    from bot.sandbox.slack import Slack
    from tests.unit.slack.bench import FreePacer

HOME = "T0SANDBOX"
KEYS = Keys("t")
CALLS: dict[str, Callable[[HeedingClient], Awaitable[object]]] = {
    "auth.test": identify,
    "conversations.list": lambda client: channel_id(client, "#legal-review"),
    "conversations.info": lambda client: SlackDirectory(client, HOME).check_reachable("C0LEGAL"),
    "users.info": lambda client: SlackDirectory(client, HOME).named("U0REV"),
    "conversations.members": lambda client: SlackDirectory(client, HOME).person("U0REV", HOME, "C0LEGAL"),
    "views.open": lambda client: Dialogs(client, cast("World", None)).open("1.2.3", {"type": "modal"}),
    "conversations.history": lambda client: Threads(client, HOME).latest_replies("C0LEGAL", "1.0"),
    "conversations.replies": lambda client: Threads(client, HOME).replies("C0LEGAL", "1.0", "1.0"),
}


@pytest.mark.parametrize("method", CALLS)
async def test_what_slack_puts_off_is_held_up_for_everybody(
    slack: Slack, client: HeedingClient, pacer: FreePacer, method: str
) -> None:
    """Whoever calls it, and for whatever: for as long as Slack says, nobody does; they are told at once for how long."""
    slack.faults.add(Fault(method, "rate", retry_after=7))
    for _again in range(3):
        with pytest.raises(TransientError) as limited:
            await CALLS[method](client)
        assert limited.value.retry_after_s == 7
    assert pacer.holds == [(method, 7)]
    assert len(slack.calls.named(method)) == 1


async def test_what_one_worker_was_told_the_others_heed(
    slack: Slack, session: aiohttp.ClientSession, redis: Redis
) -> None:
    """Over the store that they share; and when the time is over, they call again."""
    slack.faults.add(Fault("users.info", "rate", retry_after=1))
    url = f"{slack.workspace.url}/api/"
    workers = [
        HeedingClient(slack.app.bot_token, RedisPace(redis, KEYS), base_url=url, session=session)
        for _worker in range(2)
    ]
    for worker in workers:
        with pytest.raises(TransientError):
            await CALLS["users.info"](worker)
    assert len(slack.calls.named("users.info")) == 1
    await redis.delete(KEYS.held("users.info"))
    await CALLS["users.info"](workers[1])


@pytest.mark.parametrize(("asked", "obeyed"), [(0, 1), (86400, 300)])
async def test_a_hold_is_neither_nothing_nor_for_ever(
    slack: Slack, client: HeedingClient, pacer: FreePacer, asked: int, obeyed: int
) -> None:
    """Between a second and five minutes: then Slack is asked again."""
    slack.faults.add(Fault("auth.test", "rate", retry_after=asked))
    with pytest.raises(TransientError):
        await identify(client)
    assert pacer.holds == [("auth.test", obeyed)]


async def test_a_hold_is_about_one_method(client: HeedingClient, pacer: FreePacer) -> None:
    """While edits and posts are held, people are looked up all the same."""
    for method in ("chat.update", "chat.postMessage", "views.open"):
        await pacer.hold(method, 300)
    assert (await SlackDirectory(client, HOME).person("U0REV", HOME, "C0LEGAL")).is_member


async def test_a_failure_that_asks_for_no_pause_holds_nothing(
    slack: Slack, client: HeedingClient, pacer: FreePacer
) -> None:
    """Slack is broken, or says no: whoever calls next is let through."""
    slack.faults.add(Fault("auth.test", "error", status=503))
    slack.faults.add(Fault("auth.test", "error", status=200, error="invalid_auth"))
    for error in (TransientError, RefusedError):
        with pytest.raises(error):
            await identify(client)
    assert pacer.holds == []


async def test_the_socket_s_own_method_is_left_to_the_sdk(
    slack: Slack, client: HeedingClient, pacer: FreePacer
) -> None:
    """It waits for as long as Slack says, and asks again at that very moment: a hold would turn it away then."""
    slack.faults.add(Fault("apps.connections.open", "rate", retry_after=7))
    with pytest.raises(SlackApiError):
        await client.apps_connections_open(app_token=slack.app.app_token)
    assert pacer.holds == []
