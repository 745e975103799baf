"""Is it in the document? Looked up in its text, never taken from what SuperDocs says."""

from __future__ import annotations

from bot.core.model import Outcome, Verdict
from bot.core.proposal import Content
from bot.core.verifying import approved_digests, verify
from tests.make import decided, make_change, make_job, make_round


def outcome(old: str | None, new: str | None, document: str, operation: str = "edit") -> Outcome:
    """Approve one change, and look for it in a document."""
    change = decided(make_change(operation=operation))
    job = make_job(make_round(change))
    verified = verify(job, {change.digest: Content(old, new)}, document)
    return verified.rounds[0].changes[0].outcome


def test_what_stands_in_the_document_is_found():
    """The new words are there, however the document lays them out."""
    assert outcome("<p>30 days</p>", "<p>60 days</p>", "<div>\n <p>60\n   days</p></div>") is Outcome.FOUND
    assert outcome("<p>30 days</p>", "<p><b>60</b> days</p>", "<p>60 days</p>") is Outcome.FOUND


def test_what_does_not_stand_there_is_not_found():
    """Completed is not edited."""
    assert outcome("<p>30 days</p>", "<p>60 days</p>", "<p>30 days</p>") is Outcome.NOT_FOUND
    assert outcome("<p>30 days</p>", "<p>60 days</p>", "") is Outcome.NOT_FOUND


def test_what_is_left_of_a_line_is_not_found_in_the_whole_line():
    """Words that were to go still stand there: the rest of their line proves nothing."""
    old, new = "<p>Pay in 30 days of the invoice.</p>", "<p>Pay in 30 days</p>"
    assert outcome(old, new, f"<h1>Terms</h1>{old}") is Outcome.NOT_FOUND
    assert outcome(old, new, f"<h1>Terms</h1>{new}<p>of the invoice.</p>") is Outcome.FOUND
    assert outcome(new, old, new) is Outcome.NOT_FOUND
    assert outcome(new, old, old) is Outcome.FOUND


def test_an_edit_that_leaves_nothing_is_found_when_the_words_are_gone():
    """As a deletion is, whatever SuperDocs calls it."""
    assert outcome("<p>30 days</p>", "<p></p>", "<p>30 days</p>") is Outcome.NOT_FOUND
    assert outcome("<p>30 days</p>", "<p></p>", "<p>Other text.</p>") is Outcome.FOUND


def test_a_change_without_words_is_looked_up_by_its_bytes():
    """The same words lead elsewhere: only the markup tells, and one written anew tells nothing."""
    old, new = '<p><a href="https://a.example">here</a></p>', '<p><a href="https://b.example">here</a></p>'
    assert outcome(old, new, f"<h1>x</h1>{new}") is Outcome.FOUND
    assert outcome(old, new, f"<h1>x</h1>{old}") is Outcome.NOT_FOUND
    assert outcome(old, new, "<h1>x</h1><p><a  href='https://b.example'>here</a></p>") is Outcome.UNKNOWN


def test_every_paragraph_of_a_change_must_be_there():
    """Half of it is not it."""
    new = "<p>One.</p><p>Two.</p>"
    assert outcome("<p>x</p>", new, "<p>One.</p><p>Between.</p><p>Two.</p>") is Outcome.FOUND
    assert outcome("<p>x</p>", new, "<p>One.</p>") is Outcome.NOT_FOUND


def test_a_deletion_is_found_when_the_words_are_gone():
    """And not while any of them still stands there."""
    old = "<p>Old clause.</p><p>Its note.</p>"
    assert outcome(old, None, "<p>Other text.</p>", "delete") is Outcome.FOUND
    assert outcome(old, None, "<p>Its note.</p>", "delete") is Outcome.NOT_FOUND
    assert outcome("<p></p>", None, "<p>Other text.</p>", "delete") is Outcome.FOUND


def test_hidden_markup_is_no_document_text():
    """Words in a comment or a script are not in the document."""
    assert (
        outcome("<p>x</p>", "<p>60 days</p>", "<!-- 60 days --><script>60 days</script>") is Outcome.NOT_FOUND
    )


def test_only_what_was_approved_is_looked_up():
    """Denied and undecided changes stay unknown; so does one whose text was retained no longer."""
    changes = (
        decided(make_change(1)),
        decided(make_change(2), Verdict.DENY),
        make_change(3),
        decided(make_change(4)),
    )
    job = make_job(make_round(*changes[:2]), make_round(*changes[2:], number=2))
    assert approved_digests(job) == [changes[0].digest, changes[3].digest]
    contents = {c.digest: Content("<p>a</p>", "<p>b</p>") for c in changes[:3]}
    outcomes = [c.outcome for held in verify(job, contents, "<p>b</p>").rounds for c in held.changes]
    assert outcomes == [Outcome.FOUND, Outcome.UNKNOWN, Outcome.UNKNOWN, Outcome.UNKNOWN]


def test_what_was_sent_as_denied_is_not_looked_up():
    """Approved, but then the edit was stopped: that it is not in the document is no surprise."""
    held = make_round(decided(make_change()), is_stopped=True)
    verified = verify(make_job(held), {make_change().digest: Content("<p>a</p>", "<p>b</p>")}, "<p>a</p>")
    assert verified.rounds[0].changes[0].outcome is Outcome.UNKNOWN
