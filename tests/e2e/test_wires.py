"""What the wires do to the relay: streams that break, calls that fail, sockets that drop, and settings that are wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.sandbox.faults import Fault
from tests.e2e.process import running, spawn
from tests.e2e.relay import COUNSEL, ONE, Story

UNREACHABLE = "127.0.0.1:9"


@pytest.mark.parametrize(
    "habits",
    [
        {"stream_auth": "header"},
        {"stream_auth": "query", "stream_refuses_by": "status"},
        {"stream_auth": "query", "stream_refuses_by": "event"},
        {"honours_last_sequence": False, "replays_final": False},
        {"keepalive_s": 0.05, "chunk_ids_in_changes": True},
        {"approve_tells_completion": False, "stale_reads_s": 3},
        {"repeat_change_ids": True, "machine_checks": False},
    ],
    ids="-".join,
)
async def test_every_habit_of_superdocs_leads_to_the_document(story: Story, habits):
    """Where the documents are silent or disagree, each reading works: two rounds, one call each, applied."""
    story.superdocs.behaviour.change(habits)
    await story.edit(ONE)
    await story.open_cards(1)
    await story.deny_with("round:1", "45 days at most")
    assert await story.submitted() == [(False, "45 days at most")]
    await story.shows("round:2", "Change 2", "decide by")
    await story.reply("round:2", "approve")
    assert await story.submitted(2) == [(True, "")]
    assert "45 days" in await story.ended()
    assert len(story.superdocs.approvals) == 2


async def test_a_stream_that_breaks_is_only_a_hint_lost(story: Story):
    """The stream is cut before, within and between events: the job tells, and the change has one card."""
    for after_bytes in (0, 150, 700):
        story.superdocs.faults.add(Fault(name="stream", kind="cut", after_bytes=after_bytes))
    await story.edit(ONE)
    await story.open_cards(1)
    await story.shows("job", "1 change to review")
    assert len(story.messages("round:1")) == 1


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("chat_async", "rate", retry_after=1), Fault("chat_async", "refuse")],
        [Fault("chat_async", "lost")],
        [Fault("chat_async", "error", status=502, body="<html>Bad gateway</html>")],
        [Fault("get_job", "error", status=503), Fault("get_job", "cut", after_bytes=40)],
        [Fault("chat_async", "slow", delay_s=0.5), Fault("stream", "slow", delay_s=0.5)],
    ],
    ids=["not-taken", "lost", "broken", "unread", "slow"],
)
async def test_calls_that_fail_start_one_job_and_bring_one_card(story: Story, faults):
    """Too many calls, lost answers, broken servers: one job at SuperDocs, one card in Slack."""
    for fault in faults:
        story.superdocs.faults.add(replace(fault))
    await story.edit(ONE)
    await story.open_cards(1)
    assert len(story.superdocs.faults) == 0
    assert len(story.superdocs.jobs) == 1
    assert len(story.messages("round:1")) == 1


@pytest.mark.mode("socket")
async def test_a_socket_that_slack_renews_loses_no_press(story: Story):
    """Slack asks the relay to renew its connection: a press in that moment is taken, and so is the next."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.slack.sockets.disconnect()
    assert (await story.press("round:1", "deny_with_feedback", COUNSEL)).dialog is not None
    await story.slack.until(lambda: len(story.slack.sockets) > 0)
    assert (await story.press("round:1", "approve")).ok
    assert await story.submitted() == [(True, "")]


@pytest.mark.mode("socket")
async def test_a_socket_that_breaks_comes_back(story: Story):
    """The connection is gone: the relay connects again by itself, and the next press is taken."""
    await story.edit(ONE)
    await story.open_cards(1)
    await story.slack.sockets.close()
    assert (await story.press("round:1", "approve")).error
    await story.slack.until(lambda: len(story.slack.sockets) > 0, within_s=20)
    assert (await story.press("round:1", "approve")).ok
    assert await story.submitted() == [(True, "")]


async def test_nothing_secret_and_no_text_is_logged(sandbox, environment):
    """At the finest level, through failures and all: no token, no key, no word of document, wish or feedback."""
    story = Story(sandbox)
    story.superdocs.behaviour.change({"stream_auth": "query", "plain_denial": "drops"})
    for name in ("chat_async", "stream", "get_job"):
        story.superdocs.faults.add(Fault(name=name, kind="error", status=503))
    story.slack.faults.add(Fault(name="chat.postMessage", kind="error", status=503))
    html = "<h1>Zebrafinch agreement</h1><p>The buyer pays the Quokka within 30 days.</p>"
    async with running(environment) as relay:
        await story.edit('replace "30 days" with "60 Wombats"', html=html)
        await story.open_cards(1)
        await story.reply("round:1", "Numbat?")
        await story.deny_with("round:1", "use exactly: The Quokka gets nothing, says the Echidna.")
        await story.shows("round:2", "Echidna", "decide by")
        await story.press("round:2", "approve")
        assert "Echidna" in await story.ended()
        await story.shows("job", "Applied 1 of 1")
    log = relay.said.casefold()
    assert "decision.recorded" in log
    words = {"zebrafinch", "quokka", "wombat", "echidna", "numbat", "30 days"}
    secrets = {
        "xoxb-",
        "xapp-",
        "sk_sandbox",
        "ticket=",
        "api_key",
        environment["SLACK_SIGNING_SECRET"].casefold(),
    }
    assert {word for word in words | secrets if word in log} == set()


async def ended(environment: dict[str, str]) -> tuple[int, str]:
    """Run a relay that must not start; return its exit code and what it said."""
    relay = spawn(environment)
    return await relay.gone(), relay.said


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"SLACK_BOT_TOKEN": ""}, 2, "SLACK_BOT_TOKEN is not set"),
        ({"UNDO_S": "ten"}, 2, "UNDO_S is malformed"),
        ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, 2, "SLACK_BOT_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-wrong"}, 2, "SLACK_APP_TOKEN"),
        ({"RELAY_CHANNEL": "#nowhere"}, 2, "no channel #nowhere"),
        ({"SLACK_API_URL": f"http://{UNREACHABLE}/"}, 1, "Slack cannot be reached"),
        ({"REDIS_URL": f"redis://{UNREACHABLE}"}, 1, "The store does not answer"),
    ],
    ids=["missing", "malformed", "bot-token", "app-token", "channel", "slack", "redis"],
)
async def test_a_relay_that_cannot_work_says_why_in_one_line(environment, settings, code, words):
    """What is set wrongly is named, with what to do about it: one line, an exit code, no traceback."""
    exit_code, said = await ended({**environment, **settings})
    assert words in said
    assert (exit_code, said.count("\n")) == (code, 1), said


async def test_a_store_that_forgets_is_refused(environment):
    """A Redis that would lose decisions in a crash is refused, unless that is wanted."""
    async with Redis.from_url(environment["REDIS_URL"]) as store:
        await store.config_set("appendonly", "no")
    exit_code, said = await ended(environment)
    assert "set `appendonly yes`" in said
    assert (exit_code, said.count("\n")) == (2, 1), said
    async with running({**environment, "ALLOW_VOLATILE": "true"}) as relay:
        assert relay.told("store.volatile")


async def test_superdocs_may_be_down_when_the_relay_starts(sandbox, environment):
    """Without SuperDocs the relay listens all the same, and an edit says what it waits for."""
    async with running({**environment, "SUPERDOCS_BASE_URL": f"http://{UNREACHABLE}"}):
        story = Story(sandbox)
        await story.edit(ONE)
        await story.shows("job", "SuperDocs could not be reached")
