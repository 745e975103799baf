"""An address is read as a browser reads it."""

from __future__ import annotations

import pytest

from bot.redline.flags.urls import read


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
    assert (read(address).scheme, read(address).host) == (scheme, host)


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
    found = read(address).danger(is_drawn=is_drawn)
    assert danger in found
    assert bool(found) == bool(danger)


@pytest.mark.parametrize(("parts", "is_read"), [(10, True), (40, False)])
def test_what_is_longer_than_a_host_can_be_is_not_read_as_one(parts: int, is_read: bool) -> None:
    """Nobody can be led to it, and a long one would take long to decode."""
    url = read("//" + ".".join(["xn--bcher-kva"] * parts) + "/")
    assert ("bücher" in url.written_host) == is_read


@pytest.mark.parametrize("address", ["", "terms", "terms?b=//evil.example", " terms/a.html#b "])
def test_an_address_without_scheme_and_host_leads_on_where_it_stands(address: str) -> None:
    """It is as it stands, without the spaces around it."""
    url = read(address)
    assert (url.scheme, url.host, url.rest) == ("", "", address.strip())
