"""All families together: what one of them does never makes another one's finding less."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.redline.flags as whole
from bot.redline import explained, redline
from bot.redline.flags import UncheckedError, flagged
from bot.redline.flags.compared import Compared, raised
from bot.redline.flags.names import rank
from bot.redline.flags.tree import parse
from bot.redline.reading.record import Reading
from tests.unit.redline.drawing import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.redline import Flag

NOTHING = Compared("edit", parse(""), parse(""), Reading(), Reading(), ())

STYLES = (
    *("display:none", "font-size:0", "color:#fff", "position:absolute;left:-9999px", "unicode-bidi:bidi-override"),
    *("text-decoration:line-through", "opacity:.5", "width:0;overflow:hidden", "d\\69splay:none", "content:'x'", ";;:"),
)  # fmt: skip
URLS = (
    "https://a.example",
    "javascript:alert(1)",
    "//a",
    "http://[",
    "https://xn--a",
    "data:,x",
    "%",
    "mailto:a",
    "#x",
)
CHARACTERS = "\u200b\u202e\u2066\u0410а\u00a0\u2028\u0336\ue000\ufeffé\U000e0041👩‍💻中ا0O"

tags = st.sampled_from(
    ("p", "b", "a", "img", "td", "tr", "table", "th", "ol", "li", "div", "svg", "script", "style", "template", "input",
     "details", "span", "del")
)  # fmt: skip
attributes = st.one_of(
    st.sampled_from(STYLES).map("style=\"{}\"".format),
    st.sampled_from(URLS).map("href='{0}' src='{0}'".format),
    st.sampled_from(("hidden", "checked", "class=sr-only", "id=a", "data-chunk-id=1", "onclick=x", "start=3", "dir=rtl", "=", "'")),
)  # fmt: skip
pieces = st.one_of(
    st.builds("<{} {}>".format, tags, attributes),
    tags.map("</{}>".format),
    st.text(alphabet=f"{CHARACTERS}<>!&;-ab 1.", max_size=12),
    st.sampled_from(("<!-- x -->", "<!--", "&lt;!here&gt;", "shall not pay 30", "<p", "</", "&#x202e;")),
)
htmls = st.lists(pieces, max_size=12).map("".join)


def fine(change: Compared) -> Iterator[Flag]:
    yield raised("no-op", change.operation)
    yield raised("risk-word", "first")


def broken(change: Compared) -> Iterator[Flag]:
    yield raised("active-content", "found before it failed")
    raise KeyError(change.operation)


def second(_change: Compared) -> Iterator[Flag]:
    yield raised("risk-word", "second")
    yield raised("invisible-char U+200B", "one")
    yield raised("invisible-char U+00AD", "two")


def test_there_is_one_flag_a_name_and_the_most_dangerous_stands_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of two with one name the first family's counts; another code point is another name."""
    monkeypatch.setattr(whole, "FAMILIES", (fine, second))
    flags = flagged(NOTHING)
    assert [flag.name for flag in flags] == [
        "invisible-char U+200B",
        "invisible-char U+00AD",
        "risk-word",
        "no-op",
    ]
    assert flags[2].sentence == "first"


def test_a_family_that_fails_is_named_and_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the others found."""
    monkeypatch.setattr(whole, "FAMILIES", (fine, broken, second))
    with pytest.raises(
        UncheckedError, match=r"^The check of its test_whole failed \(KeyError\)\.$"
    ) as failure:
        flagged(NOTHING)
    assert isinstance(failure.value.__cause__, KeyError)


def test_a_change_that_a_family_fails_on_cannot_be_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    """It becomes uninspectable, with the reason, and shows nothing that may be half of it."""
    monkeypatch.setattr(whole, "FAMILIES", (broken,))
    change = redline("<p>a</p>", "<p>b</p>")
    assert change.uninspectable.endswith("failed (KeyError).")
    assert (change.flags, change.paragraphs) == ((), ())


def test_every_family_in_the_folder_is_asked() -> None:
    """A module with a `find` that nobody calls would be a silent gap."""
    modules = [import_module(f"{whole.__name__}.{found.name}") for found in iter_modules(whole.__path__)]
    assert {module.find for module in modules if hasattr(module, "find")} == set(whole.FAMILIES)


@given(htmls, htmls, st.sampled_from(("edit", "create", "delete", "", "replace_all")))
@settings(max_examples=300, deadline=None)
def test_whatever_the_html_flags_are_the_same_each_time_and_in_order(
    old: str, new: str, operation: str
) -> None:
    """Nothing raises, no name comes twice, every sentence says something in 200 characters or fewer."""
    change = redline(old, new, operation)
    assert "failed" not in change.uninspectable
    assert change.flags == redline(old, new, operation).flags
    found = [flag.name for flag in change.flags]
    assert len(set(found)) == len(found)
    assert [rank(name) for name in found] == sorted(map(rank, found))
    for flag in change.flags:
        assert 0 < len(flag.sentence) <= 200, flag


@given(changes())
@settings(max_examples=100, deadline=None)
def test_equal_sides_raise_nothing_but_that_they_are_equal(change: tuple[str, str]) -> None:
    """What stands on both sides is no finding, however odd it is."""
    assert {flag.name for flag in redline(change[0], change[0]).flags} <= {"no-op"}


@given(htmls)
@settings(max_examples=100, deadline=None)
def test_equal_odd_sides_raise_nothing_either(html: str) -> None:
    """Hidden, active or malformed: it was there before."""
    assert {flag.name for flag in redline(html, html).flags} <= {"no-op"}


@given(htmls)
@settings(max_examples=100, deadline=None)
def test_what_is_deleted_is_not_dangerous(html: str) -> None:
    """Nothing of it is left to harm anybody."""
    assert not [flag for flag in redline(html, None, "delete").flags if flag.dangerous]


@given(st.text())
def test_any_explanation_can_be_looked_at(text: str) -> None:
    """In order, one flag a name."""
    found = [flag.name for flag in explained(text)]
    assert [rank(name) for name in found] == sorted(map(rank, found))


def test_an_explanation_is_no_safer_than_the_text() -> None:
    """What cannot be drawn is named in it as well; what only edits have is not."""
    assert [flag.name for flag in explained("Fixes 30 typos, shall not \u202eecneh")] == [
        "bidi-control U+202E"
    ]
    assert explained("Fixes a typo in 2 places.") == ()


LONG = {
    "paragraphs": ("<p>The Agent shall pay 30.</p>", 2_000),
    "inline": ("A <b style='color:red'>b</b> <a href='https://A.example/%41'>c</a> ", 1_000),
    "tables": ("<table><tr><td>A<td>b</table>", 800),
    "hidden": ("<i style='display:none'>A</i> ", 2_000),
    "characters": ("Aаb\u200bc\u202ed\u0336 ", 20_000),
    "one long word": ("A", 250_000),
    "comments": ("<!-- A --> b ", 4_000),
    "entities": ("A&lt;!here&gt;&amp;amp;", 5_000),
    "marks": ("~A *b :c_ [ ", 7_400),
}
"""Of each nearly as much as the caps let through, on both sides."""


@pytest.mark.parametrize(("unit", "count"), LONG.values(), ids=LONG)
def test_whatever_the_caps_let_through_is_looked_at(unit: str, count: int) -> None:
    """Where every word or value of it changes: the redline stands, and its flags are in order."""
    change = redline(unit * count, unit.replace("A", "E") * count)
    assert change.paragraphs
    assert [rank(flag.name) for flag in change.flags] == sorted(rank(flag.name) for flag in change.flags)
