"""What is in documents stands in no log, no entry of the audit, no record and no reason, whatever goes wrong on the way."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.core.deadline import DAY
from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.model import JobState, MessageRef, Mode
from bot.core.request import Callback, LibraryFile
from bot.core.sighting import Exported, Uploaded
from bot.library.library import FsspecLibrary
from bot.relay.acts import EditRequest
from bot.relay.asking.begin import start
from bot.relay.asking.programs import ProgramRequest
from bot.relay.asking.programs import request as ask
from bot.relay.asking.start import request
from bot.relay.returning.callback import deliver
from bot.relay.returning.publish import publish
from bot.store.codec import JOB
from tests.fakes.callbacks import FakeCallbacks
from tests.fakes.world import FakeWorld, actor
from tests.make import NOON, REQUESTER

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "canary3f9a"
"""Stands in every document, and in the query of the address that is called."""

BEFORE, AFTER = f"<p>{SECRET} has 10 days.</p>", f"<p>{SECRET} has 15 days.</p>"
URL = f"https://hooks.example.com/done?token={SECRET}"


@pytest.fixture
def world() -> FakeWorld:
    """Give a world of fakes, in which programs may be called."""
    return FakeWorld(callbacks=FakeCallbacks())


def wanted(path: str) -> EditRequest:
    """Return a dialog that asks for an edit of a document of the library."""
    return EditRequest(path, actor(REQUESTER), "C0LEGAL", "Longer.", Mode.REVIEW, LibraryFile(path))


async def begun(world: FakeWorld, ref: str) -> None:
    """Have an edit begun, through every kind of failure."""
    for error in (TransientError("Down."), OutcomeUnknownError("No answer."), TransientError("Down.")):
        world.documents.fails["start"] = [error]
        await start(world.given, ref)
        world.pass_time(300)
    await start(world.given, ref)


async def ended(world: FakeWorld, ref: str) -> None:
    """Have it completed, returned every way it has, and told, through every kind of failure."""
    now = await world.store.now()
    job = world.job(ref).with_message("job", MessageRef("C0LEGAL", "50.000100"))
    job = replace(
        job, job_id=f"job_{ref}", state=JobState.COMPLETED, has_document=True, publish_at=now, ended_at=now
    )
    world.store.put(job)
    await world.store.save_document(ref, "updated", AFTER)
    world.documents.exported = Exported(b"PK", f"{SECRET} has 10 days.")
    assert world.callbacks is not None
    world.notifier.fails["publish"] = [TransientError("Held."), RefusedError("No.", code="file")]
    world.callbacks.fails["deliver"] = [
        TransientError("The host answered 500."),
        RefusedError("It answered 410."),
    ]
    for _ in range(5):
        await publish(world.given, ref)
        await deliver(world.given, ref)
        world.pass_time(DAY.total_seconds() / 4)


@pytest.mark.parametrize("name", ["a.html", "latin.html", "words.html", "a.docx", "gone.html"])
async def test_nothing_of_a_document_is_told_on_its_way(
    world: FakeWorld, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """From the library to SuperDocs and back: read or not, exported or not, changed meanwhile or not writable."""
    caplog.set_level(logging.DEBUG)
    for place, content in {"a.html": BEFORE, "words.html": SECRET, "a.docx": f"PK {SECRET}"}.items():
        (tmp_path / place).write_text(content)
    (tmp_path / "latin.html").write_bytes(f"<p>{SECRET} ä</p>".encode("latin-1"))
    world.documents.uploaded = Uploaded(BEFORE)
    library = FsspecLibrary(f"file://{tmp_path}")
    world.library = library  # type: ignore[assignment]  # A real one, for once.
    with capture_logs() as logs:
        ref = await request(world.given, wanted(name))
        await begun(world, ref)
        (tmp_path / name).write_text(f"<p>{SECRET}: somebody else's</p>")
        await ended(world, ref)
    await library.close()
    assert SECRET not in str(logs) + caplog.text
    assert SECRET not in str(world.store.audit)
    assert SECRET.encode() not in JOB.dump(world.job(ref))


async def test_nothing_of_a_text_that_a_program_gave_is_told_on_its_way(
    world: FakeWorld, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor the query of the address that it wants to have called, except in the record that remembers it."""
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        job = await ask(world.given, ProgramRequest("Longer.", document_html=BEFORE, callback_url=URL))
        await begun(world, job.ref)
        await ended(world, job.ref)
    assert world.job(job.ref).callback is not None
    assert SECRET not in str(logs) + caplog.text
    assert SECRET not in str(world.store.audit)
    record = replace(world.job(job.ref), callback=Callback("", NOON))
    assert SECRET.encode() not in JOB.dump(record)
