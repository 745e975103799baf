"""Showing what was changed without asking: a message and a page in the job's thread, each once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import JobState, MessageRef, Mode, Origin, RoundState
from bot.relay.returning import whole as showing
from bot.relay.returning.publish import publish
from tests.make import NOON, decided, make_change, make_job, make_round

JOB_TS = "50.000100"
BEFORE, AFTER = "<p>Pay in 30 days.</p>", "<p>Pay in 60 days.</p>"


def completed(*rounds, **rest):
    """Return a job that has ended with a document, its message up."""
    given = {"state": JobState.COMPLETED, "has_document": True, "publish_at": NOON, "mode": Mode.AUTOMATIC}
    return make_job(*rounds, **{**given, **rest}).with_message("job", MessageRef("C0LEGAL", JOB_TS))


async def published(world, job=None, before=BEFORE):
    """Keep a job with its texts, and run the task once."""
    ref = await world.keep(job or completed())
    await world.store.save_document(ref, "updated", AFTER)
    if before is not None:
        await world.store.save_document(ref, "source", before)
    await publish(world.given, ref)
    return ref


async def test_the_redline_comes_after_the_document(world):
    """In the job's thread: a message with what fits, and a page with all of it."""
    await published(world)
    ((place, summary),) = world.notifier.called("post")
    assert (place.slot, place.thread_ts, summary.title) == ("whole", JOB_TS, "What changed in supply")
    documents = world.notifier.called("publish")
    assert [place.slot for place, *_rest in documents] == ["document", "changes"]
    place, name, page, sentence = documents[1]
    assert (name, place.thread_ts) == ("supply-changes.html", JOB_TS)
    assert "<del>" in page
    assert sentence == "Every change of this edit in supply.html, to be read in a browser."
    assert world.job().publish_at is None


async def test_where_people_decided_nothing_is_shown_again(world):
    """Each change had a card."""
    await published(world, completed(make_round(decided(make_change()), state=RoundState.CONFIRMED)))
    assert world.notifier.called("post") == []
    assert len(world.notifier.called("publish")) == 1


@pytest.mark.parametrize("error", [TransientError("Down."), OutcomeUnknownError("No answer.")])
async def test_what_could_not_be_posted_comes_later_and_nothing_twice(world, error):
    """The page is not held up for ever, and what stands there is not posted again."""
    world.notifier.fails["post"] = [error]
    ref = await published(world)
    assert world.job().publish_at is not None
    world.pass_time(60)
    await publish(world.given, ref)
    assert world.job().publish_at is None
    posted = [place.slot for place, *_rest in world.notifier.called("publish")]
    assert sorted(posted) == ["changes", "document"]
    assert world.job().messages["whole"].ts


async def test_what_slack_never_takes_is_given_up(world):
    """After some tries; the document and the page stand there all the same."""
    world.notifier.fails["post"] = [RefusedError("Blocks.", code="invalid_blocks")] * 9
    ref = await published(world)
    for _ in range(9):
        world.pass_time(3600)
        await publish(world.given, ref)
    assert len(world.notifier.called("post")) == 5
    assert world.job().publish_at is None


async def test_it_stands_in_the_channel_when_the_thread_was_deleted(world):
    """As the document does."""
    world.notifier.fails["post"] = [GoneError("Deleted.", code="thread_not_found")]
    await published(world)
    assert [place.thread_ts for place, _summary in world.notifier.called("post")] == [JOB_TS, ""]


async def test_what_all_stands_there_is_not_compared_again(world, monkeypatch):
    """Something else is still to be done, again and again."""
    monkeypatch.setattr(showing, "whole", None)
    up = completed()
    for slot in ("whole", "changes"):
        up = up.with_message(slot, MessageRef("C0LEGAL", "60.1"))
    await published(world, up)
    assert world.job().publish_at is None


async def test_without_the_document_before_that_is_said_and_no_page_comes(world):
    """To whoever asked here; a program that handed the job over hears nothing of it."""
    await published(world, before=None)
    ((_place, summary),) = world.notifier.called("post")
    assert "not known here" in summary.notes[0]
    assert [place.slot for place, *_rest in world.notifier.called("publish")] == ["document"]


async def test_a_job_of_another_program_is_not_told_what_it_knows(world):
    """Its document was never here before."""
    await published(world, replace(completed(), origin=Origin.HANDED_OVER), before=None)
    assert world.notifier.called("post") == []
    assert world.job().publish_at is None
