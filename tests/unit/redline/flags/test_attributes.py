"""Every attribute that differs on an element that stays is told, with both values; what comes and goes confuses none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline.flags.attributes import find
from bot.redline.flags.compared import Compared
from bot.redline.flags.tree import parse
from bot.redline.reading.looks import Looks
from bot.redline.reading.reader import read


def found(old: str, new: str, operation: str = "edit") -> dict[str, str]:
    """Return the sentences by the names of the flags."""
    looks = Looks()
    change = Compared(operation, parse(old), parse(new), read(old, looks), read(new, looks), ())
    return {flag.name: flag.sentence for flag in find(change)}


@pytest.mark.parametrize(
    ("html", "before", "after"),
    [
        (
            'See the <a href="{}">terms</a>.',
            "https://docs.example.com/terms",
            "https://docs.example.net/terms",
        ),
        ('<a href="{}">Call us</a>', "tel:+15550100", "tel:+19005550199"),
        ('<a href="{}">Write</a>', "mailto:a@acme.example", "mailto:a@evil.example"),
        ('<a href="{}">clause 1</a>', "#limits", "#old-limits"),
        ('<a href="{}"><img src="go.png"></a>', "/a", "//evil.example/a"),
        ('<form action="{}"><input></form>', "/a", "https://evil.example/a"),
        ('<map name="m"><area href="{}" alt="A"></map>', "https://a.example", "https://b.example"),
        ('<svg><a xlink:href="{}"><text>Go</text></a></svg>', "https://a.example", "https://b.example"),
        ('<a href="{}">x</a>', "https://a.example/x", "http://a.example/x"),
        ('<a href="{}">Apple</a>', "https://apple.com", "https://xn--pple-43d.com"),
    ],
)
def test_another_target_under_the_same_words_is_told(html: str, before: str, after: str) -> None:
    """Both targets can be read."""
    sentence = found(html.format(before), html.format(after))["link-target-changed"]
    assert f"{before} → {after}" in sentence


def test_links_with_equal_words_are_told_apart_by_where_they_stand() -> None:
    """Two targets that change places are two changes."""
    html = '<p>Buyer: <a href="{}">here</a>. Seller: <a href="{}">here</a>.</p>'
    assert found(html.format("/x", "/y"), html.format("/y", "/x"))["link-target-changed"].count("→") == 2


def test_the_link_that_leads_to_another_house_is_named_first() -> None:
    """A long list of harmless ones does not push it out of sight."""
    links = "".join(f'<p>See <a href="/{{0}}/{each}">page {each}</a>.</p>' for each in range(40))
    html = links + '<p><a href="https://{1}.example">Pay</a></p>'
    sentence = found(html.format("a", "bank"), html.format("b", "evil"))["link-target-changed"]
    assert sentence.startswith("The link “Pay” leads elsewhere: https://bank.example → https://evil.example.")
    assert sentence.endswith(" more.")


LINK = '<a href="https://a.example/x">our terms</a>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"<p>See {LINK} v1.</p>", f"<p>See {LINK} v2.</p>"),
        (f"<p>See {LINK}.</p>", f"<p>See {LINK.replace('our terms', 'the general conditions')}.</p>"),
        (f"<p>See {LINK}.</p>", f"<p>First see <a href='/b'>the notes</a>, then {LINK}.</p>"),
        (f"<p>See {LINK} and <a href='/b'>our terms</a>.</p>", "<p>See <a href='/b'>our terms</a>.</p>"),
        (f"<p>See {LINK}.</p>", f"<p>New.</p><ul><li>See {LINK}.</li></ul>"),
        (f"<p>See {LINK}.</p>", f"<p>See <b>{LINK}</b>.</p>"),
        ("<p>See <a href='https://A.example'>a</a></p>", "<p>See <a href='HTTPS://a.example/'>a</a></p>"),
        ("<p>See <a href='http://a.example/x'>a</a></p>", "<p>See <a href='https://a.example/x'>a</a></p>"),
        (f"<p>See {LINK}.</p>", "<p>See our terms.</p>"),
        ("<p>See our terms.</p>", f"<p>See {LINK}.</p>"),
    ],
)
def test_a_link_that_stays_comes_or_goes_raises_no_alarm(old: str, new: str) -> None:
    """Whatever happens to the words in it and beside it."""
    assert "link-target-changed" not in found(old, new)


def test_a_link_that_comes_or_goes_is_named() -> None:
    """Its words are on the page, its target is not."""
    assert (
        "“our terms”: https://a.example/x"
        in found("<p>See our terms.</p>", f"<p>See {LINK}.</p>")["attribute-changed"]
    )
    assert (
        "is gone: https://a.example/x"
        in found(f"<p>See {LINK}.</p>", "<p>See our terms.</p>")["attribute-changed"]
    )
    assert found("", f"<p>See {LINK}.</p>", "create") == {}


@pytest.mark.parametrize(
    ("old", "new", "readable"),
    [
        ('<img src="/ceo.png" alt="S">', '<img src="/cfo.png" alt="S">', "/ceo.png → /cfo.png"),
        ('<img src="c" alt="It fell">', '<img src="c" alt="It rose">', "“It fell” → “It rose”"),
        ('<img src="c" srcset="a 1x">', '<img src="c" srcset="b 1x">', "a 1x → b 1x"),
        ('<video poster="a"></video>', '<video poster="b"></video>', "The film is another one: a → b"),
        ('<img src="a"><img src="b">', '<img src="a"><img src="c">', "b → c"),
        ("<p>a</p>", '<p>a<img src="c.png" alt="Chart"></p>', "New image “Chart”: c.png"),
        ('<p>a<img src="c.png"></p>', "<p>a</p>", "The image is gone: c.png"),
    ],
)
def test_an_image_that_is_another_one_is_told(old: str, new: str, readable: str) -> None:
    """Where it comes from and the words that stand for it, before and after."""
    assert readable in found(old, new)["image-changed"]


@pytest.mark.parametrize(
    ("old", "new", "readable"),
    [
        (
            "<input type=checkbox> I waive",
            "<input type=checkbox checked> I waive",
            "checkbox in “I waive” is now checked",
        ),
        ("<input type=radio checked> A", "<input type=radio> A", "no longer checked"),
        (
            "<select><option selected>A<option>B</select>",
            "<select><option>A<option selected>B</select>",
            "“B” is now selected",
        ),
        ("<input name=q value=5>", "<input name=q value=50>", "“5” → “50”"),
        ("<input type=hidden value=5>", "<input type=hidden value=50>", "“5” → “50”"),
        ("<textarea readonly>a</textarea>", "<textarea>a</textarea>", "no longer readonly"),
        ("<p>a</p>", "<p>a</p><input type=checkbox checked>", "is new, and checked already"),
        ("<p>a</p>", "<p>a<input type=hidden value=50></p>", "A hidden field is new: “50”"),
    ],
)
def test_a_field_that_says_something_else_is_told(old: str, new: str, readable: str) -> None:
    """A ticked box is a statement and has no words."""
    assert readable in f"{found(f'<form>{old}</form>', f'<form>{new}</form>')['form-state-changed']}"


@pytest.mark.parametrize(
    ("old", "new", "readable"),
    [
        ('<h2 id="limits">L</h2>', '<h2 id="old-limits">L</h2>', "“limits” → “old-limits”"),
        ('<h2 id="limits">L</h2>', "<h2>L</h2>", "“limits” → nothing"),
        ('<p><a name="x">L</a></p>', '<p><a name="y">L</a></p>', "“x” → “y”"),
        ('<p><a id="x"></a>L</p>', "<p>L</p>", "“x” is gone"),
        ('<p id="x">L</p><p>M</p>', '<p id="x">L</p><p>M</p><p id="x">N</p>', "“x” stands 2 times"),
    ],
)
def test_an_anchor_that_is_another_one_is_told(old: str, new: str, readable: str) -> None:
    """Every link to it leads elsewhere."""
    assert readable in found(old, new)["anchor-changed"]


@pytest.mark.parametrize(
    ("old", "new", "readable"),
    [
        (
            '<span data-value="100">P</span>',
            '<span data-value="100000">P</span>',
            "data-value “100” → “100000”",
        ),
        ('<abbr title="one">A</abbr>', '<abbr title="two">A</abbr>', "title “one” → “two”"),
        ('<b aria-label="one">A</b>', '<b aria-label="two">A</b>', "aria-label “one” → “two”"),
        ('<p lang="en">A</p>', '<p lang="de">A</p>', "lang “en” → “de”"),
        (
            '<a href="/a" target="_self">A</a>',
            '<a href="/a" target="_blank">A</a>',
            "target “_self” → “_blank”",
        ),
        ('<meta name="a" content="1">', '<meta name="a" content="2">', "content “1” → “2”"),
        ('<label for="a">A</label>', '<label for="b">A</label>', "for “a” → “b”"),
        ('<p made-up="1">A</p>', '<p made-up="2">A</p>', "made-up “1” → “2”"),
        ("<p>Price</p>", '<p><span data-value="5">Price</span></p>', "data-value nothing → “5”"),
        ('<p><span data-value="5">Price</span></p>', "<p>Price</p>", "data-value “5” → nothing"),
        ('<p title="a\u202eb">A</p>', '<p title="a">A</p>', "[U+202E]"),
    ],
)
def test_any_other_attribute_is_told(old: str, new: str, readable: str) -> None:
    """Programs and screen readers read them."""
    assert readable in found(old, new)["attribute-changed"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<p style="color:red">A</p>', '<p style="color:blue">A</p>'),
        ('<p class="a">A</p>', '<p class="b">A</p>'),
        ("<p>A</p>", "<p hidden>A</p>"),
        ("<p>A</p>", '<p onclick="go()">A</p>'),
        ("<ol><li>A</li></ol>", '<ol start="3"><li>A</li></ol>'),
        ('<iframe src="/a"></iframe>', '<iframe src="/b"></iframe>'),
        ("<table><tr><td>A</td></tr></table>", "<table><tr><td colspan=2>A</td></tr></table>"),
    ],
)
def test_what_other_families_tell_is_not_told_twice(old: str, new: str) -> None:
    """Styles, what hides, what acts, how lists count and tables are built."""
    assert found(old, new) == {}


ONE, TWO, THREE = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")


def chunk(chunk_id: str, words: str, tag: str = "p") -> str:
    return f'<{tag} data-chunk-id="{chunk_id}">{words}</{tag}>' if chunk_id else f"<{tag}>{words}</{tag}>"


@pytest.mark.parametrize(
    ("old", "new", "readable"),
    [
        (chunk(ONE, "Clause 7."), chunk(TWO, "Clause 7."), ("11111111", "22222222")),
        (chunk(ONE, "Clause 7."), chunk("", "Clause 7."), ("11111111", "lost its id")),
        (chunk(ONE, "Clause 7."), chunk(TWO, "Wholly other words", "h2"), ("11111111", "22222222")),
        (chunk(ONE, "Clause 7."), chunk("", "Clause 7.", "h2"), ("11111111", "lost its id")),
        (
            chunk(ONE, "Buyer pays.") + chunk(TWO, "Seller delivers."),
            chunk(TWO, "Buyer pays.") + chunk(ONE, "Seller delivers."),
            ("11111111", "22222222"),
        ),
        (chunk(ONE, "Clause 7."), chunk(ONE, "Clause 7.") + chunk(ONE, "Clause 8."), ("11111111", "2 times")),
        (
            chunk(ONE, "Buyer pays.") + chunk(TWO, "Seller delivers."),
            chunk(ONE, "Buyer pays.") + chunk(THREE, "Seller delivers."),
            ("22222222", "33333333"),
        ),
    ],
)
def test_a_section_that_would_not_be_found_again_is_told(
    old: str, new: str, readable: tuple[str, ...]
) -> None:
    """Its id is another one, is lost, or stands elsewhere."""
    sentence = found(old, new)["chunk-id-changed"]
    assert all(each in sentence for each in readable)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (chunk(ONE, "Buyer pays.") + chunk(TWO, "Seller delivers."), chunk(ONE, "Buyer pays.")),
        (
            chunk(ONE, "Buyer pays.") + chunk(TWO, "Seller delivers."),
            chunk(ONE, "Buyer pays. Seller delivers."),
        ),
        (chunk(ONE, "Buyer pays."), chunk("", "Seller delivers.") + chunk(ONE, "Buyer pays.")),
        (chunk(ONE, "Buyer pays."), chunk(ONE, "Buyer pays.") + chunk(TWO, "Seller delivers.")),
        (chunk(ONE, "Buyer pays."), chunk(ONE, "Wholly other words", "h2")),
        ("", chunk(ONE, "Buyer pays.")),
        (chunk(ONE, "Buyer pays."), ""),
    ],
)
def test_a_section_deleted_joined_or_added_is_quiet(old: str, new: str) -> None:
    """With its words in sight, that is an ordinary edit."""
    assert found(old, new) == {}


TAGS = st.sampled_from(
    ["p", "a href=/x", "a href=/y", "b", "span data-a=1", "span data-a=2", "img src=q", "li id=z"]
)
HTML = st.lists(
    st.tuples(TAGS, st.sampled_from(["one", "two", "one two", ""]), st.booleans()), max_size=8
).map(
    lambda parts: "".join(
        f"<{tag}>{words}" + ("" if is_open else f"</{tag.split()[0]}>") for tag, words, is_open in parts
    )
)


@given(HTML, HTML)
def test_any_two_sides_can_be_matched(old: str, new: str) -> None:
    """Nothing fails, every sentence fits, and equal sides are quiet."""
    assert found(old, old) == {}
    assert all(len(sentence) <= 200 for sentence in found(old, new).values())
