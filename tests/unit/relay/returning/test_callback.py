"""Telling a program what became of its edit: at least once, by one id."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.core.calling import due_at, given_up
from bot.core.errors import GoneError, RefusedError, TransientError
from bot.core.model import JobState
from bot.core.request import Callback
from bot.engine.due import sweep
from bot.relay.returning.callback import deliver, redrive, redrive_all
from tests.fakes.callbacks import FakeCallbacks
from tests.make import NOON, later, make_job

if TYPE_CHECKING:
    from tests.fakes.world import FakeWorld

URL = "https://hooks.example.com/done"
REF = make_job().ref


@pytest.fixture
def world(world: FakeWorld) -> FakeWorld:
    """Give a world in which programs may be called."""
    world.callbacks = FakeCallbacks()
    return world


def called(**rest):
    """Return a job that has ended at noon, of a program that wants to hear of it."""
    given = {"state": JobState.COMPLETED, "ended_at": NOON, "callback": Callback(URL), "has_document": True}
    return make_job(**{**given, **rest})


async def told(world, job=None, html="<p>15 days</p>"):
    """Keep a job with its document, and run the task once."""
    ref = await world.keep(job or called())
    if html is not None:
        await world.store.save_document(ref, "updated", html)
    await deliver(world.given, ref)
    return ref


async def test_a_program_is_told(world):
    """With the document, at its address, and once."""
    ref = await told(world)
    await deliver(world.given, ref)
    ((url, message_id, at, _payload),) = world.callbacks.called("deliver")
    assert (url, message_id, at) == (URL, f"msg_{ref}_completed", NOON)
    (message,) = world.callbacks.told()
    assert message["type"] == "edit.completed"
    assert message["data"]["document_html"] == "<p>15 days</p>"
    assert world.job().callback == Callback(URL, delivered_at=NOON)
    assert world.events() == ["callback.delivered"]


@pytest.mark.parametrize(
    "job", [called(publish_at=NOON), called(state=JobState.WORKING), called(callback=None)]
)
async def test_nothing_is_told_too_early_or_to_nobody(world, job):
    """A task that finds nothing to do does nothing."""
    await told(world, job)
    assert world.callbacks.calls == []


async def test_an_edit_without_a_document_is_told_without_one(world):
    """One that failed has none, whatever the store keeps; one whose text is kept no longer has had one."""
    await told(world, called(state=JobState.FAILED, has_document=False, reason="No."))
    (message,) = world.callbacks.told()
    assert (message["type"], message["data"]["document_html"]) == ("edit.failed", None)


async def test_what_was_not_taken_is_told_again_later_by_the_same_id(world):
    """Whoever takes it twice knows it by its id; the time is that of each attempt."""
    world.callbacks.fails["deliver"] = [TransientError("The host answered 503.", retry_after_s=60)]
    ref = await told(world)
    assert world.job().callback == Callback(URL, later(60), 1, None, "The host answered 503.")
    await deliver(world.given, ref)
    assert len(world.callbacks.called("deliver")) == 1
    world.pass_time(60)
    await deliver(world.given, ref)
    (_, first, at, _), (_, second, then, _) = world.callbacks.called("deliver")
    assert (first, at, then) == (second, NOON, later(60))
    assert world.job().callback.delivered_at == later(60)


async def test_a_crash_after_the_call_has_it_told_again(world):
    """The record says that it is still to be done, and the sweep finds it."""
    ref = await world.keep(called())
    world.callbacks.then["deliver"] = lambda: world.callbacks.fails.update(deliver=[KeyboardInterrupt()])
    with pytest.raises(KeyboardInterrupt):
        await deliver(world.given, ref)
    world.callbacks.then.clear()
    await sweep(world.given)
    assert world.queue.steps == ["deliver"]
    await deliver(world.given, ref)
    (first, second) = world.callbacks.told()
    assert first == second
    assert world.job().callback.delivered_at == NOON


async def test_what_is_refused_is_given_up(world):
    """With what was said, for whoever looks."""
    world.callbacks.fails["deliver"] = [RefusedError("It wants to hear no more.", code="callback_gone")]
    ref = await told(world)
    world.pass_time(100_000)
    await deliver(world.given, ref)
    assert len(world.callbacks.called("deliver")) == 1
    assert world.job().callback == Callback(URL, None, 1, None, "It wants to hear no more.")
    assert world.events() == ["callback.given_up"]


async def test_a_setting_that_is_gone_is_waited_for(world):
    """A worker that lacks it does not give up what another one can deliver."""
    callbacks, world.callbacks = world.callbacks, None
    ref = await told(world)
    assert "CALLBACK_HOSTS" in world.job().callback.trouble
    world.callbacks = callbacks
    world.pass_time(6)
    await deliver(world.given, ref)
    assert world.job().callback.delivered_at == later(6)


@pytest.mark.parametrize("name", ["job_1", REF])
async def test_an_outcome_can_be_told_again_by_hand(world, name):
    """By either name of its job; the sweep of a running relay finds it."""
    ref = await world.keep(given_up(called(), "It wants to hear no more."))
    world.pass_time(100)
    await redrive(world.store, name)
    assert due_at(world.job()) == later(100)
    await sweep(world.given)
    await deliver(world.given, ref)
    assert world.events() == ["callback.redriven", "callback.delivered"]


@pytest.mark.parametrize(
    ("job", "error", "sentence"),
    [
        (called(callback=None), RefusedError, "Nobody asked to be called about job job_1."),
        (called(state=JobState.WORKING), RefusedError, r"Job job_1 has not ended \(working\)"),
        (called(ref="ref0000000000002", job_id="job_2"), GoneError, "There is no job job_1 here"),
    ],
)
async def test_what_cannot_be_told_again_is_said(world, job, error, sentence):
    """Nothing changes then."""
    await world.keep(job)
    with pytest.raises(error, match=sentence):
        await redrive(world.store, "job_1")
    assert world.job(job.ref) == job


async def test_everything_that_was_given_up_can_be_told_again(world):
    """And nothing else: neither what was taken, nor what is still tried, nor what is older."""
    lost = given_up(called(), "No.")
    jobs = [
        lost,
        replace(lost, ref="ref0000000000002", job_id="job_2"),
        replace(lost, ref="ref0000000000003", job_id="job_3", ended_at=later(-100)),
        called(ref="ref0000000000004", job_id="job_4", callback=Callback(URL, delivered_at=NOON)),
        called(ref="ref0000000000005", job_id="job_5", callback=None),
    ]
    for job in jobs:
        await world.keep(job)
    assert await redrive_all(world.store, NOON) == 2
    due = {ref for ref, job in world.store.jobs.items() if due_at(job)}
    assert due == {REF, "ref0000000000002"}
    assert await redrive_all(world.store, NOON) == 0
