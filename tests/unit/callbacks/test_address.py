"""Which addresses may be called: what is refused is refused before anybody is asked anything."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
import pytest
import yarl
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.callbacks.address import CODE, LONGEST, Address, Allowed
from bot.callbacks.hosts import Host
from bot.core.errors import RefusedError
from tests.unit.callbacks.forms import LISTED, written

ALLOWED = Allowed.of(LISTED)
PRIVATE = Allowed.of(("relay.internal", "*.lan", "127.0.0.1:8080", "[::1]:8080", "10.0.0.99"), private=True)

each_form = pytest.mark.parametrize("url", written(), ids=lambda url: ascii(url[:80]))


def refusal(url: str, allowed: Allowed = ALLOWED) -> str:
    """Return the sentence with which an address is refused."""
    with pytest.raises(RefusedError) as refused:
        allowed.parse(url)
    assert refused.value.code == CODE
    return str(refused.value)


def test_there_are_enough_forms():
    """The table is not shortened by accident."""
    assert len(written()) >= 400


@each_form
def test_a_strange_form_is_refused(url):
    """In one sentence, without what was given after the host."""
    sentence = refusal(url)
    assert sentence.startswith("The callback's address must ") or " may " in sentence
    assert "latest" not in sentence


@each_form
def test_a_strange_form_is_refused_in_a_network_of_one_s_own_too(url):
    """What is listed there is called by its one spelling, and nothing else."""
    with pytest.raises(RefusedError):
        PRIVATE.parse(url)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://hooks.example.com", Address("https", Host("hooks.example.com"), 443, "/")),
        ("https://hooks.example.com/", Address("https", Host("hooks.example.com"), 443, "/")),
        ("HTTPS://HOOKS.Example.COM/A", Address("https", Host("hooks.example.com"), 443, "/A")),
        ("https://hooks.example.com:443/", Address("https", Host("hooks.example.com"), 443, "/")),
        ("https://hooks.example.com:8443/a", Address("https", Host("hooks.example.com"), 8443, "/a")),
        ("https://a.b.example.com?x=1", Address("https", Host("a.b.example.com"), 443, "/?x=1")),
        (
            "https://t_1.example.com/a/%C3%BC;p=1,2?q=a%20b&r=/?:@",
            Address("https", Host("t_1.example.com"), 443, "/a/%C3%BC;p=1,2?q=a%20b&r=/?:@"),
        ),
        ("https://bücher.example/x", Address("https", Host("xn--bcher-kva.example"), 443, "/x")),
        ("https://xn--bcher-kva.example/x", Address("https", Host("xn--bcher-kva.example"), 443, "/x")),
        ("https://hooks.example.com/@127.0.0.1", Address("https", Host("hooks.example.com"), 443, "/@127.0.0.1")),
        ("https://hooks.example.com//a/../b", Address("https", Host("hooks.example.com"), 443, "//a/../b")),
    ],
)  # fmt: skip
def test_a_plain_form_is_taken(url, address):
    """In whatever case the host is written, with its parts as they are sent."""
    assert ALLOWED.parse(url) == address


@pytest.mark.parametrize(
    ("url", "host", "port", "authority"),
    [
        ("http://relay.internal/x", "relay.internal", 80, "relay.internal"),
        ("https://relay.internal/x", "relay.internal", 443, "relay.internal"),
        ("http://a.lan", "a.lan", 80, "a.lan"),
        ("http://127.0.0.1:8080/x", "127.0.0.1", 8080, "127.0.0.1:8080"),
        ("http://[::1]:8080/x", "::1", 8080, "[::1]:8080"),
        ("http://[0:0::1]:8080/x", "::1", 8080, "[::1]:8080"),
        ("https://10.0.0.99/x", "10.0.0.99", 443, "10.0.0.99"),
    ],
)
def test_a_network_of_one_s_own_takes_what_it_lists(url, host, port, authority):
    """Without encryption and in numbers, if it says so; the port stands where it does not go without saying."""
    address = PRIVATE.parse(url)
    assert (address.host.name, address.port, address.authority) == (host, port, authority)


def test_a_number_stands_for_itself_only():
    """An address in numbers is under no name, and another port is another entry."""
    assert "10.0.0.99 on port 8080 is not" in refusal("https://10.0.0.99:8080/", PRIVATE)
    assert "[::1] on port 80 is not" in refusal("http://[::1]/", PRIVATE)
    assert "10.0.0.6" in refusal("https://10.0.0.6/", PRIVATE)


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://hooks.example.com/", "must begin with https://"),
        ("https://" + "a" * LONGEST, "may have 2,000 characters at most"),
        ("https://hooks.example.com/ ", "may hold no spaces and no invisible characters"),
        ("https://hooks.example.com/\x00", "may hold no spaces and no invisible characters"),
        ("https://hooks.example.com/#a", "may have no fragment (#…)"),
        ("https://me@hooks.example.com/", "may hold no user and no password"),
        ("https://hooks.example.com/ü", "must escape, as %20, whatever may not stand in a path or a query"),
        (
            "https://hooks.example.com:x/",
            "must name one host, and at most one port after it, in plain digits",
        ),
        ("https://10.0.0.99/", "must name its host, and not give an address in numbers"),
        ("https://0x7f.1/", "must name its host, and not give an address in numbers"),
        (
            "https://hooks.example.com./",
            "must name its host in letters, digits and hyphens, with single dots",
        ),
        ("https://ⓗ.example.com/", "must name its host in letters of one kind and lower case"),
        ("https://evil.com/", "must be one that CALLBACK_HOSTS allows, and evil.com on port 443 is not"),
    ],
)
def test_the_sentence_says_which_rule(url, rule):
    """So that whoever wrote the program knows what to change."""
    assert refusal(url).startswith(f"The callback's address {rule}")


def test_a_look_alike_below_a_listed_name_is_a_name_of_its_own():
    """Whose owner gave it out; it is called as what it is, and never as what it looks like."""
    assert ALLOWED.parse("https://h\u043eoks.example.com/").host.name == "xn--hoks-55d.example.com"
    assert "xn--bher-" in refusal("https://b\u00fc\u0441her.example/")


def test_the_longest_is_taken():
    """The limit is the limit."""
    url = "https://hooks.example.com/"
    assert ALLOWED.parse(url + "a" * (LONGEST - len(url)))
    assert "2,000" in refusal(url + "a" * (LONGEST + 1 - len(url)))


def test_nothing_is_allowed_where_nothing_is_listed():
    """No setting, no callback."""
    assert "CALLBACK_HOSTS" in refusal("https://hooks.example.com/", Allowed.of(()))


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ("*", "one host"), ("*.", "letters"), ("*.com", "two labels"), ("10.0.0.1", "CALLBACK_PRIVATE"), ("[::1]", "CALLBACK_PRIVATE"),
        ("https://hooks.example.com", "one host"), ("hooks.example.com/", "letters"), ("hooks.example.com:x", "one host"), ("a.*.example.com", "letters"),
        ("hooks.example.com.", "letters"), ("0x7f.1", "numbers"), ("a b", "letters"), ("ⓗ.example.com", "letters of one kind"), ("*.10.0.0.1", "CALLBACK_PRIVATE"),
    ],
)  # fmt: skip
def test_a_list_that_means_nothing_is_refused_by_its_word(word, rule):
    """When the relay starts, and not when a program calls."""
    with pytest.raises(RefusedError) as refused:
        Allowed.of(["hooks.example.com", word])
    assert repr(word) in str(refused.value)
    assert rule in str(refused.value) or word == "*"


@pytest.mark.parametrize("word", ["*.127.0.0.1", "[::1%25lo]", "127.1", "0177.0.0.1", "[::1"])
def test_a_network_of_one_s_own_has_one_spelling_too(word):
    """Numbers as everybody reads them."""
    with pytest.raises(RefusedError):
        Allowed.of([word], private=True)


PIECES = st.sampled_from(
    [
        *"/\\@:?#%.[]-_ \t\n;&=,0127",
        *("https://", "http:", "hooks.example.com", ".example.com", "127.0.0.1", "::1", "%2e", "%40", "%00"),
        *(":443", ":8443", "。", "ｈ", "ü", "\u200b", "xn--", "a", "example", "evil.com"),
    ]
)


@settings(deadline=None)
@given(
    st.one_of(
        st.lists(PIECES, max_size=8).map(lambda parts: "https://" + "".join(parts)),
        st.lists(PIECES, max_size=6).map(lambda parts: "https://hooks.example.com" + "".join(parts)),
        st.lists(PIECES, max_size=6).map(lambda parts: "https://" + "".join(parts) + "hooks.example.com/"),
    )
)
def test_whatever_is_taken_means_the_same_to_everybody(url):
    """Three other readers of addresses find the same scheme, host and port in it, and the same thing asked for."""
    try:
        address = ALLOWED.parse(url)
    except RefusedError:
        return
    agreed = ("https", address.host.name, address.port)
    client, browser, standard = httpx.URL(url), yarl.URL(url), urlsplit(url)
    assert (client.scheme, client.raw_host.decode(), client.port or 443) == agreed
    assert (browser.scheme, browser.raw_host, browser.port) == agreed
    name = (standard.hostname or "").encode("idna").decode()
    assert (standard.scheme, name, standard.port or 443) == agreed
    assert address.target.startswith((standard.path or "/").removesuffix("?"))
    assert address.host.literal is None
    with pytest.raises(ValueError, match="does not appear to be"):
        ip_address(address.host.name)
