"""An element's addresses are found wherever they stand."""

from __future__ import annotations

import pytest

from bot.redline.flags.tree import parse
from bot.redline.flags.urls import addresses, words_in


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<a href=x title=y>", [("href", "x")]),
        ("<object data=x>", [("data", "x")]),
        ("<p data=x>", []),
        ("<img src=x srcset='a 1x, b 2x,'>", [("src", "x"), ("srcset", "a"), ("srcset", "b")]),
        ("<svg><set to='x;y'>", [("to", "x"), ("to", "y")]),
        ("<p to=x>", []),
        ("<meta http-equiv=Refresh content='0; url=x'>", [("content", "x")]),
        ("<meta name=a content='0; url=x'>", []),
    ],
)
def test_an_element_has_its_addresses(html: str, expected: list[tuple[str, str]]) -> None:
    """In attributes that are addresses for it, each candidate by itself."""
    assert list(addresses(parse(html).elements[-1])) == expected


def test_the_words_of_a_link_are_read_no_further_than_they_are_shown() -> None:
    """One character more tells that there are more."""
    link = parse(f"<a>two\n<b>words</b> {'x' * 1000}</a>").elements[0]
    assert words_in(link, 9) == "two words "
