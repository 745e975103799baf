"""A redline as a page of its own: complete, inert, and told to whoever does not see it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redline import Redline, redline
from bot.redline.model import Counts
from bot.redline.page import page

LONG = " ".join(f"word{number}" for number in range(200))


class Seen(HTMLParser):
    """What stands on a page: texts by the innermost element of interest, and every tag."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.marked: dict[str, list[str]] = {"del": [], "ins": []}
        self.text = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in {"meta"}:
            self._open.append(tag)
        if tag in self.marked:
            self.marked[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        self.text += data
        for tag in ("del", "ins"):
            if tag in self._open and self._open[-1] == tag:
                self.marked[tag][-1] += data


def seen(old: str | None, new: str | None) -> Seen:
    """Give what stands on the page of a change; its legend left out."""
    shown = Seen(page(redline(old, new, "edit"), "What changed in Terms"))
    for texts in shown.marked.values():
        if texts[:1] in (["Struck"], ["underlined"]):
            del texts[0]
    return shown


def test_what_goes_is_struck_and_what_comes_is_underlined():
    """By elements that mean it, and in words for whoever hears the page."""
    source = page(redline("<p>Pay in 30 days.</p>", "<p>Pay in 60 days.</p>"), "Terms")
    assert '<del><span class="said">[removed: </span>30<span class="said">]</span></del>' in source
    assert '<ins><span class="said">[added: </span>60<span class="said">]</span></ins>' in source
    assert "1 edit: +1 −1 words." in source


def test_unchanged_stretches_are_left_out_and_changes_never_are():
    """Paragraphs are counted, and of a long sentence its beginning and its end are shown."""
    shown = seen(
        f"<p>{LONG} 30</p><p>a</p><p>b</p><p>{LONG}</p>", f"<p>{LONG} 60</p><p>a</p><p>b</p><p>x</p>"
    )
    assert "… 2 unchanged paragraphs" in shown.text
    assert "word14 … word185" in shown.text
    assert (shown.marked["del"], shown.marked["ins"]) == (["30", LONG], ["60", "x"])


def test_headings_between_changes_stay_and_everything_keeps_its_kind():
    """Whoever reads knows where they are."""
    html = (
        "<h1>Terms</h1><h2>Fees</h2><ol><li>One<ul><li>Two {0}</ul></ol><table><tr><td>Fee<td>{0}</table>"
        "<blockquote>Q {0}</blockquote><pre>C  {0}</pre>"
    )
    shown = seen(html.format(5), html.format(6))
    assert [tag for tag in shown.tags if tag in {"h2", "h3", "blockquote"}] == ["h2", "h3", "blockquote"]
    assert {"row", "code", "l2"} <= {value for name, value in shown.attributes if name == "class"}
    assert "• Two" in shown.text


def test_what_is_odd_comes_first_each_sentence_once():
    """Alarms before the rest, in words and by a sign."""
    source = page(
        redline("<p>a</p>", '<p>b<script>x</script></p><p><a href="javascript:x">y</a></p>'), "Terms"
    )
    assert source.index('class="alarm">⚠') < source.index('<article class="doc"')
    items = re.findall(r"<li.*?</li>", source)
    assert len(items) == len(set(items))


def test_what_no_word_shows_is_said():
    """A link leads elsewhere, and not a word differs."""
    shown = seen('<a href="https://a.example">T</a>', '<a href="https://b.example">T</a>')
    assert "The words are the same" in shown.text


def test_what_cannot_be_inspected_says_why_and_shows_no_words():
    """Nobody is shown a part as if it were all."""
    shown = Seen(page(redline("<p>a</p>", "<p>" + "<span>" * 600, "edit"), "Terms"))
    assert "This cannot be shown. The new HTML nests deeper than 500 elements." in shown.text
    assert shown.marked == {"del": [], "ins": []}


def test_nothing_invisible_is_on_the_page():
    """It is named where it stands; hidden words are called that."""
    shown = seen("<p>a</p>", "<p>a\u202eb</p><p hidden>secret</p>")
    assert "[U+202E]" in "".join(shown.marked["ins"])
    assert "\u202e" not in shown.text
    assert any(words.startswith("[hidden] ") for words in shown.marked["ins"])


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "</style><b>", "\"'><img src=x onerror=y>", "&lt;"]
)
def test_no_word_of_the_document_or_its_name_becomes_markup(words):
    """Neither in a paragraph nor in the title."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    plain = Seen(page(redline("<p>a</p>", "<p>a b</p>"), "x"))
    shown = Seen(page(redline("<p>a</p>", f"<p>a {escaped}</p>"), words))
    assert set(shown.tags) <= {*plain.tags, "ul", "li"}
    assert words in shown.text


def test_the_page_needs_nothing_and_runs_nothing():
    """No script, no address, no handler; the browser is told to load nothing."""
    shown = seen("<p>a</p>", '<p><a href="https://x.example"><img src="https://x.example/y.png">b</a></p>')
    assert not {"script", "link", "img", "a", "iframe"} & set(shown.tags)
    assert not [name for name, _ in shown.attributes if name.startswith("on") or name in {"src", "href"}]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in shown.attributes


def test_a_redline_without_changes_says_so():
    """And shows no legend for what is not there."""
    source = page(Redline("edit", (), Counts(0, 0, 0), remark="No visible change."), "Terms")
    assert "0 edits: +0 −0 words." in source
    assert "No visible change." in source
    assert "Struck" not in source


WORDS = st.lists(st.sampled_from(["pay", "30", "<b>", "&", "”", "not"]), max_size=6).map(" ".join)
SIDES = st.lists(WORDS, max_size=6)


@given(SIDES, SIDES)
def test_every_changed_word_is_on_the_page(old, new):
    """In order, on the side where it belongs."""

    def html(side):
        escaped = [words.replace("&", "&amp;").replace("<", "&lt;") for words in side]
        return "".join(f"<p>{words}</p>" for words in escaped)

    compared = redline(html(old), html(new), "edit")
    shown = seen(html(old), html(new))
    for tag, mark in (("del", "delete"), ("ins", "insert")):
        spans = [span for paragraph in compared.paragraphs for span in paragraph.spans if span.mark == mark]
        assert shown.marked[tag] == [span.drawn for span in spans]
