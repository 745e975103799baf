"""The demo's contract and instruction."""

from bot.sandbox.demo import CONTRACT_HTML, INSTRUCTION
from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.editor.instructions import plan


def test_the_instruction_brings_exactly_three_good_changes() -> None:
    """An edited figure, a deletion and a new, rightly numbered clause, each with a reason, in reading order."""
    document = Document.of(CONTRACT_HTML)
    edit, deletion, creation = plan(INSTRUCTION, document).proposals
    assert (edit.operation, deletion.operation, creation.operation) == ("edit", "delete", "create")
    assert edit.new_html == (edit.old_html or "").replace("30 days", "60 days")
    assert "Buyer shall obtain components" in (deletion.old_html or "")
    assert (creation.new_html or "").startswith("<p>8.3 Each party shall process personal data")
    anchor = document.chunk(creation.insert_after_chunk_id)
    assert anchor is not None
    assert anchor.text.startswith("8.2")
    assert all(proposal.explanation for proposal in (edit, deletion, creation))


def test_the_contract_has_everything_worth_showing() -> None:
    """Headings, numbered clauses, a list and a table are chunks of their own."""
    tags = [chunk.tag for chunk in Document.of(CONTRACT_HTML).chunks]
    assert {tag: tags.count(tag) for tag in ("h1", "h2", "table", "li")} == {
        "h1": 1,
        "h2": 10,
        "table": 1,
        "li": 3,
    }
    assert tags.count("p") >= 15
