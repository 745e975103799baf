"""Many at once: each change is decided once, each round is sent once, whoever races, and nobody is late unawares."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from bot.core.errors import RefusedError
from bot.core.lifecycle import has_ended
from bot.core.model import ChangeState, JobState, RoundState, Verdict, Via
from bot.core.sighting import Status
from bot.core.summary import change_target
from bot.engine import due
from bot.relay.deciding import decide
from bot.relay.watching.intake import reread
from tests.fakes.world import actor
from tests.make import NOON, make_job
from tests.model.workers import Worker

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.relay.world import World
    from tests.model.stage import Stage

pytestmark = pytest.mark.timeout(900)

PEOPLE: Final = ("U0ANN", "U0BOB", "U0CARL")


async def under_review(stage: Stage, count: int, changes: int) -> list[Job]:
    """Have so many jobs wait for decisions on so many changes each."""
    jobs = []
    for number in range(count):
        job_id = await stage.provider.start(f"slack-{number}", "", make_job().mode, None)
        job = make_job(ref=f"ref{number:013}", job_id=job_id, session_id=f"slack-{number}", document="")
        await stage.store.create(job)
        stage.provider.pause(stage.provider.edits[-1], range(1, changes + 1), number)
        jobs.append((await reread(stage.world, job.ref))[0])
    return jobs


async def press(world: World, who: str, target: str, verdict: Verdict) -> tuple[str, str, Verdict] | None:
    """Have somebody press; return what was acked, or None when somebody else was first, or it was too late."""
    try:
        await decide.decide(world, actor(who), target, verdict, Via.DIALOG)
    except RefusedError as refusal:
        if refusal.code not in {"decided_by_other", "sent", "lapsed"}:
            raise
        return None
    return target, who, verdict


async def work(worker: Worker) -> None:
    """Do everything that is queued."""
    while worker.queue.waiting:
        await worker.begin()
        await worker.finish()


async def test_three_people_press_each_of_many_cards_at_once(stage, soaks):
    """One decision for each change, the very one that was acked; one call for each round, with exactly those."""
    jobs = await under_review(stage, 400 if soaks else 60, 5)
    worlds = [stage.connect() for _worker in range(4)]
    chance = random.Random(2000)  # noqa: S311 -- no secret depends on it
    presses = [
        (who, change_target(job, change), chance.choice([*Verdict]))
        for job in jobs
        for change in job.rounds[0].changes
        for who in PEOPLE
    ]
    chance.shuffle(presses)
    slots = asyncio.Semaphore(48)

    async def one(number: int, who: str, target: str, verdict: Verdict) -> tuple[str, str, Verdict] | None:
        async with slots:
            return await press(worlds[number % len(worlds)], who, target, verdict)

    told = await asyncio.gather(*(one(number, *given) for number, given in enumerate(presses)))
    acked = [said for said in told if said is not None]
    assert len(acked) == len({target for target, _who, _verdict in acked}) == len(presses) / len(PEOPLE)

    await due.sweep(stage.world)
    await asyncio.gather(*(work(Worker(world, stage.queue)) for world in worlds))
    effective = Counter(call.job_id for call in stage.provider.calls if call.took_effect)
    assert effective == dict.fromkeys((job.job_id for job in jobs), 1)
    assert len(stage.provider.calls) == len(jobs)
    said = {(target, verdict is Verdict.APPROVE) for target, _who, verdict in acked}
    by_job = {job.job_id: job for job in jobs}
    sent = {
        (change_target(by_job[call.job_id], change), answer.is_approved)
        for call in stage.provider.calls
        for change, answer in zip(by_job[call.job_id].rounds[0].changes, call.answers, strict=True)
    }
    assert sent == said


async def test_an_hour_in_a_minute(stage, soaks):
    """Decisions around the deadline: what was acked is applied, and nothing is sent after it as if in time."""
    count = 500 if soaks else 100
    jobs = await under_review(stage, count, 1)
    chance = random.Random(500)  # noqa: S311 -- no secret depends on it
    submit_at = jobs[0].rounds[0].submit_at
    moments = {
        job.ref: submit_at + timedelta(seconds=chance.choice([-600, -60, -10, -1, 0, 0, 1, 5, 60, 150]))
        for job in jobs
    }
    acked: dict[str, Verdict] = {}
    worker = Worker(stage.world, stage.queue)
    while stage.clock.now < NOON + timedelta(minutes=75):
        for job in (job for job in jobs if moments.get(job.ref, stage.clock.now) <= stage.clock.now):
            if moments.pop(job.ref, None):
                target = change_target(job, job.rounds[0].changes[0])
                said = await press(stage.world, chance.choice(PEOPLE), target, chance.choice([*Verdict]))
                acked |= {job.job_id: said[2]} if said else {}
        for edit in stage.provider.edits:
            if edit.sighting.status is Status.WORKING:
                stage.provider.end(edit, Status.COMPLETED)
        await due.sweep(stage.world)
        await work(worker)
        stage.clock.move(1 if stage.clock.now > submit_at - timedelta(seconds=15) else 60)
    for job in jobs:
        await ended_as_it_was_said(stage, await stage.store.load(job.ref), acked.get(job.job_id))
    assert 0 < len(acked) < count, "some were in time, and some were not"
    late = [call for call in stage.provider.calls if call.at > jobs[0].rounds[0].deadline_at]
    assert late == []


async def ended_as_it_was_said(stage: Stage, job: Job, said: Verdict | None) -> None:
    """Compare one job's end with what its reviewer was told."""
    edit = next(edit for edit in stage.provider.edits if edit.job_id == job.job_id)
    change = job.rounds[0].changes[0]
    assert has_ended(job)
    assert job.state is JobState.COMPLETED
    assert job.rounds[0].state is RoundState.CONFIRMED
    assert change.verdict is said
    assert (change.state is ChangeState.LAPSED) is (said is None)
    assert bool(edit.applied) is (said is Verdict.APPROVE)
