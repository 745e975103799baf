"""One run: a story is told, a process dies in the middle of it, another one takes over, and all of it settles."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff

from bot.core.lifecycle import has_ended
from bot.sandbox.server import Sandbox
from bot.store.jobs import SCRIPTS
from tests.crash.fleet import Fleet
from tests.crash.history import collect, documents_in, jobs_in
from tests.crash.invariants import violations
from tests.crash.people import PATIENCE_S, People

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from bot.core.model import Job
    from tests.crash.grounds import Grounds
    from tests.crash.history import History
    from tests.crash.scenarios import Scenario
    from tests.crash.selection import Death
    from tests.crash.wires import Point

SETTLES_WITHIN_S: Final = 8.0
"""From the last act of a story: 30 s of the relay's own waits, hurried, and what a busy machine adds."""
MANIFEST: Final = Path(__file__).parents[2] / "manifest.yml"
_USUAL: Final = {"UNDO_S": "0", "PORT": "0", "LOG_LEVEL": "info", "LOG_FORMAT": "json"}

_PATIENT: Final = Retry(ConstantBackoff(0.05), 100)
"""The server itself may die, too."""


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


Ordeal = Callable[[Fleet], Coroutine[Any, Any, None]]
"""What is done to the processes of a run from outside, while the story is told."""


async def run(
    grounds: Grounds,
    scenario: Scenario,
    point: Point | None = None,
    ordeal: Ordeal | None = None,
    patience: float = 1,
) -> Run:
    """Tell a story, with a death at a point of it, or in an ordeal; for slow relays with so much more patience."""
    began = time.monotonic()
    async with (
        Redis(unix_socket_path=str(grounds.store), retry=_PATIENT) as redis,
        _sandbox() as sandbox,
    ):
        await _empty(redis)
        library = _library(grounds, scenario)
        settings = {**_USUAL, **scenario.settings, **({"DOCUMENTS_URL": library.as_uri()} if library else {})}
        fleet = Fleet(grounds, sandbox, settings, point, scenario.workers)
        trouble = []
        async with fleet, _under(ordeal, fleet):
            people = People(sandbox, fleet, PATIENCE_S * patience)
            try:
                async with asyncio.timeout(60 * patience):
                    await scenario.told(people)
                    await _settled(redis, fleet, scenario.jobs, SETTLES_WITHIN_S * patience)
            except TimeoutError as error:
                trouble.append(f"I10: it did not settle ({error or 'time is up'})")
            settled = asyncio.get_running_loop().time()
        history = await collect(redis, sandbox, people, scenario.jobs, fleet.log, [*trouble, *fleet.mishaps])
        history = replace(history, outcomes=fleet.outcomes, library=documents_in(library))
    recovery = settled - fleet.restarts[-1] if fleet.restarts else 0.0
    took = time.monotonic() - began
    return Run(
        scenario, point, history, tuple(fleet.meter.calls), len(fleet.kills), fleet.meter.is_hit, recovery, took
    )  # fmt: skip


@asynccontextmanager
async def _under(ordeal: Ordeal | None, fleet: Fleet) -> AsyncIterator[None]:
    """Have an ordeal go on meanwhile; what goes wrong with it itself fails the run."""
    if ordeal is None:
        yield
        return
    task = asyncio.create_task(ordeal(fleet))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def all_of(lanes: Sequence[Grounds], deaths: Iterable[Death]) -> list[Run]:
    """Make many runs, one at a time on each of the grounds: they mostly wait."""
    waiting = iter(deaths)

    async def lane(grounds: Grounds) -> list[Run]:
        return [await run(grounds, *death) for death in waiting]

    return [one for made in await asyncio.gather(*map(lane, lanes)) for one in made]


@asynccontextmanager
async def _sandbox() -> AsyncIterator[Sandbox]:
    """Give a sandbox in a hurry: SuperDocs thinks quickly, and Slack is as impatient as ten times as fast."""
    async with Sandbox() as sandbox:
        sandbox.slack.install(yaml.safe_load(MANIFEST.read_text()))
        sandbox.slack.settings.ack_within_s = 1
        sandbox.slack.settings.retry_delays_s = (0, 1, 3, 6)
        sandbox.superdocs.behaviour.work_s = 0.05
        yield sandbox


def _library(grounds: Grounds, scenario: Scenario) -> Path | None:
    """Fill the library of a run, if there is one."""
    folder = grounds.folder / "library"
    shutil.rmtree(folder, ignore_errors=True)
    if not scenario.library:
        return None
    folder.mkdir()
    for name, content in scenario.library.items():
        (folder / name).write_bytes(content)
    return folder


async def _empty(redis: Redis) -> None:
    """Forget the run before, but for the scripts: a server knows them long before somebody's first edit."""
    await redis.flushall()
    for path in SCRIPTS.glob("*.lua"):
        await redis.script_load(path.read_text())


async def _settled(redis: Redis, fleet: Fleet, count: int, within_s: float) -> None:
    """Wait until every record has ended, and nothing is left to be shown."""
    async with asyncio.timeout(within_s):
        while True:
            jobs = await jobs_in(redis)
            if len(jobs) == count and all(map(_is_done, jobs)):
                return
            await fleet.meter.bell.heard(within_s=0.5)


def _is_done(job: Job) -> bool:
    is_told = job.callback is None or job.callback.delivered_at is not None
    return has_ended(job) and is_told and job.refresh_at is None and job.publish_at is None


def told(failed: Run) -> str:
    """Say what was wrong after which death."""
    return "\n".join([f"{failed.scenario.name}: killed at {failed.point}", *violations(failed.history)])


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
