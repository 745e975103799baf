"""Taking in what SuperDocs proposes: texts are kept, readers' facts found, the rules decide what it means."""

from __future__ import annotations

import pytest

from bot.core.errors import RefusedError, TransientError
from bot.core.model import JobState, RoundState
from bot.core.sighting import Rostered, Status
from bot.relay.watching.intake import reread
from tests.make import NOON, make_job, make_proposal, make_round, seen

DOCUMENT = '<h2>4.1 Terms</h2><p data-chunk-id="chunk-ch_1">30 days</p>'


async def test_a_pause_becomes_a_round_with_texts_and_facts(world):
    """Every text is kept by its digest before the record names it; the place is found in the document."""
    proposal = make_proposal()
    world.documents.shown = seen(proposal)
    ref = await world.keep(make_job())
    await world.store.save_document(ref, "source", DOCUMENT)
    job, sighting = await reread(world.given, ref)
    assert sighting is world.documents.shown
    assert job == world.job()
    assert job.rounds[0].changes[0].place == "4.1 Terms"
    assert await world.store.contents(ref, [proposal.digest]) == {proposal.digest: proposal.content}


async def test_the_document_that_the_stream_told_names_places_better(world):
    """It has SuperDocs' own chunk ids; the file that was given may have none."""
    world.documents.shown = seen(make_proposal())
    ref = await world.keep(make_job())
    await world.store.save_document(ref, "source", "<p>30 days</p>")
    await world.store.save_document(ref, "synced", DOCUMENT)
    job, _sighting = await reread(world.given, ref)
    assert job.rounds[0].changes[0].place == "4.1 Terms"


async def test_the_finished_document_is_kept_before_the_record_says_so(world):
    """Nobody finds a record that promises a document which is not there."""
    world.documents.shown = seen(status=Status.COMPLETED, updated_html="<p>60 days</p>")
    ref = await world.keep(make_job())
    job, _sighting = await reread(world.given, ref)
    assert job.state is JobState.COMPLETED
    assert await world.store.document(ref, "updated") == "<p>60 days</p>"
    assert "publish" in world.queue.steps


async def test_a_read_counts_from_when_it_was_begun(world):
    """An answer that took ten seconds to come tells how things stood before it."""
    world.documents.then["read"] = lambda: world.pass_time(10)
    world.documents.shown = seen(make_proposal())
    job, _sighting = await reread(world.given, await world.keep(make_job()))
    assert job.rounds[0].opened_at == NOON


async def test_a_record_that_changed_during_the_read_is_judged_as_it_is_then(world):
    """Somebody's round was opened meanwhile: this read, older than the pause, takes nothing away."""
    world.documents.shown = seen(status=Status.WORKING)
    ref = await world.keep(make_job())
    world.documents.then["read"] = lambda: world.store.put(make_job(make_round()))
    job, _sighting = await reread(world.given, ref)
    assert job.rounds[0].state is RoundState.OPEN


async def several(world, *roster, error=None):
    """Take in changes of two documents; return the job."""
    world.documents.rostered = roster
    world.documents.fails["roster"] = [error] if error else []
    world.documents.shown = seen(
        make_proposal("ch_1", document_id="d1"), make_proposal("ch_2", document_id="d2")
    )
    ref = await world.keep(make_job())
    await world.store.save_document(ref, "synced", DOCUMENT)
    return (await reread(world.given, ref))[0]


async def test_changes_of_several_documents_are_named_and_placed_in_theirs(world):
    """SuperDocs is asked once what the documents are called, by whichever id a change names them."""
    other = '<h2>Secrecy</h2><p data-chunk-id="chunk-ch_2">30 days</p>'
    job = await several(
        world, Rostered("d1", "MSA.docx", DOCUMENT), Rostered("doc_2", "NDA.docx", other, durable_id="d2")
    )
    assert [change.place for change in job.rounds[0].changes] == ["4.1 Terms", "Secrecy"]
    assert job.document_names == {"d1": "MSA.docx", "doc_2": "NDA.docx", "d2": "NDA.docx"}
    await reread(world.given, job.ref)
    assert world.documents.called("roster") == [("slack-1",)]


@pytest.mark.parametrize("error", [TransientError("Away."), RefusedError("No.")])
async def test_a_round_waits_for_no_name(world, error):
    """What SuperDocs does not say is left out; the next read asks again."""
    job = await several(world, error=error)
    assert (len(job.rounds[0].changes), job.document_names) == (2, {})
    assert job.rounds[0].changes[0].place == "4.1 Terms"


async def test_the_only_document_needs_no_name(world):
    """Nobody is asked for it, whatever id the changes bear."""
    world.documents.shown = seen(make_proposal(document_id="d1"))
    job, _sighting = await reread(world.given, await world.keep(make_job()))
    assert (job.document_names, world.documents.called("roster")) == ({}, [])
