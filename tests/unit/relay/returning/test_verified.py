"""Looking in the finished document for what was sent: noted on the record, told once, alarmed by ids only."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from bot.core.errors import RefusedError, TransientError
from bot.core.model import JobState, Outcome, RoundState, Verdict
from bot.core.proposal import Content
from bot.core.sighting import Rostered
from bot.relay.returning.verified import verified
from tests.make import NOON, decided, make_change, make_job, make_round

BEFORE = '<p data-chunk-id="c1">10 days</p><p data-chunk-id="c2">20 days</p>'
APPROVED = decided(make_change(1, chunk_id="c1"))
DENIED = decided(make_change(2, chunk_id="c2"), Verdict.DENY)
TEXTS = {
    APPROVED.digest: Content("<p>10 days</p>", "<p>15 days</p>"),
    DENIED.digest: Content("<p>20 days</p>", "<p>25 days</p>"),
}


async def looked_up(world, html, *changes, **documents):
    """Have a job's changes looked for, given the texts that the store holds."""
    held = make_round(*changes, state=RoundState.CONFIRMED)
    ref = await world.keep(make_job(held, state=JobState.COMPLETED, has_document=True, ended_at=NOON))
    await world.store.save_contents(ref, TEXTS)
    for name, text in documents.items():
        await world.store.save_document(ref, name, text)
    return await verified(world.given, world.job(), html)


def outcomes(job):
    """List what is noted of a job's changes."""
    return [change.outcome for held in job.rounds for change in held.changes]


async def test_what_is_found_is_noted_and_shown(world):
    """The cards and the job's message are brought up to date, and the log is quiet."""
    with capture_logs() as logs:
        job = await looked_up(world, BEFORE.replace("10", "15"), APPROVED, DENIED, source=BEFORE)
    assert job == world.job()
    assert outcomes(job) == [Outcome.FOUND, Outcome.UNKNOWN]
    assert "refresh" in world.queue.steps
    assert logs == []


async def test_what_got_in_anyway_is_logged_by_its_ids_once(world):
    """Nothing of the document is; and who looks again tells nothing new."""
    updated = BEFORE.replace("20", "25")
    with capture_logs() as logs:
        job = await looked_up(world, updated, DENIED, source=BEFORE)
        again = await verified(world.given, job, updated)
    assert outcomes(job) == [Outcome.APPLIED_ANYWAY]
    assert again == job
    named = {"event": "change.applied_anyway", "log_level": "error", "change": 2}
    assert logs == [{**named, "ref": job.ref, "job_id": job.job_id}]


async def test_the_document_before_is_superdocs_own_where_it_is_known(world):
    """It has the chunks' names; what was given may have none, and has the words all the same."""
    moved = (
        '<p data-chunk-id="c1">10 days</p><p data-chunk-id="c2">20 days</p><p data-chunk-id="n">25 days</p>'
    )
    assert outcomes(await looked_up(world, moved, DENIED, synced=BEFORE)) == [Outcome.APPLIED_ANYWAY]


async def test_words_that_stood_in_the_document_before_are_no_alarm(world):
    """As nobody can tell without it."""
    before = f"{BEFORE}<p>25 days</p>"
    assert outcomes(await looked_up(world, before, DENIED, source=before)) == [Outcome.UNKNOWN]


async def test_a_job_without_changes_is_left_alone(world):
    """Nothing is read for it, and nothing noted."""
    await world.keep(make_job(state=JobState.COMPLETED))
    assert await verified(world.given, world.job(), BEFORE) == world.job()
    assert world.documents.calls == []


HERE = decided(make_change(1, chunk_id="c1", document_id="d1"))
THERE = decided(make_change(2, chunk_id="x1", document_id="d2"))


@pytest.fixture
def several(world):
    """Have the session hold a second document, in which the second change was made."""
    made = Rostered("d2", "NDA.docx", '<p data-chunk-id="x1">25 days</p>')
    world.documents.rostered = (Rostered("d1", html=BEFORE.replace("10", "15")), made)
    return world


async def test_a_change_in_another_document_is_looked_for_there(several):
    """SuperDocs is asked once, when what it shows is certain to be as it is now."""
    with pytest.raises(TransientError):
        await looked_up(several, BEFORE.replace("10", "15"), HERE, THERE, source=BEFORE)
    several.pass_time(5)
    job = await verified(several.given, several.job(), BEFORE.replace("10", "15"))
    assert outcomes(job) == [Outcome.FOUND, Outcome.FOUND]
    assert several.documents.called("roster") == [("slack-1",)]


@pytest.mark.parametrize("error", [TransientError("Away."), RefusedError("No.")])
async def test_a_document_that_cannot_be_read_is_not_judged(several, error):
    """Whatever is known of the other one is said; nothing waits."""
    several.documents.fails["roster"] = [error]
    several.pass_time(5)
    job = await looked_up(several, BEFORE.replace("10", "15"), HERE, THERE, source=BEFORE)
    assert outcomes(job) == [Outcome.FOUND, Outcome.UNKNOWN]
