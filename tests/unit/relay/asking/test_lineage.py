"""Edits that go on with what another one left: with its very document, and back to where that one has put it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.errors import RefusedError
from bot.core.model import JobState, MessageRef, Mode
from bot.core.request import LibraryFile, Returned, SourceFile
from bot.core.returning import PATIENCE
from bot.core.sighting import Exported
from bot.relay.acts import EditRequest
from bot.relay.asking.begin import start
from bot.relay.asking.start import ask_again, request
from bot.relay.returning.publish import publish
from tests.fakes.library import FakeLibrary, version_of
from tests.fakes.world import actor
from tests.make import NOON, OTHER, REQUESTER, make_job

SOURCE = SourceFile("F1", "supply.html", "https://files.example/1")
FIRST = "ref0000000000001"


async def finished(world, ref=FIRST, html="<p>One.</p>", **rest):
    """Keep an edit that has completed, with the document that it left; return its ref."""
    given = {
        "ref": ref, "job_id": f"job_{ref[-1]}", "state": JobState.COMPLETED, "has_document": True, "ended_at": NOON,
        "source": SOURCE, "document": "supply.html",
    }  # fmt: skip
    job = replace(make_job(), **{**given, **rest}).with_message("job", MessageRef("C0LEGAL", f"5{ref[-1]}.0"))
    await world.keep(job)
    await world.store.save_document(ref, "source", "<p>Zero.</p>")
    await world.store.save_document(ref, "updated", html)
    return ref


async def edited_again(world, ref, key="again"):
    """Have what an edit left edited again, and return the ref of that."""
    wanted = EditRequest(
        key, actor(REQUESTER), "C0LEGAL", "More.", Mode.REVIEW, None, continues_ref=f"{ref}.0"
    )
    return await request(world.given, wanted)


async def ends(world, ref, html, **rest):
    """Have an edit complete with a document."""
    done = {
        "state": JobState.COMPLETED,
        "has_document": True,
        "ended_at": world.store.clock.now,
        "next_at": None,
    }
    world.store.put(replace(world.job(ref), job_id=f"job_{ref}", **{**done, **rest}))
    await world.store.save_document(ref, "updated", html)


class TestDocument:
    """The session has it; what it says is known here, too."""

    async def test_an_edit_that_never_began_is_asked_again_with_what_the_session_has(self, world):
        """Not with the file that was given at first: what was approved since is not in that one."""
        second = await edited_again(world, await finished(world))
        world.documents.fails["start"] = [RefusedError("The quota is spent.", code="quota_exhausted")]
        await start(world.given, second)
        third = await ask_again(world.given, actor(OTHER), second)
        await start(world.given, third)
        (*_rest, (_session, _message, _mode, sent)) = world.documents.called("start")
        assert sent is None
        assert await world.store.document(third, "synced") == "<p>One.</p>"

    async def test_what_was_edited_again_before_is_gone_on_with_from_there(self, world):
        """Whoever presses the oldest button edits what the latest edit left."""
        first = await finished(world)
        second = await edited_again(world, first)
        await ends(world, second, "<p>Two.</p>")
        third = await edited_again(world, first, "a third time")
        await start(world.given, third)
        assert await world.store.document(third, "synced") == "<p>Two.</p>"

    async def test_what_is_still_being_edited_again_is_gone_on_with_from_its_end(self, world):
        """It was asked for before that had ended."""
        first = await finished(world)
        second = await edited_again(world, first)
        third = await edited_again(world, first, "a third time")
        await ends(world, second, "<p>Two.</p>")
        await start(world.given, third)
        assert await world.store.document(third, "synced") == "<p>Two.</p>"

    async def test_one_that_left_nothing_is_gone_on_with_from_what_it_began_with(self, world):
        """It failed: the document is as the edit before it left it."""
        first = await finished(world)
        second = await edited_again(world, first)
        world.store.put(replace(world.job(second), state=JobState.FAILED, job_id="job_x", next_at=None))
        third = await edited_again(world, first, "a third time")
        await start(world.given, third)
        assert await world.store.document(third, "synced") == "<p>One.</p>"

    async def test_it_waits_until_the_one_before_it_is_exported(self, world):
        """What is exported is what the session has just then: another edit's text would be among it."""
        first = await finished(world, source=replace(SOURCE, name="supply.docx"), publish_at=NOON)
        second = await edited_again(world, first)
        await start(world.given, second)
        assert (world.documents.called("start"), world.job(second).state) == ([], JobState.STARTING)
        await world.store.save_document(first, "export", "UEs=")
        world.pass_time(5)
        await start(world.given, second)
        assert world.job(second).state is JobState.WORKING

    async def test_it_does_not_wait_for_an_export_for_ever(self, world):
        """SuperDocs does not write it."""
        first = await finished(world, source=replace(SOURCE, name="supply.docx"), publish_at=NOON)
        second = await edited_again(world, first)
        world.pass_time(PATIENCE.total_seconds())
        await start(world.given, second)
        assert world.job(second).state is JobState.WORKING


class TestLibrary:
    """It goes back over what the edit before it has put there, and nobody else."""

    @pytest.fixture
    def library(self, world):
        """Give a library with one document."""
        world.library = FakeLibrary(**{"a.html": b"<p>Zero.</p>"})
        return world.library

    async def both(self, world):
        """Keep an edit that is not back in the library yet, and one that goes on with it and has ended, too."""
        at = LibraryFile("a.html", version_of(b"<p>Zero.</p>"))
        first = await finished(world, source=at, publish_at=NOON)
        second = await edited_again(world, first)
        world.store.put(world.job(second).with_message("job", MessageRef("C0LEGAL", "52.0")))
        await ends(world, second, "<p>Two.</p>", publish_at=NOON)
        return first, second

    async def test_one_that_was_pressed_before_the_first_was_back_replaces_what_that_one_wrote(
        self, world, library
    ):
        """Nobody else has changed it, so nothing is put beside it."""
        first, second = await self.both(world)
        await publish(world.given, first)
        await publish(world.given, second)
        assert library.documents == {"a.html": b"<p>Two.</p>"}
        assert not world.job(second).returned.is_beside

    async def test_it_waits_for_the_first_one(self, world, library):
        """Otherwise that one would come after it, and find its own document changed."""
        first, second = await self.both(world)
        await publish(world.given, second)
        assert world.job(second).returned is None
        await publish(world.given, first)
        world.pass_time(60)
        await publish(world.given, second)
        assert library.documents == {"a.html": b"<p>Two.</p>"}

    async def test_what_the_first_one_put_beside_is_replaced_there(self, world, library):
        """Somebody's newer text stays as it is, both times."""
        first, second = await self.both(world)
        library.documents["a.html"] = b"<p>Theirs.</p>"
        await publish(world.given, first)
        await publish(world.given, second)
        assert library.documents == {"a.html": b"<p>Theirs.</p>", "a.html (edited)": b"<p>Two.</p>"}

    async def test_an_edit_that_never_began_is_asked_again_with_what_the_library_has_now(
        self, world, library
    ):
        """Its version was noted, and its text is no more what stands there."""
        at = LibraryFile("a.html", version_of(b"<p>Zero.</p>"))
        old = await world.keep(make_job(state=JobState.FAILED, job_id="", source=at, session_id="slack-x"))
        library.documents["a.html"] = b"<p>Newer.</p>"
        again = await ask_again(world.given, actor(OTHER), old)
        await start(world.given, again)
        ((_session, _message, _mode, sent),) = world.documents.called("start")
        assert sent == "<p>Newer.</p>"
        assert world.job(again).source == LibraryFile("a.html", version_of(b"<p>Newer.</p>"))


class TestExport:
    """What keeps SuperDocs from writing a document for a while is waited for."""

    @pytest.mark.parametrize("code", ["session_busy", "key_refused"])
    async def test_a_no_that_passes_is_no_end(self, world, code):
        """Somebody else uses the session, or the key was changed."""
        ref = await finished(world, source=replace(SOURCE, name="a.docx"), publish_at=NOON)
        world.documents.fails["export"] = [RefusedError("Not while it is busy.", code=code)]
        world.documents.exported = Exported(b"PK", "One.")
        await publish(world.given, ref)
        assert world.job(ref).export_trouble == ""
        world.pass_time(60)
        await publish(world.given, ref)
        assert [name for _place, name, *_rest in world.notifier.called("publish")][-1] == "supply-edited.docx"

    async def test_another_document_is_never_taken_for_it(self, world):
        """The session has several, and another one is in focus; the edit has changed no word, only how one looks."""
        at = LibraryFile("a.docx", version_of(b"PK old"))
        world.library = FakeLibrary(**{"a.docx": b"PK old"})
        ref = await finished(world, html="<p>Zero is <b>this</b> many days.</p>", source=at, publish_at=NOON)
        await world.store.save_document(ref, "source", "<p>Zero is this many days.</p>")
        world.documents.exported = Exported(b"PK other", "Minutes of a meeting that nobody asked about.")
        await publish(world.given, ref)
        world.pass_time(PATIENCE.total_seconds())
        await publish(world.given, ref)
        assert world.library.documents == {"a.docx": b"PK old"}
        assert world.job(ref).export_trouble


async def test_a_slack_that_hangs_keeps_nothing_from_the_library(world, monkeypatch):
    """Each pass is cut off while the file is posted; the library has its turn all the same."""
    at = LibraryFile("a.html", version_of(b"<p>Zero.</p>"))
    world.library = FakeLibrary(**{"a.html": b"<p>Zero.</p>"})
    ref = await finished(world, source=at, publish_at=NOON)

    async def hangs(*_given):
        await asyncio.Event().wait()

    world.notifier.publish = hangs
    monkeypatch.setattr("bot.relay.returning.publish._LIMIT", timedelta(milliseconds=20))
    for _ in range(4):
        await publish(world.given, ref)
        world.pass_time(60)
    assert world.library.documents == {"a.html": b"<p>One.</p>"}
    assert world.job(ref).returned == Returned("a.html", version=version_of(b"<p>One.</p>"))
