"""Long outages in little time: what was decided meanwhile arrives, what waits is shown once, and nobody is crowded."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from bot.core.errors import TransientError
from bot.core.lifecycle import has_ended
from bot.core.model import Verdict
from bot.core.sighting import Status
from bot.core.summary import change_target
from bot.engine import due
from tests.make import NOON
from tests.model.test_crowd import press, under_review, work
from tests.model.workers import Fate, Worker

if TYPE_CHECKING:
    from datetime import datetime

    from bot.core.model import Job
    from tests.model.stage import Stage

pytestmark = pytest.mark.timeout(900)

TICK_S: Final = 2


class Outage:
    """A world in which one port does not answer for a while.

    Attributes:
        attempts: How often it was called meanwhile, and from then on, call by call.
    """

    def __init__(self, stage: Stage, port: str, first: timedelta, last: timedelta) -> None:
        self.attempts: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._stage, self._port = stage, port
        self.begins_at, self.ends_at = NOON + first, NOON + last
        self.worker = Worker(stage.world, stage.queue)
        self.worker.plan = self._fate

    @property
    def is_on(self) -> bool:
        """Say whether the port does not answer now."""
        return self.begins_at <= self._stage.clock.now < self.ends_at

    def _fate(self, call: str) -> Fate:
        self.calls[call] += 1
        if not (self.is_on and call.startswith(self._port)):
            return Fate.GO
        self.attempts[call] += 1
        return Fate.FAIL

    async def pass_until(self, moment: datetime) -> None:
        """Let time pass, with everything done that is due, as far as it can be."""
        while self._stage.clock.now < moment:
            for edit in self._stage.provider.edits:
                if edit.sighting.status is Status.WORKING:
                    self._stage.provider.end(edit, Status.COMPLETED)
            await due.sweep(self._stage.world)
            await work(self.worker)
            self._stage.clock.move(TICK_S)


async def jobs_of(stage: Stage, before: list[Job]) -> list[Job]:
    """Return jobs as they stand now."""
    return list(await stage.store.load_all([job.ref for job in before]))


async def all_decide(stage: Stage, jobs: list[Job]) -> dict[str, Verdict]:
    """Have somebody decide every change; return what was acked, by target."""
    chance = random.Random(45)  # noqa: S311 -- no secret depends on it
    acked = {}
    for job in jobs:
        for change in job.rounds[0].changes:
            said = await press(stage.world, "U0ANN", change_target(job, change), chance.choice([*Verdict]))
            assert said is not None
            acked[said[0]] = said[2]
    return acked


def sent(stage: Stage, jobs: list[Job]) -> dict[str, Verdict]:
    """Return what took effect, by target; nothing took effect twice."""
    by_id = {job.job_id: job for job in jobs}
    taken = [call for call in stage.provider.calls if call.took_effect]
    assert len({call.job_id for call in taken}) == len(taken)
    return {
        change_target(by_id[call.job_id], change): Verdict.APPROVE if answer.is_approved else Verdict.DENY
        for call in taken
        for change, answer in zip(by_id[call.job_id].rounds[0].changes, call.answers, strict=True)
    }


async def test_superdocs_is_away_for_45_minutes(stage, capsys):
    """Whatever is decided meanwhile arrives when it is back, exactly as it was said, once."""
    jobs = await under_review(stage, 40, 2)
    outage = Outage(stage, "documents", timedelta(minutes=5), timedelta(minutes=50))
    await outage.pass_until(NOON + timedelta(minutes=10))
    acked = await all_decide(stage, jobs)
    await outage.pass_until(outage.ends_at)
    assert stage.provider.calls == []
    assert all(job.rounds[0].trouble for job in await jobs_of(stage, jobs))
    attempts = sum(outage.attempts.values())
    while len(stage.provider.calls) < len(jobs):
        await outage.pass_until(stage.clock.now + timedelta(seconds=TICK_S))
        assert stage.clock.now < outage.ends_at + timedelta(minutes=1)
    took = stage.clock.now - outage.ends_at
    await outage.pass_until(NOON + timedelta(minutes=62))
    assert sent(stage, jobs) == acked
    assert all(map(has_ended, await jobs_of(stage, jobs)))
    with capsys.disabled():
        print(  # noqa: T201 -- the figures of an outage are wanted
            f"\nSuperDocs away for 45 min: {len(acked)} decisions, {attempts} calls in vain, sent {took} after it"
        )


async def test_slack_is_away_for_30_minutes(stage, capsys, soaks):
    """Every card of every round stands there once when it is back, and what is then decided arrives."""
    jobs = await under_review(stage, 60 if soaks else 12, 5)
    outage = Outage(stage, "notifier", timedelta(0), timedelta(minutes=30))
    await outage.pass_until(outage.ends_at)
    assert stage.slack.standing == {}
    attempts = sum(outage.attempts.values())
    await outage.pass_until(outage.ends_at + timedelta(minutes=2))
    slots = Counter((stage.slack.places[ts].ref, stage.slack.places[ts].slot) for ts in stage.slack.standing)
    cards = {(job.ref, f"card:{change.number}") for job in jobs for change in job.rounds[0].changes}
    assert cards <= {*slots}
    assert set(slots.values()) == {1}
    acked = await all_decide(stage, jobs)
    await outage.pass_until(NOON + timedelta(minutes=62))
    assert sent(stage, jobs) == acked
    with capsys.disabled():
        print(f"\nSlack away for 30 min: {len(cards)} cards, {attempts} calls in vain, none lost, none twice")  # noqa: T201 -- the figures of an outage are wanted


async def test_the_store_is_away_for_5_minutes(stage, capsys):
    """Nothing is acked meanwhile, and nothing that was is lost."""
    jobs = await under_review(stage, 20, 1)
    outage = Outage(stage, "store", timedelta(minutes=5), timedelta(minutes=10))
    await outage.pass_until(NOON + timedelta(minutes=4))
    first = await all_decide(stage, jobs[:10])
    stage.clock.now = outage.begins_at
    for job in jobs[10:]:
        with pytest.raises(TransientError):
            await press_in_vain(outage, job)
    await outage.pass_until(outage.ends_at + timedelta(minutes=1))
    second = await all_decide(stage, jobs[10:])
    await outage.pass_until(NOON + timedelta(minutes=62))
    assert sent(stage, jobs) == first | second
    with capsys.disabled():
        print(f"\nStore away for 5 min: {len(jobs)} decisions, {sum(outage.attempts.values())} calls in vain")  # noqa: T201 -- the figures of an outage are wanted


async def press_in_vain(outage: Outage, job: Job) -> Any:
    """Have somebody press while nothing can be stored."""
    return await press(
        outage.worker.world, "U0ANN", change_target(job, job.rounds[0].changes[0]), Verdict.DENY
    )
