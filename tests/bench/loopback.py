"""How long people wait for the relay: press -> ack, event -> card, press -> dialog. Run `python -m tests.bench.loopback`.

The relay runs as a process and the sandbox in this one, so every figure holds both ends, Socket Mode, HTTP and Redis,
and no network. Slack's pace (a message a second in each channel) is no part of what is measured: each job has a
channel of its own, and presses begin when all cards stand.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Final

from bot.sandbox.server import Sandbox
from bot.sandbox.slack.state.channels import Channel
from bot.store import embedded
from tests.e2e.process import running
from tests.e2e.relay import REVIEWER, Story

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.sandbox.slack.people.shown import Shown
    from bot.sandbox.slack.views import View

Samples = dict[str, list[float]]
"""Milliseconds, by what was measured."""

JOBS: Final = 40
"""Jobs of one change each: as many times from an event to a card."""

BATCHES: Final = 4
CHANGES: Final = 12
"""Changes of one batch: presses in it meet a record of some size."""

AIM_MS: Final = 50
AT_REST: Final = 5
REST_S: Final = 6
"""Seconds in which a job has shown everything at Slack's pace, so that a press meets a relay at rest."""

WITHIN_S: Final = 60
ACK, CARD, STATUS = "press -> ack", "event -> card", "press -> card says so"
READING, FEEDBACK = "press -> reading dialog", "press -> feedback dialog"


async def measured() -> Samples:
    """Start everything, measure, and end everything."""
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(port=0))
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sdr-"))
        store = await embedded.ensure(Path(folder), dies_with_parent=True)
        stack.push_async_callback(store.stop)
        settings = {"REDIS_URL": store.url, "UNDO_S": "3000", "LOG_LEVEL": "info"}
        await stack.enter_async_context(running({**sandbox.environment(), **settings}))
        return await _all(sandbox)


async def _all(sandbox: Sandbox) -> Samples:
    jobs = [_place(sandbox, f"C0JOB{n}") for n in range(JOBS)]
    samples: Samples = {CARD: [await _card(story) for story in jobs[:AT_REST]]}
    samples[STATUS] = [await _status(story) for story in jobs[:AT_REST]]
    samples[CARD] += [await _card(story) for story in jobs[AT_REST:]]
    batches = [_place(sandbox, f"C0BATCH{n}") for n in range(BATCHES)]
    for story in batches:
        await _edit(story, CHANGES)
    for story in batches:
        await story.slack.until(partial(_stands, story), within_s=WITHIN_S)
    await asyncio.sleep(REST_S)
    samples[READING] = [await _dialog(story, "round:1", "review_all") for story in batches * 3]
    samples[FEEDBACK] = [await _dialog(story, "card:1", "deny_with_feedback") for story in batches * 3]
    presses = [(story, f"card:{number}") for story in batches for number in range(1, CHANGES + 1)]
    samples[ACK] = [await _ack(story, slot) for story, slot in presses]
    return samples


def _place(sandbox: Sandbox, channel: str) -> Story:
    """Give a channel of its own, with everybody in it."""
    members = sandbox.slack.channels["C0LEGAL"].members
    sandbox.slack.channels.setdefault(channel, Channel(channel, channel.lower(), list(members)))
    return Story(sandbox, channel)


async def _edit(story: Story, changes: int) -> None:
    numbers = range(1, changes + 1)
    html = "".join(f"<p>Item {n} is delivered within {n} days of the order.</p>" for n in numbers)
    wanted = "; ".join(f'replace "within {n} days" with "within {n + 100} days"' for n in numbers)
    await story.edit(wanted, html=html, channel=story.channel)


async def _card(story: Story) -> float:
    """Ask for one change, and return how long after SuperDocs' event its card stands in the channel."""
    posts = story.slack.calls
    await _edit(story, 1)
    posted = await posts.wait_for(
        "chat.postMessage", count=2, where=lambda call: call.arguments["channel"] == story.channel
    )
    paused_at = story.superdocs.latest.paused_at
    assert paused_at is not None
    return (posted.at - paused_at) * 1000


def _stands(story: Story) -> bool:
    """Say whether the last card of a batch is up."""
    return "decide by" in story.says(f"card:{CHANGES}")


async def _ack(story: Story, slot: str) -> float:
    took, shown = await _timed(story.press(slot, "approve"))
    assert shown.ok, shown
    return took


async def _dialog(story: Story, slot: str, does: str) -> float:
    took, shown = await _timed(story.press(slot, does))
    assert shown.dialog is not None
    await _close(story, shown.dialog)
    return took


async def _close(story: Story, dialog: View) -> None:
    await story.slack.person(REVIEWER).close(dialog)


async def _status(story: Story) -> float:
    """Press on a card while nothing else is to be shown, and return when it says so."""
    await asyncio.sleep(REST_S)
    begun = time.perf_counter()
    await story.press("round:1", "approve")
    await story.shows("round:1", "Approved by")
    return (time.perf_counter() - begun) * 1000


async def _timed(press: Awaitable[Shown]) -> tuple[float, Shown]:
    begun = time.perf_counter()
    shown = await press
    return (time.perf_counter() - begun) * 1000, shown


def table(samples: Samples) -> str:
    """Lay the figures out for people."""
    head = f"{'milliseconds':<26}{'n':>4}{'median':>9}{'p90':>9}"
    rows = [
        f"{what:<26}{len(took):>4}{median(took):>9.1f}{quantiles(took, n=10)[-1]:>9.1f}"
        for what, took in sorted(samples.items())
    ]
    return "\n".join([head, *rows, f"aim: each median under {AIM_MS} ms"])


if __name__ == "__main__":
    print(table(asyncio.run(measured())))
