"""The way back: which format, under which name, and whether an export holds what was decided."""

from __future__ import annotations

from datetime import timedelta
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.formats import Format
from bot.core.model import MessageRef
from bot.core.request import HandedText, LibraryFile, Returned, SourceFile
from bot.core.returning import (
    EXPORT,
    PATIENCE,
    edited_name,
    export_form,
    export_notice,
    given_up,
    holds,
    is_patient,
    owes_export,
    owes_return,
    returned_name,
    returned_notice,
)
from tests.make import NOON, make_job

BEFORE = "<h1>Fees</h1><p>The fee is 30 euros a month, due on the first of it.</p><p>Short.</p><p>This whole paragraph goes.</p>"
AFTER = "<h1>Fees</h1><p>The fee is 60 euros a month, due on the first of it.</p><p>Brief.</p>"


def of(name, **rest):
    """Return a job whose document was given under this name."""
    return make_job(source=SourceFile("F0", name, "https://files.example/F0"), **rest)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.docx", Format.DOCX), ("a.PDF", Format.PDF), ("a.markdown", Format.MARKDOWN), ("a.txt", Format.TEXT),
        ("a.rtf", None), ("a.html", None), ("a", None),
    ],
)  # fmt: skip
def test_a_document_comes_back_in_the_format_that_superdocs_writes(name, form):
    """HTML always comes; RTF is read by SuperDocs, and never written."""
    assert export_form(of(name)) is form


def test_html_of_a_program_or_of_the_session_comes_back_as_html():
    """Nobody knows of another format."""
    assert export_form(make_job(source=HandedText(7))) is None
    assert export_form(make_job(source=None)) is None


class TestHolds:
    """Whether an export holds everything in which the document changed."""

    @pytest.mark.parametrize(
        "text",
        [
            "Fees The fee is 60 euros a month, due on the first of it. Brief.",
            "# Fees\n\nThe fee is **60** euros a\nmonth, due on the first of it.\n\nBrief.",
            "Fees\nThe fee is 60 euros a month,\nPage 1 of 2\ndue on the first of it. Brief.",
        ],
    )
    def test_the_new_text_is_found_however_it_is_laid_out(self, text):
        """Marks, line breaks, and a page's foot in the middle of a sentence."""
        assert holds(BEFORE, AFTER, text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Fees The fee is 30 euros a month, due on the first of it. Short. This whole paragraph goes.",
            "Fees The fee is 60 euros a month, due on the first of it. Short.",
            "Fees The fee is 60 euros a month, due on the first of it. Brief. This whole paragraph goes.",
        ],
        ids=["nothing", "the old text", "one change is missing", "what was deleted is there"],
    )
    def test_an_export_that_is_behind_is_seen(self, text):
        """One number, one short line, or one deleted paragraph is enough."""
        assert not holds(BEFORE, AFTER, text)

    def test_where_no_word_changed_the_document_itself_is_looked_for(self):
        """Another one of the same session, or none, is not it; a page's head and foot do no harm."""
        said = "Page 1. Fees The fee is 30 euros a month, due on the first of it. Short. This whole paragraph goes."
        assert holds(BEFORE, BEFORE, said)
        assert not holds(BEFORE, BEFORE, "Minutes of the meeting on the first of May.")
        assert not holds(BEFORE, BEFORE, "")
        assert holds("<img>", "<img>", "")

    def test_an_image_is_no_word(self):
        """One that came in, or went, is nothing that an export says."""
        assert holds("<p>Sign here.</p>", "<p>Sign here.</p><p><img alt='A pen'></p>", "Sign here.")
        assert holds("<p><img></p><p>Sign here.</p>", "<p>Sign here.</p>", "Sign here.")

    def test_words_that_markdown_marks_are_words(self):
        """Its underscores are none of the document's."""
        assert holds("<p>Pay <i>now</i>.</p>", "<p>Pay <i>later</i>.</p>", "Pay _later_.")

    @given(st.lists(st.integers(0, 99), min_size=8, max_size=60), st.data())
    def test_one_changed_word_tells_the_new_text_from_the_old(self, numbers, data):
        """Wherever it stands, in whatever repetitive text: the new text holds it, and the old one does not."""
        at = data.draw(st.integers(0, len(numbers) - 1))
        old = [str(number) for number in numbers]
        new = [*old[:at], "changed", *old[at + 1 :]]
        before, after = f"<p>{' '.join(old)}</p>", f"<p>{' '.join(new)}</p>"
        assert holds(before, after, " ".join(new))
        assert not holds(before, after, " ".join(old))


def test_a_large_table_is_looked_through_in_its_size():
    """Every cell is a short line of its own, and a price list changes all of them."""
    old, new = ("".join(f"<p>{name}{n}</p>" for n in range(30_000)) for name in ("old", "new"))
    started = process_time()
    assert holds(old, new, "\n".join(f"new{n}" for n in range(30_000)))
    assert process_time() - started < 4


def test_what_is_posted_is_not_owed_any_more():
    """Nor what SuperDocs cannot write."""
    job = of("a.docx")
    assert owes_export(job)
    assert not owes_export(job.with_message(EXPORT, MessageRef("C0LEGAL", "1.0")))
    assert not owes_export(of("a.docx", export_trouble="No."))
    assert not owes_export(of("a.html"))


def test_after_a_day_everything_that_is_owed_is_given_up_in_words():
    """The export and the library, each with its sentence."""
    job = given_up(make_job(source=LibraryFile("a.docx", "v1")))
    assert job.export_trouble == "For a day, SuperDocs could not write it as Word."
    assert job.returned == Returned("", trouble="For a day, the library could not be written.")
    assert not owes_return(job)
    assert given_up(of("a.html")) == of("a.html")


@pytest.mark.parametrize(
    ("path", "name"), [("b/a.docx", "b/a.docx"), ("b/a.htm", "b/a.htm"), ("b/a.rtf", "b/a.html")]
)
def test_a_library_s_document_keeps_its_name_where_it_keeps_its_format(path, name):
    """What SuperDocs cannot write goes back as HTML."""
    assert returned_name(path) == name


def test_an_export_is_waited_for_only_so_long():
    """Whoever waits for the file waits no longer than that."""
    job = make_job(ended_at=NOON)
    assert is_patient(job, NOON + PATIENCE - timedelta(seconds=1))
    assert not is_patient(job, NOON + PATIENCE)


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        (Returned("b/a.html", version="v2"), "b/a.html in the library is now the edited document."),
        (
            Returned("b/a (edited).html", is_beside=True, version="v2"),
            (
                "b/a.html in the library was changed by somebody else during this edit, and is left as it is. "
                "The edited document stands beside it: b/a (edited).html."
            ),
        ),
        (Returned("", trouble="It is read-only."), "b/a.html in the library is as it was. It is read-only."),
    ],
)
def test_people_are_told_what_became_of_the_document_in_the_library(returned, sentence):
    """Both names, where there are two."""
    told = returned_notice(make_job(source=LibraryFile("b/a.html", "v1"), returned=returned))
    assert told
    assert told.sentence == sentence


def test_nothing_is_said_where_nothing_happened():
    """No library, no export, no message."""
    assert returned_notice(make_job()) is None
    assert export_notice(make_job()) is None


def test_a_file_s_name_pings_nobody():
    """It is not ours."""
    told = returned_notice(
        make_job(source=LibraryFile("<!channel>.html", "v1"), returned=Returned("<!channel>.html"))
    )
    assert told
    assert "<!channel>" not in told.sentence


def test_the_name_of_a_finished_document_says_so():
    """With the suffix of its format."""
    assert edited_name("supply.agreement.docx", "docx") == "supply.agreement-edited.docx"
