"""Two workers, one record, one server: nobody's change is lost, and nothing happens twice."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.core.audit import Entry
from bot.core.deciding import decide
from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.model import JobState, MessageRef, Mode, RoundState, Verdict
from bot.core.proposal import Content
from bot.core.submitting import begin
from bot.relay.ports import Reading
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.meter import FakeMeter
from tests.make import OTHER, REVIEWER, TIMING, make_change, make_decision, make_job, make_round

if TYPE_CHECKING:
    from bot.relay.ports import Modifier

KEYS = Keys("t")
JOB = make_job(make_round())
RETAIN_S = 60


@pytest.fixture
def stores(redis):
    """Give two workers' stores over one server."""
    return tuple(RedisStore(redis, KEYS, TIMING, RETAIN_S, FakeMeter()) for _worker in range(2))


async def audit(redis: Any) -> list[dict[str, Any]]:
    """Read the audit, entry by entry."""
    return [json.loads(fields[b"entry"]) for _id, fields in await redis.xrange(KEYS.audit)]


async def test_every_change_of_two_workers_is_kept(stores):
    """Forty changes at once, none lost and none made twice."""
    await stores[0].create(JOB)
    await asyncio.gather(
        *(store.change(JOB.ref, lambda job, _now: replace(job, steps=job.steps + 1)) for store in stores * 20)
    )
    assert (await stores[0].load(JOB.ref)).steps == 40


async def test_one_of_many_presses_wins_and_the_others_hear_who(stores, redis):
    """Twenty people decide the same change at once: one decision is recorded, once in the audit."""
    await stores[0].create(JOB)

    async def press(number: int) -> None:
        verdict = Verdict.APPROVE if number % 2 else Verdict.DENY

        def modifier(job, now):
            return decide(job, 1, make_change().digest, make_decision(verdict, f"U{number}", at=now), TIMING)

        await stores[number % 2].change(JOB.ref, modifier)

    results = await asyncio.gather(*(press(n) for n in range(20)), return_exceptions=True)
    assert results.count(None) == 1
    assert {type(result) for result in results} == {type(None), RefusedError}
    assert len((await stores[0].load(JOB.ref)).rounds[0].changes[0].decisions) == 1
    assert [entry["event"] for entry in await audit(redis)].count("decision.recorded") == 1


async def test_one_of_two_tasks_takes_the_turn(stores):
    """Both find the round due at once: exactly one takes it to SUBMITTING."""
    await stores[0].create(JOB)
    turns = []

    def modifier(worker: int) -> Modifier:
        def take(job, now):
            is_mine = job.rounds[0].state is RoundState.OPEN
            turns.append((worker, is_mine))
            return begin(job, job.rounds[0], now) if is_mine else job

        return take

    await asyncio.gather(*(store.change(JOB.ref, modifier(n)) for n, store in enumerate(stores)))
    assert sorted(dict(turns).values()) == [False, True]


async def test_a_request_that_is_delivered_twice_at_once_is_created_once(stores):
    """Whichever worker it comes to."""
    created = await asyncio.gather(*(store.create(JOB) for store in stores * 5))
    assert created.count(True) == 1


async def test_what_is_due_is_known_to_every_worker(stores):
    """By the server's time, not by anybody's clock."""
    now = await stores[0].now()
    await stores[0].create(replace(JOB, next_at=now, state=JobState.WORKING, rounds=()))
    await stores[0].create(make_job(ref="later00000000001", next_at=now + timedelta(seconds=30)))
    assert await stores[1].due() == (JOB.ref,)


async def test_a_record_that_nobody_lets_through_gives_up_in_a_sentence(stores, monkeypatch):
    """Somebody else is always faster: nothing is stored, and whoever pressed is told to try again."""
    await stores[0].create(JOB)

    async def lose(*_arguments, **_rest):
        return 0

    monkeypatch.setattr(stores[0], "_save", lose)
    monkeypatch.setattr("bot.store.jobs._ATTEMPTS", 3)
    with pytest.raises(TransientError, match="try again"):
        await stores[0].change(JOB.ref, lambda job, _now: replace(job, steps=9))
    assert (await stores[1].load(JOB.ref)).steps == 0


async def test_an_unchanged_record_is_not_written(stores, redis):
    """Nothing happened, so nothing is stored: neither a version nor an entry."""
    await stores[0].create(JOB)
    before = await redis.hget(KEYS.job(JOB.ref), "version"), len(await audit(redis))
    await stores[0].change(JOB.ref, lambda job, _now: replace(job))
    assert (await redis.hget(KEYS.job(JOB.ref), "version"), len(await audit(redis))) == before


async def test_the_audit_stands_with_the_change_that_it_tells_of(stores, redis):
    """In the same step and in the same order, without empty fields and without anybody's words."""
    await stores[0].create(JOB)
    said = make_decision(Verdict.DENY, OTHER, feedback="secret words")
    await stores[0].change(JOB.ref, lambda job, _now: decide(job, 1, make_change().digest, said, TIMING))
    await stores[1].note(Entry("decision.refused", JOB.ref, REVIEWER, change=1, detail="guest"))
    entries = await audit(redis)
    assert [entry["event"] for entry in entries] == [
        "edit.requested", "decision.recorded", "change.decided", "decision.refused",
    ]  # fmt: skip
    assert entries[3] == {
        "event": "decision.refused", "ref": JOB.ref, "user_id": REVIEWER, "change": 1, "detail": "guest",
    }  # fmt: skip
    assert "secret" not in repr(entries)


async def test_texts_of_an_ended_job_are_kept_for_a_while_and_the_audit_for_ever(stores, redis):
    """Everything that holds or leads to a text goes with it; before the end nothing does."""
    await stores[0].create(replace(JOB, messages={"job": MessageRef("C0", "1.0")}))
    await stores[0].save_contents(JOB.ref, {"d": Content("a", "b")})
    await stores[0].save_document(JOB.ref, "source", "<p>x</p>")
    keys = [
        KEYS.job(JOB.ref), KEYS.texts(JOB.ref), KEYS.documents(JOB.ref), KEYS.at("C0", "1.0"), KEYS.of_job("job_1"),
    ]  # fmt: skip
    assert {await redis.ttl(key) for key in keys} == {-1}
    await stores[0].change(JOB.ref, lambda job, now: replace(job, state=JobState.STOPPED, ended_at=now))
    kept_s = [await redis.ttl(key) for key in keys]
    assert 0 < min(kept_s) <= max(kept_s) <= RETAIN_S
    assert await redis.ttl(KEYS.audit) == -1


async def test_all_that_is_kept_for_ever_is_the_audit_and_names(stores, redis):
    """Whatever holds a text, leads to one or marks something as done ends by itself; each key that does not is named here."""
    store = stores[0]
    await store.create(
        replace(JOB, messages={"job": MessageRef("C0", "1.0"), "round:1": MessageRef("C0", "2.0")})
    )
    await store.save_contents(JOB.ref, {"d": Content("a", "b")})
    for name in ("source", "synced", "updated"):
        await store.save_document(JOB.ref, name, "<p>x</p>")
    await store.save_reading("token", Reading("r", 1, ()))
    await store.once("thing")
    assert await store.begin("reply being handled")
    await store.finish("reply handled")
    await store.note_read("C0", "1.0", "1.5")
    await store.prefer(REVIEWER, Mode.REVIEW)
    await store.change(JOB.ref, lambda job, _now: job.with_message("round:1", MessageRef("C0", "3.0")))
    await store.change(JOB.ref, lambda job, now: replace(job, state=JobState.STOPPED, ended_at=now))
    left = {key.decode() for key in await redis.keys("*") if await redis.ttl(key) < 0}
    assert left <= {KEYS.audit, KEYS.due, KEYS.ended, KEYS.lapsed, KEYS.preferences}
    assert KEYS.audit in left
    kept = {key.decode() for key in await redis.keys("*")} - left
    assert {KEYS.texts(JOB.ref), KEYS.documents(JOB.ref), KEYS.reading("token"), KEYS.at("C0", "2.0")} <= kept


async def test_a_message_that_was_replaced_leads_to_its_job_for_a_while(stores, redis):
    """People may answer where it stood; one that stands there again leads to its job for as long as that lasts."""
    first, second = MessageRef("C0", "1.0"), MessageRef("D0", "2.0")
    await stores[0].create(replace(JOB, messages={"job": first}))
    for message in (second, first):
        await stores[1].change(JOB.ref, lambda job, _now, m=message: job.with_message("job", m))
        assert await stores[0].ref_at(message.channel, message.ts) == JOB.ref
    assert await stores[0].ref_at("D0", "2.0") == JOB.ref
    assert 0 < await redis.ttl(KEYS.at("D0", "2.0")) <= RETAIN_S
    assert await redis.ttl(KEYS.at("C0", "1.0")) == await redis.ttl(KEYS.of_job(JOB.job_id)) == -1


@pytest.mark.parametrize("is_gone", [False, True], ids=["ended", "gone"])
async def test_a_text_that_comes_after_the_end_is_kept_no_longer_than_the_record(stores, redis, is_gone):
    """A read was under way when somebody stopped the edit: what it brought must not stay for ever."""
    await stores[0].create(JOB)
    await stores[0].change(JOB.ref, lambda job, now: replace(job, state=JobState.STOPPED, ended_at=now))
    if is_gone:
        await redis.delete(KEYS.job(JOB.ref))
    await stores[1].save_contents(JOB.ref, {"d": Content("a", "b")})
    await stores[1].save_document(JOB.ref, "updated", "<p>x</p>")
    for key in (KEYS.texts(JOB.ref), KEYS.documents(JOB.ref)):
        assert 0 < await redis.ttl(key) <= RETAIN_S


async def test_what_is_still_tried_does_not_keep_an_ended_job(stores, redis):
    """Its message cannot be posted, and is tried again and again: the time counts from the end all the same."""
    now = await stores[0].now()
    ended = replace(JOB, state=JobState.STOPPED, ended_at=now - timedelta(seconds=RETAIN_S - 20))
    await stores[0].create(ended)
    await stores[0].change(JOB.ref, lambda job, now: replace(job, refresh_at=now))
    assert 0 < await redis.ttl(KEYS.job(JOB.ref)) <= 20


async def test_a_record_that_was_retained_no_longer_leaves_the_indexes(stores, redis):
    """Somebody finds it gone, and it is not looked for again."""
    now = await stores[0].now()
    await stores[0].create(replace(JOB, refresh_at=now))
    await redis.delete(KEYS.job(JOB.ref))
    assert await stores[0].due() == (JOB.ref,)
    with pytest.raises(GoneError):
        await stores[0].load(JOB.ref)
    await stores[0].forget(JOB.ref)
    assert (await stores[1].due(), await stores[1].unended()) == ((), ())


async def test_dialogs_and_marks_end_by_themselves(stores, redis):
    """Neither is kept for ever."""
    await stores[0].save_reading("token", Reading("r", 1, ()))
    await stores[0].once("thing")
    assert 0 < await redis.ttl(KEYS.reading("token")) <= 24 * 3600
    assert 0 < await redis.ttl(KEYS.once("thing")) <= 7 * 24 * 3600


async def test_the_store_works_with_a_client_that_answers_in_text(server, redis):
    """Docket's client may have been told to decode; the store reads both."""
    decoding = type(redis)(unix_socket_path=str(server.socket), decode_responses=True)
    async with decoding:
        store = RedisStore(decoding, KEYS, TIMING, RETAIN_S, FakeMeter())
        await store.create(replace(JOB, next_at=await store.now()))
        await store.save_contents(JOB.ref, {"d": Content("é", None)})
        await store.save_document(JOB.ref, "source", "<p>é</p>")
        assert await store.load(JOB.ref) == await store.change(JOB.ref, lambda job, _now: job)
        assert await store.contents(JOB.ref, ["d"]) == {"d": Content("é", None)}
        assert await store.document(JOB.ref, "source") == "<p>é</p>"
        assert await store.unended() == (JOB.ref,)
        assert await store.ref_of_job("job_1") == JOB.ref


async def test_one_of_many_claims_counts(stores):
    """Twenty at once on two workers: all hear the same name."""
    heard = await asyncio.gather(*(stores[n % 2].claim("key", f"claimant {n}") for n in range(20)))
    assert len(set(heard)) == 1


async def test_a_document_that_was_kept_before_its_record_stays_with_it(stores, redis):
    """Without a record it goes by itself; with one it stays until that has ended."""
    await stores[0].save_document(JOB.ref, "source", "<p>A</p>")
    assert 0 < await redis.ttl(KEYS.documents(JOB.ref)) <= RETAIN_S
    await stores[0].create(JOB)
    assert await redis.ttl(KEYS.documents(JOB.ref)) == -1
    assert await stores[1].document(JOB.ref, "source") == "<p>A</p>"
