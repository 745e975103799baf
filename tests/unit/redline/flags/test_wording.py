"""What a change does to its words is named, and pure rewording is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline import excerpt, redline
from bot.redline.flags import wording
from bot.redline.flags.names import rank
from bot.redline.flags.texts import LONGEST, Replaced
from bot.redline.flags.wording import length, moves
from tests.unit.redline.drawing import changes, htmls
from tests.unit.redline.flags.comparing import compared, of_words

PARAGRAPH = "<p>Each party keeps what it learns of the other confidential, wherever it learns it.</p>"


def found(old: str, new: str) -> dict[str, str]:
    """Return the sentences by name of one paragraph that becomes another."""
    return {flag.name: flag.sentence for flag in wording.find(of_words(old, new))}


def called(operation: str, old: str | None, new: str | None) -> dict[str, str]:
    return {flag.name: flag.sentence for flag in wording.find(compared(old, new, operation))}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("liable for delay", "not liable for delay", "“not” added"),
        ("The Buyer shall pay", "The Buyer may pay", "“shall” → “may”"),
        ("They don’t pay", "They do pay", "“don't” removed"),
        ("due in 30 days", "due in 300 days", "“30” → “300”"),
        ("due in 30 days", "due in 30 months", "“days” → “months”"),
        ("by 2026-01-31", "by 2036-01-31", "“2026-01-31” → “2036-01-31”"),
        ("a fee of $1,000.00", "a fee of €1,000.00", "“$1,000.00” → “€1,000.00”"),
        ("a loss of -5%", "a loss of 5%", "“-5%” → “5%”"),
        ("in January", "in June", "“January” → “June”"),
        ("thirty (30)", "sixty (60)", "“thirty” → “sixty”, “30” → “60”"),
        ("the Buyer and the Agent", "the Buyer or the Agent", "“and” → “or”"),
        ("at least five", "at most five", "“least” → “most”"),
        ("er zahlt", "er zahlt nicht", "“nicht” added"),
        ("10² units", "102 units", "“10²” → “102”"),
    ],
)
def test_words_and_numbers_that_turn_a_meaning_are_named(old: str, new: str, said: str):
    """Old and new, without alarm."""
    (flag,) = (flag for flag in wording.find(of_words(old, new)) if flag.name == "risk-word")
    assert said in flag.sentence
    assert not flag.dangerous


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The quick brown fox.", "The quick red fox."),
        ("See policy v1.2 and A4.", "See policy v2.0 and A5."),
        ("Société Générale", "Société Anonyme"),
        ("Payment is due promptly.", "Payment falls due at once."),
        ('"Quote" and don\'t - wait...', "“Quote” and don’t – wait…"),
        ("Notices.", "Notices. They are sent by post."),
        ("Договор подписан.", "Договор расторгнут."),
        ("Signed: __________ ......", "Signed: ______________________________ ..............."),
        ("Prix : dix", "Prix\u00a0: dix"),
        ("Important notice", "<strong>Important</strong> notice"),
        ("Name<br><br>Date", "Name<br><br><br>Date<br><br>Place: Rome"),
        ("shall pay the fees", "shall settle the fees"),
        ("items 3-4, −5 and ‘x’", "items 3–4, -5 and 'x'"),
        ("Sales", "Sales by year"),
    ],
)
def test_ordinary_rewording_is_not_named(old: str, new: str):
    """Nor is typography."""
    assert not found(old, new)


@pytest.mark.parametrize(
    ("old", "new", "name", "said"),
    [
        ("The Agent pays", "The agent pays", "case-only", "“Agent” → “agent”"),
        ("shipment or sale", "shipment, or sale", "punctuation-only", "“shipment” → “shipment,”"),
        ("re-sign it", "resign it", "punctuation-only", "“re-sign” → “resign”"),
        ("caf\u00e9s", "cafe\u0301s", "normalization-only", "stored as other"),
        ("ﬁnal", "final", "normalization-only", "“ﬁnal” → “final”"),
        ("not<br>able", "notable", "whitespace-change", "“not↵able” → “notable”"),
        ("a nowhere man", "a now here man", "whitespace-change", "“nowhere” → “now here”"),
        ("Section\u00a09", "Section 9", "whitespace-change", "“Section[U+00A0]9”"),
        ("one<br>two", "one two", "whitespace-change", "after “one”"),
    ],
)
def test_a_difference_that_is_easy_to_overlook_is_named(old: str, new: str, name: str, said: str):
    """When it is all there is."""
    assert said in found(old, new)[name]


def test_case_and_punctuation_are_named_together_and_not_beside_new_words():
    """Each kind once, with how many others; where words change as well, nobody overlooks them."""
    names = found("The Agent pays Fees", "The agent pays, fees")
    assert set(names) == {"case-only", "punctuation-only"}
    assert names["case-only"] == "Capital letters differ: “Agent pays Fees” → “agent pays, fees”."
    assert found("A b c d e F", "a b c d e f")["case-only"].endswith("And 1 more.")
    assert not found(
        "The Agent pays what it owes to whom it owes it", "The agent pays what it owes to the owner"
    )


def test_words_that_run_together_are_named_beside_others_too():
    """Nobody sees them."""
    assert "whitespace-change" in found(
        "It is not able and goes on to say why", "It is notable and goes on to ask why"
    )
    assert "normalization-only" in found(
        "The caf\u00e9 and so on and on", "The cafe\u0301 and so on for long"
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "If notified, the Agent pays. Otherwise the Client pays.",
            "Otherwise the Client pays. If notified, the Agent pays.",
            "pays",
        ),
        (
            "Upon written notice, either party may end it.",
            "Either party, upon written notice, may end it.",
            "upon written notice",
        ),
        ("Seller shall indemnify Buyer.", "Buyer shall indemnify Seller.", "another order"),
    ],
)
def test_text_that_moved_is_named(old: str, new: str, said: str):
    """A sentence, a clause, or the same words in another order."""
    assert said.lower() in found(old, new)["moved-text"].lower()


def test_a_paragraph_that_moved_is_named_however_short_and_turns_nothing():
    """Its words are the same, so none of them counts as added or removed."""
    moved, rest = "<p>No refunds.</p>", PARAGRAPH * 2
    assert list(called("edit", moved + rest, rest + moved)) == ["moved-text"]


_CLAUSES = [f"<p>{number} {words}.</p>" for number, words in (
    ("4.2", "The Buyer pays in 30 days"), ("4.3", "Late payment bears interest"), ("4.4", "Prices are net"),
)]  # fmt: skip


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ((1, 2, 0), "Moved: “4.2 The Buyer pays in 30 days.” now stands after “4.4 Prices are net.”"),
        ((2, 0, 1), "Moved: “4.4 Prices are net.” now stands before “4.2 The Buyer pays in 30 days.”"),
    ],
)
def test_a_clause_that_moved_is_said_with_what_it_passed(order: tuple[int, ...], said: str):
    """Down after the last one that it passed, up before the first; once, and not its parts as well."""
    new = "".join(_CLAUSES[place] for place in order)
    assert called("edit", "".join(_CLAUSES), new) == {"moved-text": said}


def test_a_sentence_that_moved_is_said_with_the_words_it_passed():
    """Of what stands right before it in a paragraph, the end is quoted."""
    kept = "This clause " + "goes on and on and " * 5 + "ends here."
    old, new = f"<p>Notices are in writing. {kept}</p>", f"<p>{kept} Notices are in writing.</p>"
    sentence = called("edit", old, new)["moved-text"]
    assert sentence.startswith("Moved: “Notices are in writing.” now stands after “…")
    assert sentence.endswith("ends here.”")


def test_where_nothing_kept_was_passed_only_the_move_is_said():
    """As where all between both places is new."""
    moved = "the Seller may end this agreement"
    runs = [Replaced(f"If late, {moved}, at once.", ""), Replaced("", f"Notice: {moved}, in writing.")]
    (flag,) = moves.find(runs, ())
    assert flag.sentence == f"The same text stands elsewhere: “{moved}”."


def test_a_change_too_long_for_a_card_says_how_it_ends():
    """The danger is at the end, so the end is named."""
    old = "".join(f"<p>The parties co-operate on item {number}.</p>" for number in range(150))
    new = old.replace("co-operate", "cooperate") + "<p>Fees are not capped.</p>"
    sentence = called("edit", f"{old}<p>Fees are capped at 5%.</p>", new)["truncated"]
    assert sentence.endswith("“Fees are capped at 5%.” → “Fees are not capped.”")
    assert "truncated" not in called("edit", old, old.replace("item 7.", "item 8."))


@pytest.mark.parametrize("around", ["<p>{}</p>", "<table><tr><td>{}<td>due</table>"])
@pytest.mark.parametrize("edits", range(5, 35, 3))
def test_a_change_is_cut_where_its_excerpt_is(edits: int, around: str) -> None:
    """However it is told quickly that many edits do not fit."""
    old, new = ("".join(around.format(f"item {word}{place}") for place in range(edits)) for word in "ab")
    cut = not excerpt(redline(old, new), length.CARD).complete
    assert ("truncated" in called("edit", old, new)) is cut


def test_a_word_too_long_to_break_says_what_follows_it():
    """It takes the room of everything else."""
    sentence = found("Annex.", f"Annex. {'Ab' * 200} All claims are waived.")["truncated"]
    assert "400 characters" in sentence
    assert sentence.endswith("All claims are waived.”")


@pytest.mark.parametrize(
    ("padding", "said"),
    [
        ("<br>" * 30, "29 blank lines"),
        ("</p>" + "<p>&nbsp;</p>" * 20 + "<p>", "20 blank lines"),
        ("</p>" + "<p><br></p>" * 20 + "<p>", "20 blank lines"),
        ("</p><div>" + "<br>" * 20 + "</div><p>", "20 blank lines"),
        ("<pre>a" + "\n" * 40 + "b</pre>", "39 blank lines"),
        ('</p><p style="margin-top:200em">', "3,200 pixels of space"),
        ("&nbsp; " * 30, "blank characters"),
        ("\u3164" * 60, "blank characters"),
        (" " + "A" * 100, "“A” 100 times"),
        (" " + "_" * 200, "“_” 200 times"),
        (" nil" * 25, "“nil” 25 times"),
    ],
)
def test_what_pushes_text_out_of_sight_is_an_alarm(padding: str, said: str):
    """Emptiness and repetition; unless it stood there before."""
    (flag,) = (
        flag
        for flag in wording.find(of_words("Fees.", f"Fees.{padding} Fees are doubled."))
        if flag.dangerous
    )
    assert (flag.name, said in flag.sentence) == ("padding", True)
    assert "padding" not in found(f"Fees.{padding} End.", f"Fees.{padding} The end.")


@pytest.mark.parametrize(
    ("operation", "old", "new", "said"),
    [
        ("create", "<p>Old.</p>", "<p>New.</p>", "it replaces what stands there: “Old.”"),
        ("edit", "<p>Old.</p>", "<p></p>", "nothing is left of “Old.”"),
        ("edit", "<p>Old.</p>", "<p>\u3164&nbsp;</p>", "nothing is left of “Old.”"),
        ("edit", None, "<p>New.</p>", "it adds “New.”"),
        ("delete", "<p>Old.</p>", "<p>No audit.</p>", "it would leave “No audit.”"),
        ("replace_all", "<p>Old.</p>", "<p>New.</p>", "“replace_all”"),
    ],
)
def test_an_operation_that_is_not_what_it_is_called_is_an_alarm(
    operation: str, old: str | None, new: str, said: str
):
    """It says what it is instead."""
    (flag,) = (flag for flag in wording.find(compared(old, new, operation)) if flag.dangerous)
    assert (flag.name, said in flag.sentence) == ("operation-mismatch", True)


@pytest.mark.parametrize(
    ("operation", "old", "new"),
    [
        ("create", None, "<p>New.</p>"),
        ("create", "<p></p>", "<p>New.</p>"),
        ("delete", "<p>Old.</p>", None),
        ("delete", "<p>Old.</p>", "<p></p>"),
        ("edit", "<p></p>", "<p>New.</p>"),
        ("edit", "<p>Old.</p>", '<img src="a.png">'),
    ],
)
def test_an_operation_that_is_what_it_is_called_says_nothing(
    operation: str, old: str | None, new: str | None
):
    """An empty paragraph may be filled, and a picture is something."""
    assert not called(operation, old, new)


def test_a_change_of_nothing_is_said_to_be_one():
    """To the last character, or to the eye; a source that would swallow what follows it is not nothing."""
    assert "last character" in called("edit", PARAGRAPH, PARAGRAPH)["no-op"]
    assert "spelled" in called("edit", "<p class=a>x</p>", '<p  class="a">x</p>')["no-op"]
    assert not called("edit", "<p>x</p>", "<p>x</p><p")
    assert not called("edit", "<p>x</p>", "<h1>x</h1>")


def test_a_sentence_names_what_fits_and_counts_the_rest():
    """It is never cut in the middle."""
    old = " ".join(f"item {number} costs {number}00 euros;" for number in range(1, 60))
    sentence = found(old, old.replace("00 euros", "50 euros"))["risk-word"]
    assert sentence.startswith("Watch: “100” → “150”, “200” → “250”")
    assert sentence.endswith("more.")
    assert len(sentence) <= LONGEST


@given(changes(), st.sampled_from(["edit", "create", "delete", "replace", ""]))
def test_whatever_changes_is_named_in_known_names_and_short_sentences(
    change: tuple[str, str], operation: str
):
    """However broken it is."""
    for flag in wording.find(compared(*change, operation)):
        assert rank(flag.name) >= 0
        assert len(flag.sentence) <= LONGEST


@given(htmls)
def test_what_stays_is_a_change_of_nothing(html: str):
    """And of nothing else."""
    assert [
        flag.name for flag in wording.find(compared(html, html)) if flag.name != "operation-mismatch"
    ] == ["no-op"]


@pytest.mark.parametrize(
    "text",
    [
        "a, " * 8_000,
        "l" * 50_000,
        "&nbsp;x" * 8_000,
        "1," * 20_000,
        "-’" * 10_000,
        "nil, " * 8_000,
        " ." * 10_000,
    ],
)
def test_no_text_takes_long(text: str):
    """Time grows with the length and no faster, so that an input made to be slow is not."""
    change = of_words("x", text)
    start = time.perf_counter()
    list(wording.find(change))
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("", "<p>8.3 The Agent reports within 48 hours.</p>", ["48"]),
        ("<p>5.1 The Buyer pays 30 fees.</p>", "", ["30"]),
        ("<p>5.1 The Buyer pays.</p>", "<p>5.2 The Buyer pays.</p>", ["5.1", "5.2"]),
    ],
)
def test_the_number_of_a_clause_that_comes_or_goes_is_no_risk(old: str, new: str, named: list[str]):
    """It belongs to the clause; only where a clause stays and its number changes is that told."""
    told = " ".join(flag.sentence for flag in redline(old, new, "edit").flags if flag.name == "risk-word")
    assert all(f"“{number}”" in told for number in named)
    assert ("5.1" in told) is ("5.1" in named)
    assert "8.3" not in told
