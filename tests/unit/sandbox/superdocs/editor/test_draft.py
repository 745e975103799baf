"""Changes being collected."""

from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.editor.draft import Draft

DOCUMENT = Document.of('<p data-chunk-id="a">One one.</p><p data-chunk-id="b">Two.</p>')
FIRST, SECOND = DOCUMENT.chunks


def test_two_instructions_on_one_block_are_one_change() -> None:
    """The second works on what the first has made of it; each reason is given once."""
    draft = Draft(DOCUMENT)
    assert draft.rewrite(FIRST, "<p>Two one.</p>", "Because.")
    assert draft.html_of(FIRST) == "<p>Two one.</p>"
    assert draft.rewrite(FIRST, "<p>Two two.</p>", "Because.")
    (proposal,) = draft.proposals()
    assert (proposal.old_html, proposal.new_html) == ("<p>One one.</p>", "<p>Two two.</p>")
    assert proposal.explanation == "Because."


def test_a_change_that_changes_nothing_is_none() -> None:
    """Rewriting a block as it is, or back to what it was, proposes nothing."""
    draft = Draft(DOCUMENT)
    assert not draft.rewrite(FIRST, FIRST.html, "x")
    draft.rewrite(FIRST, "<p>x</p>", "x")
    draft.rewrite(FIRST, FIRST.html, "x")
    assert draft.proposals() == []


def test_proposals_stand_in_reading_order() -> None:
    """Whatever came first, the order is that of the document; new blocks follow their place."""
    draft = Draft(DOCUMENT)
    draft.insert(None, "<p>end</p>", "x")
    draft.delete(SECOND, "x")
    draft.insert(FIRST, "<p>new</p>", "x")
    draft.rewrite(FIRST, "<p>x</p>", "x")
    assert [(proposal.operation, proposal.new_html) for proposal in draft.proposals()] == [
        ("edit", "<p>x</p>"),
        ("create", "<p>new</p>"),
        ("delete", None),
        ("create", "<p>end</p>"),
    ]


def test_words_are_found_as_written_before_in_any_case() -> None:
    """`one` finds the small one; `TWO`, which is not there, finds `Two`; what is gone is not found."""
    draft = Draft(DOCUMENT)
    assert draft.containing("one")[0].search("One one") is not None
    assert draft.containing("TWO")[1] == [SECOND]
    draft.delete(SECOND, "x")
    assert draft.is_touched(SECOND)
    assert draft.containing("TWO")[1] == []
