"""Bringing the finished document back: each approved change looked for, then the file in the job's thread, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import JobState, MessageRef, Outcome, RoundState
from bot.core.returning import edited_name
from bot.core.words.wording import job_status
from bot.relay.ports import Place
from bot.relay.returning import publish as publishing
from bot.relay.returning.publish import publish
from bot.relay.showing import posting
from tests.make import NOON, REQUESTER, decided, later, make_change, make_job, make_round

JOB_TS = "50.000100"


def completed(**rest):
    """Return a job that has ended with a document, its message up."""
    held = make_round(decided(make_change()), state=RoundState.CONFIRMED)
    given = {"state": JobState.COMPLETED, "has_document": True, "publish_at": NOON}
    return make_job(held, **{**given, **rest}).with_message("job", MessageRef("C0LEGAL", JOB_TS))


async def published(world, job=None, html="<p>15 days</p>"):
    """Keep a job with its document, and run the task once."""
    ref = await world.keep(job or completed())
    if html is not None:
        await world.store.save_document(ref, "updated", html)
    await publish(world.given, ref)
    return ref


async def test_the_document_is_posted_in_the_job_s_thread(world):
    """With what was found in it, under the name that it came with."""
    ref = await published(world)
    ((place, name, content, sentence),) = world.notifier.called("publish")
    assert place == Place("C0LEGAL", ref, "document", JOB_TS)
    assert (name, content) == ("supply-edited.html", "<p>15 days</p>")
    assert sentence == "supply.html after this edit. Applied 1 of 1, found in the document."
    assert world.job().publish_at is None
    assert world.job().messages["document"].ts


@pytest.mark.parametrize(
    ("html", "outcome"), [("<p>15 days</p>", Outcome.FOUND), ("<p>10 days</p>", Outcome.NOT_FOUND)]
)
async def test_what_was_approved_is_looked_for_before_anything_is_said(world, html, outcome):
    """The record has it, whether or not the file can be posted; and the cards are brought up to date."""
    world.notifier.fails["publish"] = [TransientError("Slack is down.")]
    await published(world, html=html)
    assert world.job().rounds[0].changes[0].outcome is outcome
    assert "refresh" in world.queue.steps


async def test_a_task_that_runs_twice_posts_once(world):
    """The second finds it posted."""
    ref = await published(world)
    await publish(world.given, ref)
    assert len(world.notifier.called("publish")) == 1


@pytest.mark.parametrize(
    "error", [TransientError("Down."), OutcomeUnknownError("No answer."), RefusedError("Full.")]
)
async def test_a_file_that_could_not_be_posted_is_posted_later(world, error):
    """Whatever the reason: somebody may mend it, and until then it is tried less and less often."""
    world.notifier.fails["publish"] = [error]
    ref = await published(world)
    assert (world.job().publish_at, world.job().publish_failures) == (later(0.5), 1)
    await publish(world.given, ref)
    assert len(world.notifier.called("publish")) == 1
    world.pass_time(0.5)
    await publish(world.given, ref)
    assert (world.job().publish_at, world.job().publish_failures) == (None, 0)


async def test_the_intent_stands_before_the_post(world):
    """Whoever comes after a crash knows that a file may stand there; each attempt is counted."""
    intents = []
    world.notifier.then["publish"] = lambda: intents.append(world.job().messages["document"])
    world.notifier.fails["publish"] = [OutcomeUnknownError("No answer.")]
    ref = await published(world)
    world.pass_time(0.5)
    await publish(world.given, ref)
    assert intents == [MessageRef("C0LEGAL", attempt=1), MessageRef("C0LEGAL", attempt=2)]


async def test_a_post_without_an_answer_is_looked_for_first(world):
    """It stands there: no second file."""
    world.notifier.fails["publish"] = [OutcomeUnknownError("No answer.")]
    place = Place("C0LEGAL", make_job().ref, "document", JOB_TS)
    world.notifier.then["publish"] = lambda: world.notifier.stand(place, "the file")
    ref = await published(world)
    world.pass_time(0.5)
    await publish(world.given, ref)
    assert len(world.notifier.called("publish")) == 1
    assert world.notifier.slots() == ["document"]
    assert world.job().messages["document"].ts


@pytest.mark.parametrize("message", [None, MessageRef("C0LEGAL", attempt=1)])
async def test_the_file_waits_for_the_message_that_it_answers(world, message):
    """Not posted yet, or of unknown outcome: later."""
    job = completed()
    del job.messages["job"]
    await published(world, job.with_message("job", message) if message else job)
    assert world.notifier.calls == []
    assert world.job().publish_at == later(0.5)


async def test_a_document_whose_thread_was_deleted_stands_in_the_channel(world):
    """Whoever deleted the thread did not mean what was asked for."""
    world.notifier.fails["publish"] = [GoneError("Deleted.", code="thread_not_found")]
    await published(world)
    assert [place.thread_ts for place, *_rest in world.notifier.called("publish")] == [JOB_TS, ""]
    assert world.job().publish_at is None


async def test_a_document_whose_channel_is_closed_comes_to_the_requester(world):
    """The edit goes on there: its message first, then the document in its thread."""
    world.notifier.fails["publish"] = [RefusedError("Archived.", code="is_archived")]
    await published(world)
    job = world.job()
    assert (job.channel, job.moved_from, job.publish_at) == (REQUESTER, "C0LEGAL", later(0.5))
    assert job.refresh_at is not None
    assert job.messages["job"] == MessageRef("C0LEGAL", copies=1)


async def tried(world, times, job=None, html="<p>15 days</p>"):
    """Have the document published so often, each time when it is due."""
    ref = await published(world, job, html)
    for _ in range(times - 1):
        world.pass_time(60)
        await publish(world.given, ref)
    return world.job()


@pytest.mark.parametrize("error", [RefusedError("Full.", code="storage_limit"), OutcomeUnknownError("No.")])
async def test_a_document_that_is_refused_or_lost_time_and_again_is_given_up(world, error):
    """It is uploaded five times, looked for once more, and then the job's message says that it does not come."""
    world.notifier.fails["publish"] = [error] * 9
    job = await tried(world, 9)
    assert len(world.notifier.called("publish")) == len(world.notifier.called("find")) == 5
    assert job.publish_at is None
    assert job_status(job).sentence.endswith("The edited document could not be posted here.")
    assert job.refresh_at is not None


async def test_the_last_try_without_an_answer_is_looked_for(world):
    """It stands there: nobody is told that it does not."""
    world.notifier.fails["publish"] = [OutcomeUnknownError("No answer.")] * 5
    await tried(world, 5)
    world.notifier.stand(Place("C0LEGAL", make_job().ref, "document", JOB_TS), "the file")
    world.pass_time(60)
    await publish(world.given, make_job().ref)
    assert world.job().messages["document"].ts
    assert "could not" not in job_status(world.job()).sentence


async def test_while_slack_is_away_the_document_is_kept_for_a_day(world):
    """However often it was tried in vain; then it is given up."""
    world.notifier.fails["publish"] = [TransientError("Slack is down.")] * 30
    job = await tried(world, 20, completed(ended_at=NOON))
    assert job.publish_at is not None
    world.pass_time(86_400)
    await publish(world.given, job.ref)
    assert world.job().publish_at is None
    assert "could not be posted" in job_status(world.job()).sentence


async def test_a_document_that_is_kept_no_more_is_given_up(world):
    """It may come after the record, but not as late as that."""
    job = await tried(world, 9, html=None)
    assert (job.publish_at, job.publish_failures) == (None, 5)
    assert "could not be posted" in job_status(job).sentence


async def test_messages_are_looked_over_only_if_something_was_found(world):
    """The second try finds in the document what the first did: nothing is edited for that."""
    world.notifier.fails["publish"] = [TransientError("Slack is down.")] * 2
    await published(world)
    seen = world.job().revision
    world.pass_time(60)
    await publish(world.given, make_job().ref)
    assert world.job().revision == seen


async def test_what_another_task_has_posted_is_not_taken_up_again(world):
    """This one failed, and finds the record done."""
    world.notifier.fails["publish"] = [TransientError("Slack is down.")]
    stood = MessageRef("C0LEGAL", "70.000100")
    world.notifier.then["publish"] = lambda: world.store.put(
        replace(world.job().with_message("document", stood), publish_at=None)
    )
    await published(world)
    assert (world.job().publish_at, world.job().messages["document"]) == (None, stood)


async def test_whoever_wakes_after_another_one_has_posted_does_not_post(world):
    """It stood still, or waited for its turn: the record no longer holds its intent."""
    stood = MessageRef("C0LEGAL", "70.000100")
    world.notifier.turns["publish"] = lambda: world.store.put(
        replace(world.job().with_message("document", stood), publish_at=None)
    )
    await published(world)
    assert world.notifier.called("publish") == []
    assert (world.job().publish_at, world.job().messages["document"]) == (None, stood)


async def test_whoever_wakes_after_its_time_does_not_post(world, monkeypatch):
    """Another task may be at work by then, whatever the record says; what certainly was not posted is posted later."""
    times = {"now": 0.0}
    monkeypatch.setattr(posting, "_clock", lambda: times["now"])
    monkeypatch.setattr(asyncio, "timeout_at", lambda _at: asyncio.timeout(None))
    world.notifier.turns["publish"] = lambda: times.update(now=30.0)
    await published(world)
    assert world.notifier.called("publish") == []
    assert (world.job().publish_at, world.job().messages["document"].attempt) == (later(0.5), 0)


async def test_a_task_that_takes_too_long_is_cut_off(world, monkeypatch):
    """Slack does not answer: the next task looks for what this one may have posted."""
    monkeypatch.setattr(publishing, "_LIMIT", timedelta(0))
    stalled = asyncio.Event()
    monkeypatch.setattr(world.notifier, "publish", lambda *_given: stalled.wait())
    with capture_logs() as logs:
        async with asyncio.timeout(5):
            await published(world)
    assert (world.job().publish_at, world.job().messages["document"].attempt) == (later(0.5), 1)
    assert [line["reason"] for line in logs if line["event"] == "document.postponed"] == [
        "It took longer than a task may."
    ]


async def test_without_the_document_nothing_is_posted(world):
    """The record is ahead of the text: later."""
    await published(world, html=None)
    assert world.notifier.calls == []
    assert world.job().publish_failures == 1


@pytest.mark.parametrize("rest", [{"publish_at": None}, {"publish_at": later(1)}])
async def test_a_task_that_comes_for_nothing_does_nothing(world, rest):
    """Posted already, or early."""
    await published(world, completed(**rest))
    assert world.notifier.calls == []


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("supply.html", "supply-edited.html"),
        ("supply.agreement.htm", "supply.agreement-edited.html"),
        ("", "document-edited.html"),
        ("../../etc/passwd", "passwd-edited.html"),
        (".", "document-edited.html"),
    ],
)
def test_the_file_is_called_after_the_one_that_was_given(document, name):
    """Marked as edited; a path in the name leads nowhere."""
    assert edited_name(document, "html") == name


async def test_what_cannot_be_looked_into_comes_back_all_the_same(world, monkeypatch):
    """Looking into a document of the largest size takes too long, again and again: people get it, and the end of it."""

    async def never(*_given):
        raise TransientError("It took longer than a task may.")

    monkeypatch.setattr(publishing, "verified", never)
    ref = await published(world)
    assert world.notifier.called("publish") == []
    for _ in range(5):
        world.pass_time(3600)
        await publish(world.given, ref)
    assert len(world.notifier.called("publish")) == 1
    assert (world.job().publish_at, world.job().rounds[0].changes[0].outcome) == (None, Outcome.UNKNOWN)
