"""One run: a story is told, a process dies in the middle of it, another one takes over, and all of it settles."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from redis.asyncio import Redis

from bot.core.lifecycle import has_ended
from bot.sandbox.server import Sandbox
from bot.store.jobs import SCRIPTS
from tests.crash.fleet import Fleet
from tests.crash.history import collect, jobs_in
from tests.crash.people import People

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.core.model import Job
    from tests.crash.fleet import Grounds
    from tests.crash.history import History
    from tests.crash.scenarios import Scenario
    from tests.crash.wires import Point

SETTLES_WITHIN_S: Final = 15.0
MANIFEST: Final = Path(__file__).parents[2] / "manifest.yml"
_USUAL: Final = {"UNDO_S": "0", "PORT": "0", "LOG_LEVEL": "info", "LOG_FORMAT": "json"}


@dataclass(frozen=True, slots=True)
class Run:
    """What a run left.

    Attributes:
        calls: Every external call by name, in order.
        is_hit: Whether the process died where it was to.
        recovery_s: From the last restart until all was settled; 0 without a kill.
        took_s: The whole run.
    """

    scenario: Scenario
    point: Point | None
    history: History
    calls: tuple[str, ...]
    kills: int
    is_hit: bool
    recovery_s: float
    took_s: float


async def run(grounds: Grounds, scenario: Scenario, point: Point | None = None) -> Run:
    """Tell a story, with a death at a point of it."""
    began = time.monotonic()
    async with (
        Redis(unix_socket_path=str(grounds.store)) as redis,
        _sandbox() as sandbox,
    ):
        await _empty(redis)
        fleet = Fleet(grounds, sandbox, {**_USUAL, **scenario.settings}, point, scenario.workers)
        trouble = []
        async with fleet:
            people = People(sandbox, fleet)
            try:
                async with asyncio.timeout(4 * SETTLES_WITHIN_S):
                    await scenario.told(people)
                    await _settled(redis, fleet, scenario.jobs)
            except TimeoutError as error:
                trouble.append(f"I10: it did not settle ({error or 'time is up'})")
            settled = asyncio.get_running_loop().time()
        history = await collect(redis, sandbox, people, scenario.jobs, fleet.log, [*trouble, *fleet.mishaps])
    recovery = settled - fleet.restarts[-1] if fleet.restarts else 0.0
    took = time.monotonic() - began
    return Run(
        scenario, point, history, tuple(fleet.meter.calls), len(fleet.kills), fleet.meter.is_hit, recovery, took
    )  # fmt: skip


@asynccontextmanager
async def _sandbox() -> AsyncIterator[Sandbox]:
    """Give a sandbox in a hurry: SuperDocs thinks quickly, and Slack is as impatient as ten times as fast."""
    async with Sandbox() as sandbox:
        sandbox.slack.install(yaml.safe_load(MANIFEST.read_text()))
        sandbox.slack.settings.ack_within_s = 1
        sandbox.slack.settings.retry_delays_s = (0, 1, 3, 6)
        sandbox.superdocs.behaviour.work_s = 0.05
        yield sandbox


async def _empty(redis: Redis) -> None:
    """Forget the run before, but for the scripts: a server knows them long before somebody's first edit."""
    await redis.flushall()
    for path in SCRIPTS.glob("*.lua"):
        await redis.script_load(path.read_text())


async def _settled(redis: Redis, fleet: Fleet, count: int) -> None:
    """Wait until every record has ended, and nothing is left to be shown."""
    async with asyncio.timeout(SETTLES_WITHIN_S):
        while True:
            jobs = await jobs_in(redis)
            if len(jobs) == count and all(map(_is_done, jobs)):
                return
            await fleet.meter.bell.heard(within_s=0.5)


def _is_done(job: Job) -> bool:
    return has_ended(job) and job.refresh_at is None and job.publish_at is None


def figures(runs: list[Run]) -> dict[str, Any]:
    """Sum runs up for the report."""
    slowest = max(runs, key=lambda run: run.recovery_s)
    return {
        "runs": len(runs),
        "kills": sum(run.kills for run in runs),
        "missed": sum(run.point is not None and not run.is_hit for run in runs),
        "slowest_s": round(slowest.recovery_s, 2),
        "slowest": f"{slowest.scenario.name}: {slowest.point}",
        "took_s": round(sum(run.took_s for run in runs), 1),
    }
