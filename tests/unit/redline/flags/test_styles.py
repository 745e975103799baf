"""Inline styles are read as a browser reads them, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.styles import declarations, number


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("COLOR: Red ;  font-size :0", {"color": "red", "font-size": "0"}),
        (r"d\69splay:none", {"display": "none"}),
        (r"disp\00006c ay:none", {"display": "none"}),
        ("dis/**/play:none;color:red", {"dis play": "none", "color": "red"}),
        ("display:/* no */none", {"display": "none"}),
        ("display:none!important;display:block", {"display": "none"}),
        ("display:none;display:block", {"display": "block"}),
        ("content:'a;b';x:url(a;b)", {"content": "'a;b'", "x": "url(a;b)"}),
        ("color", {}),
        ("", {}),
        ("/* never ends", {}),
    ],
)
def test_the_last_value_of_a_property_counts(style: str, expected: dict[str, str]):
    """Escapes undone, comments gone, case and space made plain; the important one wins."""
    assert dict(declarations(style)) == expected


@given(st.text())
def test_whatever_is_no_style_is_read_all_the_same(style: str):
    """Nothing raises, and no property is empty."""
    assert all(declarations(style))


@pytest.mark.parametrize(
    ("value", "expected"),
    [("-9999px", (-9999, "px")), (".5em", (0.5, "em")), ("0", (0, "")), ("+1%", (1, "%")), ("auto", None)],
)
def test_a_number_comes_with_its_unit(value: str, expected: tuple[float, str] | None):
    """Whatever follows it."""
    assert number(value) == expected
