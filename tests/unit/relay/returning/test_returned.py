"""The ways back: the export in its format, and the library; each once, whatever fails in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.deadline import DAY
from bot.core.errors import GoneError, OutcomeUnknownError, RefusedError, TransientError
from bot.core.formats import Format
from bot.core.model import JobState, MessageRef, RoundState
from bot.core.request import LibraryFile, Returned, SourceFile
from bot.core.returning import PATIENCE
from bot.core.sighting import Exported
from bot.relay.returning.publish import publish
from tests.fakes.library import FakeLibrary, version_of
from tests.make import NOON, decided, make_change, make_job, make_round

BEFORE, AFTER = "<p>You have 10 days.</p>", "<p>You have 15 days.</p>"
FRESH, STALE = Exported(b"PK new", "You have 15 days."), Exported(b"PK old", "You have 10 days.")
WORD = SourceFile("F0", "a.docx", "https://files.example/F0")


@pytest.fixture
def library(world):
    """Give a world with a library."""
    world.library = FakeLibrary()
    world.library.documents = {"b/a.html": BEFORE.encode(), "b/a.docx": b"PK", "b/a.rtf": b"{rtf"}
    return world.library


def at_library(path, content):
    """Return the source of an edit that began with these bytes."""
    return LibraryFile(path, version_of(content))


async def finished(world, source, **rest):
    """Keep a job that has completed, with its document before and after; return its ref."""
    held = make_round(decided(make_change()), state=RoundState.CONFIRMED)
    given = {
        "state": JobState.COMPLETED, "has_document": True, "publish_at": NOON, "ended_at": NOON, "source": source,
        "document": source.name,
    }  # fmt: skip
    job = make_job(held, **{**given, **rest}).with_message("job", MessageRef("C0LEGAL", "50.000100"))
    ref = await world.keep(job)
    await world.store.save_document(ref, "source", BEFORE)
    await world.store.save_document(ref, "updated", AFTER)
    return ref


async def again(world, ref, seconds=3600.0):
    """Let time pass and have it published again."""
    world.pass_time(seconds)
    await publish(world.given, ref)


def posted(world):
    """Return the names and contents of the files that were posted."""
    return [(name, content) for _place, name, content, _sentence in world.notifier.called("publish")]


class TestExport:
    """What came as Word comes back as Word."""

    async def test_both_files_are_posted(self, world):
        """HTML at once, which has everything; and the format that people gave."""
        world.documents.exported = FRESH
        ref = await finished(world, WORD)
        await publish(world.given, ref)
        assert posted(world) == [("a-edited.html", AFTER), ("a-edited.docx", b"PK new")]
        assert world.documents.called("export") == [(world.job().session_id, Format.DOCX, "a.docx", "")]
        assert world.job().publish_at is None

    async def test_an_export_that_is_behind_is_asked_for_again(self, world):
        """Nobody gets it; the HTML is posted meanwhile, once."""
        world.documents.exported = STALE
        ref = await finished(world, WORD)
        await publish(world.given, ref)
        assert posted(world) == [("a-edited.html", AFTER)]
        world.documents.exported = FRESH
        await again(world, ref, 5)
        assert posted(world) == [("a-edited.html", AFTER), ("a-edited.docx", b"PK new")]

    async def test_one_that_stays_behind_is_never_handed_out(self, world):
        """That is said, and the HTML file is there."""
        world.documents.exported = STALE
        ref = await finished(world, WORD)
        await again(world, ref, PATIENCE.total_seconds())
        assert posted(world) == [("a-edited.html", AFTER)]
        assert world.job().export_trouble == (
            "The document does not come back as Word: SuperDocs' export lacks changes that are in the document. "
            "The HTML file has everything."
        )
        assert world.job().publish_at is None

    async def test_what_superdocs_refuses_to_write_is_said(self, world):
        """In its words; it is not asked again."""
        world.documents.fails["export"] = [RefusedError("It is over 100 MB.", code="too_large")]
        ref = await finished(world, WORD)
        await publish(world.given, ref)
        assert "over 100 MB" in world.job().export_trouble
        assert world.job().publish_at is None

    async def test_what_was_exported_is_kept(self, world):
        """Slack refuses it for a while: the next attempt posts the same bytes, and exports nothing."""
        world.documents.exported = FRESH
        ref = await finished(world, WORD)
        world.notifier.fails["publish"] = [TransientError("Not now."), TransientError("Not now.")]
        await publish(world.given, ref)
        world.documents.exported = Exported(b"PK another", FRESH.text)
        await again(world, ref, 60)
        assert sorted(posted(world)[2:]) == [("a-edited.docx", b"PK new"), ("a-edited.html", AFTER)]
        assert len(world.documents.called("export")) == 1


class TestLibrary:
    """The document goes back to where it came from, and never over anybody's newer text."""

    async def test_it_replaces_what_the_edit_began_with(self, world, library):
        """Under its own name, and the thread says so."""
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        await publish(world.given, ref)
        assert library.documents["b/a.html"] == AFTER.encode()
        assert world.job().returned == Returned("b/a.html", version=version_of(AFTER.encode()))

    async def test_somebody_s_newer_text_stays(self, world, library):
        """The edited one stands beside it: neither is lost."""
        library.documents["b/a.html"] = b"<p>Newer</p>"
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        await publish(world.given, ref)
        assert library.documents["b/a.html"] == b"<p>Newer</p>"
        assert world.job().returned.is_beside
        assert library.documents[world.job().returned.path] == AFTER.encode()

    async def test_a_word_document_goes_back_as_word(self, world, library):
        """The same bytes as in the thread."""
        world.documents.exported = FRESH
        ref = await finished(world, at_library("b/a.docx", b"PK"))
        await publish(world.given, ref)
        assert library.documents["b/a.docx"] == b"PK new"
        assert ("a-edited.docx", b"PK new") in posted(world)

    async def test_nothing_is_written_that_lacks_what_was_approved(self, world, library):
        """The library's document is as it was, and why is said."""
        world.documents.exported = STALE
        ref = await finished(world, at_library("b/a.docx", b"PK"))
        await again(world, ref, PATIENCE.total_seconds())
        assert library.documents["b/a.docx"] == b"PK"
        assert world.job().returned.trouble

    async def test_rtf_goes_back_as_html_beside_it(self, world, library):
        """SuperDocs reads RTF, and does not write it."""
        ref = await finished(world, at_library("b/a.rtf", b"{rtf"))
        await publish(world.given, ref)
        ((name, content, known),) = library.called("write")
        assert (name, content, known) == ("b/a.html", AFTER.encode(), "")
        assert library.documents["b/a.rtf"] == b"{rtf"

    async def test_a_crash_after_the_write_writes_no_second_copy(self, world, library):
        """What was written before is found."""
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        before = world.job(ref)
        await publish(world.given, ref)
        world.store.put(before)
        await publish(world.given, ref)
        assert world.job().returned == Returned("b/a.html", version=version_of(AFTER.encode()))
        assert len(library.documents) == 3

    async def test_a_library_that_is_away_holds_up_nothing_else(self, world, library):
        """The file stands in the thread meanwhile; the library is tried again, and written once."""
        library.fails["write"] = [TransientError("It does not answer.")]
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        await publish(world.given, ref)
        assert posted(world) == [("a-edited.html", AFTER)]
        assert world.job().returned is None
        await again(world, ref)
        assert world.job().returned.path == "b/a.html"
        assert len(posted(world)) == 1

    async def test_slack_s_trouble_does_not_keep_it_from_the_library(self, world, library):
        """Whatever cannot be posted, the document goes back."""
        world.notifier.fails["publish"] = [OutcomeUnknownError("No answer.")]
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        await publish(world.given, ref)
        assert library.documents["b/a.html"] == AFTER.encode()

    async def test_a_library_that_refuses_is_said(self, world, library):
        """In words, and not tried again."""
        library.fails["write"] = [RefusedError("The library is read-only.", code="document")]
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        await publish(world.given, ref)
        assert world.job().returned == Returned("", trouble="The library is read-only.")
        assert world.job().publish_at is None

    async def test_after_a_day_it_is_given_up_in_words(self, world, library):
        """The thread says that the library's document is as it was."""
        library.fails["write"] = [TransientError("It does not answer.")] * 99
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        await publish(world.given, ref)
        await again(world, ref, DAY.total_seconds() + 1)
        assert world.job().returned.trouble == "For a day, the library could not be written."
        assert world.job().publish_at is None

    async def test_without_a_library_any_more_that_is_said(self, world):
        """It was configured when the edit began."""
        ref = await finished(world, LibraryFile("b/a.html", "v1"))
        await publish(world.given, ref)
        assert "DOCUMENTS_URL" in world.job().returned.trouble

    @pytest.mark.usefixtures("library")
    async def test_a_deleted_thread_keeps_nothing_from_the_library(self, world):
        """The file comes to the channel instead."""
        world.notifier.fails["publish"] = [GoneError("The message was deleted.")]
        ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
        await publish(world.given, ref)
        assert world.job().messages["document"].ts
        assert world.job().returned.path == "b/a.html"


async def test_a_document_that_was_edited_again_goes_back_with_the_version_that_we_wrote(world, library):
    """The second edit replaces what the first one wrote, and no longer what the first one read."""
    ref = await finished(world, at_library("b/a.html", BEFORE.encode()))
    await publish(world.given, ref)
    written = world.job(ref).returned
    second = replace(
        world.job(ref), ref="ref0000000000002", source=LibraryFile(written.path, written.version)
    )
    second = replace(
        second,
        returned=None,
        publish_at=NOON,
        continues_ref=ref,
        messages={"job": MessageRef("C0LEGAL", "51.0")},
    )
    await world.keep(second)
    await world.store.save_document(second.ref, "synced", AFTER)
    await world.store.save_document(second.ref, "updated", "<p>You have 20 days.</p>")
    await publish(world.given, second.ref)
    assert library.documents["b/a.html"] == b"<p>You have 20 days.</p>"
    assert not world.job(second.ref).returned.is_beside


async def test_an_export_that_cannot_be_read_comes_with_a_caution(world, library):
    """Nobody can tell what is in it: people get it with that sentence, and the library does not."""
    world.documents.exported = Exported(b"PK odd")
    ref = await finished(world, at_library("b/a.docx", b"PK"))
    await publish(world.given, ref)
    (_html, (_place, name, content, sentence)) = world.notifier.called("publish")
    assert (name, content) == ("a-edited.docx", b"PK odd")
    assert "could not be read" in sentence
    assert library.documents["b/a.docx"] == b"PK"
    assert "could not be read" in world.job().returned.trouble
    assert world.job().publish_at is None
