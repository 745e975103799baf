"""Quorum over the real store: whoever is last, and whatever comes at once, each change ends one way, and only once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.core.deciding import decide, undo
from bot.core.errors import RefusedError
from bot.core.model import ChangeState, Verdict
from bot.core.submitting import begin
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.meter import FakeMeter
from tests.make import TIMING, make_change, make_decision, make_job, make_round

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from bot.core.model import Change, Job
    from bot.relay.ports import Modifier

KEYS = Keys("t")
REF = make_job().ref
DIGEST = make_change().digest
TIMES = 10
"""How often each race is run: two workers over one server find another order almost each time."""

APPROVE, DENY = Verdict.APPROVE, Verdict.DENY


@pytest.fixture
def stores(redis):
    """Give two workers' stores over one server."""
    return tuple(RedisStore(redis, KEYS, TIMING, 60, FakeMeter()) for _worker in range(2))


async def opened(redis, stores, *approved_by: str, approvals: int = 2) -> None:
    """Open a round afresh that needs several approvals, of which some are given."""
    await redis.flushall()
    await stores[0].create(make_job(make_round(approvals=approvals)))
    for user_id in approved_by:
        await says(stores[0], user_id, APPROVE)


async def says(store: RedisStore, user_id: str, verdict: Verdict) -> str:
    """Have somebody decide; return the code of the refusal, or ""."""

    def modifier(job: Job, now: datetime) -> Job:
        return decide(job, 1, DIGEST, make_decision(verdict, user_id, at=now), TIMING)

    return await _changed(store, modifier)


async def takes_back(store: RedisStore, user_id: str) -> str:
    """Have somebody undo their decision; return the code of the refusal, or ""."""
    return await _changed(store, lambda job, now: undo(job, 1, user_id, now))


async def _changed(store: RedisStore, modifier: Modifier) -> str:
    try:
        await store.change(REF, modifier)
    except RefusedError as error:
        return error.code
    return ""


async def at_once(*acts: Coroutine[None, None, str]) -> list[str]:
    """Have several people act at the same time; return what each is told."""
    return list(await asyncio.gather(*acts))


async def stands(store: RedisStore) -> tuple[Change, bool]:
    """Return the change, and whether its round is about to be sent."""
    held = (await store.load(REF)).rounds[0]
    return held.changes[0], held.send_at is not None


async def test_of_two_last_approvals_at_once_both_are_recorded_or_one_comes_too_late(redis, stores):
    """Three are needed, one is there: both of two complete it. Two are needed: one does, and the other hears who."""
    for _ in range(TIMES):
        await opened(redis, stores, "U1", approvals=3)
        assert await at_once(says(stores[0], "U2", APPROVE), says(stores[1], "U3", APPROVE)) == [
            "",
            "",
        ]
        change, is_sent = await stands(stores[0])
        assert (change.verdict, len(change.decisions), is_sent) == (APPROVE, 3, True)

        await opened(redis, stores, "U1", approvals=2)
        told = await at_once(says(stores[0], "U2", APPROVE), says(stores[1], "U3", APPROVE))
        assert sorted(told) == ["", "decided_by_other"]
        change, is_sent = await stands(stores[0])
        assert (change.verdict, len(change.decisions), is_sent) == (APPROVE, 2, True)


async def test_one_person_at_two_places_at_once_is_one_approval(redis, stores):
    """A press on the phone and one on the laptop do not make a quorum."""
    for _ in range(TIMES):
        await opened(redis, stores)
        told = await at_once(says(stores[0], "U1", APPROVE), says(stores[1], "U1", APPROVE))
        assert sorted(told) == ["", "decided_by_you"]
        change, is_sent = await stands(stores[0])
        assert (change.verdict, len(change.decisions), is_sent) == (None, 1, False)


async def test_the_last_approval_and_a_denial_at_once_end_one_way(redis, stores):
    """Whoever is first decides it, and the other hears that; never both, and never neither."""
    ends = set()
    for turn in range(TIMES):
        await opened(redis, stores, "U1")
        acts = [says(stores[0], "U2", APPROVE), says(stores[1], "U3", DENY)]
        told = await at_once(*(acts if turn % 2 else reversed(acts)))
        assert sorted(told) == ["", "decided_by_other"]
        change, is_sent = await stands(stores[0])
        assert (change.state, len(change.decisions), is_sent) == (ChangeState.DECIDED, 2, True)
        ends.add(change.verdict)
    assert ends == {APPROVE, DENY}


async def test_an_early_approval_and_a_denial_at_once_is_a_denial(redis, stores):
    """One approval of two decides nothing: the denial counts, whether it comes before or after."""
    for turn in range(TIMES):
        await opened(redis, stores)
        acts = [says(stores[0], "U1", APPROVE), says(stores[1], "U2", DENY)]
        told = await at_once(*(acts if turn % 2 else reversed(acts)))
        assert "decided_by_you" not in told
        change, is_sent = await stands(stores[0])
        assert (change.verdict, is_sent) == (DENY, True)


async def test_the_first_takes_back_while_the_second_approves(redis, stores):
    """In whichever order, one approval is left, and nothing is sent on it."""
    for turn in range(TIMES):
        await opened(redis, stores, "U1")
        acts = [takes_back(stores[0], "U1"), says(stores[1], "U2", APPROVE)]
        assert await at_once(*(acts if turn % 2 else reversed(acts))) == ["", ""]
        change, is_sent = await stands(stores[0])
        assert (change.state, [d.reviewer_id for d in change.decisions]) == (ChangeState.AWAITING, ["U2"])
        assert not is_sent
        assert await says(stores[0], "U1", APPROVE) == ""
        assert (await stands(stores[0]))[0].verdict is APPROVE


async def test_the_first_takes_back_while_somebody_denies(redis, stores):
    """The denial stands, and the round goes out with it."""
    for turn in range(TIMES):
        await opened(redis, stores, "U1")
        acts = [takes_back(stores[0], "U1"), says(stores[1], "U2", DENY)]
        assert await at_once(*(acts if turn % 2 else reversed(acts))) == ["", ""]
        change, is_sent = await stands(stores[0])
        assert (change.verdict, is_sent) == (DENY, True)


async def test_taking_back_and_sending_at_once_do_not_cross(redis, stores):
    """Either the round is sent with both approvals, or it is open with one; what was sent is not taken back."""

    def send(job: Job, now: datetime) -> Job:
        held = job.rounds[0]
        return begin(job, held, now) if held.send_at else job

    for turn in range(TIMES):
        await opened(redis, stores, "U1", "U2")
        acts = [takes_back(stores[0], "U1"), _changed(stores[1], send)]
        told = await at_once(*(acts if turn % 2 else reversed(acts)))
        held = (await stores[0].load(REF)).rounds[0]
        was_sent = held.submission is not None
        assert ("sent" in told) is was_sent
        assert len(held.changes[0].decisions) == (2 if was_sent else 1)
