"""A contract of fifty pages, the whole way: 25,000 words in 300 chunks, 40 changes, one person who approves them all.

    python -m tests.bench.contract

Against the sandbox, at Slack's own pace: one message a second in a channel, so 40 cards take 40 seconds, whoever
posts them. What the relay itself adds is the rest.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

import yaml
from redis.asyncio import Redis

from bot.sandbox.server import Sandbox
from bot.store import embedded
from tests.e2e.conftest import MANIFEST
from tests.e2e.process import launch, nursery
from tests.e2e.relay import REVIEWER, Story
from tests.soak.memory import resident_mib

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.process import Process

WORDS, CHUNKS, CHANGES = 25_000, 300, 40
WITHIN_S: Final = 300.0
_WORDS: Final = (
    "the supplier",
    "delivers",
    "goods",
    "to the buyer",
    "within a period",
    "after notice",
    "in writing",
    "at its own cost",
)


def contract() -> str:
    """Return the contract; every few chunks have an amount of their own."""
    dice = random.Random(7)  # noqa: S311 -- the same contract each time
    return "\n".join(f'<p data-chunk-id="c{n}">{" ".join(_chunk(dice, n))}</p>' for n in range(CHUNKS))


def _chunk(dice: random.Random, number: int) -> Iterator[str]:
    words = " ".join(dice.choice(_WORDS) for _ in range(WORDS // CHUNKS)).split()
    yield from words[: WORDS // CHUNKS - 2]
    yield from (f"amount-{number}", "euros.")


def instruction() -> str:
    """Return what brings the changes, spread over the whole contract."""
    chosen = range(0, CHUNKS, CHUNKS // CHANGES)[:CHANGES]
    return "; ".join(f'replace "amount-{n} euros" with "amount-{n} dollars"' for n in chosen)


async def told(sandbox: Sandbox, relay: Process) -> None:
    """Have the contract edited, and print when what happened."""
    story, began_at = Story(sandbox), monotonic()

    def note(what: str) -> None:
        print(f"{what:<44} {monotonic() - began_at:7.1f} s   relay {resident_mib(relay):5.0f} MiB")

    note("asked for")
    await story.edit(instruction(), html=contract())
    await story.shows("card:1", "decide by", within_s=WITHIN_S)
    note("the first card can be decided")
    await story.shows(f"card:{CHANGES}", "decide by", within_s=WITHIN_S)
    note(f"all {CHANGES} cards can be decided")
    await approved(story)
    await story.superdocs.calls.wait_for("approve", within_s=WITHIN_S)
    note("approved, and sent")
    await story.slack.until(story.returned, within_s=WITHIN_S)
    note("the document is in the thread")
    (document,) = story.returned()
    assert document.count("dollars.") == CHANGES
    await story.shows("job", f"Applied {CHANGES} of {CHANGES}, found in the document", within_s=WITHIN_S)
    note("the job's message says what was found")
    await story.shows(f"card:{CHANGES}", "found in the document", within_s=WITHIN_S)
    note("every card says so")


async def approved(story: Story) -> None:
    """Read all pages of the dialog, and approve everything in it."""
    dialog = await story.open_dialog("round:1", "approve_all")
    sent = await story.slack.person(REVIEWER).submit(dialog)
    assert sent.ok, sent


async def run() -> None:
    """Run a relay and a sandbox for it."""
    with tempfile.TemporaryDirectory(prefix="sdr-") as folder:
        store = await embedded.ensure(Path(folder), dies_with_parent=True)
        async with Sandbox(port=0) as sandbox:
            sandbox.slack.install(yaml.safe_load(MANIFEST.read_text()))
            sandbox.slack.rates.is_strict = True
            relay = await launch(
                {**sandbox.environment(), "REDIS_URL": store.url, "UNDO_S": "0", "PORT": "0"}
            )
            await told(sandbox, relay)
            async with Redis.from_url(store.url) as client:
                used = (await client.info("memory"))["used_memory"] / 2**20
            print(f"store: {used:.1f} MiB")
            await relay.kill()
        await store.stop()


def main() -> int:
    """Print the figures."""
    keeper = nursery()
    next(keeper)
    asyncio.run(run())
    next(keeper, None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
