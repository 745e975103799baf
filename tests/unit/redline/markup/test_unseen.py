"""Words that a reader of the document would not see are told apart where they stand in the redline."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.redline import redline
from tests.unit.redline.drawing import changes


def drawn(old: str | None, new: str | None) -> list[str]:
    """Return what is drawn of each paragraph, whatever its fate."""
    return ["".join(span.drawn for span in each.spans) for each in redline(old, new).paragraphs]


@pytest.mark.parametrize(
    "way",
    [
        "hidden",
        'style="display:none"',
        'style="color:#fff"',
        'style="position:absolute;left:-9999px"',
        'style="font-size:0"',
        'class="sr-only"',
    ],
)
def test_new_words_that_are_hidden_are_marked(way: str) -> None:
    """However they are hidden, and only they: the words after them are seen again."""
    new = f"<p>Pay now. <span {way}>Fees apply.</span> And so on.</p>"
    assert drawn("<p>Pay now.</p>", new) == ["Pay now. [hidden] Fees apply. And so on."]


def test_each_side_is_judged_by_its_own_markup() -> None:
    """What goes was hidden before; what is kept is judged as it would be."""
    hidden, shown = "<p>a <i hidden>b c d</i> e</p>", "<p>a <i>b c d</i> e</p>"
    assert drawn(hidden, shown) == ["a b c d e"]
    assert drawn(shown, hidden) == ["a [hidden] b c d e"]
    assert drawn(hidden, hidden) == ["a [hidden] b c d e"]
    assert drawn(hidden, "<p>a e</p>") == ["a [hidden] b c d e"]
    assert drawn(hidden, None) == ["a [hidden] b c d e"]


def test_style_sheets_and_what_is_drawn_beside_words_are_reckoned_with() -> None:
    """Images and borders of cells are in no text."""
    new = "<style>.x{display:none}</style><table><tr><td>a <img alt=b><td class=x>c<td>[image d</table>"
    assert drawn("", new) == ["a [image: b] | [hidden] c | [image d"]


def test_a_word_that_is_hidden_in_part_is_marked_in_part() -> None:
    """As it would be read."""
    assert drawn("", "<p>in<b hidden>ad</b>missible</p>") == ["in[hidden] admissible"]


def test_nothing_is_marked_where_all_is_seen() -> None:
    """Nor where only screen readers pass over it."""
    assert drawn("<p>a</p>", "<p>a <b aria-hidden=true>b</b></p>") == ["a b"]


@given(changes())
def test_marks_change_no_text(change: tuple[str, str]) -> None:
    """Both texts are read back as if nothing were marked."""
    seen = redline(*change)
    marked = redline(*(f"<div hidden>{side}</div>" for side in change))
    if not seen.uninspectable and not marked.uninspectable:
        assert (marked.old_text, marked.new_text) == (
            redline(*(f"<div>{side}</div>" for side in change)).old_text,
            redline(*(f"<div>{side}</div>" for side in change)).new_text,
        )
