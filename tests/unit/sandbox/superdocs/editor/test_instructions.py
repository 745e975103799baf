"""From words to proposals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.superdocs.editor.document import Document
from bot.sandbox.superdocs.editor.instructions import divided, plan

CONTRACT = Document.of(
    '<h2 data-chunk-id="h4">4. Payment</h2>\n'
    '<p data-chunk-id="pay">4.1 The Buyer shall pay each invoice within <b>30</b> days of receipt.</p>\n'
    '<p data-chunk-id="late">4.2 Late sums bear interest of 5&nbsp;% a year. The Supplier may stop.</p>\n'
    '<h2 data-chunk-id="h5">5. Exclusivity</h2>\n'
    '<p data-chunk-id="only">5.1 The Buyer buys from the Supplier only.</p>\n'
    '<h2 data-chunk-id="h6">6. Prices</h2>\n'
    '<table data-chunk-id="tab"><tr><th>Part</th><th>EUR</th></tr><tr><td>Shaft</td><td>500</td></tr></table>\n'
    '<p data-chunk-id="law">7.1 German law applies.</p>'
)


def proposed(message: str) -> list[tuple[str, str | None, str | None]]:
    """Return what a message gives: operation, place, new HTML."""
    return [
        (proposal.operation, proposal.chunk_id or proposal.insert_after_chunk_id, proposal.new_html)
        for proposal in plan(message, CONTRACT).proposals
    ]


PAY_60 = ("edit", "pay", "<p>4.1 The Buyer shall pay each invoice within <b>60</b> days of receipt.</p>")


@pytest.mark.parametrize(
    "message",
    [
        'replace "30 days" with "60 days"',
        "Please replace “30 days” by “60 days”.",
        "replace '30 days' with '60 days'",
        "change 30 days to 60 days",
        "change the payment term from 30 days to 60 days",
        "Extend the payment term to 60 days!",
        "set the payment of invoices to 60 days",
    ],
)
def test_many_ways_to_change_a_figure(message: str) -> None:
    """However it is said, the same one figure changes, inside its own tag."""
    assert proposed(message) == [PAY_60]


@pytest.mark.parametrize(
    ("message", "changes"),
    [
        (
            "change 5 % to 8 %",
            [("edit", "late", "<p>4.2 Late sums bear interest of 8 % a year. The Supplier may stop.</p>")],
        ),
        ("rename Buyer to Customer", ["pay", "only"]),
        ("change the price of the shaft to EUR 520", ["tab"]),
        ('delete "from the Supplier"', [("delete", "only", None)]),
        ("remove the exclusivity clause", [("delete", "only", None)]),
        ("remove the paragraph about exclusivity", [("delete", "only", None)]),
        ("delete clause 7.1", [("delete", "law", None)]),
        ("strike section 5", [("delete", "h5", None), ("delete", "only", None)]),
        ('delete the words "a year"', ["late"]),
        ('add "Hello & you" after "7.1"', [("create", "law", "<p>Hello &amp; you</p>")]),
        ('add "First" before "5. Exclusivity"', [("create", "late", "<p>First</p>")]),
        ("add: A last word", [("create", "law", "<p>A last word</p>")]),
        ("add a paragraph saying: A last word", [("create", "law", "<p>A last word</p>")]),
        ('add "Top" above "4. Payment"', [("create", "h4", "<p>Top</p>")]),
        (
            'replace "the Buyer" with "you" everywhere',
            [
                ("edit", "pay", "<p>4.1 you shall pay each invoice within <b>30</b> days of receipt.</p>"),
                "only",
            ],
        ),
        ('make "30 days" bold', ["pay"]),
        ("make clause 7.1 italic", [("edit", "law", "<p><em>7.1 German law applies.</em></p>")]),
    ],
)
def test_what_is_understood(message: str, changes: list[object]) -> None:
    """Each command does what it says, where it says it; nothing else is proposed."""
    found = proposed(message)
    assert [
        change if isinstance(expected, tuple) else change[1]
        for change, expected in zip(found, changes, strict=True)
    ] == changes


def test_a_table_changes_in_one_row() -> None:
    """The number in the row that is spoken of, and nothing else of the table."""
    ((_, _, html),) = proposed("change the price of the shaft to EUR 520")
    assert html == "<table><tr><th>Part</th><th>EUR</th></tr><tr><td>Shaft</td><td>520</td></tr></table>"


@pytest.mark.parametrize(
    ("message", "number", "place"),
    [
        ("add a clause about confidentiality after clause 5.1", "5.2", "only"),
        ("add a new clause on data protection after 4.1", "4.1a", "pay"),
        ("add an insurance clause", "7.2", "law"),
        ("add a clause about late interest", "4.3", "late"),
    ],
)
def test_a_new_clause_has_a_text_and_the_next_number(message: str, number: str, place: str) -> None:
    """A clause that is only named is written out, stands near what it is about, and is numbered on."""
    ((operation, where, html),) = proposed(message)
    assert (operation, where) == ("create", place)
    assert html is not None
    assert html.startswith(f"<p>{number} ")
    assert len(html.split()) > 10


def test_several_instructions_in_one_message() -> None:
    """New lines, semicolons, commas and "and then" divide; two edits of one block are one change."""
    message = '1. replace "30" with "60"\n- change receipt to delivery; delete clause 7.1 and then add: End'
    assert [change[:2] for change in proposed(message)] == [
        ("edit", "pay"),
        ("delete", "law"),
        ("create", "law"),
    ]
    assert "<b>60</b> days of delivery" in (proposed(message)[0][2] or "")


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ('add "a; b and then c" after "x"', ['add "a; b and then c" after "x"']),
        ("please change a to b, add c and remove d", ["change a to b", "add c", "remove d"]),
        ("make it short and sweet", ["make it short and sweet"]),
        (" ; \n ", []),
    ],
)
def test_what_divides_a_message(message: str, parts: list[str]) -> None:
    """Only what stands before another command, and never inside quotes."""
    assert divided(message) == parts


def test_words_beside_a_command_are_its_context() -> None:
    """A remark beside a command proposes nothing of its own."""
    assert proposed('replace "30 days" with "60 days"\nThis was asked before and nobody answered.') == [
        PAY_60
    ]


@pytest.mark.parametrize(
    ("message", "note"),
    [
        ('replace "nowhere" with "x"', "“nowhere”"),
        ('delete the words "nowhere"', "“nowhere”"),
        ('delete "nowhere"', "“nowhere”"),
        ('add "x" after "nowhere"', "“nowhere”"),
        ('make "nowhere" bold', "“nowhere”"),
    ],
)
def test_what_is_not_there_is_told(message: str, note: str) -> None:
    """Nothing is proposed, and the answer says what could not be found."""
    found = plan(message, CONTRACT)
    assert found.proposals == []
    assert note in found.notes[0]


@pytest.mark.parametrize("message", ["answer only: is this fair?", "What is the payment term?", "who pays?"])
def test_a_question_is_only_answered(message: str) -> None:
    """Nothing is proposed for it."""
    assert proposed(message) == []


def test_a_failure_can_be_ordered() -> None:
    """An instruction that begins with `fail` fails; the word elsewhere does not."""
    assert plan("fail", CONTRACT).failure
    assert plan("fail please", None).failure
    assert plan("do not fail to mention German law", CONTRACT).failure is None


def test_without_a_document() -> None:
    """A new one is written if that is asked for; anything else is answered with what is missing."""
    assert "no document" in plan("make it shorter", None).notes[0]
    assert plan("Write a cancellation letter", None).new_document == (
        "<h1>New document</h1>\n<p>Write a cancellation letter</p>"
    )


@given(
    st.text(
        alphabet=st.sampled_from('ab "“;\n.30%&<>:after with to add delete replace make bold'), max_size=60
    )
)
def test_no_message_is_too_strange(message: str) -> None:
    """Any message gives a plan, and every proposed edit can be applied to the document."""
    proposals = plan(message, CONTRACT).proposals
    _, done = CONTRACT.apply(proposals)
    assert all(done)
    assert all(proposal.old_html != proposal.new_html for proposal in proposals)


def test_only_what_is_asked_again_is_proposed() -> None:
    """What stands before such a line is settled; proposing it again would do it twice."""
    asked = (
        "Extend the payment term to 60 days and add a clause on data protection\n\n"
        "The rest is settled. Propose only this again, as it was:\n"
        "- change “30 days of receipt” to “60 days of receipt”"
    )
    assert proposed(asked) == [PAY_60]
