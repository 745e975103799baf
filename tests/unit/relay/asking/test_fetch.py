"""The document that an edit is about: fetched once, from wherever it comes, and kept as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import OutcomeUnknownError, RefusedError, TransientError
from bot.core.request import HandedText, LibraryFile, SourceFile
from bot.core.sighting import Uploaded
from bot.relay.asking.fetch import LARGEST_DOCUMENT, document
from tests.fakes.library import FakeLibrary, version_of
from tests.make import make_job

HTML = b"<p>Fees</p>"


def of(source, **rest):
    """Return a job with this source."""
    return make_job(source=source, **rest)


def uploaded(name):
    """Return a file that somebody gave in Slack."""
    return SourceFile("F0", name, "https://files.example/F0")


async def fetched(world, job):
    """Fetch a job's document."""
    await world.keep(job)
    return await document(world.given, job)


@pytest.fixture
def library(world):
    """Give a world with a library."""
    world.library = FakeLibrary()
    world.library.documents = {"b/a.html": HTML, "b/a.docx": b"PK\x03\x04"}
    return world.library


class TestFormats:
    """HTML goes along with the instruction; SuperDocs reads everything else."""

    @pytest.mark.parametrize("name", ["a.docx", "a.PDF", "a.md", "a.txt", "a.rtf"])
    async def test_what_is_no_html_is_uploaded_into_the_session(self, world, name):
        """The session has it then: nothing goes along. What SuperDocs made of it is kept, to compare with."""
        world.notifier.file = b"\x00bytes"
        world.documents.uploaded = Uploaded("<p data-chunk-id='c'>Fees</p>", "doc_1")
        job = of(uploaded(name))
        assert await fetched(world, job) is None
        assert world.documents.called("upload") == [(job.session_id, name, b"\x00bytes")]
        assert await world.store.document(job.ref, "source") == "<p data-chunk-id='c'>Fees</p>"

    async def test_it_is_uploaded_once(self, world):
        """The next attempt finds it kept."""
        world.notifier.file = b"bytes"
        job = of(uploaded("a.docx"))
        await fetched(world, job)
        assert await document(world.given, job) is None
        assert len(world.documents.called("upload")) == 1

    async def test_an_unanswered_upload_is_repeated(self, world):
        """It replaces what it brought, so it is harmless."""
        world.notifier.file = b"bytes"
        world.documents.fails["upload"] = [OutcomeUnknownError("No answer.")]
        job = of(uploaded("a.docx"))
        with pytest.raises(OutcomeUnknownError):
            await fetched(world, job)
        assert await document(world.given, job) is None

    async def test_what_is_too_large_is_refused_before_it_is_uploaded(self, world):
        """By its name."""
        world.notifier.file = b"x" * (LARGEST_DOCUMENT + 1)
        with pytest.raises(RefusedError, match=r"a\.docx is larger than 10 MB") as refusal:
            await fetched(world, of(uploaded("a.docx")))
        assert refusal.value.code == "too_large"
        assert world.documents.called("upload") == []


class TestLibrary:
    """A document of the library, as it was when the edit began."""

    @pytest.mark.usefixtures("library")
    async def test_it_is_read_and_its_version_noted(self, world):
        """What comes back later is compared with that."""
        job = of(LibraryFile("b/a.html"))
        assert await fetched(world, job) == HTML.decode()
        assert world.job(job.ref).source == LibraryFile("b/a.html", version_of(HTML))

    @pytest.mark.usefixtures("library")
    async def test_another_format_is_uploaded(self, world):
        """Under its own name."""
        job = of(LibraryFile("b/a.docx"))
        assert await fetched(world, job) is None
        assert world.documents.called("upload") == [(job.session_id, "b/a.docx", b"PK\x03\x04")]
        assert world.job(job.ref).source.version == version_of(b"PK\x03\x04")

    async def test_a_later_attempt_begins_with_what_the_first_one_read(self, world, library):
        """Although somebody has changed it meanwhile: the version that was noted is the one that is sent."""
        job = of(LibraryFile("b/a.html"))
        await fetched(world, job)
        library.documents["b/a.html"] = b"<p>Newer</p>"
        assert await document(world.given, world.job(job.ref)) == HTML.decode()

    async def test_two_tasks_that_read_different_texts_agree_on_one(self, world, library):
        """The first version that is noted counts, whoever sends it: no newer text is ever written over."""
        job = of(LibraryFile("b/a.html"))
        await fetched(world, job)
        library.documents["b/a.html"] = b"<p>Newer</p>"
        assert await document(world.given, job) == HTML.decode()
        assert await world.store.document(job.ref, "source") == HTML.decode()
        assert world.job(job.ref).source.version == version_of(HTML)

    @pytest.mark.usefixtures("library")
    async def test_a_document_that_is_not_there_is_said_by_name(self, world):
        """And nothing is noted."""
        job = of(LibraryFile("b/gone.html"))
        with pytest.raises(RefusedError, match=r"b/gone\.html"):
            await fetched(world, job)
        assert world.job(job.ref).source.version == ""

    async def test_a_library_that_is_away_is_asked_again(self, world, library):
        """The edit waits."""
        library.fails["read"] = [TransientError("It does not answer.")]
        with pytest.raises(TransientError):
            await fetched(world, of(LibraryFile("b/a.html")))

    async def test_without_a_library_its_documents_are_refused(self, world):
        """It was taken away after the edit was asked for."""
        with pytest.raises(RefusedError, match="DOCUMENTS_URL"):
            await fetched(world, of(LibraryFile("b/a.html")))


@pytest.mark.parametrize("raw", [b"\xff<p>", b"no markup", b"x" * (LARGEST_DOCUMENT + 1)])
async def test_nothing_in_a_name_comes_alive_in_a_sentence(world, raw):
    """A file can be called like a mention: the message that says what is wrong with it calls nobody."""
    world.notifier.file = raw
    with pytest.raises(RefusedError) as refusal:
        await fetched(world, of(uploaded("<!subteam^S0LEGAL> <@U0BOSS> *Approved*.html")))
    assert not set("<>*") & set(str(refusal.value))
    with pytest.raises(RefusedError) as refusal:
        await fetched(world, of(LibraryFile("<!subteam^S0LEGAL>.html")))
    assert not set("<>*") & set(str(refusal.value))


class TestOthers:
    """What needs no fetching."""

    async def test_the_session_has_it_already(self, world):
        """Asked again, or edited again: nothing goes along, wherever it came from once."""
        assert await fetched(world, of(None)) is None
        assert (
            await fetched(world, of(LibraryFile("b/a.html", "v1"), continues_ref="ref0000000000009")) is None
        )

    async def test_a_program_s_text_that_is_not_kept_any_more_is_said(self, world):
        """It cannot be fetched again from anywhere."""
        with pytest.raises(RefusedError, match="not kept any more"):
            await fetched(world, replace(make_job(), source=HandedText(3)))
