import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redline import headline, redline
from bot.redline.headline import spoken
from tests.unit.redline.drawing import changes


def line(old: str | None, new: str | None, limit: int = 200) -> str:
    return headline(redline(old, new), limit)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("within 30 days of", "within 60 days of", "“30 days” → “60 days”"),
        ("within 30 days", "within 60 business days", "“30” → “60 business”"),
        ("the fee is due", "the fee is owed", "“is due” → “is owed”"),
        ("fee, due.", "fee, owed.", "“due” → “owed”"),
        ("shall be", "shall not be", "added: “not”"),
        ("shall not be", "shall be", "removed: “not”"),
        ("shipment or", "shipment, or", "“shipment” → “shipment,”"),
        ("the fee", "“the fee", "“the” → “\u201cthe”"),
        ("fee", "fee (net)", "added: “(net)”"),
        ("a<br>b c", "a b c", "“a↵b” → “a b”"),
        ("a b.</p><p>c", "a b. c", "two paragraphs are merged"),
        ("a b. c", "a b.</p><p>c", "a paragraph is split"),
        ("30 a b c d", "60 a b c e", "“30 a” → “60 a” and 1 more edit"),
        ("30 a b c 30 a b c 30", "60 a b c 60 a b c 60", "“30 a” → “60 a” and 2 more edits"),
        ("…", "!", "“…” → “!”"),
    ],
)
def test_the_first_edit_is_quoted(old: str, new: str, expected: str) -> None:
    """With one word of context where a number or a comma alone would say little."""
    assert line(f"<p>{old}</p>", f"<p>{new}</p>") == expected


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (100, "“one two three four five” → “six seven”"),
        (30, "“one two three…” → “six seven”"),
        (24, "“one two…” → “six sev…”"),
        (8, "“…” → “…"),
        (1, "…"),
    ],
)
def test_quotations_are_cut_to_fit(limit: int, expected: str) -> None:
    """What the shorter one does not need, the longer one may have."""
    assert line("<p>one two three four five</p>", "<p>six seven</p>", limit) == expected


def test_the_count_of_other_edits_is_cut_last() -> None:
    """That there is more matters more than the last words of a quotation."""
    assert (
        line("<p>a</p>", "<p>a</p><p>one two three four</p><p>b</p>", 34)
        == "added: “one two…” and 1 more edit"
    )


def test_a_quotation_is_one_plain_line() -> None:
    """Line feeds become spaces, and no-break spaces stay what they are."""
    assert line("<pre>a</pre>", "<pre>b\n\n  c\u00a0d</pre>") == "“a” → “b c\u00a0d”"


def test_without_edits_the_remark_is_the_line() -> None:
    """Cut by characters if need be."""
    assert line("<p>a</p>", "<p>a</p>") == "No visible change: old and new are identical."
    assert line("<p>a</p>", "<p>a</p>", 10) == "No visibl…"


def test_what_cannot_be_inspected_says_why() -> None:
    """A line that said nothing would look like no change."""
    assert line("a\0", "b") == "The old HTML holds a NUL character."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("within 30 days of", "within 60 days of", "removed “30 days”, added “60 days”"),
        ("shall be", "shall not be", "added “not”"),
        ("The cap is 100.", "The cap is none.", "removed “is 100.”, added “is none.”"),
        ("Clause 6a: no penalty.", "Clause 6b: 20%. Clause 6c: all of it.",
         "removed “Clause 6a: no penalty.”, added “Clause 6b: 20%. Clause 6c: all of it.”"),
        ("shall not be", "shall be", "removed “not”"),
        ("a b.</p><p>c", "a b. c", "two paragraphs are merged"),
        ("30 a b c 30 a b c d", "60 a b c 30 a b c e", "removed “30 a”, added “60 a”; removed “c d”, added “c e”"),
        ("same", "same", "No visible change: old and new are identical."),
    ],
)  # fmt: skip
def test_who_hears_it_is_told_in_words(old: str, new: str, expected: str) -> None:
    """No arrow stands for what was removed and what was added."""
    assert spoken(redline(f"<p>{old}</p>", f"<p>{new}</p>"), 200) == expected


def test_white_space_alone_is_said() -> None:
    """No quotation would let anybody hear it."""
    assert spoken(redline("&nbsp;", "&nbsp;&nbsp;"), 100) == "white space changes"


def test_as_many_edits_are_said_as_fit() -> None:
    """And how many there are besides."""
    old = "".join(f"<p>{number} a b c d</p>" for number in range(10))
    new = old.replace(" a", "9 a")
    line = spoken(redline(old, new), 100)
    assert line.startswith("removed “0 a”, added “09 a”; removed “1 a”, added “19 a”;")
    assert line.endswith("; and 8 more edits")


def test_what_cannot_be_inspected_is_said_too() -> None:
    """Whoever hears it must not take it for nothing."""
    assert spoken(redline("a\0", "b"), 100) == "The old HTML holds a NUL character."


@given(changes(), st.integers(1, 80))
@settings(max_examples=60, deadline=None)
def test_what_is_said_never_exceeds_its_limit(change: tuple[str, str], limit: int) -> None:
    """However many edits there are."""
    assert 0 < len(spoken(redline(*change), limit)) <= limit


@given(changes(), st.integers(1, 80))
@settings(max_examples=60, deadline=None)
def test_the_line_never_exceeds_its_limit(change: tuple[str, str], limit: int) -> None:
    """And is never empty, and has no line breaks."""
    result = line(*change, limit)
    assert 0 < len(result) <= limit
    assert "\n" not in result


def test_hidden_words_are_said_to_be_hidden() -> None:
    """To the eye and to the ear."""
    change = redline("<p>Pay.</p>", "<p>Pay. <i hidden>Fees apply.</i></p>")
    assert headline(change, 80) == "added: “[hidden] Fees apply.”"
    assert spoken(change, 80) == "added “[hidden] Fees apply.”"
