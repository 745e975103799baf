"""An address is read as a browser reads it, and written so that nothing in it is out of sight."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.redline.flags import urls


@pytest.mark.parametrize(
    ("address", "scheme", "host"),
    [
        ("https://docs.example.com/terms", "https", "docs.example.com"),
        ("HTTPS:docs.example.com", "https", "docs.example.com"),
        ("https:\\\\evil.example\\a", "https", "evil.example"),
        ("//evil.example/x", "", "evil.example"),
        ("\\/evil.example", "", "evil.example"),
        ("ht\ntps://ev\til.example", "https", "evil.example"),
        ("https://bank.example@evil.example/", "https", "evil.example"),
        ("https://bank.example%2F@evil.example:8443/", "https", "evil.example"),
        ("https://bank.example\\@evil.example", "https", "bank.example"),
        ("https://evil.example?@bank.example", "https", "evil.example"),
        ("https://%65vil.example", "https", "evil.example"),
        ("https://ｅｖｉｌ。example", "https", "evil.example"),
        ("https://ev\u00adil.example", "https", "evil.example"),
        ("https://аpple.com", "https", "xn--pple-43d.com"),
        ("terms.html", "", ""),
        ("#limits", "", ""),
        ("localhost:8080/x", "", ""),
        ("www.example.com:80/x", "", ""),
        ("tel:123456", "tel", ""),
        (" \x01java\tscript:alert(1)", "javascript", ""),
        ("java\x02script:alert(1)", "javascript", ""),
        ("java\u200bscript:alert(1)", "javascript", ""),
        ("VBScript:x", "vbscript", ""),
        ("", "", ""),
    ],
)
def test_an_address_leads_where_a_browser_would_go(address: str, scheme: str, host: str) -> None:
    """Whatever slashes, escapes, capitals, invisible letters and names before an `@` say."""
    assert (urls.read(address).scheme, urls.read(address).host) == (scheme, host)


@pytest.mark.parametrize(
    ("address", "shown"),
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
def test_an_address_is_shown_as_it_is_understood(address: str, shown: str) -> None:
    """Normalised and decoded, and a host both as it is asked for and as it looks."""
    assert urls.shown(address) == shown


def test_a_long_name_before_the_host_does_not_push_the_host_out_of_sight() -> None:
    """The host is what counts; its end counts most."""
    assert "@evil.example/" in urls.shown(f"https://{'bank.example.' * 30}@evil.example/{'a' * 300}")
    assert ".evil.example" in urls.shown(f"https://{'bank.example.' * 30}evil.example/{'a' * 300}")


@given(st.text() | st.text("ahtps:/\\@.%?#x\t\u202eа-2") | st.text().map("https://xn--{}".format))
@example("https://xn--\ud800-.com")
@example("//xn--99999999.example")
@example("data:text/html,%")
def test_any_text_is_an_address_and_is_shown_safely(address: str) -> None:
    """Never fails, never longer than a flag has room for, and nothing invisible in it."""
    shown = urls.shown(address)
    assert len(shown) <= urls.LONGEST
    assert shown.isprintable()
    urls.read(address).danger()


@pytest.mark.parametrize(
    ("address", "is_drawn", "danger"),
    [
        ("https://a.example", False, ""),
        ("mailto:a@a.example", False, ""),
        ("doi:10.1/2", False, ""),
        ("images/a.png", True, ""),
        ("data:image/png;base64,AAAA", True, ""),
        ("data:image/png;base64,AAAA", False, "hidden in the address itself"),
        ("data:text/html,<b>", True, "hidden in the address itself"),
        ("javascript:void(0)", False, "runs a script"),
        ("file:///etc/passwd", False, "the reader's own computer"),
        ("ms-msdt:/id", False, "starts another program"),
        ("search-ms:query=x", False, "starts another program"),
    ],
)
def test_a_dangerous_address_is_told_by_what_it_does(address: str, is_drawn: bool, danger: str) -> None:
    """Schemes that documents have for good reasons are none."""
    found = urls.read(address).danger(is_drawn=is_drawn)
    assert danger in found
    assert bool(found) == bool(danger)


def test_two_long_values_are_cut_where_they_are_the_same() -> None:
    """So that both still show where they differ."""
    old, new = (f"https://a.example/{'long/' * 50}{end}" for end in ("terms", "other"))
    shown = urls.contrasted(old, new, 60)
    assert shown[0].startswith("https://a.example")
    assert (shown[0].endswith("/terms"), shown[1].endswith("/other")) == (True, True)
    assert max(map(len, shown)) <= 60


@pytest.mark.parametrize(
    "css",
    [
        "background:url(//evil.example/x)",
        "background:URL( '//evil.example/x' )",
        r"background:\75rl(\2f /evil.example/x)",
        "@import '//evil.example/x';",
        "background:u/**/rl(//evil.example/x)",
    ],
)
def test_addresses_in_styles_are_found(css: str) -> None:
    """However they are written."""
    assert list(urls.in_css(css)) == ["//evil.example/x"]
