"""What a redline promises for any change whatever: so many words, and nothing that differs in silence."""

from __future__ import annotations

import turbohtml
from hypothesis import given
from hypothesis import strategies as st

from bot.redline import redline
from tests.unit.redline.drawing import changes

APART = 5
"""Words between two replaced ones: nearer ones are joined, to read better."""


@given(st.integers(1, 200), st.data())
def test_so_many_words_replaced_are_so_many_words_shown(length: int, data: st.DataObject) -> None:
    """Whichever they are: no word beside them is struck or underlined."""
    old = [f"word{number}" for number in range(length)]
    places = data.draw(st.lists(st.integers(0, (length - 1) // APART), unique=True))
    new = list(old)
    for place in places:
        new[place * APART] = f"other{place}"
    counts = redline(f"<p>{' '.join(old)}</p>", f"<p>{' '.join(new)}</p>").counts
    assert (counts.inserted, counts.deleted) == (len(places), len(places))


@given(changes())
def test_nothing_that_differs_differs_in_silence(change: tuple[str, str]) -> None:
    """What a browser would build differently is marked, flagged, remarked on, or cannot be approved at all."""
    old, new = change
    seen = redline(old, new)
    if canonical(old) != canonical(new):
        assert seen.counts.edits or seen.flags or seen.remark or seen.uninspectable


def canonical(html: str) -> str:
    """Return HTML as a browser would write what it has built from it."""
    return turbohtml.parse_fragment(html, "body").inner_html
