"""An address is written so that nothing in it is out of sight."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.redline.flags.urls import LONGEST, contrasted, read, shown


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://docs.example.com/terms", "https://docs.example.com/terms"),
        ("https://a.example/f%C3%BCr%20alle%2Fx", "https://a.example/für%20alle%2Fx"),
        (
            "https://a.example/?u=https%3A%2F%2Fevil.example%26x",
            "https://a.example/?u=https://evil.example%26x",
        ),
        ("https://a.example/%FF", "https://a.example/%FF"),
        ("https://a.example/\u202egnp", "https://a.example/[U+202E]gnp"),
        ("JAVA\nSCRIPT:%61lert(%27x%27)", "javascript:alert('x')"),
        ("https://xn--pple-43d.com/login", "https://xn--pple-43d.com/login (“[U+0430]pple.com”)"),
        ("https://аpple.com/login", "https://xn--pple-43d.com/login (“[U+0430]pple.com”)"),
        ("https://bank.example@evil.example", "https://bank.example@evil.example"),
        ("tel:+15550100", "tel:+15550100"),
        ("", ""),
    ],
)
def test_an_address_is_shown_as_it_is_understood(address: str, expected: str) -> None:
    """Normalised and decoded, and a host both as it is asked for and as it looks."""
    assert shown(address) == expected


def test_a_long_name_before_the_host_does_not_push_the_host_out_of_sight() -> None:
    """The host is what counts; its end counts most."""
    assert "@evil.example/" in shown(f"https://{'bank.example.' * 30}@evil.example/{'a' * 300}")
    assert ".evil.example" in shown(f"https://{'bank.example.' * 30}evil.example/{'a' * 300}")


@given(st.text() | st.text("ahtps:/\\@.%?#x\t\u202eа-2") | st.text().map("https://xn--{}".format))
@example("https://xn--\ud800-.com")
@example("//xn--99999999.example")
@example("data:text/html,%")
def test_any_text_is_an_address_and_is_shown_safely(address: str) -> None:
    """Never fails, never longer than a flag has room for, and nothing invisible in it."""
    written = shown(address)
    assert len(written) <= LONGEST
    assert written.isprintable()
    read(address).danger()


def test_two_long_values_are_cut_where_they_are_the_same() -> None:
    """So that both still show where they differ."""
    old, new = (f"https://a.example/{'long/' * 50}{end}" for end in ("terms", "other"))
    written = contrasted(old, new, 60)
    assert written[0].startswith("https://a.example")
    assert (written[0].endswith("/terms"), written[1].endswith("/other")) == (True, True)
    assert max(map(len, written)) <= 60
