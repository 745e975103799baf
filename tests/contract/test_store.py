"""What every store promises: the same tests for the one in memory, which other tests trust, and the one in Redis."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.core.audit import Entry
from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.model import ChangeState, JobState, MessageRef, Mode, RoundState
from bot.core.proposal import Content
from bot.relay.ports import Looker, Reading, Room
from bot.store.jobs import RedisStore
from bot.store.keys import Keys
from tests.fakes.meter import FakeMeter
from tests.fakes.store import MemoryStore
from tests.make import TIMING, make_change, make_job, make_round

if TYPE_CHECKING:
    from bot.relay.ports import Store

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "redis"])
def store(request) -> Store:
    """Give an empty store."""
    if request.param == "memory":
        return MemoryStore()
    return RedisStore(request.getfixturevalue("redis"), Keys("t"), TIMING, retain_s=60, meter=FakeMeter())


async def test_a_record_comes_back_as_it_went_in(store):
    """Rounds, decisions, messages and moments and all."""
    job = make_job(make_round(make_change(1), make_change(2))).with_message("job", MessageRef("C0", "1.0"))
    assert await store.create(job)
    assert await store.load(job.ref) == job


async def test_a_request_is_created_once(store):
    """The second delivery of it finds the first, and changes nothing."""
    assert await store.create(make_job())
    assert not await store.create(make_job(instruction="Something else."))
    assert (await store.load(make_job().ref)).instruction == make_job().instruction


async def test_what_was_never_stored_is_gone(store):
    """Whoever asks for it hears so, whether to read it or to change it."""
    with pytest.raises(GoneError):
        await store.load("ref0000000000009")
    with pytest.raises(GoneError):
        await store.change("ref0000000000009", lambda job, _now: job)


async def test_a_change_is_made_at_the_store_s_time(store):
    """Not at a worker's."""
    await store.create(make_job())
    before = await store.now()
    moments = []

    def modifier(job, now):
        moments.append(now)
        return replace(job, progress="Reading")

    changed = await store.change(make_job().ref, modifier)
    assert changed.progress == "Reading"
    assert await store.load(make_job().ref) == changed
    assert before <= moments[-1] <= await store.now()


async def test_what_a_modifier_raises_is_raised_and_nothing_is_stored(store):
    """A refusal leaves the record as it was."""
    await store.create(make_job())

    def refuse(_job, _now):
        raise RefusedError("No.")

    with pytest.raises(RefusedError, match="No"):
        await store.change(make_job().ref, refuse)
    assert await store.load(make_job().ref) == make_job()


async def test_a_job_is_found_by_its_id_at_superdocs(store):
    """Once it has one."""
    await store.create(make_job(job_id=""))
    assert await store.ref_of_job("job_7") is None
    await store.change(make_job().ref, lambda job, _now: replace(job, job_id="job_7"))
    assert await store.ref_of_job("job_7") == make_job().ref


async def test_a_job_is_found_by_its_messages(store):
    """By channel and message id together."""
    await store.create(make_job())
    await store.change(make_job().ref, lambda job, _now: job.with_message("job", MessageRef("C0", "1.5")))
    assert await store.ref_at("C0", "1.5") == make_job().ref
    assert await store.ref_at("C1", "1.5") is None
    assert await store.ref_at("C0", "1.6") is None


async def test_an_intent_is_no_message_yet(store):
    """A message without an id cannot be answered, so it leads nowhere."""
    await store.create(make_job().with_message("job", MessageRef("C0", attempt=1)))
    assert await store.ref_at("C0", "") in {None, make_job().ref}
    assert await store.ref_at("C0", "1.5") is None


async def test_texts_come_back_to_the_letter(store):
    """An absent side stays absent, an empty one empty; what is not there is left out."""
    contents = {
        "a": Content(None, "<p>Ünïcode \u202e & 😀</p>", "Words."),
        "b": Content("", None),
    }
    await store.save_contents("ref1", contents)
    await store.save_contents("ref1", {})
    assert await store.contents("ref1", ["b", "missing", "a"]) == contents
    assert await store.contents("ref2", ["a"]) == {}
    assert await store.contents("ref1", []) == {}


async def test_documents_are_kept_by_name(store):
    """Of one job; a lone surrogate, which no file can hold, becomes a question mark."""
    await store.save_document("ref1", "source", "<p>é</p>")
    await store.save_document("ref1", "updated", "a\ud800b")
    assert await store.document("ref1", "source") == "<p>é</p>"
    assert await store.document("ref1", "updated") == "a?b"
    assert await store.document("ref2", "source") is None


async def test_a_dialog_s_versions_are_kept(store):
    """Exactly those, in their order."""
    reading = Reading("ref1", 2, ((2, "f" * 64), (1, "0" * 64)))
    await store.save_reading("token", reading)
    assert await store.reading("token") == reading
    assert await store.reading("other") is None


async def test_once_is_once(store):
    """For each thing."""
    assert [await store.once("this thing"), await store.once("this thing"), await store.once("that")] == [
        True,
        False,
        True,
    ]


async def test_what_is_in_somebody_s_hand_is_nobody_else_s(store):
    """Until it is done, which is remembered, or given up, which leaves it to the next."""
    hold = await store.begin("a reply")
    with pytest.raises(TransientError):
        await store.begin("a reply")
    assert await store.begin("another")
    await store.abandon("a reply", hold)
    assert await store.begin("a reply")
    await store.finish("a reply")
    assert await store.begin("a reply") is None


async def test_whoever_was_overtaken_gives_up_nothing_of_another_s(store):
    """They held it for too long: somebody else took it in hand since, and then did it."""
    slow = await store.begin("a reply")
    await store.abandon("a reply", slow)  # Their time is over.
    assert await store.begin("a reply") != slow
    await store.abandon("a reply", slow)
    with pytest.raises(TransientError):
        await store.begin("a reply")
    await store.finish("a reply")
    await store.abandon("a reply", slow)
    assert await store.begin("a reply") is None


async def test_how_far_a_thread_was_read_is_remembered(store):
    """Of each thread in each channel; the last word counts."""
    await store.note_read("C0", "1.5", "2.5")
    await store.note_read("C0", "1.5", "3.5")
    await store.note_read("C1", "1.6", "9.5")
    assert await store.read_until("C0", ["1.4", "1.5", "1.6"]) == {"1.5": "3.5"}
    assert await store.read_until("C0", []) == {}


async def test_a_preference_is_the_last_choice(store):
    """Nobody has one before the first."""
    assert await store.preference("U0") is None
    await store.prefer("U0", Mode.AUTOMATIC)
    await store.prefer("U0", Mode.REVIEW)
    assert await store.preference("U0") is Mode.REVIEW
    assert await store.preference("U1") is None


async def test_what_is_due_is_listed_most_urgent_first(store):
    """What is not due yet, and what owes nothing, is not."""
    now = await store.now()
    for name, at in {"later": HOUR, "urgent": -HOUR, "overdue": -2 * HOUR, "nothing": None}.items():
        moment = None if at is None else now + at
        await store.create(make_job(ref=name, next_at=moment))
    assert await store.due() == ("overdue", "urgent")


async def test_what_is_due_follows_the_record(store):
    """Each change of the record sets anew when something is due."""
    now = await store.now()
    await store.create(make_job(next_at=now))
    await store.change(make_job().ref, lambda job, _now: replace(job, next_at=None))
    assert await store.due() == ()
    await store.change(make_job().ref, lambda job, now: replace(job, next_at=now))
    assert await store.due() == (make_job().ref,)


async def test_unended_jobs_are_listed_until_they_end(store):
    """In whatever way they do."""
    for name in ("b", "a"):
        await store.create(make_job(ref=name))
    assert await store.unended() == ("a", "b")
    await store.change("a", lambda job, _now: replace(job, state=JobState.LAPSED))
    assert await store.unended() == ("b",)


def left(ref, **rest):
    """Return a job that ended and left a change that nobody decided."""
    held = make_round(make_change(state=ChangeState.LAPSED), state=RoundState.CONFIRMED)
    return make_job(held, **{"ref": ref, "state": JobState.COMPLETED, **rest})


async def test_what_lapsed_is_listed_until_it_is_asked_again(store):
    """What ended otherwise is not, nor what has not ended."""
    now = await store.now()
    for job in (
        left("b", ended_at=now),
        left("a", ended_at=now),
        left("again", ended_at=now, asked_again_by="other"),
        make_job(ref="failed", state=JobState.FAILED, ended_at=now),
        make_job(make_round(), ref="open"),
    ):
        await store.create(job)
    assert await store.lapsed() == ("a", "b")
    await store.change("a", lambda job, _now: replace(job, asked_again_by="new"))
    assert await store.lapsed() == ("b",)
    await store.change("open", lambda job, now: replace(job, state=JobState.LAPSED, ended_at=now))
    assert await store.lapsed() == ("b", "open")


async def test_what_ended_is_listed_from_a_moment_on(store):
    """That moment included, the first to end first; what has not ended is not."""
    now = await store.now()
    for name, ago in (("new", 1), ("old", 30), ("older", 45)):
        await store.create(make_job(ref=name, state=JobState.STOPPED, ended_at=now - timedelta(seconds=ago)))
    await store.create(make_job(ref="open"))
    assert await store.ended_since(now - timedelta(seconds=30)) == ("old", "new")
    assert await store.ended_since(now) == ()
    await store.change("open", lambda job, _now: replace(job, state=JobState.COMPLETED, ended_at=now))
    assert await store.ended_since(now) == ("open",)


async def test_what_is_changed_after_its_end_ended_when_it_did(store):
    """Bringing its messages up to date does not make it new."""
    ended_at = (await store.now() - timedelta(seconds=20)).replace(microsecond=0)
    await store.create(make_job(state=JobState.STOPPED, ended_at=ended_at))
    await store.change(make_job().ref, lambda job, now: job.touched(now))
    assert await store.ended_since(ended_at) == (make_job().ref,)
    assert await store.ended_since(ended_at + timedelta(seconds=1)) == ()


async def test_jobs_are_loaded_together_in_the_order_asked_for(store):
    """However many; one that is gone is left out, and none is none."""
    refs = [f"ref{number:03}" for number in range(150)]
    for ref in refs:
        await store.create(make_job(ref=ref))
    wanted = [*reversed(refs), "ref0000000000009"]
    assert [job.ref for job in await store.load_all(wanted)] == refs[::-1]
    assert await store.load_all(["ref0000000000009"]) == ()
    assert await store.load_all([]) == ()


async def test_the_oldest_due_step_tells_how_far_behind_the_work_is(store):
    """Nothing is, when nothing is due or everything is to come."""
    assert await store.overdue() == timedelta(0)
    now = await store.now()
    await store.create(make_job(ref="later", next_at=now + HOUR))
    assert await store.overdue() == timedelta(0)
    await store.create(make_job(ref="late", next_at=now - HOUR))
    await store.create(make_job(ref="later still", next_at=now - 2 * HOUR))
    assert 2 * HOUR <= await store.overdue() + timedelta(milliseconds=1) < 2 * HOUR + timedelta(minutes=1)


async def test_a_note_in_the_audit_changes_no_record(store):
    """A refusal is noted; the record is what it was."""
    await store.create(make_job())
    await store.note(Entry("decision.refused", make_job().ref, "U0", change=1, detail="guest"))
    assert await store.load(make_job().ref) == make_job()


async def test_how_full_the_store_is_is_known(store):
    """The audit by its entries; where there is no limit, nothing is used of it."""
    assert await store.room() == Room()
    await store.note(Entry("decision.refused", "ref", "U0"), Entry("decision.refused", "ref", "U1"))
    assert await store.room() == Room(audit=2)


async def test_what_the_server_uses_is_set_against_its_limit(redis):
    """The share of `maxmemory` that is used."""
    store = RedisStore(redis, Keys("t"), TIMING, retain_s=60, meter=FakeMeter())
    used = (await redis.info("memory"))["used_memory"]
    await redis.config_set("maxmemory", 4 * used)
    try:
        assert 0.2 < (await store.room()).share < 0.3
    finally:
        await redis.config_set("maxmemory", 0)


async def test_who_opened_their_home_is_remembered_with_what_it_shows(store):
    """Once for each person and workspace, always in the same order."""
    assert await store.lookers() == ()
    for user in ("U0REV", "U0CAROL", "U0REV"):
        await store.open_home(user, "T0HOME")
    await store.note_home("U0REV", "abc")
    assert await store.lookers() == (Looker("U0CAROL", "T0HOME"), Looker("U0REV", "T0HOME", "abc"))


async def test_what_is_claimed_belongs_to_whoever_was_first(store):
    """Everybody hears who has it; another thing is another claim."""
    assert await store.claim("key 1", "one") == "one"
    assert await store.claim("key 1", "two") == "one"
    assert await store.claim("key 1", "one") == "one"
    assert await store.claim("key 2", "two") == "two"


async def test_what_happens_once_may_happen_again_after_its_time(store):
    """As a Home is drawn once in ten seconds."""
    assert await store.once("home U0REV", timedelta(minutes=5))
    assert not await store.once("home U0REV", timedelta(minutes=5))
    assert await store.once("home U0CAROL", timedelta(minutes=5))


async def test_who_has_not_opened_their_home_for_a_while_is_forgotten(redis):
    """By Redis, too."""
    keys = Keys("t")
    store = RedisStore(redis, keys, TIMING, retain_s=60, meter=FakeMeter())
    await redis.zadd(keys.lookers, {"U0OLD T0HOME": 1})
    await store.open_home("U0REV", "T0HOME")
    assert [looker.user_id for looker in await store.lookers()] == ["U0REV"]
    assert await redis.zcard(keys.lookers) == 1
