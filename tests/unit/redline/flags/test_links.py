"""Links lead where they seem to, and nothing loads by itself that the document did not load before."""

from __future__ import annotations

import pytest

from bot.redline.flags.compared import Compared
from bot.redline.flags.links import find
from bot.redline.flags.tree import parse
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read


def found(old: str, new: str, operation: str = "edit") -> dict[str, str]:
    """Return the sentences by the names of the flags."""
    looks = Looks()
    change = Compared(operation, parse(old), parse(new), read(old, looks), read(new, looks), ())
    return {flag.name: flag.sentence for flag in find(change)}


def link(target: str, words: str) -> str:
    return f'<p>See <a href="{target}">{words}</a>.</p>'


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("https://portal-example.com.evil.example", "https://portal.example.com"),
        ("https://evil.example/login", "www.bank.example"),
        ("https://evil.example", "bank.example"),
        ("https://evil.example", "our portal bank.example/login"),
        ("https://mallory.pages.example", "https://alice.pages.example"),
        ("https://code.example/mallory/contract", "https://code.example/alice/contract"),
        ("https://bank.example", "https://bаnk.example"),
        ("mailto:boss@evil.example", "boss@acme.example"),
        ("https://evil.example", "boss@acme.example"),
        ("tel:+4990012345", "+49 30 901820"),
        ("tel:+19005550199", "(555) 010-0100"),
        ("https://evil.example", "+49 30 901820"),
        ("https://bank.example@evil.example/pay", "Pay"),
        ("https://xn--pple-43d.com", "Apple"),
        ("https://аррӏе.com", "Apple"),
        ("mailto:x@evil.example", "https://acme.example"),
    ],
)
def test_a_link_whose_words_name_another_place_is_told(target: str, words: str) -> None:
    """An address, a host, a mail address or a telephone number in its words; or an address made to deceive."""
    assert "link-text-mismatch" in found("<p>See.</p>", link(target, words))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("https://acme.example/terms", "our terms"),
        ("https://www.acme.example/", "acme.example"),
        ("https://docs.acme.example/a?b=1", "acme.example"),
        ("https://acme.example/terms/2024#a", "https://acme.example/terms"),
        ("https://acme.example/f%C3%BCr", "https://acme.example/für"),
        ("https://acme.example/terms", "https://acme.example/terms."),
        ("https://acme.example/terms.pdf", "terms.pdf"),
        ("https://acme.example/2024", "Decision 2024/123-456.78"),
        ("mailto:Legal@acme.example?subject=x", "legal@acme.example"),
        ("https://acme.example/contact", "legal@acme.example"),
        ("tel:+4930901820", "+49 (0)30 901820"),
        ("tel:030901820", "030 / 90 18 20"),
        ("#section-2", "https://acme.example/terms"),
        ("/terms", "acme.example/terms"),
        ("https://münchen.example", "Stadt München"),
        ("https://例え.example", "例え.example"),
        ("https://россия.example", "Россия"),
    ],
)
def test_a_link_that_leads_where_its_words_say_is_quiet(target: str, words: str) -> None:
    """So are file names, dates, hosts in the reader's own letters, and links that lead within the document."""
    assert found("<p>See.</p>", link(target, words)) == {}


def test_where_a_deceptive_link_leads_is_readable() -> None:
    """With its words, which are the deception."""
    new = link("https://portal-example.com.evil.example", "https://portal.example.com")
    sentence = found(link("https://portal.example.com", "https://portal.example.com"), new)[
        "link-text-mismatch"
    ]
    assert "portal-example.com.evil.example" in sentence
    assert "“https://portal.example.com”" in sentence


@pytest.mark.parametrize(
    ("words", "target", "sentence"),
    [
        (
            "https://bank.example",
            "https://evil.example",
            "The link “https://bank.example” now leads elsewhere than it says: https://bank.example → https://evil.example.",
        ),
        (
            "our bank",
            "https://bаnk.example",
            (
                "The link “our bank” now has an address that mixes look-alike letters: "
                "https://bank.example → https://xn--bnk-6cd.example (“b[U+0430]nk.example”)."
            ),
        ),
        (
            "our bank",
            "https://bank.example@evil.example",
            (
                "The link “our bank” now has an address that only begins like another: "
                "https://bank.example → https://bank.example@evil.example."
            ),
        ),
    ],
)
def test_a_link_turned_elsewhere_that_deceives_about_it_is_told_once(
    words: str, target: str, sentence: str
) -> None:
    """Both flags are raised, with one sentence that says both."""
    told = found(link("https://bank.example", words), link(target, words))
    assert told == {"link-text-mismatch": sentence, "link-target-changed": sentence}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (link("https://bank.example", "pay"), link("https://evil.example", "www.bank.example")),
        (link("http://bаnk.example", "pay"), link("https://bаnk.example", "pay")),
        (2 * link("https://bank.example", "bank.example"), 2 * link("https://evil.example", "bank.example")),
        (
            link("https://bank.example", "bank.example") + link("https://a.example", "pay"),
            link("https://evil.example", "bank.example") + link("https://b.example", "pay"),
        ),
        (link("https://bank.example", "bank.example"), 2 * link("https://evil.example", "bank.example")),
    ],
)
def test_where_more_is_to_say_each_flag_says_its_own(old: str, new: str) -> None:
    """Other words, another scheme, other links: then where links lead is told by who compares attributes."""
    assert list(found(old, new)) == ["link-text-mismatch"]


def test_long_addresses_show_where_they_differ() -> None:
    """However late that is, within one sentence."""
    old, new = (f"https://bank.example/{'a' * 90}/{end}" for end in ("old", "new"))
    sentence = found(link(old, old), link(new, old))["link-target-changed"]
    assert "/old →" in sentence
    assert sentence.endswith("/new.")
    assert len(sentence) <= 200


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (link("java&#9;script:fetch('//evil.example')", "Open"), "javascript:fetch('//evil.example')"),
        (link("JAVASCRIPT&colon;alert(1)", "Open"), "javascript:alert(1)"),
        (link("data:text/html;base64,PHN2Zz4=", "Open"), "data:text/html;base64,"),
        ('<form action="vbscript:x"><input></form>', "vbscript:x"),
        ('<form><button formaction="javascript:x">Go</button></form>', "javascript:x"),
        ('<svg><a xlink:href="javascript:x"><text>Go</text></a></svg>', "javascript:x"),
        ('<svg><animate attributeName="href" values="#a;javascript:x"/></svg>', "javascript:x"),
        ('<iframe src="javascript:x"></iframe>', "javascript:x"),
        ('<meta http-equiv="refresh" content="0; url=javascript:x">', "javascript:x"),
        ('<img srcset="a.png 1x, file:///c/b.png 2x">', "file:///c/b.png"),
        ('<blockquote cite="file:///etc/x">a</blockquote>', "file:///etc/x"),
    ],
)
def test_a_dangerous_address_is_told_wherever_it_stands(html: str, shown: str) -> None:
    """In the form in which a browser understands it."""
    assert shown in found("<p>See.</p>", html)["dangerous-url"]


@pytest.mark.parametrize(
    "html",
    [
        '<p>Hi<img src="https://t.evil.example/p.gif?d=4" width="1" height="1"></p>',
        '<p>Hi<img src="https://t.evil.example/p.gif" alt="x" style="display:none"></p>',
        '<p>Hi<img src="//t.evil.example/p.gif" alt="Chart"></p>',
        '<p>Hi<img src="a.png" srcset="a.png 1x, https://t.evil.example/b.png 2x"></p>',
        '<p style="background:url(https://t.evil.example/x)">Hi</p>',
        '<style>@font-face{src:url("https://t.evil.example/f")}</style><p>Hi</p>',
        '<link rel="prefetch" href="https://t.evil.example/f"><p>Hi</p>',
        '<p>Hi</p><video poster="https://t.evil.example/f"></video>',
        '<table background="https://t.evil.example/f"><tr><td>Hi</td></tr></table>',
        '<p>Hi</p><svg><image href="https://t.evil.example/f"/></svg>',
    ],
)
def test_what_loads_by_itself_from_a_new_place_is_told(html: str) -> None:
    """Whoever runs that place learns who reads the document."""
    assert "t.evil.example" in found("<p>Hi</p>", html)["remote-resource"]


@pytest.mark.parametrize(
    ("old", "new", "operation"),
    [
        ("<p>Hi</p>", '<p>Hi<img src="chart.png"></p>', "edit"),
        ("<p>Hi</p>", '<p>Hi<img src="data:image/png;base64,AAAA"></p>', "edit"),
        (
            '<img src="https://c.example/a">',
            '<img src="https://c.example/a"><img src="https://c.example/b">',
            "edit",
        ),
        ("", '<p>Hi<img src="https://c.example/a" alt="Sales by year" width="400"></p>', "create"),
        ("<p>Hi</p>", '<link rel="canonical" href="https://c.example"><p>Hi</p>', "edit"),
    ],
)
def test_an_image_as_documents_have_them_is_quiet(old: str, new: str, operation: str) -> None:
    """One that is its own, comes from where others do, or is described in a wholly new text."""
    assert found(old, new, operation) == {}


@pytest.mark.parametrize(
    "html",
    [
        link("https://evil.example", "bank.example"),
        link("javascript:x", "Open"),
        '<p style="background:url(https://t.evil.example/x)">Hi</p>',
    ],
)
def test_what_was_there_before_is_no_news(html: str) -> None:
    """Not beside other words either; but once more of it is."""
    assert found(html, html.replace("<p", "<p>More words.</p><p", 1)) == {}
    assert len(found(html, html + html)) == 1
    assert found(html, "", "delete") == {}


def test_of_several_the_first_is_named_and_the_others_are_counted() -> None:
    """A card has one line for each kind."""
    sentence = found("", link("javascript:a", "A") + link("javascript:b", "B") + link("javascript:c", "C"))[
        "dangerous-url"
    ]
    assert "“A”" in sentence
    assert sentence.endswith("And 2 more.")
