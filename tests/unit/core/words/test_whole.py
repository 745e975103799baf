"""What an edit changed that nobody was asked about: as much as fits a message, all of it on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.core.model import JobState, Mode, Origin
from bot.core.words.whole import changes_name, is_untold, whole
from bot.slack.cards import render
from tests.make import make_job, make_round

if TYPE_CHECKING:
    from bot.core.model import Job
    from bot.core.words.whole import Whole

BEFORE = "<h1>Terms</h1><p>Pay in 30 days.</p>"


def done(**rest: Any) -> Job:
    """Return an edit that was applied without asking."""
    given = {"state": JobState.COMPLETED, "has_document": True, "mode": Mode.AUTOMATIC}
    return make_job(**{**given, **rest})


def told(before: str | None, after: str, **rest: Any) -> Whole:
    """Tell what an edit changed."""
    found = whole(done(**rest), before, after)
    assert found is not None
    return found


def test_it_is_told_where_nobody_was_asked():
    """Applied automatically, or changed without asking; not where people decided, nor where nothing came of it."""
    assert is_untold(done())
    assert is_untold(done(mode=Mode.REVIEW))
    assert not is_untold(make_job(make_round(), state=JobState.COMPLETED, has_document=True))
    assert not is_untold(done(has_document=False))
    assert not is_untold(done(state=JobState.FAILED))


def test_the_message_shows_the_redline_with_its_counts():
    """As a card does, without anything to press."""
    summary = told(BEFORE, BEFORE.replace("30", "60")).summary
    assert summary.title == "What changed in supply"
    assert summary.text == "What changed in supply: removed “30 days”, added “60 days”"
    assert (summary.inserted, summary.deleted, summary.actions) == (1, 1, ())
    assert summary.flags == ("Watch: “30” → “60”.",)
    assert summary.excerpt.complete


def test_what_is_odd_is_said_before_the_words():
    """On the message and on the page."""
    found = told(BEFORE, f"{BEFORE}<script>x</script>")
    assert "<script>" in found.summary.warnings[0]
    assert "⚠ " in found.page


def test_what_does_not_fit_the_message_is_counted_and_stands_on_the_page():
    """By the page's name; the message stays within what Slack takes."""
    before = "".join(f"<p>The fee of part {number} is 30 euros a day.</p>" for number in range(300))
    found = told(before, before.replace("is 30", "is 60"))
    left = found.summary.excerpt.left_out_edits
    assert found.summary.notes == (f"And {left} more edits ({2 * left} words): see supply-changes.html.",)
    assert found.page.count("<ins>") == 301  # One of them explains the sign.
    assert len(render(found.summary).blocks) < 50


def test_the_marks_of_chunks_are_no_change():
    """The document that was given had none; SuperDocs' has."""
    summary = told(BEFORE, BEFORE.replace("<p", '<p data-chunk-id="c1"')).summary
    assert (summary.inserted, summary.deleted, summary.warnings) == (0, 0, ())


def test_what_cannot_be_inspected_is_said_and_no_page_comes():
    """The document itself is all there is."""
    found = told(BEFORE, "<p>x</p>" * 5000)
    (note,) = found.summary.notes
    assert note.startswith("What it changed cannot be shown. The new HTML has more than")
    assert note.endswith("The document after it is in this thread.")
    assert (found.page, found.summary.excerpt.paragraphs) == ("", ())


@pytest.mark.parametrize("origin", Origin)
def test_without_the_document_before_that_is_said_to_whoever_asked_here(origin):
    """Whoever has handed a job over knows what its document was."""
    found = whole(done(origin=origin), None, BEFORE)
    if origin in {Origin.ASKED, Origin.PROGRAM}:
        assert found is not None
        assert "not known here" in found.summary.notes[0]
        assert found.page == ""
    else:
        assert found is None


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ("supply.docx", "supply-changes.html"),
        ("", "document-changes.html"),
        ("../../etc/passwd", "passwd-changes.html"),
        ("C:\\docs\\NDA.html", "NDA-changes.html"),
    ],
)
def test_the_page_is_called_after_the_document(document, name):
    """A path in the name leads nowhere."""
    assert changes_name(make_job(document=document)) == name


def test_no_name_of_a_document_comes_alive():
    """It may be anybody's."""
    found = told(BEFORE, BEFORE.replace("30", "60"), document="<!channel>.html")
    assert "<" not in found.sentence
    assert "<!channel>" not in found.page
