"""Does the relay grow? Run edits for a while at the highest rate that Slack's limits allow, and watch its memory.

    python -m tests.soak.memory [MINUTES]

Slack allows about 50 edits of messages a minute in a workspace; an edit with one change costs about six of them.
The first tenth of the time warms up. Exits non-zero when the relay holds over 10 % more at the end than after that.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Final

import yaml
from redis.asyncio import Redis

from bot.sandbox.server import Sandbox
from bot.store import embedded
from tests.e2e.conftest import MANIFEST
from tests.e2e.process import Process, launch, nursery
from tests.e2e.relay import ONE, Story

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE: Final = 8
"""Edits under way: enough that Slack's pace is what they wait for."""

LOOK_EVERY_S: Final = 10.0
GROWTH: Final = 0.10
WITHIN_S: Final = 300.0


def resident_mib(relay: Process) -> float:
    """Return how much memory a process holds."""
    status = Path(f"/proc/{relay.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def look(relay: Process, minutes: float) -> list[float]:
    """Note the relay's memory again and again."""
    ends_at, seen = monotonic() + minutes * 60, []
    while monotonic() < ends_at:
        seen.append(resident_mib(relay))
        await asyncio.sleep(LOOK_EVERY_S)
    return seen


async def edits(story: Story) -> int:
    """Have one edit after the other asked for, approved and brought back, several at a time; count the finished."""
    slots, under_way, done = asyncio.Semaphore(AT_ONCE), set[asyncio.Task[None]](), 0
    try:
        while True:
            await slots.acquire()
            asked = len(story.messages("job"))
            await story.edit(ONE)
            mine = await story.one_of(asked + 1)
            task = asyncio.create_task(approve(mine))
            under_way.add(task)
            task.add_done_callback(lambda _task: slots.release())
            done = sum(task.done() for task in under_way)
    except asyncio.CancelledError:
        failed = [task for task in under_way if task.done() and task.exception() is not None]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        if failed:
            raise failed[0].exception() or AssertionError from None
        return done


async def approve(mine: Story) -> None:
    """Approve the one change of an edit, and wait for its end."""
    await mine.shows("round:1", "decide by", within_s=WITHIN_S)
    await mine.press("round:1", "approve")
    await mine.shows("job", "Applied 1 of 1", within_s=WITHIN_S)


async def soak(minutes: float) -> tuple[list[float], int, float]:
    """Return the relay's memory over the time (MiB), the edits that were finished, and the store's memory at the end."""
    with tempfile.TemporaryDirectory(prefix="sdr-") as folder:
        store = await embedded.ensure(Path(folder), dies_with_parent=True)
        async with Sandbox(port=0) as sandbox:
            sandbox.slack.install(yaml.safe_load(MANIFEST.read_text()))
            relay = await launch(
                {**sandbox.environment(), "REDIS_URL": store.url, "UNDO_S": "0", "PORT": "0"}
            )
            working = asyncio.create_task(edits(Story(sandbox)))
            seen = await look(relay, minutes)
            working.cancel()
            done = await working
            async with Redis.from_url(store.url) as client:
                used = (await client.info("memory"))["used_memory"] / 2**20
            await relay.kill()
        await store.stop()
    return seen, done, used


def growth(seen: Sequence[float]) -> float:
    """Return by which share the end is larger than the time after the warm-up."""
    tenth = max(1, len(seen) // 10)
    return median(seen[-tenth:]) / median(seen[tenth : 2 * tenth]) - 1


def main(minutes: float) -> int:
    """Soak, and print what was seen."""
    keeper = nursery()
    next(keeper)
    seen, done, used = asyncio.run(soak(minutes))
    next(keeper, None)
    grown = growth(seen)
    print(f"{minutes:g} minutes, {done} edits, {done / minutes:.1f} a minute")
    print(
        f"relay: {seen[0]:.0f} MiB at first, {max(seen):.0f} at most, {seen[-1]:.0f} in the end: {grown:+.1%}"
    )
    print(f"store: {used:.1f} MiB in the end")
    return int(grown > GROWTH)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20))
