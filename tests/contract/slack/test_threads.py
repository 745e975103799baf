"""Reading threads back over the wire: which have something new, and what people said in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.sandbox.faults import Fault
from bot.slack import threads
from bot.slack.threads import Threads
from tests.unit.slack.bench import RecordingClient

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from bot.sandbox.slack import Slack

CHANNEL = "C0LEGAL"


@pytest.fixture
def read(client: AsyncWebClient) -> Threads:
    """Give the threads."""
    return Threads(client, "T0SANDBOX")


async def card(client: AsyncWebClient) -> str:
    """Post a message as the relay does, and return its id."""
    return str((await client.chat_postMessage(channel=CHANNEL, text="Change 1"))["ts"])


async def test_the_channel_tells_where_something_is_new(
    slack: Slack, client: AsyncWebClient, read: Threads
) -> None:
    """The latest reply to each message from one on; none where nobody replied, nothing of what is older."""
    old, quiet, busy = [await card(client) for _ in range(3)]
    person = slack.person("U0REV")
    await person.reply(CHANNEL, old, "long ago")
    await person.reply(CHANNEL, busy, "approve")
    last = await person.reply(CHANNEL, busy, "deny 2")
    assert await read.latest_replies(CHANNEL, quiet) == {quiet: "", busy: last.ts}


async def test_what_people_said_is_read_and_what_else_happened_is_not(
    slack: Slack, client: AsyncWebClient, read: Threads
) -> None:
    """In order, with who and where; an edited reply is known as that; deleted ones and the relay's own are left out."""
    ts = await card(client)
    first = await slack.person("U0REV").reply(CHANNEL, ts, "approve 1 &amp; go")
    edited = await slack.person("U0CAROL").reply(CHANNEL, ts, "deny")
    await slack.person("U0CAROL").edit(CHANNEL, edited.ts, "approve")
    gone = await slack.person("U0CAROL").reply(CHANNEL, ts, "approve all")
    await slack.person("U0CAROL").delete(CHANNEL, gone.ts)
    own = await client.chat_postMessage(channel=CHANNEL, thread_ts=ts, text="approve")
    back = await read.replies(CHANNEL, ts, ts)
    assert [(r.actor.user_id, r.actor.team_id, r.actor.ts, r.is_edited) for r in back.said] == [
        ("U0REV", "T0SANDBOX", first.ts, False),
        ("U0CAROL", "T0SANDBOX", edited.ts, True),
    ]
    assert {(r.actor.channel, r.thread_ts) for r in back.said} == {(CHANNEL, ts)}
    assert back.until == own["ts"]


async def test_what_was_read_is_not_read_again(slack: Slack, client: AsyncWebClient, read: Threads) -> None:
    """Only what was said after a message; when that is nothing, one is as far as before."""
    ts = await card(client)
    first = await slack.person("U0REV").reply(CHANNEL, ts, "approve 1")
    second = await slack.person("U0REV").reply(CHANNEL, ts, "approve 2")
    assert [r.actor.ts for r in (await read.replies(CHANNEL, ts, first.ts)).said] == [second.ts]
    nothing = await read.replies(CHANNEL, ts, second.ts)
    assert (nothing.said, nothing.until) == ((), second.ts)


async def test_all_pages_are_read_as_far_as_one_look_reaches(
    slack: Slack, client: AsyncWebClient, read: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the next look goes on from there."""
    monkeypatch.setattr(threads, "_PAGE", 2)
    monkeypatch.setattr(threads, "_PAGES", 2)
    ts = await card(client)
    said = [(await slack.person("U0REV").reply(CHANNEL, ts, f"approve {n}")).ts for n in range(5)]
    back = await read.replies(CHANNEL, ts, ts)
    assert back.until == back.said[-1].actor.ts
    further = await read.replies(CHANNEL, ts, back.until)
    assert [r.actor.ts for r in (*back.said, *further.said)] == said


async def test_a_thread_that_is_gone_has_no_replies(client: AsyncWebClient, read: Threads) -> None:
    """Its beginning was deleted."""
    ts = await card(client)
    await client.chat_delete(channel=CHANNEL, ts=ts)
    assert (await read.replies(CHANNEL, ts, ts)).said == ()


async def test_where_the_relay_may_not_read_it_is_refused(slack: Slack, read: Threads) -> None:
    """In Slack's word, for the channel and for a thread."""
    slack.channels[CHANNEL].members.remove(slack.app.user_id)
    for reading in (read.latest_replies(CHANNEL, "1.000000"), read.replies(CHANNEL, "1.000000", "1.000000")):
        with pytest.raises(RefusedError) as refusal:
            await reading
        assert refusal.value.code == "not_in_channel"


async def test_slack_s_pace_is_kept(slack: Slack, read: Threads) -> None:
    """Too many calls: later, and when."""
    slack.faults.add(Fault("conversations.history", "rate", retry_after=30))
    with pytest.raises(TransientError) as error:
        await read.latest_replies(CHANNEL, "1.000000")
    assert error.value.retry_after_s == 30


async def test_a_thread_that_hides_its_latest_reply_is_left_to_be_read() -> None:
    """Slack counts replies and does not name the last: nobody may take that for silence."""
    client = RecordingClient()
    client.answers["conversations.history"] = {
        "messages": [{"ts": "1.000100", "reply_count": 1}, {"ts": "2.000100"}]
    }
    assert await Threads(client, "T0SANDBOX").latest_replies(CHANNEL, "1.000100") == {"2.000100": ""}


async def test_a_message_that_cannot_be_read_hides_no_other() -> None:
    """It is nobody's reply, and is not looked at again."""
    client = RecordingClient()
    strange = {"ts": "3.000100", "thread_ts": "1.000100", "user": "nobody at all", "text": "approve"}
    plain = {"ts": "2.000100", "thread_ts": "1.000100", "user": "U0REV", "text": "approve"}
    client.answers["conversations.replies"] = {"messages": [{"ts": "1.000100"}, plain, strange]}
    back = await Threads(client, "T0SANDBOX").replies(CHANNEL, "1.000100", "1.000100")
    assert ([r.actor.ts for r in back.said], back.until) == (["2.000100"], "3.000100")
